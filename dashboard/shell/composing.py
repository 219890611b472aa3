"""The control on the page 报告: choose formats, make the report, take the files; below, what was made lately."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import streamlit as st

from dashboard.audit import AuditFailed
from dashboard.database import Snapshot, open_snapshot
from dashboard.exports import DOCUMENTS
from dashboard.locale import translator
from dashboard.organisations import is_within, organisations
from dashboard.report import Composing, Report
from dashboard.reports import making, register
from dashboard.reports.compose import compose, kind_named
from dashboard.reports.kinds import kinds
from dashboard.reports.making import Prepared, ReportRefused, Wanted
from dashboard.reports.register import Entry
from dashboard.selection import Period
from dashboard.shell import identity, markup, navigation
from dashboard.shell.links import Here

_MADE, _SAID = "ld_report_made", "ld_report_said"
_LATELY = 8
_USUAL = ("docx", "pdf")


def composing(block: Composing, here: Here, draw: Callable[[Report], None]) -> None:
    """The form and, when asked for, the report itself drawn by `draw`."""
    snapshot = open_snapshot(within=here.within)
    say = translator(here.selection.language)
    if not identity.present().may("export"):
        st.html(markup.remark(say("您的账号可以查看，但不能编制报告。")))
    elif not block.refused:
        with st.container(key="ld-composing"):
            _form(block, here)
        _files(block, here)
        if block.preview:
            try:
                draw(_preview(block, snapshot))
            except ReportRefused as reason:
                st.html(markup.remark(str(reason), "warning"))
    st.html(markup.block_title(say("最近编制的报告")) + _lately(snapshot, here))


def _form(block: Composing, here: Here) -> None:
    say = translator(here.selection.language)
    usual = [key for key in _USUAL if key in DOCUMENTS] or list(DOCUMENTS)[:1]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.pills(
            say("格式"),
            list(DOCUMENTS),
            selection_mode="multi",
            default=usual,
            format_func=lambda key: DOCUMENTS[key].label,
            key="ld-report-formats",
            wrap=True,
        )
        if st.button(say("编制报告"), type="primary", key="ld-report-make"):
            _make(block, here)
        other = None if block.preview else "preview"
        st.button(
            say("收起预览") if block.preview else say("预览"),
            key="ld-report-preview",
            on_click=partial(navigation.go, here, None, {"show": other}),
        )
    if said := st.session_state.pop(_SAID, None):
        st.html(markup.remark(said, "warning"))


def _make(block: Composing, here: Here) -> None:
    """With a bar that says which format is being written; the files wait in this viewer's session."""
    say = translator(here.selection.language)
    formats = tuple(st.session_state.get("ld-report-formats") or ())
    st.session_state.pop(_MADE, None)
    if not formats:
        st.session_state[_SAID] = say("请至少选一种格式。")
        return
    bar = st.progress(0.0, say("正在汇总数据"))
    done = 0

    def tell(key: str) -> None:
        nonlocal done
        done += 1
        text = say("正在写 {format}").format(format=DOCUMENTS[key].label)
        bar.progress(done / (len(formats) + 1), text)

    snapshot = open_snapshot(within=here.within)
    wanted = Wanted(kind_named(block.kind), block.org, Period.parse(block.period), formats)
    try:
        prepared = making.prepare(snapshot, wanted, tell=tell)
        identity.write(
            identity.present(),
            "report",
            target=block.kind,
            detail=" ".join((block.org, block.period, *formats, prepared.entry.report_id)),
            release_id=snapshot.release_id,
        )
        register.add(snapshot.data, prepared.entry)
    except (ReportRefused, AuditFailed) as reason:
        st.session_state[_SAID] = str(reason)
        return
    except OSError:
        st.session_state[_SAID] = say("报告登记簿无法写入，请检查数据目录的权限和磁盘空间。")
        return
    finally:
        bar.empty()
    st.session_state[_MADE] = prepared


def _files(block: Composing, here: Here) -> None:
    """What was just made, to be taken: only as long as the page still speaks of the same report."""
    prepared: Prepared | None = st.session_state.get(_MADE)
    if prepared is None:
        return
    entry = prepared.entry
    if (entry.kind, entry.org, entry.period) != (block.kind, block.org, block.period):
        return
    say = translator(here.selection.language)
    said = say("已编制，报告编号 {number}。").format(number=entry.report_id)
    with st.container(key="ld-report-files", horizontal=True, vertical_alignment="center"):
        st.html(markup.remark(said, "good"), width="content")
        for key, made in prepared.documents.items():
            form = DOCUMENTS[key]
            st.download_button(
                say("下载 {format}").format(format=form.label),
                data=made,
                file_name=f"{prepared.name}.{form.extension}",
                mime=form.mime,
                key=f"ld-report-take-{key}",
                on_click="ignore",
            )


def _preview(block: Composing, snapshot: Snapshot) -> Report:
    entries = len(register.entries(snapshot.data))
    return _composed(
        (snapshot.release_id, block.kind, block.org, block.period, snapshot.within, str(entries)), snapshot
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _composed(key: tuple[str, ...], _snapshot: Snapshot) -> Report:
    _, kind, org, period, *_ = key
    return compose(_snapshot, kind_named(kind), org, Period.parse(period), making.now()).report


def _lately(snapshot: Snapshot, here: Here) -> str:
    """The newest entries of the register as a table."""
    language = here.selection.language
    say = translator(language)
    everyone = organisations(snapshot)
    found = [
        entry
        for entry in reversed(register.entries(snapshot.data))
        if entry.org in everyone and is_within(snapshot, everyone[entry.org])
    ][:_LATELY]
    if not found:
        return markup.empty(say("还没有编制过报告。"))
    head = (say("报告种类"), say("组织"), say("时段"), say("格式"), say("数据版本"), say("生成时间"), say("报告编号"))  # fmt: skip
    return markup.plain_table(head, [_row(entry, snapshot, here) for entry in found])


def _row(entry: Entry, snapshot: Snapshot, here: Here) -> tuple[str, ...]:
    language: Any = here.selection.language
    say = translator(language)
    everyone = organisations(snapshot)
    kind = kinds().get(entry.kind)
    org = everyone[entry.org].label(language) if entry.org in everyone else entry.org
    formats = "、".join(DOCUMENTS[key].label for key in entry.files if key in DOCUMENTS)
    return (
        say(kind.name) if kind else entry.kind,
        org,
        Period.parse(entry.period).label(language),
        formats,
        entry.release,
        _moment(entry.made_at),
        entry.report_id,
    )


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"
