"""In whose name the console script acts: what he may do and see here, and the audit record of it.

The rules are the dashboard's, from the access file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from etl import decisions, screens
from etl.commands.terminal import Function
from etl.findings import Refused
from etl.settings import Settings

_UNNAMED = "system"  # a user of the system without a name, as in some containers
_LOCAL = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Actor:
    """`account` is who typed the command; `org` is what is seen of the data, "" for everything."""

    data: Path
    account: str
    role: str
    org: str
    shown_as: str = ""  # another account, whose view was asked for

    def record(
        self, action: screens.audit.Action, *, target: str = "", detail: str = "", release_id: str = ""
    ) -> None:
        """An entry in the audit record: no reasons, no names of files, which may tell of persons."""
        shown = f"as={self.shown_as}" if self.shown_as else ""
        try:
            screens.audit.record(
                self.data,
                action,
                account=self.account,
                role=self.role,
                org=self.org,
                target=target,
                detail=" ".join(filter(None, (shown, detail))),
                release_id=release_id,
            )
        except screens.audit.AuditFailed as problem:
            raise Refused(f"命令已执行，但没有记入审计：{problem}") from problem


def as_somebody(function: Function) -> Function:
    """Adds --as to a command that reads data; `acting` makes an Actor of it."""
    option = click.option("--as", "as_account", help="按权限文件中这个账号的查看范围")
    wrapped: Function = option(function)
    return wrapped


def acting(settings: Settings, right: screens.access.Right, as_account: str | None = None) -> Actor:
    """Who types, with the rights of the access file. Raises Refused.

    Whoever runs what changes the data ("operate") has to be responsible for all of it.
    """
    user = decisions.account() or _UNNAMED
    try:
        rules = screens.access.current(settings.data)
        typing = viewer = rules.at_the_terminal(user)
        if as_account and as_account.casefold() != typing.account.casefold():
            if user in rules.command_line:
                raise Refused(f"系统账号 {user} 在命令行里只能以“{typing.account}”的身份查看")
            viewer = rules.viewer(as_account)
    except screens.access.AccessError as problem:
        raise Refused(str(problem)) from problem
    if not viewer.may(right):
        raise Refused(f"账号“{viewer.account}”的角色是{screens.access.ROLES[viewer.role]}，不能运行这个命令")
    if right == "operate" and viewer.org:
        raise Refused(f"账号“{viewer.account}”只负责 {viewer.org}，不能运行影响全区数据的命令")
    shown_as = viewer.account if viewer is not typing else ""
    return Actor(settings.data, typing.account, typing.role, viewer.org, shown_as)


def check_serving(settings: Settings, address: str, codes: Callable[[], list[str]]) -> list[str]:
    """Options for Streamlit, once the access file holds. Raises Refused.

    `codes`: the organisations of the served release, for telling accounts whose organisation is unknown.
    """
    try:
        rules = screens.access.current(settings.data)
        if rules.oidc:
            screens.oidc.check_secrets(rules.oidc)
    except screens.access.AccessError as problem:
        raise Refused(str(problem)) from problem
    if rules.mode == "local":
        if address not in _LOCAL:
            raise Refused(
                f"没有设置登录方式时只能监听 127.0.0.1，不能监听 {address}；要给别人看，请先写好权限文件 access.toml"
            )
        click.echo("本机模式：只有坐在这台电脑前的人能打开")
    _tell_unknown(rules, codes)
    return ["--secrets.files", str(rules.oidc.secrets_file)] if rules.oidc else []


def _tell_unknown(rules: screens.access.Access, codes: Callable[[], list[str]]) -> None:
    try:
        if any(viewer.org for viewer in rules.viewers.values()):
            screens.access.check_organisations(rules, codes())
    except screens.access.AccessError as problem:  # the others shall not wait for this one
        click.echo(f"提醒：{problem}", err=True)
