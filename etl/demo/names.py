"""Invented names for units, points, activities and venues."""

from collections.abc import Callable, Sequence
from datetime import date
from random import Random

from etl.demo import words
from etl.demo.district import Committee, Item


class NameBook:
    """Hands out names and remembers those that are taken."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._taken: set[tuple[str, str]] = set()

    def invented(self) -> str:
        return self._rng.choice(words.NAME_HEADS) + self._rng.choice(words.NAME_TAILS)

    def unit(self, ending: str) -> str:
        """The name of a member unit, unique in the whole district as long as names last."""
        return self._unique("", lambda: self.invented() + ending)

    def point(self, committee: Committee, kind: str, host: str) -> str:
        """The name of a liaison point, unique within its committee. `host`: whose house it is in."""

        def draw() -> str:
            pattern = self._rng.choice(words.POINT_NAMES[kind])
            return pattern.format(
                name=self.invented(),
                estate=self._rng.choice(words.ESTATES),
                n=self._rng.randint(1, 18),
                unit=host,
            )

        return self._unique(committee.code, draw)

    def _unique(self, within: str, draw: Callable[[], str]) -> str:
        for _ in range(40):
            name = draw()
            if (within, name) not in self._taken:
                break
        else:
            # Names can run out in a small community with many points; number them then.
            number = 2
            while (within, f"{name}（{number}）") in self._taken:
                number += 1
            name = f"{name}（{number}）"
        self._taken.add((within, name))
        return name


def pick_item(rng: Random, activity_type: str, held_on: date, items: dict[str, Item]) -> Item:
    """A catalogue item that fits the type and the season."""
    weights = {
        code: weight * _topical(code, held_on)
        for code, weight in words.TYPE_ITEMS[activity_type].items()
        if code in items
    }
    if not weights or sum(weights.values()) == 0:
        return rng.choice(list(items.values()))
    return items[rng.choices(list(weights), list(weights.values()))[0]]


def _topical(item_code: str, day: date) -> float:
    if item_code == "epidemic":
        if day < date(2020, 1, 23):
            return 0.0
        return 9.0 if day < date(2020, 5, 1) else 1.0
    if item_code == "garden_party":
        return 2.0 if day.month in (1, 2, 9, 10) else 0.8
    if item_code == "tutoring":
        return 2.0 if day.month in (7, 8) else 1.0
    if item_code == "elderly":
        return 2.2 if day.month == 10 else 1.0
    return 1.0


def activity_title(rng: Random, item: Item, held_on: date) -> str:
    title = rng.choice(words.TITLES.get(item.code, words.GENERAL_TITLES)).format(item=item.name)
    opening = rng.random()
    if title.startswith("“") or opening < 0.45:
        return title
    if opening < 0.8:
        return rng.choice(words.MONTH_OPENINGS[held_on.month]) + title
    return rng.choice(words.EVERYDAY_OPENINGS) + title


def venue(rng: Random, committee: Committee, unit_name: str | None, haunts: Sequence[str]) -> str:
    """Where an activity is held: at its organiser's, or at one of the committee's haunts."""
    if unit_name and rng.random() < 0.3:
        return rng.choice(words.UNIT_VENUES).format(unit=unit_name)
    return rng.choice(haunts)


def haunts_of(rng: Random, committee: Committee, book: NameBook) -> list[str]:
    """The places that a committee uses again and again."""
    return [
        pattern.format(short=committee.short_name, name=book.invented(), estate=rng.choice(words.ESTATES))
        for pattern in words.VENUES
    ]
