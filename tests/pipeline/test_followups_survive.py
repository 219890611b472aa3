"""What was followed up stays with its item when the next release is built from more submissions."""

from __future__ import annotations

from datetime import date

from dashboard import attention, followups
from dashboard.database import Snapshot, open_snapshot
from dashboard.organisations import district
from dashboard.selection import Period, Selection
from etl import snapshot
from tests.pipeline.desk import Desk
from tests.submissions.make import Sheet, row


def ledger(*, ends_on: str | None, reported: str, title: str) -> tuple[Sheet, Sheet]:
    unit = row("member_units", unit_name="青河县第一小学", signed_on="2020-01-01", ends_on=ends_on)
    return (
        Sheet("member_units", [unit], reported=reported),
        Sheet("activities", [row("activities", title=title)], reported=reported),
    )


def opened(desk: Desk) -> tuple[Snapshot, Selection]:
    served = open_snapshot(snapshot.served(desk.data))
    return served, Selection(district(served).code, Period.parse("2021"))


def standing(desk: Desk) -> dict[str, str]:
    """Where the agreements that end soon stand, by key."""
    served, chosen = opened(desk)
    found = attention.standings(served, attention.found(served, chosen))
    return {item.key: state.state for item, state in found if item.rule.key == "agreement_ending"}


def test_a_state_survives_a_new_release_and_a_gone_item_leaves_its_record(desk: Desk) -> None:
    desk.write("甲.xlsx", *ledger(ends_on="2022-03-31", reported="2022-01-05", title="甲"))
    first = desk.load().release_id
    served, chosen = opened(desk)
    (item,) = [each for each in attention.found(served, chosen) if each.rule.key == "agreement_ending"]
    followups.record(
        followups.file_of(served),
        rule=item.rule.key,
        key=item.key,
        state="followed_up",
        release_id=served.release_id,
        data_on=date(2021, 12, 31),
        community=item.community,
        wording=attention.sentence(served, item, "zh"),
    )
    assert standing(desk) == {item.key: "followed_up"}

    # Sent again: another file, other rows, the same agreement.
    desk.write("乙.xlsx", *ledger(ends_on="2022-03-31", reported="2022-01-08", title="乙"))
    second = desk.load().release_id
    assert second != first
    assert standing(desk) == {item.key: "followed_up"}

    # Extended: the item is gone, what was done about it is not.
    desk.write("丙.xlsx", *ledger(ends_on="2025-12-31", reported="2022-01-11", title="丙"))
    assert desk.load().release_id not in (first, second)
    assert standing(desk) == {}
    served, _ = opened(desk)
    (event,) = followups.events(followups.file_of(served))
    assert (event.key, event.release_id) == (item.key, first)

    # And a rollback shows it again, where it stood.
    snapshot.roll_back(desk.data, first)
    assert standing(desk) == {item.key: "followed_up"}
