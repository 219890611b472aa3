"""The place to drop workbooks, and the answer below it. Kept as long as the files stand in the control, no longer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from dashboard import checking
from dashboard.checking import Checked, CheckedFile, CheckFailed
from dashboard.locale import translator
from dashboard.report import Block, Note, Upload
from dashboard.shell import markup
from dashboard.shell.links import Here
from dashboard.views import submission_check as view

_ANSWER = "ld_checked"  # which files were checked, and what came of it
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def upload(block: Upload, here: Here, draw: Callable[[Sequence[Block]], None]) -> None:
    """Draw the control and, once there are files, what was found. `draw` draws blocks of a Report."""
    with st.container(key="ld-upload"):
        files = st.file_uploader(
            block.label,
            accept_multiple_files=True,
            max_upload_size=block.most_mb,
            key=f"ld-upload-{block.key}",
        )
        st.html(f'<p class="ld-caption">{escape(block.hint)}</p>')
    if not files:
        forget()
        return
    names = tuple((file.name, file.file_id) for file in files)
    kept: tuple[object, Checked | str] | None = st.session_state.get(_ANSWER)
    if kept is None or kept[0] != names:
        with st.spinner(block.busy):
            kept = (names, _checked([(file.name, file.getvalue()) for file in files]))
        st.session_state[_ANSWER] = kept
    _answer(kept[1], here, draw)


def forget() -> None:
    """On every page but the one that checks: the answer holds copies of workbooks."""
    st.session_state.pop(_ANSWER, None)


def _checked(uploads: Sequence[tuple[str, bytes]]) -> Checked | str:
    try:
        return checking.check(uploads)
    except CheckFailed as reason:
        return str(reason)


def _answer(found: Checked | str, here: Here, draw: Callable[[Sequence[Block]], None]) -> None:
    language = here.selection.language
    if isinstance(found, str):
        draw([Note(found, "warning")])
        return
    draw(view.answer(found, language))
    for number, file in enumerate(found.files):
        with st.container(key=f"ld-checked-{number}"):
            with st.container(key=f"ld-checked-head-{number}", horizontal=True, vertical_alignment="center"):
                st.html(markup.file_head(file.file_name, view.verdict(file, language), bool(file.must_count)))
                _marked(file, number, language)
            draw(view.of_file(file, language))


def _marked(file: CheckedFile, number: int, language: str) -> None:
    """The clerk's own workbook, marked, to be corrected and sent; else why there is none."""
    if file.unmarked:
        st.caption(file.unmarked)
    if file.marked:
        st.download_button(
            translator(language)("下载标注好的工作簿"),
            data=file.marked,
            file_name=file.marked_name,
            mime=_SHEET,
            key=f"ld-marked-{number}",
            on_click="ignore",
            icon=":material/download:",
        )
