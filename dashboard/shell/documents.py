"""导出本页: the whole page as a document. Nothing is made, and no library loaded, before somebody asks."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

import streamlit as st

from dashboard.access import Viewer
from dashboard.database import Snapshot
from dashboard.exports import DOCUMENTS, DocumentFormat
from dashboard.exports.imprint import imprint_of
from dashboard.exports.text import file_name
from dashboard.locale import translator
from dashboard.report import Report
from dashboard.shell import identity
from dashboard.shell.links import Here


def offer(report: Report, here: Here, snapshot: Snapshot) -> None:
    """One button beside the page's title; its formats are drawn only when it is opened."""
    if not identity.present().may("export"):
        return
    say = translator(here.selection.language)
    # One of its own a page: the same key on the next page would count as pressed there.
    with st.container(key="ld-documents"):
        if st.button(
            say("导出本页"), key=f"ld-documents-{here.view}", icon=":material/download:", type="tertiary"
        ):
            st.dialog(say("导出本页"))(_choose)(report, here, snapshot)


def _choose(report: Report, here: Here, snapshot: Snapshot) -> None:
    language = here.selection.language
    say = translator(language)
    st.html(f'<p class="ld-caption">{say("按当前的组织、时段和筛选生成；图表可在 Office 中直接修改。")}</p>')
    address = (st.context.url or "").partition("?")[0]
    link = f"{address}?{urlencode(here.selection.to_params())}" if address else ""
    for key, form in DOCUMENTS.items():
        st.download_button(
            say(form.label),
            data=_Maker(form, report, snapshot, here, link, identity.present()),
            file_name=file_name(report.title, report.subtitle, extension=form.extension),
            mime=form.mime,
            key=f"ld-document-{key}",
            on_click="ignore",
            width="stretch",
        )


class _Maker:
    """Writes the document at the moment of the click, and into the audit record that it was taken."""

    def __init__(
        self,
        form: DocumentFormat,
        report: Report,
        snapshot: Snapshot,
        here: Here,
        link: str,
        viewer: Viewer,
    ) -> None:
        self._form, self._report, self._snapshot = form, report, snapshot
        self._here, self._link, self._viewer = here, link, viewer

    def __call__(self) -> bytes:
        chosen = self._here.selection
        imprint = imprint_of(self._report, self._snapshot, chosen, datetime.now(), self._link)
        document = self._form.write(self._report, imprint)
        identity.write(
            self._viewer,
            "export",
            target=f"{self._here.view}.{self._form.extension}",
            detail=f"{chosen.org} {chosen.period.key}",
            release_id=self._report.release,
        )
        return document
