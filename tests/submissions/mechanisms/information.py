"""Notices and duty lists: a faultless record of each, and what breaks their checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

GOOD: dict[str, dict[str, Any]] = {
    "notices": {
        "notice_title": "关于河岸清理的通知",
        "notice_kind": "上级任务",
        "sent_on": "2021-11-05",
        "unit_name": "青河县第一小学",
        "needs_action": "是",
        "read_on": "2021-11-08",
        "acted_on": "2021-11-20",
    },
    "duties": {
        "unit_name": "青河县第一小学",
        "duty_class": "服务群众",
        "duty": "开展一次便民服务",
        "due_on": "2021-11-30",
        "done_on": "2021-11-20",
        "evidence": "活动照片3张",
    },
}
VARIED = {"notices": "notice_title", "duties": "duty"}

VIOLATIONS: dict[tuple[str, str, str], Mapping[str, Any]] = {
    ("notices", "required", "notice_title"): {"notice_title": None},
    ("notices", "too_long", "notice_title"): {"notice_title": "长" * 121},
    ("notices", "required", "notice_kind"): {"notice_kind": None},
    ("notices", "unknown_value", "notice_kind"): {"notice_kind": "传闻"},
    ("notices", "required", "sent_on"): {"sent_on": None},
    ("notices", "bad_date", "sent_on"): {"sent_on": "上周"},
    ("notices", "required", "unit_name"): {"unit_name": None},
    ("notices", "too_long", "unit_name"): {"unit_name": "长" * 61},
    ("notices", "unknown_value", "needs_action"): {"needs_action": "看情况"},
    ("notices", "bad_date", "read_on"): {"read_on": "2021-11-31"},
    ("notices", "bad_date", "acted_on"): {"acted_on": "尚在落实"},
    ("notices", "read_before_sent", "read_on"): {"read_on": "2021-11-04"},
    ("notices", "acted_before_read", "acted_on"): {"acted_on": "2021-11-07"},
    ("notices", "acted_without_reading", "read_on"): {"read_on": None},
    ("duties", "required", "unit_name"): {"unit_name": None},
    ("duties", "too_long", "unit_name"): {"unit_name": "长" * 61},
    ("duties", "required", "duty_class"): {"duty_class": None},
    ("duties", "unknown_value", "duty_class"): {"duty_class": "其他职责"},
    ("duties", "required", "duty"): {"duty": None},
    ("duties", "too_long", "duty"): {"duty": "长" * 121},
    ("duties", "required", "due_on"): {"due_on": None},
    ("duties", "bad_date", "due_on"): {"due_on": "年底"},
    ("duties", "bad_date", "done_on"): {"done_on": "2021-02-29"},
    ("duties", "too_long", "evidence"): {"evidence": "长" * 121},
    ("duties", "done_without_evidence", "evidence"): {"evidence": "无"},
    ("duties", "evidence_without_done", "done_on"): {"done_on": None},
}

_SIGNED: Mapping[str, Any] = {"signed_on": "2021-01-05", "ends_on": "2021-10-31"}
CROSS: dict[str, Mapping[str, Sequence[Mapping[str, Any]]]] = {
    # The first of the two was sent while the agreement was in force.
    "notice_to_no_member_unit": {
        "member_units": [_SIGNED],
        "notices": [{"sent_on": "2021-10-31"}, {"sent_on": "2021-11-01"}],
    },
    "duty_of_no_member_unit": {
        "member_units": [_SIGNED],
        "duties": [{"due_on": "2021-10-31"}, {"due_on": "2021-11-01"}],
    },
}
