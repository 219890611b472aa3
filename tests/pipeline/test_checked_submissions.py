"""`liandong check` says of every kept submission what a load says, and its marked copy is judged as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from etl import checking
from etl.checking import FileResult
from etl.settings import Settings
from tests.pipeline import clerk
from tests.submissions.faulty import BOUNDS, FAULTY, expected

pytestmark = pytest.mark.xdist_group("checked submissions")  # all look at one check

# What a copy tells in another way: a hidden sheet is not copied, a cut number is hidden, a formula is none any more.
_NOT_IN_A_COPY = {"uncalculated", "hidden_sheet", "numbers_end_in_zeros", "too_many_cells"}


@pytest.fixture(scope="module")
def checked(
    county: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, tuple[FileResult, FileResult | None]]:
    """Name -> what was found in the file and, where a marked copy was written, in the copy."""
    folder: Path = tmp_path_factory.mktemp("checked")
    settings = replace(county, data=folder / "data", bounds=BOUNDS)
    (folder / "in").mkdir()
    files = [faulty.write(folder / "in") for faulty in FAULTY.values()]
    first = checking.check(settings, files, out=folder / "out").files
    copies = [file.marked for file in first if file.marked]
    again = {file.path: file for file in checking.check(settings, copies).files}
    assert not (folder / "data").exists()
    return {name: (file, again.get(file.marked or Path())) for name, file in zip(FAULTY, first, strict=True)}


@pytest.mark.parametrize("name", FAULTY)
def test_check_agrees_with_what_a_load_tells(
    checked: Mapping[str, tuple[FileResult, FileResult | None]], name: str
) -> None:
    file, _ = checked[name]
    lines = [
        f"{one.severity} {one.code} {one.sheet_name}!{one.cell or one.row_no or ''} {one.value or ''!r}\n    {one.sentence}\n    {one.hint}"
        for one in file.findings
    ]
    assert [line for line in lines if line not in expected(name)] == []
    assert expected(name).count("\n    ") == 2 * len(lines)


@pytest.mark.parametrize("name", FAULTY)
def test_a_marked_copy_is_judged_as_its_original_was(
    checked: Mapping[str, tuple[FileResult, FileResult | None]], name: str
) -> None:
    file, copy = checked[name]
    if copy is None:
        assert file.is_refused
        assert not file.datasets
        assert file.unmarked, "it says why there is none"
        return
    assert not file.unmarked
    found = {(one.code, one.cell) for one in file.findings if one.code not in _NOT_IN_A_COPY}
    if all(one.code not in _NOT_IN_A_COPY for one in file.findings):
        assert found == {(one.code, one.cell) for one in copy.findings}
    rows = [
        (one.dataset, one.committee_code, one.period, one.row_count, one.accepted_count)
        for one in file.datasets
    ]
    assert rows == [
        (one.dataset, one.committee_code, one.period, one.row_count, one.accepted_count)
        for one in copy.datasets
    ]


# What the hint asks for is another file: these are no ledgers at all.
_ON_THE_TEMPLATE = {"form", "text-of-something-else"}


def test_every_marked_copy_corrected_by_its_findings_has_none(
    checked: Mapping[str, tuple[FileResult, FileResult | None]], county: Settings, tmp_path: Path
) -> None:
    settings = replace(county, data=tmp_path / "data", bounds=BOUNDS)
    left = {name: copy for name, (_, copy) in checked.items() if copy and copy.findings}
    for name in _ON_THE_TEMPLATE:
        assert all("模板" in told.hint for told in left.pop(name).findings)
    assert len(left) >= 40
    for attempt in range(3):  # a column that was missing lets the sheet be read, and more be found
        folder = tmp_path / str(attempt)
        folder.mkdir()
        files = [
            clerk.corrected(copy.path, copy.findings, folder / f"{name}.xlsx") for name, copy in left.items()
        ]
        again = dict(zip(left, checking.check(settings, files).files, strict=True))
        left = {name: file for name, file in again.items() if file.findings}
        assert all(file.datasets for file in again.values())
        if not left:
            return
    pytest.fail(
        str({name: [(t.code, t.cell, t.sentence) for t in file.findings] for name, file in left.items()})
    )
