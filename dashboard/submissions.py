"""What was sent, what never came and what was faulty; and what a release says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pandas as pd

from dashboard.catalogue import labels
from dashboard.database import Snapshot
from dashboard.organisations import organisations, visible_organisation
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Period, Selection


@dataclass(frozen=True)
class Release:
    """What a snapshot says of itself."""

    release_id: str
    built_at: datetime
    is_demo: bool
    first_month: date
    last_month: date
    submission_count: int
    row_count: int
    accepted_count: int
    quarantined_count: int

    @property
    def window(self) -> Period:
        return Period.of_days(self.first_month, self.last_month)


def release(snapshot: Snapshot) -> Release:
    (row,) = snapshot.rows(
        """select release_id, built_at, is_demo, first_month, last_month, submission_count, row_count,
                  accepted_count, quarantined_count from meta_release"""
    )
    # Stored in UTC; people read the clock on their wall.
    built_at = row[1].replace(tzinfo=UTC).astimezone()
    return Release(row[0], built_at, *row[2:])


def submissions(
    snapshot: Snapshot, selection: Selection, missing_only: bool = False, scope: Scope = WHOLE
) -> pd.DataFrame:
    """Every ledger due from the communities in the period, quarter by quarter.

    Columns: community, community_label, quarter ("2021-Q4"), quarter_label, dataset, dataset_label, state
    ("received", "late", "missing", "excused"), is_correction (sent after the lock), late_days (Int64),
    row_count, accepted_count, quarantined_count. `missing_only`: those that never came, also excused ones.
    """
    org = visible_organisation(snapshot, selection.org)
    frame = snapshot.frame(
        f"""select due.community_code as community, quarter_on, dataset,
                   state, correction_count > 0 as is_correction,
                   cast(late_days as bigint) as late_days, cast(row_count as bigint) as row_count,
                   cast(accepted_count as bigint) as accepted_count,
                   cast(quarantined_count as bigint) as quarantined_count
            from mart_submission_quarter due join dim_organisation place on place.org_code = due.community_code
            where ? in (place.district_code, place.street_code, place.community_code)
              and quarter_on <= ? and quarter_on + interval 3 month > ? {"and received_count = 0" if missing_only else ""}
            order by quarter_on desc, place.sort_no, place.org_code, dataset""",
        [org.codes.get("community", org.code), selection.period.last_on, selection.period.first_on],
    )
    everyone = organisations(snapshot)
    quarters = [Period.of_days(day, day).quarters()[0] for day in frame.pop("quarter_on")]
    names = labels(snapshot, "dataset", selection.language)
    frame.insert(
        1,
        "community_label",
        _texts([everyone[code].label(selection.language) for code in frame["community"]]),
    )
    frame.insert(2, "quarter", _texts([quarter.key for quarter in quarters]))
    frame.insert(3, "quarter_label", _texts([quarter.label(selection.language) for quarter in quarters]))
    frame.insert(5, "dataset_label", _texts([names.get(key, key) for key in frame["dataset"]]))
    return frame


def missing_submissions(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """`submissions`, only those that never came."""
    return submissions(snapshot, selection, missing_only=True, scope=scope)


def findings_count(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Findings in the submissions in use for the period.

    Columns: severity ("submission", "row", "warning"), dataset, dataset_label, code, sentence (of one such
    finding), finding_count, community_count. The most frequent first.
    """
    org = visible_organisation(snapshot, selection.org)
    period = selection.period
    keys = [part.key for part in (*period.months(), *period.quarters(), *period.years())]
    frame = snapshot.frame(
        f"""select finding.severity, finding.dataset, finding.code, min(finding.sentence) as sentence,
                   count(*) as finding_count, count(distinct finding.community_code) as community_count
            from meta_finding finding
            left join dim_organisation place on place.org_code = finding.community_code
            left join meta_submission submission on submission.submission_id = finding.submission_id
            where (submission.state is null or submission.state = 'current')
              and ? in (place.district_code, place.street_code, place.community_code)
              and finding.period_key in ({", ".join("?" * len(keys))})
            group by all order by finding_count desc, severity, dataset, code""",
        [org.codes.get("community", org.code), *keys],
    )
    names = labels(snapshot, "dataset", selection.language)
    frame.insert(2, "dataset_label", _texts([names.get(key, key) for key in frame["dataset"]]))
    return frame


def _texts(values: list[str]) -> pd.Series:
    return pd.Series(values, dtype="str")
