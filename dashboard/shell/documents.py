"""导出本页: the whole page as a document. Nothing is made, and no library loaded, before somebody asks."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from dashboard.access import Viewer
from dashboard.database import Snapshot
from dashboard.exports import DOCUMENTS, DocumentFormat
from dashboard.exports.imprint import imprint_of
from dashboard.exports.text import file_name
from dashboard.locale import translator
from dashboard.report import Report
from dashboard.shell.links import Here
from dashboard.shell.taking import Taken


def offer(report: Report, here: Here, snapshot: Snapshot, viewer: Viewer) -> None:
    """One button beside the page's title; its formats are drawn only when it is opened."""
    if not viewer.may("export"):
        return
    say = translator(here.selection.language)
    # One of its own a page: the same key on the next page would count as pressed there.
    with st.container(key="ld-documents"):
        if st.button(
            say("导出本页"), key=f"ld-documents-{here.view}", icon=":material/download:", type="tertiary"
        ):
            st.dialog(say("导出本页"))(_choose)(report, here, snapshot, viewer)


def _choose(report: Report, here: Here, snapshot: Snapshot, viewer: Viewer) -> None:
    language = here.selection.language
    say = translator(language)
    st.html(f'<p class="ld-caption">{say("按当前的组织、时段和筛选生成；图表可在 Office 中直接修改。")}</p>')
    address = (st.context.url or "").partition("?")[0]
    link = f"{address}?{urlencode(here.selection.to_params())}" if address else ""
    for key, form in DOCUMENTS.items():
        st.download_button(
            say(form.label),
            data=Taken(
                partial(_made, form, report, snapshot, here, link),
                viewer,
                here,
                "",
                form.extension,
                report.release,
            ),
            file_name=file_name(report.title, report.subtitle, extension=form.extension),
            mime=form.mime,
            key=f"ld-document-{key}",
            on_click="ignore",
            width="stretch",
        )


def _made(form: DocumentFormat, report: Report, snapshot: Snapshot, here: Here, link: str) -> bytes:
    imprint = imprint_of(report, snapshot, here.selection, datetime.now(), link)
    return form.write(report, imprint)
