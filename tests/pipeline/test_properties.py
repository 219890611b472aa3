"""What holds for any submissions, in any order."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl import pipeline, staging
from etl.crew import Crew
from etl.reading import Job
from etl.settings import Settings, load_settings
from etl.staging import Workshop
from tests.conftest import Release
from tests.pipeline.desk import Desk
from tests.submissions.make import CONTRACTS, QINGHE, Sheet, Value, row, rows, workbook

COUNTY = load_settings(QINGHE / "settings.toml")


def some(examples: int) -> settings:
    return settings(
        max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )


CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["2021-11-05", "2021年11月5日-7日", "2021-02-30", "44505", "3", "-1", "１２", "12.5", "99999999", "是", "否",
         "志愿服务", "学校", "正式党员", "小区楼栋", "河道清理", "WGS-84", "104.02", "30.02", "0", "—", "'", "合计", "注：无"]
    ),
    st.text(max_size=8),
)  # fmt: skip


@lru_cache(maxsize=1)
def workshop() -> Workshop:
    return pipeline.prepare(COUNTY)


@st.composite
def tables(draw: st.DrawFn) -> Sheet:
    """A table of any dataset in which some cells hold anything at all."""
    dataset = draw(st.sampled_from(sorted(CONTRACTS)))
    columns = [column.name for column in CONTRACTS[dataset].columns]
    records = []
    for record in rows(dataset, draw(st.integers(0, 12))):
        spoilt: dict[str, Value] = draw(st.dictionaries(st.sampled_from(columns), CELLS, max_size=2))
        records.append(record | {name: _storable(value) for name, value in spoilt.items()})
    return Sheet(
        dataset, records + draw(st.lists(st.sampled_from(records), max_size=2) if records else st.just([]))
    )


def _storable(value: Value) -> Value:
    """XML has no control characters and no lone surrogates."""
    return "".join(c for c in value if c.isprintable()) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    with workshop().crew() as crew:
        yield crew


@some(30)
@given(sheets=st.lists(tables(), min_size=1, max_size=3))
def test_rows_read_are_rows_accepted_and_rows_sent_back_each_with_a_reason(
    crew: Crew, sheets: Sequence[Sheet]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        jobs = [
            Job(f"{n:064}", f"{n}.xlsx", workbook(Path(folder) / f"{n}.xlsx", sheet))
            for n, sheet in enumerate(sheets)
        ]
        found = staging.read_and_check(workshop(), jobs, crew)
    findings = found["findings"].to_pylist()
    back = {(one["sha256"], one["row_no"]) for one in findings if one["severity"] == "row"}
    taken = {
        (one["sha256"], one["row_no"])
        for name in found
        if name.startswith("accepted_")
        for one in found[name].to_pylist()
    }
    slices = found["slices"].to_pylist()
    assert sum(one["row_count"] for one in slices) == len(taken) + len(back)
    assert sum(one["accepted_count"] for one in slices) == len(taken)
    assert not taken & back
    assert all(one["sentence"] and one["hint"] for one in findings)


@st.composite
def submissions(draw: st.DrawFn) -> list[Sheet]:
    """Several statements of few committees for few quarters, no two of them reported on one day."""
    days = draw(st.lists(st.integers(1, 28), min_size=2, max_size=6, unique=True))
    found = []
    for day in days:
        dataset = draw(st.sampled_from(["activities", "member_units", "members"]))
        quarter, month = draw(st.sampled_from([("2021年第三季度", "2021-08"), ("2021年第四季度", "2021-11")]))
        changes = {"held_on": f"{month}-{day:02}"} if dataset == "activities" else {}
        records: list[dict[str, Value]] = rows(dataset, draw(st.integers(0, 3)), **changes)
        if draw(st.booleans()):
            records.append(row(dataset, **{CONTRACTS[dataset].key[0]: None}))
        committee = draw(st.sampled_from(["东桥社区", "西桥村"]))
        found.append(Sheet(dataset, records, committee, quarter, f"2022-02-{day:02}"))
    return found


@some(4)
@given(st.data(), submissions(), st.randoms(use_true_random=False))
def test_the_order_in_which_submissions_arrive_does_not_matter(
    data: st.DataObject, sheets: list[Sheet], chance: random.Random
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = [workbook(Path(folder) / f"{n}.xlsx", sheet) for n, sheet in enumerate(sheets)]
        together = Desk(replace(COUNTY, data=Path(folder) / "together"), Path(folder))
        together.load(*files)
        shuffled = chance.sample(files, len(files))
        cut = data.draw(st.integers(0, len(files)))
        apart = Desk(replace(COUNTY, data=Path(folder) / "apart"), Path(folder))
        for batch in filter(None, (shuffled[:cut], shuffled[cut:])):
            apart.load(*batch)
        assert _timeless(together) == _timeless(apart)


def _timeless(desk: Desk) -> dict[str, list[str]]:
    return {
        name: cells for name, cells in desk.contents().items() if name not in ("meta_release", "meta_step")
    }


def test_two_builds_of_one_archive_are_equal_table_for_table(
    district: Release, county: Settings, tmp_path: Path
) -> None:
    again = Desk(replace(county, data=tmp_path / "data"), tmp_path)
    shutil.copytree(district.data / "archive", again.data / "archive")
    assert again.load(_empty(tmp_path)).release_id == district.loaded.release_id
    assert again.contents() == Desk(district.settings, tmp_path).contents()


def test_reading_in_one_batch_or_file_by_file_gives_the_same(
    district: Release, another_desk: Callable[[str], Desk]
) -> None:
    files = sorted(path for path in district.settings.inbox.rglob("*2021年第四季度*.xlsx"))
    together, apart = another_desk("together"), another_desk("apart")
    together.load(*files)
    for file in files:
        apart.load(file)
    assert _timeless(together) == _timeless(apart)


def _empty(folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"
