"""A second count of the demo submissions, straight from the workbooks, with pandas alone.

It proves the ETL's figures, so it shares nothing with it: its own search for the header, its own
lists of headings and options, its own parsing, its own rule for which submission counts. It
imports neither `etl` nor `dashboard`, and reads only the workbooks and the reference folder.

    counted = recount(directory, reference)
    counted.activities      one row an accepted activity
    counted.units           one row a member unit, as its committee's newest list has it
    counted.members         one row a registration (a person may have several), likewise
    counted.points          one row a liaison point, likewise
    counted.rejected        the rows left out, with the reason
    counted.oddities        the rows that count although something is wrong with them
    counted.submissions     one row a table found, with `is_current`

All frames carry community_code, street_code, district_code and path, sheet, row (as Excel counts).
Dates are `datetime64`; `NaT` stands for an empty end. `under_way` tells which rows of a list held on
a day.
"""

import csv
import json
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from recount_positions import to_wgs84
from shapely.geometry import shape

from tests.backtests.ledger import BadCellError
from tests.backtests.mechanisms import LEDGERS

SHEETS = {"活动台账": "activities", "成员单位": "units", "联系点": "points", "双重管理党员": "members"}
SHEETS |= {ledger.sheet: dataset for dataset, ledger in LEDGERS.items()}

HEADINGS: dict[str, dict[str, str]] = {
    "activities": {
        "held_on": "活动时间 日期 开展时间 活动日期 举办时间 时间",
        "title": "活动名称 活动主题 主题 名称 活动内容",
        "activity_type": "活动类型 类型 活动类别 类别",
        "themed": "是否主题活动 主题活动 是否轮值主题活动",
        "item": "服务事项 服务小项 事项",
        "unit_name": "主办单位 承办单位 牵头单位 组织单位",
        "venue": "活动地点 地点 举办地点 开展地点",
        "head_count": "参加人数 人数 参与人数",
        "attended_count": "参与人次 人次 服务人次 受益人次",
        "volunteer_hours": "志愿服务时长（小时） 志愿时长 服务时长 志愿服务时长 时长（小时）",
    },
    "units": {
        "unit_name": "单位名称 成员单位 成员单位名称 党组织名称 单位全称",
        "unit_kind": "单位性质 单位类型 单位类别 性质",
        "sector": "所属行业 行业 行业类别 领域",
        "member_count": "党员人数 党员数 党员总数 单位党员数",
        "signed_on": "协议签订日期 签订日期 签约时间 共建协议签订时间 签订时间",
        "ends_on": "协议到期日期 到期日期 协议到期时间 终止日期",
    },
    "points": {
        "point_name": "联系点名称 名称 服务点名称 联系点",
        "point_kind": "联系点类型 类型 类别 服务点类型",
        "longitude": "经度 东经 经度坐标",
        "latitude": "纬度 北纬 纬度坐标",
        "crs": "坐标系 坐标系统",
        "unit_name": "责任单位 负责单位 包联单位",
        "opened_on": "设立日期 设立时间 建立时间 成立时间",
        "closed_on": "撤销日期 撤销时间 停用日期",
    },
    "members": {
        "identity_number": "身份证号 身份证号码 公民身份号码 身份证",
        "unit_name": "所在单位 所在党组织 单位名称 工作单位 成员单位",
        "member_status": "党员类别 党员状态 类别 正式/预备",
        "since_on": "纳入日期 纳入双重管理日期 纳入时间 报到日期 报到时间",
        "until_on": "转出日期 转出时间 退出日期",
    },
}

OPTIONS: dict[str, dict[str, str]] = {
    "activity_type": {
        "volunteer": "志愿服务 志愿服务活动 志愿活动",
        "gala": "文艺晚会、游园 文艺晚会 游园 游园活动 文艺活动 文艺晚会·游园",
        "training": "专业技术培训 技术培训 培训",
        "party_day": "主题党日 党日活动",
        "lecture": "政策宣讲 宣讲 宣讲活动",
        "other": "其他活动 其他 其它",
    },
    "unit_kind": {
        "government": "机关 党政机关 机关单位",
        "institution": "事业单位 事业",
        "enterprise": "企业 国有企业 民营企业 公司 非公企业",
        "social": "社会组织 协会 商会 社团",
        "school": "学校 中小学 幼儿园 院校",
        "hospital": "医院 医疗机构 卫生院",
        "police": "派出所 公安派出所 警务站",
    },
    "sector": {
        "administration": "党政管理 党政",
        "education": "教育 教育行业",
        "health": "医疗卫生 卫生 医疗",
        "commerce": "商贸服务 商贸 商业 酒店餐饮",
        "finance": "金融 银行 金融保险",
        "logistics": "交通物流 物流 交通",
        "internet": "互联网 信息技术",
        "culture": "文化旅游 文化 旅游",
        "security": "公安政法 政法 公安",
        "other": "其他 其它",
    },
    "point_kind": {
        "estate": "小区楼栋 小区 楼栋",
        "grid": "网格驿站 网格",
        "business": "商圈楼宇 商圈 楼宇",
        "unit": "单位驻点 单位 驻点",
        "village": "村屯院落 村屯 院落",
    },
    "member_status": {"full": "正式党员 正式", "probationary": "预备党员 预备"},
}

DATES = {"signed_on", "ends_on", "opened_on", "closed_on", "since_on", "until_on"}
COUNTS = {"head_count", "attended_count", "member_count"}
NUMBERS = {"volunteer_hours", "longitude", "latitude"}
# Without these a row says nothing.
NEEDED: dict[str, tuple[str, ...]] = {
    "activities": ("held_on", "title", "activity_type"),
    "units": ("unit_name", "unit_kind", "signed_on"),
    "points": ("point_name", "point_kind", "opened_on"),
    "members": ("identity_number", "unit_name", "member_status", "since_on"),
}
SAME_IF: dict[str, tuple[str, ...]] = {
    "activities": ("held_on", "title", "venue"),
    "units": ("unit_name",),
    "points": ("point_name",),
    "members": ("identity_number",),
}
BORDER_TOLERANCE_M = 50.0
QUARTER = re.compile(r"(\d{4})年第([一二三四])季度")


@dataclass(frozen=True)
class Recount:
    activities: pd.DataFrame
    units: pd.DataFrame
    members: pd.DataFrame
    points: pd.DataFrame
    submissions: pd.DataFrame
    rejected: pd.DataFrame
    oddities: pd.DataFrame
    ledgers: dict[str, pd.DataFrame]  # the further ledgers, by dataset


@dataclass(frozen=True)
class _Table:
    """One table found in a workbook: whose, for which quarter, and its cells by column."""

    path: Path
    sheet: str
    dataset: str
    community_code: str
    quarter: str
    reported_on: date
    crs: str
    rows: list[tuple[int, dict[str, Any]]]  # (Excel row, cells)


def recount(directory: Path, reference: Path) -> Recount:
    """Count what the workbooks under `directory` say. Raises ValueError for one that says not enough."""
    organisations = _read_csv(reference / "organisations.csv")
    committees = _spellings(organisations)
    tables = [table for path in sorted(directory.rglob("*.xlsx")) for table in _tables(path, committees)]
    current = _current(tables)
    items = _items(reference / "catalogue.csv")
    accepted: dict[str, list[dict[str, Any]]] = {dataset: [] for dataset in SHEETS.values()}
    rejected: list[dict[str, Any]] = []
    for position in sorted(current):
        table = tables[position]
        seen: set[tuple[Any, ...]] = set()
        for row_no, cells in table.rows:
            place = {"path": table.path, "sheet": table.sheet, "row": row_no}
            try:
                further = LEDGERS.get(table.dataset)
                told = {"crs": table.crs} | cells
                record = further.record(told, items) if further else _record(table, cells, items)
                same_if = further.same_if if further else SAME_IF[table.dataset]
                key = tuple(record[name] for name in same_if)
                if key in seen:
                    raise BadCellError("duplicate_row")
                seen.add(key)
            except BadCellError as fault:
                rejected.append(place | {"reason": str(fault)})
                continue
            accepted[table.dataset].append(
                {"community_code": table.community_code, "quarter": table.quarter} | record | place
            )
    parents = {row["code"]: row["parent_code"] for row in organisations}
    ledgers = {name: ledger.frame(accepted.pop(name), parents) for name, ledger in LEDGERS.items()}
    frames = {dataset: _frame(dataset, records, parents) for dataset, records in accepted.items()}
    frames["points"], misplaced = _locate(frames["points"], reference / "outline.geojson")
    heads = frames["activities"]
    fewer = heads[heads.attended_count < heads.head_count]
    oddities = pd.concat([misplaced, fewer.assign(reason="fewer_attendances_than_heads")])
    return Recount(
        **frames,
        ledgers=ledgers,
        submissions=pd.DataFrame(
            {
                "path": table.path,
                "community_code": table.community_code,
                "dataset": table.dataset,
                "quarter": table.quarter,
                "reported_on": pd.Timestamp(table.reported_on),
                "row_count": len(table.rows),
                "is_current": position in current,
            }
            for position, table in enumerate(tables)
        ),
        rejected=pd.DataFrame(rejected, columns=["path", "sheet", "row", "reason"]),
        oddities=oddities[["path", "sheet", "row", "reason"]].reset_index(drop=True),
    )


def under_way(frame: pd.DataFrame, day: date | str, since: str, until: str) -> pd.DataFrame:
    """The rows that had begun by `day` and had not ended: an end on the day itself ends it."""
    moment = pd.Timestamp(day)
    return frame[(frame[since] <= moment) & (frame[until].isna() | (frame[until] > moment))]


def _current(tables: list[_Table]) -> set[int]:
    """Activities: the newest report of each quarter. Lists: the newest quarter, then the newest report."""
    best: dict[tuple[str, ...], tuple[tuple[str, date], int]] = {}
    for position, table in enumerate(tables):
        slot = (table.community_code, table.dataset)
        if table.dataset == "activities":
            slot += (table.quarter,)
        age = (table.quarter, table.reported_on)
        if slot not in best or age > best[slot][0]:
            best[slot] = (age, position)
    return {position for _, position in best.values()}


# ---- reading ----------------------------------------------------------------------------------


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _spellings(organisations: list[dict[str, str]]) -> dict[str, str]:
    """The ways in which a committee writes its own name -> its code."""
    spellings: dict[str, str] = {}
    for row in organisations:
        if row["level"] == "3":
            names = [row["name"], row["short_name"], *row["aliases"].split("|")]
            names += [name.replace("联合党委", "党委") for name in names]
            spellings |= {name: row["code"] for name in names if name}
    return spellings


def _items(path: Path) -> dict[str, tuple[str, str]]:
    """Name or alias of a catalogue item -> (item code, class code)."""
    return {
        name: (row["item_code"], row["class_code"])
        for row in _read_csv(path)
        for name in [row["item_name"], *row["aliases"].split("|")]
        if name
    }


def _tables(path: Path, committees: dict[str, str]) -> Iterator[_Table]:
    sheets = pd.read_excel(path, sheet_name=None, header=None, engine="calamine", dtype=object)
    for name, cells in sheets.items():
        dataset = SHEETS.get(str(name))
        if dataset is None:
            continue
        grid = [[None if pd.isna(cell) else cell for cell in row] for row in cells.to_numpy()]
        header = next(index for index, row in enumerate(grid) if _is_header(row, dataset))
        above = [str(cell) for row in grid[:header] for cell in row if cell is not None]
        quarter = QUARTER.search(above[0])
        code = committees.get(_after("填报单位", above))
        if quarter is None or code is None:
            raise ValueError(f"{path.name} / {name}: whose table is this, and of which quarter?")
        columns = {
            position: column
            for position, text in enumerate(grid[header])
            if (column := _column(text, dataset)) is not None
        }
        yield _Table(
            path=path,
            sheet=str(name),
            dataset=dataset,
            community_code=code,
            quarter=f"{quarter[1]}-Q{'一二三四'.index(quarter[2]) + 1}",
            reported_on=_day(_after("填报时间", above)),
            crs=_after("坐标系", above),
            rows=[
                (index + 1, {column: grid[index][position] for position, column in columns.items()})
                for index in range(header + 1, len(grid))
                if _is_record(grid[index])
            ],
        )


def _after(label: str, texts: list[str]) -> str:
    """What stands behind a label, in its own cell or in the next one."""
    for position, text in enumerate(texts):
        if match := re.search(rf"{label}：\s*([^\s　]*)", text):
            return match[1] or (texts[position + 1] if position + 1 < len(texts) else "")
    return ""


def _column(heading: Any, dataset: str) -> str | None:
    if dataset in LEDGERS:
        return LEDGERS[dataset].column(heading)
    return next((name for name, texts in HEADINGS[dataset].items() if heading in texts.split(" ")), None)


def _is_header(row: list[Any], dataset: str) -> bool:
    wanted = min(4, len(LEDGERS[dataset].headings)) if dataset in LEDGERS else 4
    return sum(_column(cell, dataset) is not None for cell in row) >= wanted


def _is_record(row: list[Any]) -> bool:
    filled = [cell for cell in row if cell is not None]
    return len(filled) > 1 and filled[0] != "合计"


# ---- cells ------------------------------------------------------------------------------------


def _record(table: _Table, cells: dict[str, Any], items: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """One row with typed values. Raises BadCellError."""
    record: dict[str, Any] = {}
    for column in HEADINGS[table.dataset]:
        value = cells.get(column)
        if column == "held_on":
            first, last = _days(value)
            if f"{first.year}-Q{(first.month + 2) // 3}" != table.quarter:
                raise BadCellError("outside_period")
            record |= {"held_on": first, "ended_on": last}
        elif column in DATES:
            record[column] = None if value is None else _day(value)
        elif column in COUNTS | NUMBERS:
            record[column] = None if value is None else _number(value)
            if column not in ("longitude", "latitude") and (record[column] or 0) < 0:
                raise BadCellError("below_minimum")
        elif column in OPTIONS:
            record[column] = None if value is None else _option(column, value)
        elif column == "themed":
            record[column] = {"是": True, "否": False}[value]
        elif column == "item":
            record["item_code"], record["class_code"] = items[value]
        elif column == "crs":
            record[column] = value or table.crs
        else:
            record[column] = None if value is None else str(value).strip()
    for column in NEEDED[table.dataset]:
        if record[column] is None:
            raise BadCellError(f"{column} is missing")
    return record


def _option(column: str, value: Any) -> str:
    for code, texts in OPTIONS[column].items():
        if value in texts.split(" "):
            return code
    raise BadCellError("unknown_value")


def _number(value: Any) -> float:
    if isinstance(value, int | float):
        return float(value)
    text = re.sub(r"(人|次|小时)$", "", unicodedata.normalize("NFKC", str(value)).replace(",", ""))
    try:
        return float(text)
    except ValueError:
        raise BadCellError("bad_number") from None


def _day(value: Any) -> date:
    return _days(value)[0]


def _days(value: Any) -> tuple[date, date]:
    """First and last day. Of a range the second part may leave out what the first has said."""
    if isinstance(value, datetime | pd.Timestamp):
        return value.date(), value.date()
    if isinstance(value, date):
        return value, value
    found = [int(number) for number in re.findall(r"\d+", unicodedata.normalize("NFKC", str(value)))]
    try:
        first = date(*found[:3])
        rest = found[3:]
        return first, (
            date(*([first.year, first.month, first.day][: 3 - len(rest)] + rest)) if rest else first
        )
    except (TypeError, ValueError):
        raise BadCellError("bad_date") from None


# ---- frames -----------------------------------------------------------------------------------


def _frame(dataset: str, records: list[dict[str, Any]], parents: dict[str, str]) -> pd.DataFrame:
    columns = [name for name in HEADINGS[dataset] if name != "item"]
    if dataset == "activities":
        columns += ["ended_on", "item_code", "class_code"]
    frame = pd.DataFrame(records, columns=["community_code", "quarter", *columns, "path", "sheet", "row"])
    frame.insert(1, "street_code", frame.community_code.map(parents))
    frame.insert(2, "district_code", frame.street_code.map(parents))
    for name in DATES | {"held_on", "ended_on"}:
        if name in frame:
            frame[name] = pd.to_datetime(frame[name])
    for name in COUNTS | NUMBERS:
        if name in frame:
            frame[name] = frame[name].astype("float64")
    return frame


def _locate(points: pd.DataFrame, outline: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add `located`, and longitude and latitude in WGS-84. Also the rows whose position is wrong."""
    features = json.loads(outline.read_text(encoding="utf-8"))["features"]
    area = shapely.union_all([shape(feature["geometry"]) for feature in features])
    area = area.buffer(BORDER_TOLERANCE_M / 111_320)

    def judge(longitude: float, latitude: float, crs: str) -> tuple[float, float, str]:
        if math.isnan(longitude) or math.isnan(latitude):
            return math.nan, math.nan, "missing"
        if longitude == 0 and latitude == 0:
            return math.nan, math.nan, "position_zero"
        if shapely.contains_xy(area, *to_wgs84(latitude, longitude, crs)):
            return math.nan, math.nan, "position_swapped"
        x, y = to_wgs84(longitude, latitude, crs)
        if not shapely.contains_xy(area, x, y):
            return math.nan, math.nan, "position_outside"
        return x, y, ""

    verdicts = [judge(*row) for row in zip(points.longitude, points.latitude, points.crs, strict=True)]
    reason = pd.Series([verdict[2] for verdict in verdicts], index=points.index, dtype="object")
    located = points.assign(
        longitude=[verdict[0] for verdict in verdicts],
        latitude=[verdict[1] for verdict in verdicts],
        located=reason == "",
    )
    wrong = reason.str.startswith("position_")
    return located, points[wrong].assign(reason=reason[wrong])
