"""An Office file is a ZIP of parts; the libraries put the clock's time beside each of them."""

from __future__ import annotations

import io
import zipfile

_NEVER = (1980, 1, 1, 0, 0, 0)  # as Office itself writes it


def undated(package: bytes) -> bytes:
    """The same parts in the same order without the moment of writing: equal reports are equal files."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as written,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for part in written.infolist():
            kept.writestr(zipfile.ZipInfo(part.filename, _NEVER), written.read(part), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
