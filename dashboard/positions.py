"""What is wrong with the positions of liaison points that cannot be put on the map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from dashboard.database import Snapshot

Place: TypeAlias = tuple[str, str, int]  # file name, sheet name, row number


@dataclass(frozen=True)
class Fault:
    sentence: str
    hint: str  # what to do about it


def position_faults(snapshot: Snapshot) -> Mapping[Place, Fault]:
    """The faults found in the ledgers in use, by the row that they were found in."""

    def read() -> Mapping[Place, Fault]:
        rows = snapshot.rows(
            """select finding.file_name, finding.sheet_name, finding.row_no, finding.sentence, finding.hint
               from meta_finding finding join meta_submission submission using (submission_id)
               where finding.dataset = 'service_points' and finding.code like 'position\\_%' escape '\\'
                 and submission.state = 'current' and finding.row_no is not null"""
        )
        return MappingProxyType(
            {
                (file, sheet, int(row)): Fault(sentence or "", hint or "")
                for file, sheet, row, sentence, hint in rows
            }
        )

    return snapshot.keep("position_faults", read)
