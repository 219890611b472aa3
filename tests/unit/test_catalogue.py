"""The catalogue's reader: a correct block passes, every fault is told in one Chinese sentence."""

import json
import re
from pathlib import Path

import pytest

from etl.catalogue import CatalogueError, read_catalogue

DIMENSIONS = '[type]\ncolumn = "activity_type"\nname = "活动类型"\nname_en = "Activity type"\n'
THEME = '[theme]\nname = "活动"\nname_en = "Activities"\nsort_no = 1\n'
COUNT = """
[activity_count]
name = "活动场次"
name_en = "Activities held"
unit = "场"
unit_en = "activities"
better = "higher"
format = "integer"
definition = "本期开展的活动场次。"
definition_en = "Activities held in the period."
rollup = "sum"
numerator = { table = "mart_activity_month", sql = "sum(s.activity_count)", time = "flow" }
datasets = ["activities"]
dimensions = ["type"]
"""
TABLES = {"mart_activity_month": {"month_on", "community_code", "activity_type", "activity_count"}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "datasets" / "activities").mkdir(parents=True)
    (tmp_path / "datasets" / "activities" / "dataset.toml").touch()
    made = tmp_path / "indicators"
    made.mkdir()
    (made / "dimensions.toml").write_text(DIMENSIONS)
    return made


def write(folder: Path, text: str, theme: str = THEME) -> Path:
    (folder / "activities.toml").write_text(theme + text)
    return folder


def test_a_correct_catalogue_gives_rows_to_bake_in(folder: Path) -> None:
    catalogue = read_catalogue(write(folder, COUNT), TABLES)
    (row,) = catalogue.indicator_rows()
    assert (row["indicator"], row["theme"], row["sort_no"]) == ("activity_count", "activities", 1)
    block = json.loads(row["definition"])
    assert (block["name"], block["theme_name"], block["numerator"]["time"]) == ("活动场次", "活动", "flow")
    assert catalogue.dimension_rows() == [
        {"dimension": "type", "column_name": "activity_type", "name": "活动类型", "name_en": "Activity type"}
    ]


@pytest.mark.parametrize(
    "key",
    ["name", "name_en", "unit", "unit_en", "better", "format", "definition", "definition_en", "rollup", "numerator",
     "datasets", "dimensions"],
)  # fmt: skip
def test_every_part_is_needed(folder: Path, key: str) -> None:
    text = re.sub(rf"(?m)^{key} = .*\n", "", COUNT)
    with pytest.raises(CatalogueError, match=key) as refusal:
        read_catalogue(write(folder, text))
    assert all(
        problem.startswith("activities.toml 的指标 [activity_count]") for problem in refusal.value.problems
    )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('unit = "场"', 'unit = " "', "缺少 unit（单位），请补上"),
        ('unit = "场"', 'unit = "场"\ncolour = "red"', "有不认识的项 colour"),
        ('"higher"', '"up"', "better 应为 higher、lower、neutral 之一"),
        ('"sum"', '"average"', "rollup 应为 sum、ratio、distinct 之一"),
        ('"sum"', '"ratio"', "rollup 与 denominator 不一致"),
        ('"integer"', '"percent"', "以百分比显示，因此 rollup 应为 ratio"),
        ("mart_activity_month", "sqlite_master", "sqlite_master 不是可用的表"),
        ('"flow"', '"sometimes"', "time 应为 flow、stock、span、none 之一"),
        ('time = "flow"', 'time = "stock", time_column = "x"', "写了 time_column，因此 time 应为 flow"),
        ('time = "flow"', 'time = "flow", wher = "1=1"', "numerator 有不认识的项 wher"),
        ("sum(s.activity_count)", "1; drop table x", "算式中不能有分号"),
        ("sum(s.activity_count)", "count(distinct s.person_key)", "persons 与算式不一致"),
        ('["type"]', '["kind"]', "dimensions 中有不认识的维度 kind"),
        ('["activities"]', '["orders"]', "datasets 中有不认识的台账 orders"),
        ('["activities"]', "[]", "datasets 为空"),
        ('rollup = "sum"', 'rollup = "sum"\nscale = -1', "scale 应为大于 0 的数"),
        ('rollup = "sum"', 'rollup = "sum"\nlevels = ["village"]', "levels 只能取"),
        ("[activity_count]", "[ActivityCount]", "名字应为小写英文和下划线"),
    ],
)
def test_every_fault_is_one_sentence(folder: Path, old: str, new: str, sentence: str) -> None:
    assert old in COUNT
    with pytest.raises(CatalogueError, match=sentence) as refusal:
        read_catalogue(write(folder, COUNT.replace(old, new, 1)))
    assert len(refusal.value.problems) == 1


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ({}, "表 mart_activity_month 不存在"),
        ({"mart_activity_month": {"month_on", "community_code"}}, "没有 activity_type 列"),
        ({"mart_activity_month": {"activity_type", "community_code"}}, "没有 month_on 列"),
    ],
)
def test_tables_and_columns_are_checked_where_they_are_known(
    folder: Path, tables: dict[str, set[str]], sentence: str
) -> None:
    with pytest.raises(CatalogueError, match=sentence):
        read_catalogue(write(folder, COUNT), tables)


def test_files_and_themes_are_checked_too(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"activities.toml 的 \[theme\] 缺少 name（中文名称）"):
        read_catalogue(write(folder, COUNT, theme='[theme]\nname_en = "x"\nsort_no = 1\n'))
    with pytest.raises(CatalogueError, match="缺少 sort_no"):
        read_catalogue(write(folder, COUNT, theme='[theme]\nname = "活动"\nname_en = "x"\n'))
    with pytest.raises(CatalogueError, match=r"activities\.toml 读不出来"):
        read_catalogue(write(folder, "[broken"))
    write(folder, COUNT)
    (folder / "again.toml").write_text(THEME + COUNT)
    with pytest.raises(CatalogueError, match=r"与 activities\.toml 中的重名"):
        read_catalogue(folder)
    with pytest.raises(CatalogueError, match="没有指标"):
        read_catalogue(tmp_path / "nowhere")
    (folder / "again.toml").unlink()
    (folder / "dimensions.toml").write_text(DIMENSIONS.replace('name = "活动类型"\n', ""))
    with pytest.raises(CatalogueError, match=r"dimensions.toml 的 \[type\] 缺少 name"):
        read_catalogue(folder)
