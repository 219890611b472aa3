"""Sentences as paragraphs of a slide: how high they stand, how large their letters can be, where a slide ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboard.exports import layout
from dashboard.exports.grid import MARKS
from dashboard.exports.slideml import LINE, Box, Para, Run
from dashboard.exports.text import line, shortened
from dashboard.report import Heading, Note, Notes, Prose
from dashboard.theme import LIGHT

_LONGEST_TEXT = 1200  # letters of one paragraph on a slide
_TONES = {"warning": LIGHT.warning, "attention": LIGHT.attention, "good": LIGHT.good, "empty": LIGHT.muted}
Text = Heading | Note | Notes | Prose


def all_of(texts: Sequence[Text], titled: bool, size: float) -> list[Para]:
    return [para for text in texts for para in _paras(text, titled, size)]


def largest(texts: Sequence[Text], box: Box, sizes: Sequence[float], titled: bool) -> list[list[Para]]:
    """The paragraphs of each slide, in the largest letters in which one slide holds them all."""
    trials = [all_of(texts, titled, size) for size in sizes]
    chosen = next((paras for paras in trials if height_of(paras, box) <= box.height), trials[-1])
    return list(_paged(chosen, box))


def _paras(text: Text, titled: bool, size: float) -> Iterator[Para]:
    match text:
        case Notes():
            if titled:
                yield Para((Run(line(text.title), size + 1, LIGHT.text, True),), after=4)
            for item in text.items:
                yield _marked(item, size)
            if not text.items and text.empty:
                yield Para((Run(line(text.empty), size, LIGHT.muted),), after=8)
        case Note():
            yield _marked(text, size)
        case Prose():
            said = shortened(text.text, _LONGEST_TEXT)
            yield Para((Run(said, size),), after=8, first=size * 2, spacing=1.25)


def _marked(item: Note, size: float) -> Para:
    colour = _TONES.get(item.tone, LIGHT.muted)
    said = shortened(item.text, _LONGEST_TEXT)
    return Para(
        (Run(f"{MARKS[item.tone]} ", size, colour, True), Run(said, size)),
        after=6,
        hanging=size * 1.1,
        spacing=1.15,
    )


def _paged(paras: Sequence[Para], box: Box) -> Iterator[list[Para]]:
    """As many paragraphs a slide as fit."""
    part: list[Para] = []
    taken = 0.0
    for each in paras:
        height = height_of([each], box)
        if part and taken + height > box.height:
            yield part
            part, taken = [], 0.0
        part.append(each)
        taken += height
    if part:
        yield part


def height_of(paras: Sequence[Para], box: Box) -> float:
    """Of the paragraphs in a box of that width."""
    found = 0.0
    for each in paras:
        size = each.runs[0].size
        said = "　" * round(each.first / size) + "".join(run.text for run in each.runs)
        # Another face may be wider, and a line ends early before a figure that does not break.
        wide = (box.width - each.hanging) / size * 0.95 - 0.5
        found += layout.lines(said, wide) * size * LINE * each.spacing + each.after
    return found
