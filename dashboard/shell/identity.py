"""Who is looking at the screen: asked of Streamlit, of the proxy's header, or answered by sitting here."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import access, audit, tokens
from dashboard.access import ALONE, Access, AccessError, Viewer
from dashboard.database import data_folder
from dashboard.locale import translator
from dashboard.shell import chrome
from dashboard.shell.links import Here

_PROVED = "ld_proved"  # (header, account) that was verified when the connection was made
_VIEWER = "ld_viewer"
_SEEN = "ld_seen"  # the page that was recorded last
_PASSED_ON = frozenset({"x-forwarded-for", "x-real-ip", "forwarded"})
_TOLD = "ld_told"  # accounts and refusals that stand in the audit record already


def viewer(language: str) -> Viewer | None:
    """Who may go on; None after the page has said why not."""
    try:
        rules = access.current()
        found = _identified(rules, language)
    except AccessError as reason:
        _tell_once("refused", str(reason))
        chrome.refused(str(reason), language, leave=_leave if _is_logged_in() else None)
        return None
    if found is not None:
        _tell_once("login", found.account, found)
        st.session_state[_VIEWER] = found
    return found


def present() -> Viewer:
    """Within a callback: who was let in when the page was drawn."""
    found: Viewer = st.session_state[_VIEWER]
    return found


def _identified(rules: Access, language: str) -> Viewer | None:
    if rules.mode == "local":
        # A connection from this very machine has no address; a proxy on it brings others, and says so.
        if isinstance(st.context.ip_address, str) or _PASSED_ON & {
            name.lower() for name in st.context.headers
        }:
            raise AccessError("本机模式只能在运行程序的电脑上打开；要让他人访问，请先设置登录方式")
        return ALONE
    if rules.mode == "proxy":
        return rules.viewer(_account_from_header(rules))
    if not _is_logged_in():
        chrome.login(language, st.login)
        return None
    assert rules.oidc
    claim = rules.oidc.claim
    if claim == "email" and st.user.get("email_verified") is False:
        raise AccessError("登录服务没有确认您的邮箱，请联系管理员")
    account: Any = st.user.get(claim)
    if not isinstance(account, str) or not account:
        raise AccessError(f"登录服务没有给出“{claim}”，请联系管理员核对设置")
    return rules.viewer(account)


def _account_from_header(rules: Access) -> str:
    """Verified once a connection: a header is valid for minutes, a page stays open for hours."""
    assert rules.proxy
    header = st.context.headers.get(rules.proxy.header)
    proved: tuple[str | None, str] | None = st.session_state.get(_PROVED)
    if proved is None or proved[0] != header:
        account = tokens.account_of(rules.proxy, st.context.ip_address or "127.0.0.1", header)
        proved = (header, account)
        st.session_state[_PROVED] = proved
    return proved[1]


def _is_logged_in() -> bool:
    return bool(st.user.get("is_logged_in"))


def _leave() -> None:
    st.logout()


def sign(found: Viewer, language: str) -> None:
    """At the foot of the sidebar: the account and its role, and the way out where there was a way in."""
    if found is ALONE:
        return
    say = translator(language)
    chrome.account(found.account, say(access.ROLES[found.role]))
    if _is_logged_in():
        st.button(say("退出登录"), on_click=_leave, type="tertiary", key="ld-leave")


def _tell_once(action: audit.Action, target: str, found: Viewer | None = None) -> None:
    told: set[tuple[str, str]] = st.session_state.setdefault(_TOLD, set())
    if (action, target) in told:
        return
    told.add((action, target))
    if found is None:
        write(Viewer("", "leader"), action, target=target)
    else:
        write(found, action)


def seen(found: Viewer, here: Here, release_id: str) -> None:
    """A page in the audit record, when it is another one than the last, or of another organisation or time."""
    shown = (here.view, here.selection.org, here.selection.period.key, release_id)
    if st.session_state.get(_SEEN) != shown:
        write(found, "view", target=here.view, detail=" ".join(shown[1:3]), release_id=release_id)
        st.session_state[_SEEN] = shown


def write(
    found: Viewer, action: audit.Action, *, target: str = "", detail: str = "", release_id: str = ""
) -> None:
    """An entry in the audit record. Raises audit.AuditFailed: what cannot be recorded is not shown."""
    role = found.role if found.account else ""
    audit.record(
        data_folder(),
        action,
        account=found.account,
        role=role,
        org=found.org,
        target=target,
        detail=detail,
        release_id=release_id,
    )
