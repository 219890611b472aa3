"""Every rule of attention is complete, finds something in the demo, and can be followed to its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard import attention
from dashboard.database import Snapshot, open_snapshot
from dashboard.organisations import district
from dashboard.selection import Period, Selection
from dashboard.views import PAGES
from dashboard.views.needs import needs
from etl.attention import COLUMNS, AttentionError, Rule, read_rules
from tests.conftest import Release

RULES = {rule.key: rule for rule in read_rules()}
CHINESE = re.compile(r"[一-鿿]")
MOST = 60  # items of one rule in a year; more would be noise
SOUND = """
[silent]
name = "没有活动"
name_en = "Silent"
mechanism = 17
severity = "warning"
page = "activities"
params = {}
sentence = "{community}没有活动"
sentence_en = "{community} is silent"
summary = "{count} 个：{names}"
summary_en = "{count}: {names}"
sql = "select 1 as item_key from fact_activity where held_on <= {end}"
"""


@pytest.fixture(scope="module")
def snapshot(demo_release: Release) -> Iterator[Snapshot]:
    opened = open_snapshot(demo_release.snapshot)
    yield opened
    opened.close()


def of_2021(rule: Rule, release: Release) -> list[tuple[object, ...]]:
    return release.rows(rule.select("2021-01-01", "2021-12-31"))


@pytest.mark.parametrize("key", sorted(RULES))
def test_a_rule_says_what_it_is_in_both_languages(key: str) -> None:
    block = RULES[key].block
    for name in ("name", "sentence", "summary"):
        assert CHINESE.search(block[name])
        assert not CHINESE.search(block[f"{name}_en"])
        assert not block[name].endswith(("。", ".")), "a link follows"
    assert "{count}" in block["summary"]
    assert "{count}" in block["summary_en"]


@pytest.mark.parametrize("key", sorted(RULES))
def test_its_page_exists_and_knows_its_options(key: str) -> None:
    block = RULES[key].block
    pages = {page.key: page for page in PAGES}
    assert block["page"] in pages
    offered = {
        control.key: dict(control.options)
        for control in pages[block["page"]].controls
        if hasattr(control, "options")
    }
    for name, value in block.get("params", {}).items():
        if name in offered:
            assert value in offered[name], f"{name}={value}"


@pytest.mark.parametrize("key", sorted(RULES))
def test_it_finds_something_in_the_demo_and_not_too_much(key: str, demo_release: Release) -> None:
    rows = of_2021(RULES[key], demo_release)
    assert 1 <= len(rows) <= MOST
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    keys = [str(item["item_key"]) for item in found]
    assert len(set(keys)) == len(keys)
    communities = {
        code for (code,) in demo_release.rows("select org_code from dim_organisation where level_no = 3")
    }
    assert {item["community_code"] for item in found} - {None} <= communities
    assert all(item["since_on"] is not None for item in found)
    traced = [item for item in found if item["submission_id"] is not None]
    known = {number for (number,) in demo_release.rows("select submission_id from meta_submission")}
    assert {item["submission_id"] for item in traced} <= known
    assert all(item["sheet_name"] for item in traced if item["row_no"] is not None)


@pytest.mark.parametrize("key", sorted(RULES))
def test_its_keys_hold_nothing_of_where_a_record_was_read(key: str) -> None:
    """Numbers of submissions, rows and records change with every load."""
    sql = RULES[key].sql
    shown = re.search(r"(.+)\bas item_key", sql)  # the line, or what stands before it on it
    assert shown is not None
    assert not re.search(r"submission|row_no|finding_id|\w+_id\b", shown[1])


@pytest.mark.parametrize("key", sorted(RULES))
@pytest.mark.parametrize("period", ["2021", "2021-Q4", "2020-02", "2019..2021"])
def test_its_items_can_be_said(key: str, period: str, snapshot: Snapshot) -> None:
    for language in ("zh", "en"):
        selection = Selection(district(snapshot).code, Period.parse(period), language=language)  # type: ignore[arg-type]
        frame = attention.items(snapshot, selection)
        for text in frame[frame["rule"] == key]["sentence"]:
            assert "{" not in text
            assert not re.search(r"\b(None|nan)\b|—|\b[a-z]+_[a-z_]+\b", text), text


def test_every_page_says_its_own_rules(snapshot: Snapshot) -> None:
    selection = Selection(district(snapshot).code, Period.parse("2021"))
    for page in sorted({rule.block["page"] for rule in RULES.values()}):
        assert needs(snapshot, selection, page).items


def read(folder: Path, text: str) -> tuple[Rule, ...]:
    (folder / "one.toml").write_text(text, encoding="utf-8")
    return read_rules(folder)


def test_a_sound_rule_is_read(tmp_path: Path) -> None:
    (rule,) = read(tmp_path, SOUND)
    assert (rule.key, rule.theme) == ("silent", "one")
    assert rule.select("2021-01-01", "2021-03-31").endswith("held_on <= date '2021-03-31'")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('name = "没有活动"\n', "", "缺少 name（中文名称）"),
        ('summary_en = "{count}: {names}"\n', "", "缺少 summary_en"),
        ("mechanism = 17", "mechanism = 21", "mechanism 应为 1 至 20"),
        ('severity = "warning"', 'severity = "grave"', "severity 应为"),
        ('page = "activities"', 'page = "Activities"', "page 应为小写"),
        ("params = {}", 'params = { org = "1" }', "params 中不能有 org"),
        ("params = {}", "params = { part = 1 }", "params 应写成"),
        ("params = {}", "colour = 1", "有不认识的项 colour"),
        ("{community}没有活动", "{place}没有活动", "不认识的 {place}"),
        ("{community}没有活动", "{community没有活动", "花括号不成对"),
        ("{count} 个：{names}", "{count} 个：{days}", "不认识的 {days}"),
        ("{end}", "{until}", "sql 中有不认识的 {until}"),
        ("{end}", "{end};", "不能有分号"),
        ('"select 1', '"delete 1', "应为一个 select"),
        ("[silent]", "[Silent]", "名字应为小写"),
        ("[silent]", "silent = 1\n[other]", "不是一个规则块"),
        ("[silent]", "[silent", "读不出来"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in SOUND
    with pytest.raises(AttentionError) as told:
        read(tmp_path, SOUND.replace(before, after))
    assert any(said in problem and problem.startswith("one.toml") for problem in told.value.problems)


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "two.toml").write_text(SOUND, encoding="utf-8")
    with pytest.raises(AttentionError, match="重名"):
        read(tmp_path, SOUND)
