"""Posts, two-new organisations, service teams, jobs and industry parents: faultless records and broken ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

GOOD: dict[str, dict[str, Any]] = {
    "committee_posts": {
        "post_name": "兼职委员",
        "post_kind": "兼职委员",
        "planned_on": "2020-01-10",
        "post_source": "社区",
        "unit_name": None,
        "filled_from": "2020-02-01",
        "filled_until": None,
    },
    "two_new_organisations": {
        "organisation_name": "河东商圈联合党支部",
        "two_new_field": "商圈",
        "founded_on": "2020-05-01",
        "members_developed": 3,
        "dormant_since": None,
        "dissolved_on": None,
    },
    "service_teams": {
        "team_name": "河道清理党员服务队",
        "item_code": "河道清理",
        "team_size": 12,
        "formed_on": "2020-03-05",
        "ended_on": None,
    },
    "jobs": {
        "unit_name": "青河县第一小学",
        "job_title": "食堂帮厨",
        "job_count": 4,
        "offered_on": "2021-10-12",
    },
    "industry_parents": {
        "unit_name": "青河县第一小学",
        "industry_parent": "教育行业党委",
        "from_on": "2020-06-01",
        "until_on": None,
    },
}
VARIED = {
    "committee_posts": "post_name",
    "two_new_organisations": "organisation_name",
    "service_teams": "team_name",
    "jobs": "job_title",
    "industry_parents": "unit_name",
}
LONG = "长" * 61
VIOLATIONS: dict[tuple[str, str, str], Mapping[str, Any]] = {
    ("committee_posts", "required", "post_name"): {"post_name": None},
    ("committee_posts", "too_long", "post_name"): {"post_name": LONG},
    ("committee_posts", "required", "post_kind"): {"post_kind": None},
    ("committee_posts", "unknown_value", "post_kind"): {"post_kind": "顾问"},
    ("committee_posts", "required", "planned_on"): {"planned_on": None},
    ("committee_posts", "bad_date", "planned_on"): {"planned_on": "上届"},
    ("committee_posts", "unknown_value", "post_source"): {
        "post_source": "不详",
        "filled_from": None,
    },
    ("committee_posts", "too_long", "unit_name"): {"unit_name": LONG},
    ("committee_posts", "bad_date", "filled_from"): {"filled_from": "待定"},
    ("committee_posts", "bad_date", "filled_until"): {"filled_until": "至今"},
    ("committee_posts", "filled_before_planned", "filled_from"): {"filled_from": "2020-01-09"},
    ("committee_posts", "left_before_filled", "filled_until"): {"filled_until": "2020-01-31"},
    ("committee_posts", "left_without_being_filled", "filled_until"): {
        "filled_from": None,
        "filled_until": "2021-03-01",
    },
    ("committee_posts", "filled_from_nowhere", "post_source"): {"post_source": None},
    ("two_new_organisations", "required", "organisation_name"): {"organisation_name": None},
    ("two_new_organisations", "too_long", "organisation_name"): {"organisation_name": LONG},
    ("two_new_organisations", "required", "two_new_field"): {"two_new_field": None},
    ("two_new_organisations", "unknown_value", "two_new_field"): {"two_new_field": "不详"},
    ("two_new_organisations", "required", "founded_on"): {"founded_on": None},
    ("two_new_organisations", "bad_date", "founded_on"): {"founded_on": "2020年"},
    ("two_new_organisations", "bad_number", "members_developed"): {"members_developed": "若干"},
    ("two_new_organisations", "below_minimum", "members_developed"): {"members_developed": -1},
    ("two_new_organisations", "above_maximum", "members_developed"): {"members_developed": 501},
    ("two_new_organisations", "bad_date", "dormant_since"): {"dormant_since": "疫情期间"},
    ("two_new_organisations", "bad_date", "dissolved_on"): {"dissolved_on": "待定"},
    ("two_new_organisations", "dormant_before_founded", "dormant_since"): {"dormant_since": "2020-04-30"},
    ("two_new_organisations", "dissolved_before_founded", "dissolved_on"): {"dissolved_on": "2020-04-30"},
    ("service_teams", "required", "team_name"): {"team_name": None},
    ("service_teams", "too_long", "team_name"): {"team_name": LONG},
    ("service_teams", "required", "item_code"): {"item_code": None},
    ("service_teams", "unknown_value", "item_code"): {"item_code": "扫地"},
    ("service_teams", "bad_number", "team_size"): {"team_size": "若干"},
    ("service_teams", "below_minimum", "team_size"): {"team_size": 0},
    ("service_teams", "above_maximum", "team_size"): {"team_size": 501},
    ("service_teams", "required", "formed_on"): {"formed_on": None},
    ("service_teams", "bad_date", "formed_on"): {"formed_on": "去年"},
    ("service_teams", "bad_date", "ended_on"): {"ended_on": "待定"},
    ("service_teams", "ended_before_formed", "ended_on"): {"ended_on": "2020-03-04"},
    ("jobs", "required", "unit_name"): {"unit_name": None},
    ("jobs", "too_long", "unit_name"): {"unit_name": LONG},
    ("jobs", "required", "job_title"): {"job_title": None},
    ("jobs", "too_long", "job_title"): {"job_title": LONG},
    ("jobs", "required", "job_count"): {"job_count": None},
    ("jobs", "bad_number", "job_count"): {"job_count": "若干"},
    ("jobs", "below_minimum", "job_count"): {"job_count": 0},
    ("jobs", "above_maximum", "job_count"): {"job_count": 1001},
    ("jobs", "required", "offered_on"): {"offered_on": None},
    ("jobs", "bad_date", "offered_on"): {"offered_on": "年底"},
    ("industry_parents", "required", "unit_name"): {"unit_name": None},
    ("industry_parents", "too_long", "unit_name"): {"unit_name": LONG},
    ("industry_parents", "required", "industry_parent"): {"industry_parent": None},
    ("industry_parents", "unknown_value", "industry_parent"): {"industry_parent": "不详"},
    ("industry_parents", "required", "from_on"): {"from_on": None},
    ("industry_parents", "bad_date", "from_on"): {"from_on": "上年"},
    ("industry_parents", "bad_date", "until_on"): {"until_on": "至今"},
    ("industry_parents", "until_before_from", "until_on"): {"until_on": "2020-05-31"},
}
_MEMBER: Mapping[str, Sequence[Mapping[str, Any]]] = {"member_units": [{}]}
CROSS: dict[str, Mapping[str, Sequence[Mapping[str, Any]]]] = {
    "post_filled_from_no_member_unit": {
        **_MEMBER,
        "committee_posts": [{"post_source": "学校", "unit_name": "青河县第九小学"}],
    },
    "job_of_no_member_unit": {**_MEMBER, "jobs": [{"unit_name": "青河县第九小学"}]},
    "industry_parent_of_no_member_unit": {**_MEMBER, "industry_parents": [{"unit_name": "青河县第九小学"}]},
    "industry_parents_overlap": {
        **_MEMBER,
        "industry_parents": [{}, {"industry_parent": "社会组织行业党委", "from_on": "2021-03-01"}],
    },
}
