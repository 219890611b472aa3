"""An Office file is a folder of parts: what tests read and compare."""

from __future__ import annotations

import io
import re
import zipfile


def parts(document: bytes) -> dict[str, bytes]:
    """Name -> content of every part; workbooks within it are opened too."""
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        assert package.testzip() is None
        for name in package.namelist():
            content = package.read(name)
            if name.endswith(".xlsx"):
                found |= {f"{name}/{inner}": part for inner, part in parts(content).items()}
            else:
                found[name] = content
    return found


def pretty(xml: bytes) -> str:
    """One element a line, so that a difference is read like code."""
    text = xml.decode("utf-8")
    return re.sub(r">\s*<", ">\n<", text) + "\n"
