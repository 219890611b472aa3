"""The report as PDF, set by typst: searchable Chinese, embedded faces, tagged, bookmarks from the headings."""

from __future__ import annotations

from datetime import UTC, datetime

import typst

from dashboard.exports import fonts
from dashboard.exports.markup import markup
from dashboard.report import Imprint, Report


def write(report: Report, imprint: Imprint) -> bytes:
    """Equal reports give equal bytes on one machine: the only moment in the file is `made_at`."""
    made: bytes = typst.compile(
        markup(report, imprint).encode(),
        font_paths=fonts.found(),
        format="pdf",
        timestamp=_seconds(imprint.made_at),
    )
    return made


def _seconds(moment: datetime) -> int:
    """As typst counts them; a moment without a zone is taken as it is written."""
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
