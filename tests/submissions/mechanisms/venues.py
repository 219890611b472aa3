"""阵地共享: a venue, a use of it, and what is wrong with either."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_VENUE = "东桥党群活动服务中心"

GOOD: dict[str, dict[str, Any]] = {
    "venues": {
        "venue_name": _VENUE,
        "venue_kind": "党群活动服务中心",
        "unit_name": None,
        "longitude": 104.02,
        "latitude": 30.02,
        "crs": "WGS-84",
        "opens_at": "09:00",
        "closes_at": "17:30",
        "open_days": "工作日",
        "open_to_residents": "是",
        "opened_on": "2020-01-15",
        "closed_on": None,
    },
    "venue_uses": {
        "used_on": "2021-11-05",
        "venue_name": _VENUE,
        "starts_at": "14:30",
        "ends_at": "16:30",
        "use_purpose": "活动",
        "unit_name": None,
        "head_count": 25,
    },
}
VARIED = {"venues": "venue_name", "venue_uses": "venue_name"}

VIOLATIONS: dict[tuple[str, str, str], Mapping[str, Any]] = {
    ("venues", "required", "venue_name"): {"venue_name": None},
    ("venues", "too_long", "venue_name"): {"venue_name": "长" * 61},
    ("venues", "required", "venue_kind"): {"venue_kind": None},
    ("venues", "unknown_value", "venue_kind"): {"venue_kind": "仓库"},
    ("venues", "too_long", "unit_name"): {"unit_name": "长" * 61},
    ("venues", "bad_number", "longitude"): {"longitude": "东经104度"},
    ("venues", "bad_number", "latitude"): {"latitude": "北纬30度"},
    ("venues", "unknown_value", "crs"): {"crs": "北京54"},
    ("venues", "required", "opens_at"): {"opens_at": None},
    ("venues", "bad_time", "opens_at"): {"opens_at": "早上"},
    ("venues", "required", "closes_at"): {"closes_at": None},
    ("venues", "bad_time", "closes_at"): {"closes_at": "25:00"},
    ("venues", "required", "open_days"): {"open_days": None},
    ("venues", "unknown_value", "open_days"): {"open_days": "逢双日"},
    ("venues", "unknown_value", "open_to_residents"): {"open_to_residents": "可能"},
    ("venues", "required", "opened_on"): {"opened_on": None},
    ("venues", "bad_date", "opened_on"): {"opened_on": "2020-13-01"},
    ("venues", "bad_date", "closed_on"): {"closed_on": "待定"},
    ("venues", "closes_before_opening", "closes_at"): {"opens_at": "17:30", "closes_at": "9点"},
    ("venues", "closed_before_opened", "closed_on"): {"opened_on": "2020-01-15", "closed_on": "2020-01-14"},
    ("venue_uses", "required", "used_on"): {"used_on": None},
    ("venue_uses", "bad_date", "used_on"): {"used_on": "2021-11-31"},
    ("venue_uses", "required", "venue_name"): {"venue_name": None},
    ("venue_uses", "too_long", "venue_name"): {"venue_name": "长" * 61},
    ("venue_uses", "required", "starts_at"): {"starts_at": None},
    ("venue_uses", "bad_time", "starts_at"): {"starts_at": "14:60"},
    ("venue_uses", "required", "ends_at"): {"ends_at": None},
    ("venue_uses", "bad_time", "ends_at"): {"ends_at": "下班后"},
    ("venue_uses", "required", "use_purpose"): {"use_purpose": None},
    ("venue_uses", "unknown_value", "use_purpose"): {"use_purpose": "出租"},
    ("venue_uses", "too_long", "unit_name"): {"unit_name": "长" * 61},
    ("venue_uses", "bad_number", "head_count"): {"head_count": "若干"},
    ("venue_uses", "below_minimum", "head_count"): {"head_count": -1},
    ("venue_uses", "above_maximum", "head_count"): {"head_count": 5001},
    ("venue_uses", "ends_before_start", "ends_at"): {"starts_at": "16:30", "ends_at": "16:30"},
}

CROSS: dict[str, dict[str, list[dict[str, Any]]]] = {
    "use_outside_opening_hours": {"venues": [{}], "venue_uses": [{"ends_at": "18:00"}]},
    "use_of_unknown_venue": {"venues": [{}], "venue_uses": [{"venue_name": "西桥红色驿站"}]},
    "use_of_closed_venue": {"venues": [{"closed_on": "2021-11-05"}], "venue_uses": [{}]},
    "venue_of_no_member_unit": {"venues": [{"unit_name": "青河县第一小学"}]},
    "venue_used_by_no_member_unit": {"venues": [{}], "venue_uses": [{"unit_name": "青河县第一小学"}]},
}
