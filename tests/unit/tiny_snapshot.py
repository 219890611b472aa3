"""A snapshot of an invented district that is small enough to be counted by hand.

云溪区 (window 2020-01 .. 2021-12), persons below 5 suppressed:

    河东街道   东园社区  unit 1 school, 2 hospital, 3 enterprise (agreement 2021-04-01 .. 2022-03-31)
              柳岸社区  unit 4 school, 5 police post (agreement ended 2021-06-30)
    云溪镇     塔山社区  unit 6 enterprise
              新圩社区  (exists since 2021-01-01)  unit 7 government (since 2021-02-01)

    activities     2020  2021                                            members   end of 2020  2021
    东园            12    14   volunteer monthly; unit 1: 2 lectures 2021   东园            11    12  (unit 1: 8, unit 2: 4)
    柳岸             1     3   galas; unit 4: 1 training 2021               柳岸             7     7  (unit 4); one of them also in 东园
    塔山             2     2   volunteer; unit 6: 1 gala 2021-12            塔山             3     3  (unit 6)
    新圩             –     6   party days 2021-03 .. 08                     新圩             –     9  (unit 7)
    district        15    25                                              district        20    30
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from etl.attention import read_rules, rule_rows
from etl.catalogue import read_catalogue
from tests.unit.tiny_labels import LABELS, LEVELS

DISTRICT, HEDONG, YUNXI = "900100", "900100001", "900100102"
DONGYUAN, LIUAN, TASHAN, XINXU = "900100001001", "900100001002", "900100102001", "900100102002"
UNIT = {
    1: f"{DONGYUAN}-000001",
    2: f"{DONGYUAN}-000002",
    3: f"{DONGYUAN}-000003",
    4: f"{LIUAN}-000004",
    5: f"{LIUAN}-000005",
    6: f"{TASHAN}-000006",
    7: f"{XINXU}-000007",
}
SUBMISSION = {DONGYUAN: 1, LIUAN: 2, TASHAN: 3, XINXU: 4}

ORGANISATIONS = [  # code, name, English name, short name, level_no, parent, from, longitude, latitude
    (DISTRICT, "云溪区", "Yunxi District", "云溪区", 1, None, "2009-01-01", None, None),
    (HEDONG, "河东街道党工委", "Hedong Subdistrict", "河东街道", 2, DISTRICT, "2009-01-01", None, None),
    (YUNXI, "云溪镇党委", "Yunxi Town", "云溪镇", 2, DISTRICT, "2009-01-01", None, None),
    (DONGYUAN, "东园社区联合党委", "Dongyuan", "东园社区", 3, HEDONG, "2010-01-01", 108.31, 22.81),
    (LIUAN, "柳岸社区联合党委", "Liuan", "柳岸社区", 3, HEDONG, "2010-01-01", 108.33, 22.81),
    (TASHAN, "塔山社区联合党委", "Tashan", "塔山社区", 3, YUNXI, "2010-01-01", 108.31, 22.83),
    (XINXU, "新圩社区联合党委", "Xinxu", "新圩社区", 3, YUNXI, "2021-01-01", 108.33, 22.83),
]
UNITS = [  # no, name, community, kind, sector, member_count, signed_on, ends_on
    (1, "东园小学", DONGYUAN, "school", "education", 40, "2019-06-01", None),
    (2, "东园医院", DONGYUAN, "hospital", "health", 60, "2019-06-01", None),
    (3, "远大商贸", DONGYUAN, "enterprise", "commerce", 3, "2021-04-01", "2022-03-31"),
    (4, "柳岸小学", LIUAN, "school", "education", 25, "2019-09-01", None),
    (5, "柳岸派出所", LIUAN, "police", "security", 12, "2019-09-01", "2021-06-30"),
    (6, "塔山物流", TASHAN, "enterprise", None, None, "2020-01-10", None),
    (7, "新圩镇政府", XINXU, "government", "administration", 9, "2021-02-01", None),
]
POINTS = [  # id, name, community, unit no, kind, longitude, latitude, opened_on, closed_on
    ("p1", "东园一号点", DONGYUAN, 1, "estate", 108.310, 22.810, "2019-01-01", None),
    ("p2", "东园二号点", DONGYUAN, None, "grid", 108.312, 22.811, "2019-01-01", "2021-06-30"),
    ("p3", "柳岸商圈点", LIUAN, 4, "business", 108.330, 22.812, "2019-01-01", None),
    ("p4", "柳岸未定位点", LIUAN, None, "estate", None, None, "2021-03-01", None),
    ("p5", "塔山村屯点", TASHAN, 6, "village", 108.311, 22.831, "2019-01-01", None),
    ("p6", "新圩村屯点", XINXU, 7, "village", 108.331, 22.829, "2021-02-15", None),
]


def _members() -> list[tuple[str, str, int, str, str]]:
    """person, community, unit no, status, since: 12 in 东园, 7 in 柳岸 (one of both), 3 and 9 in the town."""
    rows = [(f"d{no}", DONGYUAN, 1 if no < 8 else 2, "full", "2020-01-15") for no in range(11)]
    rows.append(("d11", DONGYUAN, 2, "full", "2021-05-20"))
    rows += [(f"l{no}", LIUAN, 4, "full", "2020-01-15") for no in range(6)]
    rows.append(("d0", LIUAN, 4, "full", "2020-01-15"))
    rows += [(f"t{no}", TASHAN, 6, "full", "2020-02-01") for no in range(3)]
    rows += [(f"x{no}", XINXU, 7, "full" if no > 5 else "probationary", "2021-02-10") for no in range(9)]
    return rows


def _activities() -> list[tuple[object, ...]]:
    """community, unit no, held_on, title, type, themed, item, class, heads, attended, hours."""
    rows: list[tuple[object, ...]] = []
    for year in (2020, 2021):
        for month in range(1, 13):
            day = date(year, month, 10)
            rows.append(
                (
                    DONGYUAN,
                    None,
                    day,
                    "清洁家园",
                    "volunteer",
                    year == 2021,
                    "sanitation",
                    "order",
                    10,
                    15,
                    20.5,
                )
            )
    rows += [
        (DONGYUAN, 1, date(2021, month, 20), "政策宣讲", "lecture", False, None, None, None, None, None)
        for month in (3, 9)
    ]
    rows += [
        (LIUAN, None, day, "游园会", "gala", False, "garden_party", "culture", 100, 150, None)
        for day in (date(2020, 5, 1), date(2021, 5, 1), date(2021, 10, 1))
    ]
    rows.append(
        (LIUAN, 4, date(2021, 6, 15), "急救培训", "training", True, "skills", "education", 30, 30, None)
    )
    rows += [
        (TASHAN, None, day, "助老", "volunteer", False, "elderly", "health", 8, 8, 16.0)
        for day in (date(2020, 2, 3), date(2020, 3, 3), date(2021, 2, 3))
    ]
    rows.append(
        (TASHAN, 6, date(2021, 12, 24), "迎新晚会", "gala", True, "performance", "culture", 200, 260, None)
    )
    rows += [
        (
            XINXU,
            None,
            date(2021, month, 1),
            "主题党日",
            "party_day",
            True,
            "party_study",
            "education",
            20,
            20,
            None,
        )
        for month in range(3, 9)
    ]
    return rows


SCHEMA = """
create table dim_organisation (org_code varchar, org_name varchar, org_name_en varchar, short_name varchar,
    level_no integer, level_key varchar, parent_code varchar, district_code varchar, street_code varchar,
    community_code varchar, unit_code varchar, valid_from date, valid_to date, longitude double, latitude double,
    sort_no integer);
create table dim_catalogue (item_code varchar, item_name varchar, item_name_en varchar, class_code varchar,
    class_name varchar, class_name_en varchar);
create table fact_member_unit (unit_code varchar, unit_name varchar, community_code varchar, unit_kind varchar,
    sector varchar, member_count bigint, signed_on date, ends_on date, submission_id integer, sheet_name varchar,
    row_no bigint);
create table fact_member (person_key varchar, community_code varchar, unit_code varchar, member_status varchar,
    since_on date, until_on date, submission_id integer, sheet_name varchar, row_no bigint);
create table fact_activity (activity_id varchar, community_code varchar, unit_code varchar, held_on date,
    ended_on date, month_on date, title varchar, activity_type varchar, themed boolean, item_code varchar,
    class_code varchar, venue varchar, head_count bigint, attended_count bigint, volunteer_hours double,
    submission_id integer, sheet_name varchar, row_no bigint);
create table fact_service_point (point_id varchar, community_code varchar, unit_code varchar, point_name varchar,
    point_kind varchar, longitude double, latitude double, original_longitude double, original_latitude double,
    crs varchar, located boolean, opened_on date, closed_on date, submission_id integer, sheet_name varchar,
    row_no bigint);
create table mart_submission_quarter (quarter_on date, community_code varchar, street_code varchar,
    district_code varchar, dataset varchar, expected_count integer, received_count integer, on_time_count integer,
    late_days integer, row_count bigint, accepted_count bigint, quarantined_count bigint, state varchar,
    correction_count integer);
create table meta_release (release_id varchar, built_at timestamp, format_version integer, is_demo boolean,
    first_month date, last_month date, submission_count integer, row_count bigint, accepted_count bigint,
    quarantined_count bigint);
create table meta_setting (name varchar, value varchar);
create table meta_level (level_no integer, level_key varchar, title varchar, title_en varchar, body varchar,
    role varchar);
create table meta_indicator (indicator varchar, theme varchar, sort_no integer, definition varchar);
create table meta_dimension (dimension varchar, column_name varchar, name varchar, name_en varchar);
create table meta_label (dimension varchar, value varchar, name varchar, name_en varchar, sort_no integer);
create table meta_submission (submission_id integer, file_name varchar, sha256 varchar, community_code varchar,
    dataset varchar, period_key varchar, received_at timestamp, reported_on date, state varchar, row_count bigint,
    accepted_count bigint, quarantined_count bigint);
create table meta_finding (finding_id integer, submission_id integer, file_name varchar, community_code varchar,
    dataset varchar, period_key varchar, sheet_name varchar, row_no bigint, column_letter varchar, column_name varchar,
    heading varchar, value varchar, severity varchar, code varchar, sentence varchar, hint varchar);
create table meta_step (step_no integer, step varchar, seconds double, row_count bigint);
create table ref_plan (indicator varchar, org_code varchar, year integer, target double);
create table ref_published (figure varchar, name varchar, name_en varchar, value bigint, statement varchar,
    unit varchar, unit_en varchar, window_stated varchar, window_note varchar, indicator varchar,
    where_dim varchar, where_value varchar);
create table geo_outline (geometry varchar);
create table geo_area (community_code varchar, geometry varchar, area_m2 double, is_approximate boolean);
create table geo_coverage (community_code varchar, walking_m integer, covered_m2 double, covered_pct double,
    gap_geometry varchar);
"""

MARTS = """
create table mart_activity_month as
    select month_on, o.district_code, o.street_code, a.community_code, a.unit_code, activity_type, themed, class_code,
           item_code, u.unit_kind, count(*) as activity_count,
           coalesce(sum(head_count), 0)::bigint as head_count,
           coalesce(sum(attended_count), 0)::bigint as attended_count,
           coalesce(sum(volunteer_hours), 0) as volunteer_hours, count(head_count) as headed_activity_count
    from fact_activity a join dim_organisation o on o.org_code = a.community_code
    left join fact_member_unit u on u.unit_code = a.unit_code group by all;
create table mart_community_month as
    select m.month_on::date as month_on, o.district_code, o.street_code, o.community_code,
           coalesce(n, 0) as activity_count, 1 as month_count, (n is null)::integer as silent_count
    from (select unnest(generate_series(date '2020-01-01', date '2021-12-01', interval 1 month)) as month_on) m
    join dim_organisation o on o.level_no = 3 and o.valid_from <= m.month_on
    left join (select community_code, month_on, count(*) as n from fact_activity group by all) a
        on a.community_code = o.org_code and a.month_on = m.month_on;
create table mart_unit_span as
    select u.unit_code, o.district_code, o.street_code, u.community_code, unit_kind, sector, member_count,
           signed_on as valid_from, (ends_on + 1)::date as valid_to
    from fact_member_unit u join dim_organisation o on o.org_code = u.community_code;
create table mart_member_span as
    select person_key, o.district_code, o.street_code, m.community_code, m.unit_code, u.unit_kind, member_status,
           since_on as valid_from, until_on as valid_to
    from fact_member m join dim_organisation o on o.org_code = m.community_code
    left join fact_member_unit u on u.unit_code = m.unit_code;
create table mart_point_span as
    select point_id, o.district_code, o.street_code, p.community_code, p.unit_code, point_kind,
           located::integer as located_count, 1 as point_count, opened_on as valid_from,
           closed_on as valid_to
    from fact_service_point p join dim_organisation o on o.org_code = p.community_code;
create table mart_committee_span as
    select district_code, street_code, community_code, 1 as committee_count, valid_from, valid_to
    from dim_organisation where level_no = 3;
insert into mart_submission_quarter
    select quarter_on::date, o.community_code, o.street_code, o.district_code, dataset, 1,
           case when received then 1 else 0 end, case when received and not late then 1 else 0 end,
           case when late then 6 end, case when received then 10 else 0 end, case when received then 9 else 0 end,
           case when received then 1 else 0 end,
           case when late then 'late' when received then 'received' else 'missing' end, 0
    from (select unnest(generate_series(date '2020-01-01', date '2021-10-01', interval 3 month)) as quarter_on) q
    join dim_organisation o on o.level_no = 3 and o.valid_from <= quarter_on
    cross join (values ('activities'), ('member_units'), ('members'), ('service_points')) d(dataset)
    cross join lateral (select
        not (o.org_code = '900100102001' and dataset = 'activities' and quarter_on = date '2021-04-01') as received,
        o.org_code = '900100001002' and dataset = 'members' and quarter_on = date '2021-10-01' as late) t;
"""

PUBLISHED = [
    ("joint_committees", "社区联合党委", "Joint committees", 4, "exact", "个", "committees", "", "截至公布时", "committee_count", "", ""),
    ("themed", "主题活动", "Themed activities", 10, "at_least", "场", "activities", "year", "每年", "themed_activity_count", "", ""),
    ("volunteer", "志愿服务活动", "Volunteer activities", 27, "exact", "次", "activities", "", "“近年来”，未说明起止时间", "activity_count", "type", "volunteer"),
    ("galas", "游园活动", "Galas", 7, "exact", "次", "activities", "", "“近年来”", "activity_count", "type", "gala"),
    ("jobs", "提供就业岗位", "Jobs provided", 258, "exact", "个", "posts", "", "“近年来”", "", "", ""),
]  # fmt: skip


def build_tiny_snapshot(path: Path, release_id: str = "2021-12-31-tiny01") -> Path:
    """Write the snapshot to `path`, which must not exist."""
    connection = duckdb.connect(path)
    connection.execute(SCHEMA)
    _insert(connection, "dim_organisation", _organisation_rows())
    items = [(item, zh, en, "x", "x", "x") for item, zh, en in LABELS["item"]]
    _insert(connection, "dim_catalogue", items)
    _insert(
        connection,
        "fact_member_unit",
        [
            (UNIT[no], name, place, kind, sector, count, signed, ends, SUBMISSION[place], "成员单位", no + 4)
            for no, name, place, kind, sector, count, signed, ends in UNITS
        ],
    )
    _insert(
        connection,
        "fact_member",
        [
            (person, place, UNIT[no], status, since, None, SUBMISSION[place], "党员", row)
            for row, (person, place, no, status, since) in enumerate(_members(), start=5)
        ],
    )
    _insert(connection, "fact_activity", _activity_rows())
    _insert(
        connection,
        "fact_service_point",
        [
            (pid, place, UNIT.get(no or 0), name, kind, x, y, x, y, "WGS-84", x is not None, opened, closed,
             SUBMISSION[place], "联系点", row)
            for row, (pid, name, place, no, kind, x, y, opened, closed) in enumerate(POINTS, start=5)
        ],
    )  # fmt: skip
    connection.execute(MARTS)
    _insert_meta(connection, release_id)
    _insert_geo(connection)
    _insert_rules(connection)
    connection.close()
    return path


def _organisation_rows() -> list[tuple[object, ...]]:
    keys = {number: key for number, key, *_ in LEVELS}
    rows: list[tuple[object, ...]] = []
    for sort_no, (code, name, name_en, short, number, parent, since, x, y) in enumerate(ORGANISATIONS):
        street = code if number == 2 else parent if number == 3 else None
        community = code if number == 3 else None
        place = (DISTRICT, street, community, None)
        rows.append(
            (code, name, name_en, short, number, keys[number], parent, *place, since, None, x, y, sort_no)
        )
    streets = {code: parent for code, *_, parent, _, _, _ in ORGANISATIONS}
    for no, name, community, _, _, _, signed, ends in UNITS:
        gone = None if ends is None else date.fromisoformat(ends).toordinal() + 1
        until = None if gone is None else date.fromordinal(gone)
        place = (DISTRICT, streets[community], community, UNIT[no])
        rows.append(
            (UNIT[no], name, None, name, 4, "unit", community, *place, signed, until, None, None, 100 + no)
        )
    return rows


def _activity_rows() -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for number, (place, no, day, title, kind, themed, item, group, *figures) in enumerate(
        _activities(), start=1
    ):
        assert isinstance(day, date)
        unit = UNIT[no] if isinstance(no, int) else None
        named = (title, kind, themed, item, group, "党群服务中心")
        traced = (SUBMISSION[str(place)], "活动", number + 4)
        rows.append((f"a{number:02d}", place, unit, day, None, day.replace(day=1), *named, *figures, *traced))
    return rows


def _sources(block: dict[str, Any]) -> list[dict[str, Any]]:
    return [block[side] for side in ("numerator", "denominator") if side in block]


def _insert_meta(connection: duckdb.DuckDBPyConnection, release_id: str) -> None:
    catalogue = read_catalogue()
    release = (release_id, "2022-01-20 08:00:00", 1, True, "2020-01-01", "2021-12-01", 4, 120, 111, 9)
    _insert(connection, "meta_release", [release])
    settings = {
        "person_threshold": "5",
        "review_number": "",
        "district_code": DISTRICT,
        "district_name": "云溪区",
    }
    _insert(connection, "meta_setting", list(settings.items()))
    _insert(connection, "meta_level", LEVELS)
    # Only what can be counted here: the tables of the further ledgers are not made by hand.
    tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    countable = [
        row
        for row in catalogue.indicator_rows()
        if all(source["table"] in tables for source in _sources(json.loads(row["definition"])))
    ]
    _insert(connection, "meta_indicator", [tuple(row.values()) for row in countable])
    _insert(connection, "meta_dimension", [tuple(row.values()) for row in catalogue.dimension_rows()])
    _insert(
        connection,
        "meta_label",
        [(key, *value, number) for key, values in LABELS.items() for number, value in enumerate(values)],
    )
    names = {DONGYUAN: "东园", LIUAN: "柳岸", TASHAN: "塔山", XINXU: "新圩"}
    _insert(
        connection,
        "meta_submission",
        [
            (number, f"{names[code]}-2021Q4.xlsx", f"{number:064d}", code, "activities", "2021-Q4",
             "2022-01-10 09:00:00", "2022-01-08", "current", 30, 28, 2)
            for code, number in SUBMISSION.items()
        ],
    )  # fmt: skip
    _insert(
        connection,
        "meta_finding",
        [
            (1, 1, "东园-2021Q4.xlsx", DONGYUAN, "activities", "2021-Q4", "活动", 9, "C", "head_count", "参加人数", "-3", "row",
             "below_minimum", "参加人数不能为负数", "请填写 0 或更大的整数"),
            (2, 1, "东园-2021Q4.xlsx", DONGYUAN, "activities", "2021-Q4", "活动", 12, "D", "attended_count", "参与人次", "3",
             "warning", "fewer_attendances_than_heads", "参与人次小于参加人数", "请核对"),
            (3, 3, "塔山-2021Q4.xlsx", TASHAN, "activities", "2021-Q4", "活动", 7, "A", "held_on", "活动时间", "昨天", "row",
             "not_a_date", "活动时间应为日期", "请写成 2021-03-05 的样子"),
        ],
    )  # fmt: skip
    _insert(connection, "meta_step", [(1, "archive", 0.1, 4), (2, "marts", 0.2, 100)])
    plans = [("activity_count", DISTRICT, 2020, 20), ("activity_count", DISTRICT, 2021, 20)]
    _insert(connection, "ref_plan", plans)
    _insert(connection, "ref_published", PUBLISHED)


def _insert_rules(connection: duckdb.DuckDBPyConnection) -> None:
    """The rules of attention, as far as their tables are made here."""
    known = []
    for rule in read_rules():
        try:
            connection.execute(f"describe {rule.select('2021-01-01', '2021-12-31')}")
        except duckdb.CatalogException:
            continue
        known.append(rule)
    rows = rule_rows(tuple(known))
    connection.execute(f"create table meta_attention_rule ({', '.join(_typed(rows[0]))})")
    _insert(connection, "meta_attention_rule", [tuple(row.values()) for row in rows])


def _typed(row: dict[str, Any]) -> list[str]:
    return [f"{name} {'integer' if isinstance(value, int) else 'varchar'}" for name, value in row.items()]


def _insert_geo(connection: duckdb.DuckDBPyConnection) -> None:
    _insert(connection, "geo_outline", [(_square(108.32, 22.82, 0.02),)])
    areas, coverage = [], []
    for code, *_, number, _, _, x, y in ORGANISATIONS:
        if number == 3 and x is not None and y is not None:
            areas.append((code, _square(x, y, 0.01), 4_000_000.0, True))
            for walking, covered in ((300, 400_000.0), (500, 1_000_000.0), (1000, 3_000_000.0)):
                coverage.append((code, walking, covered, covered / 40_000, _square(x, y, 0.005)))
    _insert(connection, "geo_area", areas)
    _insert(connection, "geo_coverage", coverage)


def _square(x: float, y: float, half: float) -> str:
    ring = [(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half)]
    points = ",".join(f"[{x + dx:.4f},{y + dy:.4f}]" for dx, dy in ring)
    return f'{{"type":"Polygon","coordinates":[[{points}]]}}'


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[object, ...]]) -> None:
    for row in rows:
        connection.execute(f"insert into {table} values ({', '.join('?' * len(row))})", list(row))
