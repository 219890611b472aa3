"""指标说明: everything that the catalogue declares is in the dictionary, in both languages."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest

from dashboard.catalogue import load_catalogue, load_dimensions, load_levels
from dashboard.commands import query
from dashboard.database import Snapshot
from dashboard.report import Notes, Report, Table
from dashboard.selection import Selection
from dashboard.views import glossary
from tests.views.selections import awkward, selection
from tests.views.wellformed import CHINESE, check, flat

PARTS = ("meaning", "counting", "query", "all", "nonsense")


def build(tiny: Snapshot, part: str = "all", language: str = "zh") -> Report:
    return glossary.build(replace(selection(part=part), language=language), tiny)  # type: ignore[arg-type]


def tables(report: Report) -> dict[str, Table]:
    return {block.key: block for block in flat(report.blocks) if isinstance(block, Table)}


@pytest.mark.parametrize("chosen", awkward(), ids=lambda chosen: "-".join(chosen.to_params().values()))
def test_every_selection_gives_a_page(tiny: Snapshot, chosen: Selection) -> None:
    check(glossary.build(chosen, tiny), tiny, chosen.language)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("part", PARTS)
def test_every_part_gives_a_page(tiny: Snapshot, part: str, language: str) -> None:
    check(build(tiny, part, language), tiny, language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_indicator_is_explained_once(tiny: Snapshot, language: str) -> None:
    found = tables(build(tiny, language=language))
    named = [name for key, table in found.items() if key.startswith("theme_") for name in table.frame["name"]]
    wanted = [what.name if language == "zh" else what.name_en for what in load_catalogue(tiny).values()]
    assert sorted(named) == sorted(wanted)
    for key, table in found.items():
        if key.startswith("theme_"):
            for column in table.columns:
                assert (table.frame[column.name].astype(str).str.len() > 0).all(), column.name
                if language == "en":
                    assert not table.frame[column.name].str.contains(CHINESE.pattern).any(), column.name
                else:
                    assert table.frame[column.name].str.contains(f"{CHINESE.pattern}|%").all(), column.name


def test_a_theme_is_a_table(tiny: Snapshot) -> None:
    themes = {what.theme for what in load_catalogue(tiny).values()}
    assert {key.removeprefix("theme_") for key in tables(build(tiny)) if key.startswith("theme_")} == themes


def test_how_a_ratio_is_counted_is_said_in_words(tiny: Snapshot) -> None:
    what = load_catalogue(tiny)["activities_per_100_members"]
    assert glossary.how_counted(what, "zh") == (
        "分子取本期内发生的记录，分母取期末时的记录。结果乘以 100。同一对象只计一次。涉及人数，过少时不显示。"
    )


def test_the_codes_of_everything_that_can_be_asked_for_are_listed(tiny: Snapshot) -> None:
    found = tables(build(tiny, "query"))
    assert list(found["indicator_codes"].frame["code"]) == list(load_catalogue(tiny))
    known = (
        {level.key for level in load_levels(tiny)} | set(load_dimensions(tiny)) | {"month", "quarter", "year"}
    )
    assert set(found["grouping_codes"].frame["code"]) == known


def test_the_examples_run_as_they_stand(tiny: Snapshot) -> None:
    for command in tables(build(tiny, "query"))["commands"].frame["command"]:
        words = shlex.split(command)
        assert words[0] == "liandong"
        if words[1] != "query":
            continue
        given = dict(zip(words[3::2], words[4::2], strict=True))
        by = tuple(given.get("--by", "").split(",")) if "--by" in given else ()
        assert len(query(tiny.path, words[2], by, given.get("--period"), given.get("--org")))


def test_the_release_says_what_it_is_made_of(tiny: Snapshot) -> None:
    about = next(
        block for block in build(tiny).blocks if isinstance(block, Notes) and block.title == "关于本版本"
    )
    text = "".join(note.text for note in about.items)
    assert tiny.release_id in text
    assert "读取 120 行，接收 111 行，退回 9 行" in text
    assert "演示数据" in text
