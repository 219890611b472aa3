"""A few ledgers that look written at a desk: a quarter's work in its last days, one head count for all.

What was counted stays as it is: nothing leaves its quarter, its type or its committee.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from etl.demo.activities import Activity
from etl.demo.units import Unit

_FEWEST, _MOST = 10, 30  # activities of a ledger that may be touched
_LAST_DAYS = 9
_RUSHED, _REPEATED = 0.65, 0.5  # of a ledger's activities


def write_in_haste(activities: list[Activity], units: list[Unit], rng: Random) -> list[Activity]:
    """Per year two committees that rush one quarter, and two that repeat a head count; order is kept."""
    agreements = {(unit.committee_code, unit.name): unit for unit in units}
    taken = {(each.committee_code, each.held_on, each.title, each.venue) for each in activities}
    ledgers: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    for index, each in enumerate(activities):
        ledgers[each.committee_code, each.held_on.year, (each.held_on.month - 1) // 3].append(index)
    changed = list(activities)
    for year in sorted({year for _, year, _ in ledgers}):
        fit = sorted(
            key for key, found in ledgers.items() if key[1] == year and _FEWEST <= len(found) <= _MOST
        )
        chosen = rng.sample(fit, min(4, len(fit) // 2))
        for key in chosen[::2]:
            for index in rng.sample(ledgers[key], round(_RUSHED * len(ledgers[key]))):
                moved = _moved(changed[index], rng)
                unit = agreements.get((moved.committee_code, moved.unit_name or ""))
                place = (moved.committee_code, moved.held_on, moved.title, moved.venue)
                if place not in taken and (
                    moved.unit_name is None or (unit and unit.under_agreement(moved.held_on))
                ):
                    taken.add(place)
                    changed[index] = moved
        for key in chosen[1::2]:
            heads = rng.choice((20, 30, 50))
            for index in rng.sample(ledgers[key], round(_REPEATED * len(ledgers[key]))):
                each = changed[index]
                if each.attended_count is not None:
                    most = max(heads, min(each.attended_count, 2 * heads))
                    changed[index] = replace(each, head_count=heads, attended_count=most)
    return sorted(changed, key=lambda each: (each.committee_code, each.held_on, each.title))


def _moved(activity: Activity, rng: Random) -> Activity:
    """To one of the last days of its quarter."""
    month = (activity.held_on.month - 1) // 3 * 3 + 3
    following = date(activity.held_on.year + month // 12, month % 12 + 1, 1)
    day = following - timedelta(days=rng.randint(1, _LAST_DAYS))
    return replace(activity, held_on=day, ended_on=None)
