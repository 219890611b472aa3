"""The operator's own reference files: what may be empty, and what is told with file and line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from etl.findings import Refused
from etl.reference import load_reference, plain_name
from etl.settings import DEFAULT, Settings
from tests.pipeline.desk import Desk
from tests.submissions.make import QINGHE, Sheet, rows


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(QINGHE / "reference", tmp_path / "reference"))


def change(file: str, found: str, instead: str) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        place = folder / file
        text = place.read_text(encoding="utf-8")
        assert found in text
        place.write_text(text.replace(found, instead, 1), encoding="utf-8")

    return apply


def only_head(file: str) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        place = folder / file
        place.write_text(place.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")

    return apply


def in_gbk(folder: Path) -> None:
    place = folder / "plans.csv"
    place.write_bytes("indicator,org_code,year,target\n活动,990001,2021,1\n".encode("gb18030"))


FAULTS = {
    "a missing file": (lambda folder: (folder / "plans.csv").unlink(), "缺少参考文件"),
    "a missing column": (change("plans.csv", "target", "aim"), "plans.csv 缺少列：target"),
    "another encoding": (in_gbk, "plans.csv 不是 UTF-8 编码"),
    "no organisation at all": (only_head("organisations.csv"), "organisations.csv 只有表头"),
    "no catalogue": (only_head("catalogue.csv"), "catalogue.csv 只有表头"),
    "no outline": (lambda folder: (folder / "outline.geojson").unlink(), "缺少辖区轮廓文件"),
    "an unknown level": (change("organisations.csv", "东桥社区,3,", "东桥社区,5,"), "第 5 行：level 应为"),
    "a parent of the wrong level": (
        change("organisations.csv", "东桥社区,3,990001001,", "东桥社区,3,990001,"),
        "第 5 行：上级编码「990001」不在名册的上一级中",
    ),
    "a code that a spreadsheet has shortened": (
        change("organisations.csv", "石桥乡,2,990001,", "石桥乡,2,9.90E+05,"),
        "第 3 行：上级编码「9.90E+05」",
    ),
    "one code for two": (
        change("organisations.csv", "990001001002", "990001001001"),
        "第 6 行：code 填写的「990001001001」与前面重复",
    ),
    "one item twice": (change("catalogue.csv", "patrol", "cleaning"), "catalogue.csv 第 3 行：item_code"),
    "an impossible day": (change("organisations.csv", "2021-07-01", "2021-02-30"), "第 7 行：valid_to 填写的「2021-02-30」"),
    "no first day": (change("organisations.csv", "2020-05-01", ""), "第 9 行：没有填写 valid_from"),
    "a position in words": (change("organisations.csv", "104.02", "东经104度"), "第 5 行：longitude"),
    "a plan without a number": (change("plans.csv", ",60", ",六十"), "plans.csv 第 2 行：target 填写的「六十」不是数字"),
    "a plan without a year": (change("plans.csv", ",2021,", ",,"), "plans.csv 第 2 行：没有填写 year"),
    "a figure without a number": (change("published_figures.csv", ",13,", ",,"), "没有填写 value"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_mistake_is_told_with_file_and_line(folder: Path, name: str) -> None:
    make, words = FAULTS[name]
    make(folder)
    with pytest.raises(Refused) as refusal:
        load_reference(folder)
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "folder", [DEFAULT.parent / "reference", QINGHE / "reference"], ids=["real", "invented"]
)
def test_the_reference_files_of_the_repository_are_sound(folder: Path) -> None:
    reference = load_reference(folder)
    codes = [row["code"] for row in reference.organisations if row["level"] == "3"]
    known = {reference.committee(row["name"]) for row in reference.organisations if row["level"] == "3"}
    assert known == set(codes), "every committee is known by its own name"


def test_dates_as_a_spreadsheet_writes_them_are_dates(folder: Path) -> None:
    change("organisations.csv", "2021-07-01", "2021/7/1")(folder)
    load_reference(folder)


def test_a_name_that_two_committees_share_is_nobodys(folder: Path) -> None:
    change("organisations.csv", "河东头", "西桥")(folder)
    reference = load_reference(folder)
    assert reference.committee("西桥村") is None
    assert reference.committee("东桥社区") == "990001001001"


def test_a_district_without_plans_and_published_figures_loads_all_the_same(
    folder: Path, county: Settings, tmp_path: Path
) -> None:
    only_head("plans.csv")(folder)
    only_head("published_figures.csv")(folder)
    desk = Desk(replace(county, reference=folder, data=tmp_path / "data"), tmp_path / "inbox")
    desk.write("东桥.xlsx", Sheet("activities", rows("activities", 2)))
    assert desk.load().accepted_count == 2
    assert desk.rows("select count(*) from ref_plan") == [(0,)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("望州南社区联合党委", "望州南"),
        ("四塘煤矿社区", "四塘煤矿"),
        (" 北宁 社区 ", "北宁"),
        ("社区", "社区"),
        ("村", "村"),
    ],
)
def test_only_what_everybody_appends_is_taken_off_a_name(text: str, name: str) -> None:
    assert plain_name(text) == name
