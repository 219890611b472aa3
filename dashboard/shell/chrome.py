"""The frame around every page: style, brand, release badge, and what is said when something fails."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st

from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.shell import markup
from dashboard.submissions import release
from dashboard.theme import palette, rgba

STATIC = Path(__file__).parents[1] / "static"
_LOG = logging.getLogger("liandong.dashboard")


def is_dark() -> bool:
    return st.context.theme.type == "dark"


def is_phone() -> bool:
    """Only to choose a first zoom and heights; what fits is decided by the style sheet."""
    return "Mobi" in (st.context.headers.get("User-Agent") or "")


@cache
def _style(dark: bool) -> str:
    colours = palette(dark)
    names = ("accent", "text", "muted", "surface", "panel", "line", "faint", "good", "attention", "warning")
    variables = "".join(f"--ld-{name}:{getattr(colours, name)};" for name in names)
    soft = rgba(colours.accent, 0.14 if dark else 0.07)
    sheet = (STATIC / "liandong.css").read_text(encoding="utf-8")
    return f"<style>:root{{{variables}--ld-soft:{soft}}}\n{sheet}</style>"


def style(dark: bool) -> None:
    st.html(_style(dark))


def brand(language: str) -> None:
    """Above the pages: the sign, and beside it (by the style sheet) the product's name."""
    say = translator(language)
    st.logo(str(STATIC / "icon.png"))
    st.html(f'<style>:root{{--ld-product:"联动";--ld-tagline:"{say("社区联合党委数据看板")}"}}</style>')


def badge(snapshot: Snapshot, language: str) -> None:
    """At the foot of the sidebar: which release this is, when it was built, which months it covers."""
    say = translator(language)
    built_at = snapshot.keep("release", lambda: release(snapshot)).built_at
    months = f"{snapshot.first_month:%Y-%m} – {snapshot.last_month:%Y-%m}"
    st.html(
        markup.badge(
            (
                (say("数据版本"), snapshot.release_id),
                (say("生成时间"), f"{built_at:%Y-%m-%d %H:%M}"),
                (say("数据区间"), months),
            )
        )
    )


def no_snapshot(reason: str, language: str) -> None:
    """In place of every page while there is nothing to show."""
    say = translator(language)
    st.html(
        markup.failure(say("暂无数据"), reason, "")
        + markup.commands(
            (say("第一次使用，请在程序目录运行以下命令，完成后刷新本页："), "make run"),
            (say("已有报送文件时，可直接装载："), "uv run liandong load 文件或文件夹"),
        )
    )


def failed(language: str) -> None:
    """Within an `except`: a number on the page, the details in the log under the same number."""
    say = translator(language)
    reference = secrets.token_hex(3).upper()
    _LOG.exception("page failed, reference %s", reference)
    st.html(
        markup.failure(
            say("这个页面暂时无法显示"),
            say("请稍后重试，或换一个组织、时段。仍不行时，请把这个编号告诉管理员："),
            reference,
        )
    )


def login(language: str, enter: Callable[[], None]) -> None:
    """In place of every page while nobody has logged in."""
    say = translator(language)
    st.html(markup.failure(say("请先登录"), say("登录后，您可以查看自己负责的组织。"), ""))
    st.button(say("登录"), type="primary", on_click=enter, key="ld-enter")


def refused(reason: str, language: str, leave: Callable[[], None] | None = None) -> None:
    """In place of every page for somebody who is not let in."""
    say = translator(language)
    st.html(markup.failure(say("暂时无法查看"), reason, ""))
    if leave is not None:
        st.button(say("换一个账号登录"), on_click=leave, key="ld-leave")


def account(name: str, role: str) -> None:
    """At the foot of the sidebar: who is looking."""
    st.html(markup.badge(((role, name),)))
