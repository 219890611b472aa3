"""服务订单、资源清单、需求清单: faultless records, and what breaks each check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

GOOD: dict[str, dict[str, Any]] = {
    "orders": {
        "order_no": "2021-017",
        "item_code": "河道清理",
        "ordered_by": "居民",
        "ordered_on": "2021-11-01",
        "dispatched_on": "2021-11-02",
        "accepted_on": "2021-11-03",
        "acceptor_kind": "服务队",
        "unit_name": None,
        "closed_on": "2021-11-09",
        "rating": 5,
        "cancelled_on": None,
    },
    "resources": {
        "unit_name": "青河县第一小学",
        "resource_title": "清洁工具",
        "item_code": "河道清理",
        "quantity": 20,
        "quantity_unit": "套",
        "available_from": "2021-01-01",
        "available_until": "2022-12-31",
        "resource_state": "可用",
    },
    "needs": {
        "need_title": "河岸花园需要清洁工具",
        "asked_by": "小区",
        "item_code": "河道清理",
        "quantity": 10,
        "quantity_unit": "套",
        "asked_on": "2021-10-08",
        "wanted_until": "2021-12-31",
        "need_state": "已满足",
        "unit_name": None,
        "matched_on": "2021-10-20",
    },
}
VARIED = {"orders": "order_no", "resources": "resource_title", "needs": "need_title"}

_PLACED = {"accepted_on": None, "acceptor_kind": None, "closed_on": None, "rating": None}
_ACCEPTED = {"closed_on": None, "rating": None}
VIOLATIONS: dict[tuple[str, str, str], Mapping[str, Any]] = {
    ("orders", "required", "order_no"): {"order_no": None},
    ("orders", "too_long", "order_no"): {"order_no": "长" * 31},
    ("orders", "unknown_value", "item_code"): {"item_code": "扫地"},
    ("orders", "required", "ordered_by"): {"ordered_by": None},
    ("orders", "unknown_value", "ordered_by"): {"ordered_by": "路人"},
    ("orders", "required", "ordered_on"): {"ordered_on": None},
    ("orders", "bad_date", "ordered_on"): {"ordered_on": "2021-11-31"},
    ("orders", "bad_date", "dispatched_on"): {**_PLACED, "dispatched_on": "当天"},
    ("orders", "bad_date", "accepted_on"): {**_ACCEPTED, "accepted_on": "次日"},
    ("orders", "unknown_value", "acceptor_kind"): {"acceptor_kind": "路人"},
    ("orders", "too_long", "unit_name"): {"unit_name": "长" * 61},
    ("orders", "bad_date", "closed_on"): {"closed_on": "待定", "rating": None},
    ("orders", "bad_number", "rating"): {"rating": "满意"},
    ("orders", "bad_date", "cancelled_on"): {"cancelled_on": "不详"},
    ("orders", "dispatched_before_ordered", "dispatched_on"): {"dispatched_on": "2021-10-31"},
    ("orders", "accepted_before_dispatched", "accepted_on"): {"accepted_on": "2021-11-01"},
    ("orders", "closed_before_accepted", "closed_on"): {"closed_on": "2021-11-02"},
    ("orders", "cancelled_before_ordered", "cancelled_on"): {**_ACCEPTED, "cancelled_on": "2021-10-31"},
    ("orders", "closed_and_cancelled", "cancelled_on"): {"cancelled_on": "2021-11-09"},
    ("orders", "rated_without_closing", "rating"): {"closed_on": None},
    ("orders", "rating_off_the_scale", "rating"): {"rating": 6},
    ("orders", "accepted_without_dispatch", "dispatched_on"): {"dispatched_on": None},
    ("orders", "closed_without_acceptance", "accepted_on"): {"accepted_on": None},
    ("resources", "required", "unit_name"): {"unit_name": None},
    ("resources", "too_long", "unit_name"): {"unit_name": "长" * 61},
    ("resources", "required", "resource_title"): {"resource_title": None},
    ("resources", "too_long", "resource_title"): {"resource_title": "长" * 81},
    ("resources", "unknown_value", "item_code"): {"item_code": "扫地"},
    ("resources", "bad_number", "quantity"): {"quantity": "若干"},
    ("resources", "above_maximum", "quantity"): {"quantity": 100001},
    ("resources", "too_long", "quantity_unit"): {"quantity_unit": "长" * 11},
    ("resources", "required", "available_from"): {"available_from": None},
    ("resources", "bad_date", "available_from"): {"available_from": "即日"},
    ("resources", "bad_date", "available_until"): {"available_until": "长期"},
    ("resources", "required", "resource_state"): {"resource_state": None},
    ("resources", "unknown_value", "resource_state"): {"resource_state": "不详"},
    ("resources", "ends_before_available", "available_until"): {"available_until": "2020-12-31"},
    ("needs", "required", "need_title"): {"need_title": None},
    ("needs", "too_long", "need_title"): {"need_title": "长" * 81},
    ("needs", "required", "asked_by"): {"asked_by": None},
    ("needs", "unknown_value", "asked_by"): {"asked_by": "路人"},
    ("needs", "unknown_value", "item_code"): {"item_code": "扫地"},
    ("needs", "bad_number", "quantity"): {"quantity": "若干"},
    ("needs", "above_maximum", "quantity"): {"quantity": 100001},
    ("needs", "too_long", "quantity_unit"): {"quantity_unit": "长" * 11},
    ("needs", "required", "asked_on"): {"asked_on": None},
    ("needs", "bad_date", "asked_on"): {"asked_on": "上月"},
    ("needs", "bad_date", "wanted_until"): {"wanted_until": "尽快"},
    ("needs", "required", "need_state"): {"need_state": None},
    ("needs", "unknown_value", "need_state"): {"need_state": "不详"},
    ("needs", "too_long", "unit_name"): {"unit_name": "长" * 61},
    ("needs", "bad_date", "matched_on"): {"matched_on": "待定", "need_state": "待对接"},
    ("needs", "matched_before_asked", "matched_on"): {"matched_on": "2021-10-07"},
    ("needs", "wanted_before_asked", "wanted_until"): {"wanted_until": "2021-10-07"},
    ("needs", "matched_without_date", "matched_on"): {"matched_on": None},
    ("needs", "open_but_matched", "need_state"): {"need_state": "待对接"},
}
_UNIT = {"member_units": [{}]}  # 青河县第一小学, under agreement since 2020-03-01
CROSS: dict[str, Mapping[str, Sequence[Mapping[str, Any]]]] = {
    "order_accepted_by_no_member_unit": {
        **_UNIT,
        "orders": [
            {"acceptor_kind": "成员单位", "unit_name": "青河县第一小学"},
            {"order_no": "2021-018", "acceptor_kind": "成员单位", "unit_name": "青河县第二小学"},
        ],
    },
    "resource_of_no_member_unit": {**_UNIT, "resources": [{}, {"unit_name": "青河县第二小学"}]},
    "need_matched_with_no_member_unit": {
        **_UNIT,
        "needs": [
            {"unit_name": "青河县第一小学"},
            {"need_title": "柳岸花园需要清洁工具", "unit_name": "青河县第二小学"},
        ],
    },
}
