"""A text file that is read in parts gives what it gives when it is read whole, findings and cells included."""

from __future__ import annotations

import csv
import hashlib
import io
import random
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl import long_texts, ordinary, pipeline, staging
from etl.reading import Job, Reading
from tests.pipeline.desk import Desk
from tests.submissions.make import Sheet, rows

FAULTY = {
    45: {"held_on": "2021年13月1日"},
    70: {"head_count": "若干"},
    71: {"title": "联系 13812345678 领取"},
    95: {"activity_type": "座谈交流会"},
    96: {"item_code": "扫地"},
    140: {"title": "第 3 场\n“便民”活动, 第二行"},
    141: {"venue": " \u3000广场\t"},
}


def text(count: int = 160) -> str:
    """Records with all sorts of faults, of which 1, 50, 120 are one record; among them blank, total and cut lines."""
    records = [one | {"title": f"第{n}场"} for n, one in enumerate(rows("activities", count))]
    for n, change in FAULTY.items():
        records[n] |= change
    records[50] = records[120] = dict(records[1])
    grid = [
        ["" if cell is None else str(cell) for cell in line] for line in Sheet("activities", records).grid()
    ]
    grid.insert(90, [])
    grid.insert(91, ["合计", "", "", "160"])
    grid.insert(130, grid[60][:4])
    grid.append(["注：以上均为演示"])
    stream = io.StringIO()
    csv.writer(stream).writerows(grid)
    return stream.getvalue()


def told(desk: Desk, file: Path, part_rows: int, folder: Path) -> tuple[dict[str, pa.Table], Reading]:
    """Everything that comes of one file, sorted, however many Parquet files it takes."""
    workshop = pipeline.prepare(desk.settings)
    job = Job(hashlib.sha256(file.read_bytes()).hexdigest(), file.name, file, part_rows=part_rows)
    folder.mkdir()
    with workshop.crew(1) as crew:
        tables = staging.read_and_check(workshop, [job], crew, folder=folder)
        (reading,) = crew.read([job])
    for written in sorted(folder.glob("*.parquet")):
        name, part = written.name.split(".")[0], pq.read_table(written)
        tables[name] = pa.concat_tables([_plain(tables[name]), _plain(part)]) if name in tables else part
    tables = {name: _plain(table) for name, table in tables.items()}
    order = {
        name: [(field.name, "ascending") for field in table.schema if not pa.types.is_map(field.type)]
        for name, table in tables.items()
    }
    return {name: table.sort_by(order[name]).combine_chunks() for name, table in tables.items()}, reading


def _plain(table: pa.Table) -> pa.Table:
    """Texts that are kept once for many rows, in every row."""
    kinds = [
        kind.value_type if pa.types.is_dictionary(kind := field.type) else kind for field in table.schema
    ]
    return table.cast(pa.schema(list(zip(table.column_names, kinds, strict=True))))


@pytest.mark.parametrize(
    ("encoding", "line_end"),
    [("utf-8", "\r\n"), ("utf-8-sig", "\n"), ("gb18030", "\r\n"), ("gb18030", "\r"), ("utf-16", "\n")],
)
def test_parts_make_the_whole(desk: Desk, tmp_path: Path, encoding: str, line_end: str) -> None:
    file = desk.inbox / "东桥社区_2021年第四季度.csv"
    file.write_bytes(text().replace("\r\n", line_end).encode(encoding))
    whole, _ = told(desk, file, 0, tmp_path / "whole")
    parts, reading = told(desk, file, 30, tmp_path / "parts")
    assert reading.is_in_parts
    assert whole.keys() == parts.keys()
    for name, table in whole.items():
        assert table.equals(parts[name]), name
    assert whole["accepted_activities"].num_rows > 150
    codes = set(whole["findings"]["code"].to_pylist())
    assert codes >= {"bad_date", "bad_number", "unknown_value", "duplicate_row"}
    assert "13812345678" not in str([table.to_pylist() for table in parts.values()])


@pytest.mark.usefixtures("equal_parts")
def test_most_parts_are_read_as_columns(desk: Desk) -> None:
    """Or else the test above would hold without them."""
    file = desk.inbox / "东桥社区_2021年第四季度.csv"
    file.write_text(text(), encoding="utf-8")
    setup = pipeline.prepare(desk.settings).setup()
    found = list(long_texts.parts(setup.recogniser, "", file.name, file, 10, setup.bounds))
    ways = [type(table.cells["title"]).__name__ for part in found for table in part.tables]
    assert ways.count("DictionaryArray") > ways.count("list") > 1


@pytest.fixture
def equal_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """However they are read, parts begin at the same rows."""
    monkeypatch.setattr(long_texts, "_BY_CELL", 1)


_ODD = ("", " ", "\x1c活动 ", "合计", "小计：3", "注：以上", "示例", "约30人", "本月合计", "联系人：张三", "139 1234 5678", "张三",
        "2021年11月5日", "活动时间", "\u3000清洁\xa0", "1、其他")  # fmt: skip
_NAMES = ("张伟", "王芳", "李娜", "刘洋", "陈静", "杨敏")


@pytest.mark.usefixtures("equal_parts")
@pytest.mark.parametrize("dataset", ["activities", "members", "service_points"])
def test_rows_read_as_columns_are_what_reading_cell_by_cell_gives(
    desk: Desk, dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup, chance = pipeline.prepare(desk.settings).setup(), random.Random(dataset)
    file = desk.inbox / "东桥社区_2021年第四季度.csv"
    for number in range(6):
        records = [dict(one) for one in rows(dataset, 120)]
        for _ in range(6):
            one = chance.choice(records)
            one[chance.choice(list(one))] = chance.choice(_ODD)
        if not number:  # persons where units and titles should stand
            for one in records:
                one |= {name: chance.choice(_NAMES) for name in ("title", "unit_name") if name in one}
        grid = [
            ["" if cell is None else str(cell) for cell in line] for line in Sheet(dataset, records).grid()
        ]
        file.write_text("".join(",".join(line) + "\n" for line in grid), encoding="utf-8")

        def read() -> list[object]:
            try:
                found = list(long_texts.parts(setup.recogniser, "", file.name, file, 10, setup.bounds))
            except long_texts.NotInParts:
                return []
            cells = [
                (
                    table.row_nos,
                    list(table.rejected),
                    {name: pa.array(column).to_pylist() for name, column in table.cells.items()},
                )
                for part in found
                for table in part.tables
            ]
            return [*cells, *(finding for part in found for finding in part.findings)]

        quick = read()
        with monkeypatch.context() as patch:
            patch.setattr(ordinary, "ordinary_rows", lambda *_: None)
            assert read() == quick


def test_a_second_committees_table_further_down_is_not_taken_for_the_firsts(
    desk: Desk, tmp_path: Path
) -> None:
    file = desk.inbox / "东桥社区_2021年第四季度.csv"
    second = text().replace("东桥社区联合党委", "西桥村联合党委")
    assert "西桥村联合党委" in second
    file.write_text(text() + second, encoding="utf-8")
    whole, _ = told(desk, file, 0, tmp_path / "whole")
    parts, _ = told(desk, file, 30, tmp_path / "parts")
    assert whole["slices"].num_rows == 2
    assert {name: table.to_pylist() for name, table in parts.items()} == {
        name: table.to_pylist() for name, table in whole.items()
    }


def test_a_second_table_further_down_makes_it_one_whole(desk: Desk, tmp_path: Path) -> None:
    file = desk.inbox / "东桥社区_2021年第四季度.csv"
    points = [
        ",".join(str(cell or "") for cell in line)
        for line in Sheet("service_points", rows("service_points", 3)).grid()
    ]
    file.write_text("\n".join(points) + "\n" * 60 + text(), encoding="utf-8")
    whole, _ = told(desk, file, 0, tmp_path / "whole")
    parts, _ = told(desk, file, 30, tmp_path / "parts")
    assert {name: table.to_pylist() for name, table in parts.items()} == {
        name: table.to_pylist() for name, table in whole.items()
    }


def test_a_release_is_the_same_however_its_files_were_read(
    another_desk: Callable[[str], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = []
    for name, size in (("whole", 1 << 30), ("parts", 100)):
        monkeypatch.setattr(staging, "_LONG", size)
        monkeypatch.setattr(staging, "_PART_ROWS", 30)
        desk = another_desk(name)
        (desk.inbox / "东桥社区_2021年第四季度.csv").write_text(text(), encoding="utf-8")
        loaded = desk.load()
        assert loaded.row_count > loaded.accepted_count > 150
        batch = next((desk.data / "staging").glob("*/*/manifest.json")).parent
        assert len(staging.files_of(batch, "accepted_activities")) == (1 if name == "whole" else 11)
        contents.append(desk.contents())
    assert contents[0] == contents[1]
