"""The one place for texts and names that leave in a file: what the formats cannot hold is taken out here."""

from __future__ import annotations

import re
from collections.abc import Sequence

# What XML 1.0 cannot hold, and the marks that turn the direction of the text around (they disguise names).
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_BREAK = re.compile("\r\n?|[\x85\u2028\u2029]")
_UNFIT_IN_NAMES = re.compile(r"[\\/:*?\"<>|\s\x00-\x1f]+")
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE)
_UNFIT_IN_SHEETS = re.compile(r"[\[\]:*?/\\\s]+")
_LONGEST_NAME = 200  # bytes, which leaves room for an ending within the 255 of most file systems
_LONGEST_SHEET = 31
LONGEST_CELL = 32_767  # characters of a cell, as Excel counts them (UTF-16)


def clean(value: object) -> str:
    """A text as every format can hold it: no control characters, no half of a character, one kind of break."""
    text = _BREAK.sub("\n", str(value))
    return _LONE_SURROGATE.sub("\ufffd", _CONTROL.sub("", text))


def line(value: object) -> str:
    """The same in one line: for titles, names and labels."""
    return " ".join(clean(value).split())


def shortened(text: str, most: int, language: str = "zh") -> str:
    """At most `most` UTF-16 units; what is left out is said at the end, never dropped in silence."""
    if _units(text) <= most:
        return text
    remark = (
        f"…（内容过长，共 {len(text):,} 字，此处未全部列出）"
        if language == "zh"
        else f"… (too long: {len(text):,} characters, not all shown here)"
    )
    room = most - _units(remark)
    kept = text[:room]
    while _units(kept) > room:
        kept = kept[: -max(1, (_units(kept) - room) // 2)]
    return kept + remark


def file_name(*parts: str, extension: str = "") -> str:
    """A name that Windows, WPS and a shell accept, legible in a folder of downloads: 活动_兴隆区_2021年.xlsx.

    Nothing in it can lead to another folder; reserved device names get a mark in front.
    """
    words = [_UNFIT_IN_NAMES.sub("_", clean(part)).replace("_·_", "_") for part in parts if part]
    name = "_".join(word for word in words if word.strip("._")).strip("._ ")
    name = name.encode()[:_LONGEST_NAME].decode(errors="ignore").rstrip("._ ")
    if not name or _DEVICE.fullmatch(name):
        name = f"_{name}"
    return f"{name}.{extension}" if extension else name


def sheet_names(titles: Sequence[str]) -> list[str]:
    """A name for each sheet: at most 31 units, without what Excel forbids, no two alike."""
    taken = {"history"}  # Excel keeps it for itself
    names = []
    for title in titles:
        base = _UNFIT_IN_SHEETS.sub(" ", clean(title)).strip(" '") or "Sheet"
        name, number = _cut(base, _LONGEST_SHEET), 1
        while name.casefold() in taken:
            number += 1
            name = _cut(base, _LONGEST_SHEET - len(f" {number}")) + f" {number}"
        taken.add(name.casefold())
        names.append(name)
    return names


def _cut(text: str, most: int) -> str:
    while _units(text) > most:
        text = text[:-1]
    return text.rstrip(" '")


def _units(text: str) -> int:
    """Length as Excel counts it: a rare character or an emoji is two."""
    return len(text) + sum(character > "\uffff" for character in text)
