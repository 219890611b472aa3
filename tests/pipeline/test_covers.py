"""The letter to each committee: what came, what was taken, what is to be corrected and by when."""

from __future__ import annotations

from pathlib import Path

from docx import Document

from tests.pipeline.desk import Desk
from tests.submissions.make import Sheet, row, rows


def said(letter: Path) -> str:
    document = Document(str(letter))
    cells = [cell.text for table in document.tables for line in table.rows for cell in line.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_every_committee_has_a_letter_with_what_it_sent(desk: Desk, tmp_path: Path) -> None:
    records = [
        row("activities"),
        row("activities", title="二", head_count=-5),
        row("activities", title="三", item_code="飞行"),
    ]
    desk.write("东桥.xlsx", Sheet("activities", records))
    desk.write("西桥.xlsx", Sheet("activities", rows("activities", 2), "西桥村"))
    (desk.inbox / "表.pdf").write_bytes(b"%PDF-1.7")
    letters = tmp_path / "letters"
    result = desk.run("check", desk.inbox, "--covers", letters, "--by", "2022-01-31")
    assert result.exit_code == 1
    assert {path.name for path in letters.iterdir()} == {
        "东桥社区联合党委_台账审核反馈.docx",
        "西桥村联合党委_台账审核反馈.docx",
        "未识别填报单位_台账审核反馈.docx",
    }
    faulty = said(letters / "东桥社区联合党委_台账审核反馈.docx")
    assert "共读取记录 3 条，其中采用 2 条，需要更正 1 条" in faulty
    assert "请于2022年1月31日前更正后重新报送" in faulty
    assert "活动 H5" in faulty
    assert "活动 E6" in faulty
    assert "青河县委" in faulty
    assert "演示数据" not in faulty
    assert "没有需要更正的内容" in said(letters / "西桥村联合党委_台账审核反馈.docx")
    assert "暂不支持" in said(letters / "未识别填报单位_台账审核反馈.docx")


def test_a_letter_is_a4_and_says_of_demo_data_that_it_is(desk: Desk, tmp_path: Path) -> None:
    grid = Sheet("activities", rows("activities", 1)).grid()
    desk.write("东桥.xlsx", ("活动", [["演示数据"], *grid]))
    assert desk.run("check", desk.inbox, "--covers", tmp_path / "letters").exit_code == 0
    (letter,) = (tmp_path / "letters").iterdir()
    section = Document(str(letter)).sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert "演示数据" in said(letter)
