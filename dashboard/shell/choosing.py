"""A list of items with the control that changes one of them, set between the items as they are read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import streamlit as st

from dashboard import followups
from dashboard.audit import AuditFailed
from dashboard.followups import FollowUpRefused
from dashboard.locale import translator
from dashboard.report import Choosing, Tasks, Tone
from dashboard.shell import identity, markup
from dashboard.shell.links import Here

_SAID = "ld_followup_said"  # what came of the last entry: the item's code, tone, sentence


def tasks(block: Tasks, here: Here, text: str) -> str:
    """Draw the list after `text` as far as needed; returns the text that is still to be drawn."""
    choosing = block.choosing
    above, below = markup.tasks(block, here, None if choosing is None else choosing.code)
    if choosing is None:
        return text + above
    st.html(text + above)
    _control(choosing, here)
    return below


def _control(choosing: Choosing, here: Here) -> None:
    say = translator(here.selection.language)
    with st.container(key="ld-choosing"):
        refused = choosing.refused
        if not refused and not identity.present().may("follow_up"):
            refused = say("您的账号可以查看，但不能登记督办状态。")
        if refused:
            st.html(markup.remark(refused))
            return
        said: tuple[str, Tone, str] | None = st.session_state.pop(_SAID, None)
        with st.form(f"ld-followup-{choosing.code}", border=False, enter_to_submit=False):
            st.text_input(
                say("备注（选填，最多 {most} 个字，不写姓名、电话和证件号）").format(
                    most=choosing.longest_remark
                ),
                max_chars=choosing.longest_remark,
                key=_remark_key(choosing),
            )
            with st.container(horizontal=True):
                for state, label in choosing.states:
                    st.form_submit_button(
                        label,
                        key=f"ld-followup-{choosing.code}-{state}",
                        on_click=_record,
                        args=(choosing, state, say("已登记为“{state}”。").format(state=label)),
                    )
        if said is not None and said[0] == choosing.code:
            st.html(markup.remark(said[2], said[1]))


def _remark_key(choosing: Choosing) -> str:
    return f"ld-followup-{choosing.code}-remark"


def _record(choosing: Choosing, state: followups.State, done: str) -> None:
    """Within the callback, so that the run that follows already shows the new state."""
    entry, viewer = dict(choosing.entry), identity.present()
    if not viewer.may("follow_up"):  # a button that another session drew
        return
    try:
        followups.record(
            Path(choosing.file),
            rule=entry["rule"],
            key=entry["key"],
            state=state,
            release_id=entry["release_id"],
            data_on=date.fromisoformat(entry["data_on"]),
            community=entry["community"],
            wording=entry["wording"],
            remark=str(st.session_state.get(_remark_key(choosing)) or ""),
            account=viewer.account,
        )
        identity.write(
            viewer, "follow_up", target=entry["rule"], detail=state, release_id=entry["release_id"]
        )
    except (FollowUpRefused, AuditFailed) as reason:
        st.session_state[_SAID] = (choosing.code, "warning", str(reason))
        return
    st.session_state[_remark_key(choosing)] = ""
    st.session_state[_SAID] = (choosing.code, "good", done)
