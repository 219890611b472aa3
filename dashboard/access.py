"""Who may see what: the access file, read and checked. How somebody proves who he is: shell/identity.py.

The file is TOML, beside the data (access.toml) or where $LIANDONG_ACCESS says. Without one there are no
accounts: whoever sits at this computer sees everything, and nobody else can reach it. It is read again
whenever it changes, and a file that cannot be believed lets nobody in.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, cast

from dashboard.database import data_folder

Role: TypeAlias = Literal["leader", "analyst", "operator", "auditor"]
Right: TypeAlias = Literal["view", "export", "follow_up", "check", "operate", "audit"]
Mode: TypeAlias = Literal["local", "oidc", "proxy"]

ROLES: Mapping[Role, str] = MappingProxyType(
    {"leader": "领导", "analyst": "分析人员", "operator": "运维人员", "auditor": "审计人员"}
)
# What each role may do, within its organisation and on the pages that it sees. An auditor reads (and takes
# along) the record of what was done, not the data.
MAY: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        "leader": frozenset({"view", "export", "follow_up"}),
        "analyst": frozenset({"view", "export", "follow_up", "check"}),
        "operator": frozenset({"view", "check", "operate"}),
        "auditor": frozenset({"audit", "export"}),
    }
)
MODES: tuple[Mode, ...] = ("local", "oidc", "proxy")
VARIABLE = "LIANDONG_ACCESS"
FILE_NAME = "access.toml"
SECRETS_FILE = "~/.config/liandong/oidc.toml"
LOCAL_ACCOUNT = "本机"


class AccessError(Exception):
    """The access file cannot be used, or an account is not in it; the message is one Chinese sentence."""


@dataclass(frozen=True)
class Viewer:
    """One account. `org`: the code of what it may see, with everything below; "" for the whole district."""

    account: str
    role: Role
    org: str = ""
    rights: frozenset[Right] = frozenset()

    def may(self, right: Right) -> bool:
        return right in self.rights


@dataclass(frozen=True)
class Proxy:
    """A signed header (a JWT) set by a reverse proxy, believed only when it comes from these addresses."""

    addresses: tuple[str, ...]
    key_file: Path
    header: str = "X-Liandong-Identity"
    claim: str = "sub"
    issuer: str = ""
    audience: str = ""


@dataclass(frozen=True)
class Oidc:
    """Streamlit's own login. `claim`: which of the provider's statements is the account."""

    secrets_file: Path  # what Streamlit calls secrets.toml; checked by oidc.py
    claim: str = "email"


@dataclass(frozen=True)
class Access:
    mode: Mode
    viewers: Mapping[str, Viewer] = field(default_factory=dict)  # by account, lower case
    oidc: Oidc | None = None
    proxy: Proxy | None = None
    command_line: Mapping[str, str] = field(default_factory=dict)  # user of the system -> account

    def viewer(self, account: str) -> Viewer:
        """By account, whatever its case. Raises AccessError."""
        found = self.viewers.get(account.strip().casefold())
        if found is None:
            raise AccessError(f"账号“{account}”没有查看权限，请联系管理员在权限文件中登记")
        return found

    def at_the_terminal(self, user: str) -> Viewer:
        """Whom a user of the system is when he types commands: the account that [command_line] names.

        Anybody else has every right, in the system's name for him: whoever can run the program in the
        data folder can read the files in it, and nothing that the program says would keep him from it.
        """
        if user in self.command_line:
            return self.viewer(self.command_line[user])
        return Viewer(user, "operator", rights=EVERYTHING)


EVERYTHING: frozenset[Right] = frozenset().union(*MAY.values())
# For the one person who sits at this computer.
ALONE = Viewer(LOCAL_ACCOUNT, "analyst", rights=EVERYTHING)


def file_path(data: Path | None = None) -> Path:
    """$LIANDONG_ACCESS, else access.toml in the data folder."""
    stated = os.environ.get(VARIABLE)
    return Path(stated) if stated else (data or data_folder()) / FILE_NAME


def current(data: Path | None = None) -> Access:
    """The access file as it is now; local mode where there is none. Raises AccessError."""
    path = file_path(data)
    try:
        stamp = path.stat().st_mtime_ns
    except FileNotFoundError:
        if os.environ.get(VARIABLE):  # somebody meant to have one
            raise AccessError(f"找不到权限文件 {path}，请检查路径") from None
        return Access("local")
    except OSError as problem:
        raise AccessError(f"权限文件 {path} 读不出来，请检查文件权限") from problem
    kept = _read.get(path)
    if kept is None or kept[0] != stamp:
        kept = (stamp, load(path))
        _read[path] = kept
    return kept[1]


_read: dict[Path, tuple[int, Access]] = {}  # replaced as a whole, never changed


def load(path: Path) -> Access:
    """Read and check an access file. Raises AccessError, which says what to mend."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as problem:
        raise AccessError(f"权限文件 {path} 读不出来，请检查文件权限，并以 UTF-8 编码保存") from problem
    except tomllib.TOMLDecodeError as problem:
        raise AccessError(f"权限文件 {path} 的格式不对（{problem}），请对照样例更正") from problem
    _only(raw, {"mode", "viewer", "oidc", "proxy", "command_line"}, "权限文件")
    mode = raw.get("mode", "local")
    if mode not in MODES:
        raise AccessError(f"权限文件中 mode = “{mode}” 无效，应为 local、oidc 或 proxy")
    viewers: dict[str, Viewer] = {}
    for number, entry in enumerate(_tables(raw, "viewer"), start=1):
        viewer = _viewer(entry, number)
        if viewer.account.casefold() in viewers:
            raise AccessError(f"权限文件中账号“{viewer.account}”登记了两次，请只保留一条")
        viewers[viewer.account.casefold()] = viewer
    if mode != "local" and not viewers:
        raise AccessError("权限文件中没有登记任何账号，请至少登记一条 [[viewer]]")
    return Access(
        mode=cast(Mode, mode),
        viewers=MappingProxyType(viewers),
        oidc=_oidc(raw, path) if mode == "oidc" else None,
        proxy=_proxy(raw, path) if mode == "proxy" else None,
        command_line=MappingProxyType(_command_line(raw, viewers)),
    )


def check_organisations(access: Access, known: Collection[str]) -> None:
    """Raises AccessError for an account whose organisation is not among `known`, the codes of a release."""
    for viewer in access.viewers.values():
        if viewer.org and viewer.org not in known:
            raise AccessError(f"账号“{viewer.account}”的组织编码 {viewer.org} 不在数据之中，请核对")


def _viewer(entry: Mapping[str, Any], number: int) -> Viewer:
    where = f"第 {number} 条 [[viewer]]"
    _only(entry, {"account", "role", "org", "remark"}, where)
    account, role = _text(entry, "account", where), _text(entry, "role", where)
    if role not in ROLES:
        raise AccessError(f"权限文件{where}的 role = “{role}” 无效，应为 {'、'.join(ROLES)} 之一")
    # Left out it would mean everything: the whole district has to be said.
    org = _text(entry, "org", where)
    return Viewer(account, cast(Role, role), "" if org == "*" else org, MAY[cast(Role, role)])


def _oidc(raw: Mapping[str, Any], path: Path) -> Oidc:
    table = raw.get("oidc", {})
    _only(table, {"claim", "secrets_file"}, "[oidc]")
    return Oidc(
        secrets_file=path.parent / Path(_text(table, "secrets_file", "[oidc]", SECRETS_FILE)).expanduser(),
        claim=_text(table, "claim", "[oidc]", "email"),
    )


def _command_line(raw: Mapping[str, Any], viewers: Collection[str]) -> dict[str, str]:
    table = raw.get("command_line", {})
    if not isinstance(table, dict):
        raise AccessError('权限文件的 [command_line] 写法不对，应一行一个：系统账号 = "已登记的账号"')
    found = {user: _text(table, user, "[command_line]") for user in table}
    for user, account in found.items():
        if account.casefold() not in viewers:
            raise AccessError(f"权限文件 [command_line] 中 {user} 的账号“{account}”没有登记为 [[viewer]]")
    return found


def _proxy(raw: Mapping[str, Any], path: Path) -> Proxy:
    table = raw.get("proxy")
    if not isinstance(table, dict):
        raise AccessError("权限文件的 mode 为 proxy，但没有 [proxy] 一节，请写明 addresses 和 key_file")
    _only(table, {"addresses", "key_file", "header", "claim", "issuer", "audience"}, "[proxy]")
    addresses = table.get("addresses")
    if not isinstance(addresses, list) or not addresses or not all(isinstance(one, str) for one in addresses):
        raise AccessError('权限文件 [proxy] 的 addresses 应为地址列表，例如 ["127.0.0.1"]')
    return Proxy(
        addresses=tuple(addresses),
        key_file=path.parent / Path(_text(table, "key_file", "[proxy]")).expanduser(),
        header=_text(table, "header", "[proxy]", "X-Liandong-Identity"),
        claim=_text(table, "claim", "[proxy]", "sub"),
        issuer=_text(table, "issuer", "[proxy]", "-").removeprefix("-"),
        audience=_text(table, "audience", "[proxy]", "-").removeprefix("-"),
    )


def _tables(raw: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = raw.get(name, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise AccessError(f"权限文件中每个账号应写成一节 [[{name}]]")
    return found


def _text(table: Mapping[str, Any], name: str, where: str, default: str | None = None) -> str:
    value = table.get(name, default)
    if not isinstance(value, str) or not value.strip():
        raise AccessError(f"权限文件{where}缺少 {name}，或填写的不是文字")
    return value.strip()


def _only(table: Any, known: Collection[str], where: str) -> None:
    if not isinstance(table, dict):
        raise AccessError(f"{where}的写法不对，请对照样例更正")
    # A misspelt line must not silently widen what somebody sees.
    if unknown := sorted(set(table) - set(known)):
        raise AccessError(f"{where}中有不认识的项目“{unknown[0]}”，可用的有：{'、'.join(sorted(known))}")
