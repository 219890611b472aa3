"""Every SQL file says what it makes, is used, and stays in the subset that other engines run, too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duckdb
import pytest

from etl.catalogue import read_catalogue
from etl.warehouse import FOLDERS, Model, SqlError, load_models, tables_read
from tests.conftest import Release

ROOT = Path(__file__).resolve().parents[2]
FILES = [file for folder in FOLDERS for file in sorted(folder.glob("*.sql"))]
CHINESE = re.compile(r"[\u4e00-\u9fff]")

# Functions that DuckDB has and Spark 4 has not, or has with another meaning.
NOT_PORTABLE = re.compile(
    r"\b(strftime|strptime|date_diff|datediff|date_part|date_sub|epoch|string_agg|listagg|group_concat|"
    r"list|list_\w+|array_\w+|unnest|struct_pack|map_\w+|quantile\w*|median|mode|approx_\w+|arg_max|arg_min|"
    r"any_value|regexp_\w+|regexp|sha256|md5|hash|printf|format|generate_series|range|try_cast|"
    r"asof|pivot|unpivot|positional|exclude|replace\s*\(|qualify\s+all|sample|using\s+sample)\b",
    re.IGNORECASE,
)
NOT_PORTABLE_MARKS = {
    "integer division": re.compile(r"//"),
    "a lambda": re.compile(r"\blambda\b|->"),
    "a list or struct": re.compile(r"[\[{]"),
    "several-argument grouping()": re.compile(r"\bgrouping\s*\([^)]*,", re.IGNORECASE),
    "a regular expression operator": re.compile(r"~"),
    "modulo, an error on zero": re.compile(r"%"),
    "division without nullif": re.compile(r"/(?!\s*nullif)"),
    "a double-quoted name": re.compile(r'"'),
    "a numbered order": re.compile(r"\border\s+by\s+\d", re.IGNORECASE),
}
# What core/ may read beside its own tables: made by etl/inputs.py.
INPUTS = re.compile(r"(accepted_\w+|ref_\w+|in_(submission|dataset|day|quarter|lock|excuse|finding))")


@cache
def models() -> dict[str, Model]:
    with duckdb.connect() as connection:
        return {model.name: model for model in load_models(connection)}


def code(file: Path) -> str:
    """Without comments and without what stands in quotes."""
    text = re.sub(r"--.*", "", file.read_text(encoding="utf-8"))
    return re.sub(r"'[^']*'", "''", text)


def columns_of(release: Release) -> dict[str, dict[str, str | None]]:
    """Table -> column -> comment."""
    found: dict[str, dict[str, str | None]] = {}
    for table, column, comment in release.rows(
        "select table_name, column_name, comment from duckdb_columns() where not internal"
    ):
        found.setdefault(table, {})[column] = comment
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_describes_its_table_and_exactly_its_columns(demo_release: Release, file: Path) -> None:
    model = models()[file.stem]
    assert CHINESE.search(model.comment)
    assert list(model.columns) == list(columns_of(demo_release)[file.stem]), "in the order of the table"
    assert all(CHINESE.search(text) for text in model.columns.values())


def test_every_table_of_a_release_and_every_column_carries_a_comment(demo_release: Release) -> None:
    for table, comment in demo_release.rows(
        "select table_name, comment from duckdb_tables() where not internal"
    ):
        assert comment, f"{table} has no comment"
        assert CHINESE.search(comment), table
    silent = [
        f"{table}.{column}"
        for table, columns in columns_of(demo_release).items()
        for column, comment in columns.items()
        if not comment or not CHINESE.search(comment)
    ]
    assert not silent


def test_a_release_holds_the_tables_of_the_files_and_known_ones_beside_them(demo_release: Release) -> None:
    made = set(columns_of(demo_release))
    assert made >= {file.stem for file in FILES}
    assert {
        name for name in made - {file.stem for file in FILES} if not re.match(r"(meta|ref|geo)_", name)
    } == set()
    names = {file.stem for file in FILES}
    assert {name.split("_")[0] for name in names} == {"dim", "fact", "mart"}
    assert all(file.parent.name == ("marts" if file.stem.startswith("mart_") else "core") for file in FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_is_one_select_of_known_tables(file: Path) -> None:
    text = code(file)
    assert ";" not in text
    assert re.match(r"\s*(select|with)\b", text)
    assert "select *" not in text.split("from")[-1]
    strangers = {name for name in models()[file.stem].needs - models().keys() if not INPUTS.fullmatch(name)}
    assert not strangers


@pytest.mark.parametrize(
    "file", [file for file in FILES if file.parent.name == "core"], ids=lambda file: file.stem
)
def test_core_does_not_read_marts(file: Path) -> None:
    assert not [name for name in models()[file.stem].needs if name.startswith("mart_")]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_stays_in_the_portable_subset(file: Path) -> None:
    text = code(file)
    assert not NOT_PORTABLE.findall(text)
    assert not [what for what, mark in NOT_PORTABLE_MARKS.items() if mark.search(text)]


@pytest.mark.parametrize(
    "statement", ["median(x)", "strftime(d, '%Y')", "list(x)", "a // b", "x[1]", "a / b", "d::date -> 1"]
)
def test_the_check_of_the_subset_sees_what_is_outside(statement: str) -> None:
    text = re.sub(r"'[^']*'", "''", f"select {statement} from t")
    assert NOT_PORTABLE.search(text) or any(mark.search(text) for mark in NOT_PORTABLE_MARKS.values())


# ---- nothing is unused --------------------------------------------------------------------------


def dashboard_statements() -> Iterator[str]:
    """What the dashboard and the command line read: words of their sources that name tables."""
    for file in [
        *(ROOT / "dashboard").rglob("*.py"),
        ROOT / "etl" / "overview.py",
        ROOT / "etl" / "inputs.py",
    ]:
        yield file.read_text(encoding="utf-8")


def indicator_sources() -> set[str]:
    blocks = json.dumps(list(read_catalogue().indicators.values()), ensure_ascii=False)
    return set(re.findall(r"\b(?:mart|fact|geo|dim)_\w+", blocks))


def test_every_core_table_is_read_by_a_mart_a_query_or_an_indicator() -> None:
    read = set().union(*(model.needs for model in models().values()), indicator_sources())
    read |= {name for text in dashboard_statements() for name in re.findall(r"\b(?:dim|fact)_\w+", text)}
    assert {file.stem for file in FILES if file.parent.name == "core"} <= read


def test_every_mart_is_read_by_an_indicator_or_a_query() -> None:
    read = indicator_sources() | {
        name for text in dashboard_statements() for name in re.findall(r"\bmart_\w+", text)
    }
    unused = {file.stem for file in FILES if file.parent.name == "marts"} - read
    assert not unused


def test_every_mart_carries_the_place_at_every_level(demo_release: Release) -> None:
    of_the_whole = {"mart_offered_item_span"}  # says that something is on offer, and not by whom
    for name, columns in columns_of(demo_release).items():
        if name.startswith("mart_") and name not in of_the_whole:
            assert {"district_code", "street_code", "community_code"} <= columns.keys(), name


# ---- the order of the models --------------------------------------------------------------------


def test_models_come_after_what_they_read() -> None:
    names = list(models())
    for name, model in models().items():
        assert all(names.index(needed) < names.index(name) for needed in model.needs if needed in names)


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("select * from a join b using (x)", {"a", "b"}),
        ("with a as (select * from b) select * from a", {"b"}),
        ("with a as (select * from b), c as (select * from a) select * from c, d", {"b", "d"}),
        ("select * from a where x in (select y from b)", {"a", "b"}),
        ("select (select max(x) from b) from a union all select x from c", {"a", "b", "c"}),
    ],
)
def test_the_tables_that_a_select_reads_are_found_without_its_own_parts(sql: str, tables: set[str]) -> None:
    with duckdb.connect() as connection:
        assert tables_read(connection, sql, Path("a.sql")) == tables


def test_models_that_need_each_other_are_told(tmp_path: Path) -> None:
    (tmp_path / "fact_a.sql").write_text("select * from fact_b")
    (tmp_path / "fact_b.sql").write_text("select * from fact_a")
    with duckdb.connect() as connection, pytest.raises(SqlError, match="need each other"):
        load_models(connection, [tmp_path])


def test_a_file_that_is_no_select_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "fact_a.sql").write_text("selct * from fact_b")
    with duckdb.connect() as connection, pytest.raises(SqlError, match=r"fact_a\.sql"):
        load_models(connection, [tmp_path])


def test_every_indicator_finds_its_tables_and_columns_in_a_release(demo_release: Release) -> None:
    read_catalogue(tables={table: set(columns) for table, columns in columns_of(demo_release).items()})
