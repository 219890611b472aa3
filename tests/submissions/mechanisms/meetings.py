"""Joint meetings, attendance, resolutions and chairs: faultless records and what breaks each check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SCHOOL = "青河县第一小学"
LONG = "长"
GOOD: dict[str, dict[str, Any]] = {
    "meetings": {
        "meeting_title": "2021年第四季度联席会议",
        "meeting_kind": "季度联席会议",
        "plan_year": 2021,
        "plan_quarter": "第四季度",
        "meeting_state": "已召开",
        "held_on": "2021-11-18",
        "excuse_reason": None,
        "topics": "困难群众冬季帮扶",
        "evidence": "联席纪要〔2021〕4号",
    },
    "meeting_attendance": {
        "meeting_title": "2021年第四季度联席会议",
        "met_on": "2021-11-18",
        "unit_name": SCHOOL,
        "attendance_state": "出席",
    },
    "resolutions": {
        "meeting_title": "2021年第四季度联席会议",
        "met_on": "2021-11-18",
        "resolution": "开放单位停车位错时共享",
        "unit_name": None,
        "due_on": "2021-12-20",
        "closed_on": "2021-12-15",
    },
    "chairs": {"turn_on": "2021-11-01", "unit_name": SCHOOL, "theme": "消防安全"},
}
VARIED = {
    "meetings": "meeting_title",
    "meeting_attendance": "meeting_title",
    "resolutions": "resolution",
    "chairs": "unit_name",
}
_EXCUSED = {"meeting_state": "因故免开", "held_on": None, "excuse_reason": "疫情防控"}
VIOLATIONS: dict[tuple[str, str, str], Mapping[str, Any]] = {
    ("meetings", "required", "meeting_title"): {"meeting_title": None},
    ("meetings", "too_long", "meeting_title"): {"meeting_title": LONG * 61},
    ("meetings", "required", "meeting_kind"): {"meeting_kind": None},
    ("meetings", "unknown_value", "meeting_kind"): {"meeting_kind": "茶话会"},
    ("meetings", "bad_number", "plan_year"): {"plan_year": "去年"},
    ("meetings", "below_minimum", "plan_year"): {"plan_year": 2008},
    ("meetings", "above_maximum", "plan_year"): {"plan_year": 2100},
    ("meetings", "unknown_value", "plan_quarter"): {"plan_quarter": "上半年"},
    ("meetings", "required", "meeting_state"): {"meeting_state": None},
    ("meetings", "unknown_value", "meeting_state"): {"meeting_state": "延期"},
    ("meetings", "bad_date", "held_on"): {"held_on": "2021-11-31"},
    ("meetings", "unknown_value", "excuse_reason"): {"excuse_reason": "忘记了"},
    ("meetings", "too_long", "topics"): {"topics": LONG * 201},
    ("meetings", "too_long", "evidence"): {"evidence": LONG * 61},
    ("meetings", "plan_missing", "plan_year"): {"plan_year": None},
    ("meetings", "quarter_missing", "plan_quarter"): {"plan_quarter": None},
    ("meetings", "held_without_date", "held_on"): {"held_on": None},
    ("meetings", "date_without_meeting", "held_on"): {"meeting_state": "未召开"},
    ("meetings", "excuse_without_reason", "excuse_reason"): _EXCUSED | {"excuse_reason": None},
    ("meeting_attendance", "required", "meeting_title"): {"meeting_title": None},
    ("meeting_attendance", "too_long", "meeting_title"): {"meeting_title": LONG * 61},
    ("meeting_attendance", "required", "met_on"): {"met_on": None},
    ("meeting_attendance", "bad_date", "met_on"): {"met_on": "年底"},
    ("meeting_attendance", "required", "unit_name"): {"unit_name": None},
    ("meeting_attendance", "too_long", "unit_name"): {"unit_name": LONG * 61},
    ("meeting_attendance", "required", "attendance_state"): {"attendance_state": None},
    ("meeting_attendance", "unknown_value", "attendance_state"): {"attendance_state": "列席"},
    ("resolutions", "required", "meeting_title"): {"meeting_title": None},
    ("resolutions", "too_long", "meeting_title"): {"meeting_title": LONG * 61},
    ("resolutions", "required", "met_on"): {"met_on": None},
    ("resolutions", "bad_date", "met_on"): {"met_on": "会上"},
    ("resolutions", "required", "resolution"): {"resolution": None},
    ("resolutions", "too_long", "resolution"): {"resolution": LONG * 121},
    ("resolutions", "too_long", "unit_name"): {"unit_name": LONG * 61},
    ("resolutions", "required", "due_on"): {"due_on": None},
    ("resolutions", "bad_date", "due_on"): {"due_on": "尽快"},
    ("resolutions", "bad_date", "closed_on"): {"closed_on": "已办结"},
    ("resolutions", "due_before_meeting", "due_on"): {"due_on": "2021-11-17"},
    ("chairs", "required", "turn_on"): {"turn_on": None},
    ("chairs", "bad_date", "turn_on"): {"turn_on": "十一月"},
    ("chairs", "required", "unit_name"): {"unit_name": None},
    ("chairs", "too_long", "unit_name"): {"unit_name": LONG * 61},
    ("chairs", "too_long", "theme"): {"theme": LONG * 61},
}
CROSS: dict[str, Mapping[str, Sequence[Mapping[str, Any]]]] = {
    "chair_not_member_unit": {
        "member_units": [{"ends_on": "2021-10-31"}],
        "chairs": [{}],
    },
    "second_chair_of_month": {
        "member_units": [{}, {"unit_name": "青河县医院"}],
        "chairs": [{}, {"turn_on": "2021-11-16", "unit_name": "青河县医院"}],
    },
    "resolution_closed_before_meeting": {
        "meetings": [{}],
        "resolutions": [{"met_on": "2021-11-08", "due_on": "2021-11-30", "closed_on": "2021-11-12"}],
    },
    "attendance_of_no_member": {
        "meetings": [{}],
        "meeting_attendance": [{}],
    },
    "attendance_without_meeting": {
        "member_units": [{}],
        "meetings": [{}],
        "meeting_attendance": [{"met_on": "2021-11-19"}],
    },
}
