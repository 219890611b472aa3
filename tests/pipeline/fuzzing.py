"""Submissions changed at random but knowingly: bytes, members of a zip, XML, cells. The same seed, the same files."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Sequence

_NASTY = ("", " ", "\x00", "0", "-1", "1e308", "9" * 400, "NaN", "=1+1", "合计", "２０２１", "2021-13-45", "6.3", "一百万亿",
          "\ud83c\udf0a".encode("utf-16", "surrogatepass").decode("utf-16"), "<", "&amp;", "A1:XFD1048576", "1048577", "填报单位：", "\u202e")  # fmt: skip
_ATTRIBUTE = re.compile(rb'="[^"<>]{0,40}"')
_TEXT = re.compile(rb">[^<>]{1,80}<")
_ELEMENT = re.compile(rb"<[A-Za-z:]+[^<>]*/?>")


def mutated(seeds: Sequence[bytes], seed: int) -> bytes:
    """One file of the corpus with one to four changes of one kind."""
    chance = random.Random(seed)
    content = chance.choice(seeds)
    is_zip = content.startswith(b"PK\x03\x04")
    change = chance.choice(
        (in_a_part, in_a_part, in_a_part, parts_moved, in_bytes) if is_zip else (in_bytes, in_cells)
    )
    for _ in range(chance.randint(1, 4)):
        content = change(content, chance)
    return content


def in_bytes(content: bytes, chance: random.Random) -> bytes:
    if len(content) < 2:
        return content + b"\x00"
    changed = bytearray(content)
    at = chance.randrange(len(changed))
    match chance.randrange(6):
        case 0:
            changed[at] ^= 1 << chance.randrange(8)
        case 1:
            del changed[at : at + chance.randint(1, 64)]
        case 2:
            changed[at:at] = chance.randbytes(chance.randint(1, 16))
        case 3:
            del changed[at:]
        case 4:
            changed[at:at] = changed[at : at + chance.randint(1, 512)]
        case _:
            changed[at : at + 4] = chance.choice(
                (b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x7f\xff\xff\xff")
            )
    return bytes(changed)


def in_cells(content: bytes, chance: random.Random) -> bytes:
    """Of a text file: a cell, a delimiter, a quotation mark."""
    parts = re.split(rb"([,\t;\n\"])", content)
    at = chance.randrange(len(parts))
    parts[at] = (
        chance.choice(_NASTY).encode("utf-8", "replace")
        if at % 2 == 0
        else chance.choice((b",", b"\n", b'"', b"", b"\r", b"\t"))
    )
    return b"".join(parts)


def in_a_part(content: bytes, chance: random.Random) -> bytes:
    """Of a workbook: the XML of a part, packed again."""
    parts = _parts(content)
    names = [name for name in parts if name.endswith((".xml", ".rels"))]
    if not names:
        return in_bytes(content, chance)
    name = (
        chance.choice([n for n in names if "sheet" in n.lower() or "content" in n] or names)
        if chance.random() < 0.7
        else chance.choice(names)
    )
    parts[name] = _in_xml(parts[name], chance)
    return _zipped(parts)


def _in_xml(part: bytes, chance: random.Random) -> bytes:
    pattern = chance.choice((_ATTRIBUTE, _TEXT, _ELEMENT))
    found = list(pattern.finditer(part))
    if not found:
        return in_bytes(part, chance)
    match = chance.choice(found)
    nasty = chance.choice(_NASTY).encode("utf-8", "replace")
    if pattern is _ELEMENT:
        new = chance.choice((b"", match[0] * 2, match[0] * 50, b"<!DOCTYPE a>" + match[0]))
    else:
        new = match[0][:1] + (b'"' if pattern is _ATTRIBUTE else b"") + nasty + match[0][-1:]
    return part[: match.start()] + new + part[match.end() :]


def parts_moved(content: bytes, chance: random.Random) -> bytes:
    """Parts missing, doubled, exchanged or replaced."""
    parts = _parts(content)
    if len(parts) < 2:
        return in_bytes(content, chance)
    one, other = chance.sample(sorted(parts), 2)
    match chance.randrange(4):
        case 0:
            del parts[one]
        case 1:
            parts[one], parts[other] = parts[other], parts[one]
        case 2:
            parts[one] = chance.randbytes(chance.randint(0, 200))
        case _:
            parts["xl/worksheets/" + chance.choice(("sheet9.xml", "../sheet1.xml", "工作表.xml"))] = parts[
                one
            ]
    return _zipped(parts)


def _parts(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # a change before this one has broken it
        return {}


def _zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


Change = Callable[[bytes, random.Random], bytes]
