"""How wide texts stand and where they break, measured without any font at hand."""

from __future__ import annotations

# What a letter takes of its size in the sans-serif faces that the pictures are set in.
_NARROW = frozenset(" ,.:;'|!()[]{}-·")
_WIDE = frozenset("MWmw@%")


def measure(text: str, size: float) -> float:
    """How wide a line of text stands, within a few per cent, a little too wide rather than too narrow."""
    return sum(_letter(letter) for letter in text) * size


def _letter(letter: str) -> float:
    if letter >= "⺀" or letter in "—…“”‘’×≥≤●▲■✓":
        return 1.0
    if letter in _NARROW:
        return 0.32
    if letter in _WIDE:
        return 0.9
    return 0.66 if letter.isupper() else 0.57


def wrapped(text: str, size: float, width: float, most: int = 99) -> list[str]:
    """The text in lines no wider than `width`; beyond `most` lines the last one ends with an ellipsis."""
    lines, line = [], ""
    for word in _words(text):
        if line and measure(line + word, size) > width and word not in "，。；：、）》”%":
            lines.append(line)
            line = ""
        line += word
    lines.append(line)
    lines = [part.strip() for part in lines if part.strip()] or [""]
    if len(lines) > 1 and len(lines[-1]) < 3:  # no single character left over
        lines[-2:] = [lines[-2][:-2], lines[-2][-2:] + lines[-1]]
    if len(lines) > most:
        lines = [*lines[: most - 1], shortened(lines[most - 1] + lines[most], size, width)]
    return lines


def _words(text: str) -> list[str]:
    """A Chinese character is a word; letters and digits stay together."""
    words: list[str] = []
    for letter in text:
        if letter < "⺀" and letter != " " and words and words[-1][-1] < "⺀" and words[-1][-1] != " ":
            words[-1] += letter
        else:
            words.append(letter)
    return words


def shortened(text: str, size: float, width: float) -> str:
    """The text, cut off with an ellipsis where it is wider than `width`."""
    if measure(text, size) <= width:
        return text
    while text and measure(text + "…", size) > width:
        text = text[:-1]
    return text + "…"
