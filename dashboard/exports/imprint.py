"""What the document of one page says of itself: from the page's report, its selection and the release."""

from __future__ import annotations

from datetime import datetime

from dashboard.catalogue import dataset_names, load_catalogue
from dashboard.database import Snapshot
from dashboard.exports.words import flat
from dashboard.organisations import organisations
from dashboard.report import Chart, Definition, Imprint, KpiRow, Report, Table
from dashboard.selection import Selection


def imprint_of(
    report: Report, snapshot: Snapshot, selection: Selection, made_at: datetime, link: str = ""
) -> Imprint:
    """`made_at`: when the viewer asked for it."""
    language = selection.language
    org = organisations(snapshot).get(selection.org)
    return Imprint(
        authority=org.full_label(language) if org else report.subtitle,
        period=selection.period.label(language),
        release=report.release,
        made_at=made_at,
        is_demo=report.is_demo,
        language=language,
        review_number=snapshot.settings.get("review_number", ""),
        link=link,
        definitions=_spoken_of(report, snapshot, selection),
    )


def _spoken_of(report: Report, snapshot: Snapshot, selection: Selection) -> tuple[Definition, ...]:
    """The definitions of the indicators whose names stand in the report."""
    language = selection.language
    said: set[str] = set()
    for block in flat(report.blocks):
        if isinstance(block, KpiRow):
            said |= {item.label for item in block.items}
        elif isinstance(block, Chart | Table):
            said |= {column.label for column in block.columns}
    return tuple(
        Definition(
            what.label(language),
            what.unit_label(language),
            what.definition_text(language),
            dataset_names(snapshot, what.datasets, language),
        )
        for what in load_catalogue(snapshot).values()
        if what.label(language) in said
    )
