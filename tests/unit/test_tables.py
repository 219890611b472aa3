"""Which table a sheet holds, whose, of which quarter, and which rows of it are records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from etl.contract import load_contracts
from etl.findings import Finding
from etl.readers import Sheet as Cells
from etl.reference import load_reference, plain_name
from etl.settings import DEFAULT
from etl.tables import Recogniser, Table, parse_quarter
from tests.submissions.make import (
    DONGQIAO,
    FIRST_ROW,
    HEADER_ROW,
    LIUWAN,
    LIUWANNAN,
    QINGHE,
    XIQIAO,
    Sheet,
    row,
    rows,
)

COUNTY = load_reference(QINGHE / "reference")


def recognised(
    *sheets: Sheet | Cells, file_name: str = "台账.xlsx", crs: str = ""
) -> tuple[list[Table], list[Finding]]:
    cells = [
        Cells(sheet.title, [[None if v is None else str(v) for v in line] for line in sheet.grid()])
        if isinstance(sheet, Sheet)
        else sheet
        for sheet in sheets
    ]
    return Recogniser(load_contracts(), COUNTY, b"k" * 16, crs).tables("0" * 64, file_name, cells)


def only(*sheets: Sheet | Cells, file_name: str = "台账.xlsx", crs: str = "") -> Table:
    (table,), findings = recognised(*sheets, file_name=file_name, crs=crs)
    assert not findings
    return table


def codes(*sheets: Sheet | Cells, file_name: str = "台账.xlsx") -> list[str]:
    return [finding.code for finding in recognised(*sheets, file_name=file_name)[1]]


# ---- whose ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["东桥社区联合党委", "东桥社区党委", "东桥社区", "东桥", " 东桥 社区 ", "河东头", "河东头社区居委会"],
)
def test_a_committee_is_known_by_every_usual_form_of_its_name(name: str) -> None:
    assert only(Sheet("activities", rows("activities", 1), committee=name)).community_code == DONGQIAO


@pytest.mark.parametrize(
    ("name", "code"),
    [("柳湾社区", LIUWAN), ("柳湾", LIUWAN), ("柳湾南社区党委", LIUWANNAN), ("柳湾南", LIUWANNAN)],
)
def test_a_name_that_begins_another_name_is_not_confused_with_it(name: str, code: str) -> None:
    assert only(Sheet("activities", rows("activities", 1), committee=name)).community_code == code


@pytest.mark.parametrize("name", ["柳", "柳湾东社区", "柳湾北", "桥", "青河县", "石桥乡"])
def test_a_name_that_is_nobodys_is_refused(name: str) -> None:
    assert codes(Sheet("activities", rows("activities", 1), committee=name)) == ["unknown_committee"]


@pytest.mark.parametrize(
    "name", ["望州", "望州南", "望州东", "四塘", "四塘煤矿", "兴宁", "朝阳", "三塘", "五塘", "五里堽"]
)
def test_the_real_traps_among_names_lead_to_their_own_committee_or_to_none(name: str) -> None:
    real = load_reference(DEFAULT.parent / "reference")
    own = [
        one["code"]
        for one in real.organisations
        if one["level"] == "3" and plain_name(one["short_name"]) == name
    ]
    assert real.committee(f"{name}社区联合党委") == (own[0] if own else None)


def test_a_town_and_a_community_of_one_name_are_two_things() -> None:
    assert COUNTY.committee("柳湾社区") == LIUWAN
    assert COUNTY.committee("柳湾镇") is None


def test_the_files_name_speaks_where_the_sheet_is_silent() -> None:
    sheet = Sheet("activities", rows("activities", 1), committee=None, quarter=None)
    table = only(sheet, file_name="西桥村联合党委_2021年第四季度台账.xlsx")
    assert (table.community_code, table.period.key) == (XIQIAO, "2021-Q4")


def test_the_sheet_is_believed_before_the_files_name() -> None:
    assert (
        only(Sheet("activities", rows("activities", 1)), file_name="西桥村_台账.xlsx").community_code
        == DONGQIAO
    )


# ---- when -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2021年第四季度",
        "2021年4季度",
        "2021第四季度",
        "2021-Q4",
        "2021q4",
        "２０２１年第４季度",
        "2021年第4季度台账",
    ],
)
def test_a_quarter_is_read_in_every_usual_form(text: str) -> None:
    period = parse_quarter(text)
    assert period
    assert (period.key, period.first_on, period.last_on) == ("2021-Q4", date(2021, 10, 1), date(2021, 12, 31))


@pytest.mark.parametrize("text", ["", "2021年", "第四季度", "2021年第五季度", "四季青小区"])
def test_what_names_no_quarter_is_no_quarter(text: str) -> None:
    assert parse_quarter(text) is None


def test_without_a_quarter_a_quarterly_table_is_refused() -> None:
    assert codes(Sheet("activities", rows("activities", 1), quarter=None)) == ["no_period"]


def test_without_a_quarter_a_standing_list_belongs_to_the_day_it_was_written() -> None:
    table = only(Sheet("member_units", rows("member_units", 1), quarter=None, reported="2021年8月3日"))
    assert table.period.key == "2021-Q3"


# ---- which table, which columns -----------------------------------------------------------------


def test_columns_may_stand_in_any_order() -> None:
    names = [column.name for column in load_contracts()["activities"].columns]
    table = only(Sheet("activities", rows("activities", 2), columns=names[::-1]))
    assert table.cells["title"] == ["清洁河岸1", "清洁河岸2"]
    assert table.letters["held_on"] == "J"


def test_headings_may_have_blanks_stars_and_other_brackets() -> None:
    headings = {"held_on": "活动 时间*", "title": "活动名称：", "volunteer_hours": "志愿服务时长(小时)"}
    table = only(Sheet("activities", rows("activities", 1), headings=headings))
    assert table.headings["held_on"] == "活动 时间*"
    assert table.cells["volunteer_hours"] == ["60.5"]


def test_an_unknown_column_is_told_and_the_rest_is_read() -> None:
    (table,), (finding,) = recognised(
        Sheet(
            "activities", rows("activities", 1), beside=[("经办科室", "党建办"), ("序号", 1), ("备注", "好")]
        )
    )
    assert len(table.row_nos) == 1
    assert (finding.code, finding.heading, finding.column_letter) == ("unknown_column", "经办科室", "K")
    assert finding.row_no == HEADER_ROW


def test_a_missing_column_refuses_the_sheet_and_says_which() -> None:
    sheet = Sheet(
        "activities", rows("activities", 1), columns=["title", "activity_type", "venue", "head_count"]
    )
    tables, (finding,) = recognised(sheet)
    assert not tables
    assert (finding.code, finding.heading, finding.severity) == ("missing_column", "活动时间", "submission")
    assert "日期" in finding.hint + finding.sentence, "it says under which headings the column is known"


def test_of_two_columns_for_one_thing_the_official_heading_is_read() -> None:
    (table,), (finding,) = recognised(
        Sheet("activities", rows("activities", 1), beside=[("日期", "2021-12-24")])
    )
    assert table.cells["held_on"] == ["2021-11-05"]
    assert (finding.code, finding.heading) == ("duplicate_column", "日期")


def test_all_four_ledgers_of_one_workbook_are_told_apart() -> None:
    tables, findings = recognised(*(Sheet(name, rows(name, 2)) for name in load_contracts()))
    assert not findings
    assert sorted(table.dataset for table in tables) == sorted(load_contracts())


def test_the_header_is_found_under_any_number_of_lines() -> None:
    sheet = Sheet("activities", rows("activities", 2))
    above = [[None], ["青河县社区联合党委"], [None, "内部资料"], [None]]
    lines = [[None if v is None else str(v) for v in line] for line in [*above, *sheet.grid()]]
    assert only(Cells("活动", lines)).row_nos == [FIRST_ROW + 4, FIRST_ROW + 5]


# ---- which rows ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        ["合计", None, None],
        ["总计"],
        ["合 计：", "2场"],
        [None, "小计"],
        ["注：以上均为本季度活动"],
        ["填表人：某某"],
        [None],
    ],
)
def test_totals_notes_and_blank_lines_are_no_records(line: Sequence[str | None]) -> None:
    assert only(Sheet("activities", rows("activities", 2), below=[line])).row_nos == [4, 5]


def test_a_total_above_the_records_is_no_record() -> None:
    total = {"held_on": "合计", **{name: None for name in row("activities") if name != "held_on"}}
    assert only(Sheet("activities", [total, *rows("activities", 2)])).row_nos == [5, 6]


def test_a_record_whose_title_only_begins_like_a_total_is_a_record() -> None:
    assert only(Sheet("activities", [row("activities", title="合计议事会")])).row_nos == [4]


def test_the_header_repeated_on_the_next_page_is_no_record() -> None:
    sheet = Sheet("activities", rows("activities", 1))
    header = sheet.grid()[HEADER_ROW - 1]
    again = Sheet(
        "activities", rows("activities", 1), below=[header, [row("activities")[n] for n in row("activities")]]
    )
    assert only(again).row_nos == [4, 6]


def test_an_empty_sheet_is_told_and_harms_nothing() -> None:
    (table,), (finding,) = recognised(Sheet("activities", rows("activities", 1)), Cells("Sheet2", []))
    assert table.dataset == "activities"
    assert (finding.code, finding.severity, finding.sheet_name) == ("empty_sheet", "warning", "Sheet2")


def test_headings_without_records_are_told() -> None:
    (table,), (finding,) = recognised(Sheet("activities"))
    assert table.row_nos == []
    assert finding.code == "no_rows"


def test_a_form_in_place_of_a_table_is_refused() -> None:
    form = Cells("表", [["活动申请表"], ["活动名称", "清洁河岸"], ["申请人", "某某"], ["意见", "同意"]])
    assert codes(form) == ["no_table"]


def test_a_table_of_something_else_is_told() -> None:
    other = Cells(
        "车辆", [["车牌", "司机", "里程"], ["甲1", "乙", "3"], ["甲2", "丙", "4"], ["甲3", "丁", "5"]]
    )
    assert codes(Sheet("activities", rows("activities", 1)), other) == ["unrecognised_sheet"]


def test_the_coordinate_system_above_the_table_is_read_before_the_settings_one() -> None:
    sheet = Sheet("service_points", rows("service_points", 1))
    lines = [[None if v is None else str(v) for v in line] for line in sheet.grid()]
    lines[1].append("坐标系：百度")
    assert only(Cells("联系点", lines), crs="GCJ-02").crs == "BD-09"
    assert only(sheet, crs="GCJ-02").crs == "GCJ-02"


def test_names_and_phones_of_persons_are_left_behind() -> None:
    table = only(Sheet("members", rows("members", 2)))
    assert table.cells.keys() == {
        "person_key", "person_key__verdict", "unit_name", "member_status", "since_on", "until_on",
    }  # fmt: skip
    assert all(key and key.startswith("p") for key in table.cells["person_key"])
