"""How each ledger is called on paper: the sheet's name, the title above the table, the note below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from etl.demo import words
from etl.demo.mechanisms import BOOKS
from etl.demo.timetable import Quarter


@dataclass(frozen=True)
class Form:
    sheet: str
    title: str
    notes: tuple[str, ...]
    widths: Mapping[str, int] = field(default_factory=dict)
    summed: tuple[str, ...] = ()


FORMS: dict[str, Form] = {
    "activities": Form(
        "活动台账",
        "活动台账",
        words.NOTES["activities"],
        {"held_on": 18, "title": 34, "unit_name": 30, "venue": 28},
        ("head_count", "attended_count", "volunteer_hours"),
    ),
    "member_units": Form(
        "成员单位",
        "成员单位台账",
        words.NOTES["member_units"],
        {"unit_name": 30, "unit_kind": 12, "sector": 12},
        ("member_count",),
    ),
    "service_points": Form(
        "联系点",
        "党员服务群众联系点台账",
        words.NOTES["service_points"],
        {"point_name": 30, "unit_name": 30},
    ),
    "members": Form(
        "双重管理党员",
        "双重管理党员台账",
        words.NOTES["members"],
        {"person_key": 22, "phone": 15, "unit_name": 30},
    ),
} | {book.dataset: Form(book.sheet, book.title, (book.note,), book.widths, book.summed) for book in BOOKS}


def heading_of(committee_name: str, quarter: Quarter, dataset: str, number: int) -> str:
    """The title above a sheet. 演示数据 in it is how the data are known to be synthetic."""
    return f"附件{number}　{committee_name}{quarter.title}{FORMS[dataset].title}（演示数据）"


def note_of(dataset: str, is_empty: bool, rng: Random) -> str:
    if is_empty and dataset == "activities":
        return "注：本季度未开展活动。"
    return rng.choice(FORMS[dataset].notes)
