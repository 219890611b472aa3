"""The access file: what it grants, and that no slip of the pen grants more."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dashboard import access, oidc
from dashboard.access import ALONE, MAY, ROLES, AccessError, Oidc, check_organisations, load

GOOD = """
mode = "oidc"
[[viewer]]
account = "Li@district.local"
role = "leader"
org = "900100001"
[[viewer]]
account = "audit@district.local"
role = "auditor"
org = "*"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "access.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_account_is_found_whatever_its_case(tmp_path: Path) -> None:
    rules = load(written(tmp_path, GOOD))
    viewer = rules.viewer("li@DISTRICT.local ")
    assert (viewer.role, viewer.org) == ("leader", "900100001")
    assert viewer.may("export")
    assert not viewer.may("audit")
    assert rules.viewer("audit@district.local").org == ""


def test_who_is_not_in_the_file_is_not_let_in(tmp_path: Path) -> None:
    with pytest.raises(AccessError, match="没有查看权限"):
        load(written(tmp_path, GOOD)).viewer("somebody@else")


def test_a_user_of_the_system_is_an_account_where_the_file_says_so(tmp_path: Path) -> None:
    rules = load(written(tmp_path, GOOD + '[command_line]\nwang = "LI@district.local"\n'))
    assert rules.at_the_terminal("wang").org == "900100001"
    anybody = rules.at_the_terminal("zhao")
    assert (anybody.account, anybody.org, anybody.rights) == ("zhao", "", ALONE.rights)


def test_the_login_reads_its_secrets_from_outside_the_program(tmp_path: Path) -> None:
    assert load(written(tmp_path, GOOD)).oidc == Oidc(Path("~/.config/liandong/oidc.toml").expanduser())
    file = tmp_path / "oidc.toml"
    secret = "s" * 40
    auth = {
        "redirect_uri": "https://board.local/oauth2callback",
        "cookie_secret": secret,
        "client_id": "liandong",
        "client_secret": secret,
        "server_metadata_url": "https://login.local/.well-known/openid-configuration",
    }

    def check(lines: dict[str, str], section: str = "[auth]") -> None:
        text = "".join(f'{name} = "{value}"\n' for name, value in lines.items())
        file.write_text(f"{section}\n{text}", encoding="utf-8")
        oidc.check_secrets(Oidc(file))

    check(auth)
    for name in auth:
        with pytest.raises(AccessError, match=f"缺少 {name}"):
            check({key: value for key, value in auth.items() if key != name})
    with pytest.raises(AccessError, match="以 /oauth2callback 结尾"):
        check(auth | {"redirect_uri": "https://board.local"})
    with pytest.raises(AccessError, match="太短"):
        check(auth | {"cookie_secret": "short"})
    with pytest.raises(AccessError, match="没有 \\[auth\\] 一节"):
        check(auth, "[login]")
    with pytest.raises(AccessError, match="格式不对") as told:
        check(auth, f"[auth\n{secret}")
    assert secret not in str(told.value)
    assert told.value.__cause__ is None
    with pytest.raises(AccessError, match="找不到"):
        oidc.check_secrets(Oidc(tmp_path / "nowhere.toml"))
    with pytest.raises(AccessError, match="移到程序目录之外"):
        oidc.check_secrets(Oidc(oidc.PROGRAM / ".streamlit" / "secrets.toml"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('role = "leader"', 'role = "chief"'), "role = “chief” 无效"),
        (('org = "900100001"', ""), "缺少 org"),
        (('org = "900100001"', "org = 900100001"), "不是文字"),
        (('org = "900100001"', 'org = "900100001"\norganisation = "x"'), "不认识的项目“organisation”"),
        (("audit@district.local", "li@district.local"), "登记了两次"),
        (('mode = "oidc"', 'mode = "open"'), "mode = “open” 无效"),
        (('mode = "oidc"', 'mode = "proxy"'), "没有 \\[proxy\\] 一节"),
        (("[[viewer]]", "[viewer]"), "格式不对|\\[\\[viewer\\]\\]"),
        (('mode = "oidc"', "mode = "), "格式不对"),
        (('mode = "oidc"', 'mode = "oidc"\n[command_line]\nwang = "nobody"'), "“nobody”没有登记"),
        (('mode = "oidc"', 'mode = "oidc"\n[oidc]\nclaims = "sub"'), "不认识的项目“claims”"),
    ],
)
def test_a_slip_is_one_sentence(tmp_path: Path, change: tuple[str, str], sentence: str) -> None:
    with pytest.raises(AccessError, match=sentence):
        load(written(tmp_path, GOOD.replace(*change)))


def test_a_file_without_accounts_lets_nobody_in(tmp_path: Path) -> None:
    with pytest.raises(AccessError, match="没有登记任何账号"):
        load(written(tmp_path, 'mode = "oidc"'))


def test_an_organisation_must_exist(tmp_path: Path) -> None:
    rules = load(written(tmp_path, GOOD))
    check_organisations(rules, {"900100001"})
    with pytest.raises(AccessError, match="900100001 不在数据之中"):
        check_organisations(rules, {"900100002"})


def test_a_changed_file_holds_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(access.VARIABLE, str(written(tmp_path, GOOD)))
    assert access.current().viewer("li@district.local").role == "leader"
    path = written(tmp_path, GOOD.replace("Li@", "Wu@"))
    os.utime(path, ns=(1, 1))
    with pytest.raises(AccessError):
        access.current().viewer("li@district.local")
    path.unlink()
    with pytest.raises(AccessError, match="找不到权限文件"):
        access.current()


def test_without_a_file_there_is_one_viewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(access.VARIABLE, raising=False)
    monkeypatch.setenv("LIANDONG_DATA", str(tmp_path))
    assert access.current().mode == "local"
    assert all(ALONE.may(right) for rights in MAY.values() for right in rights)


def test_every_role_is_named_and_an_auditor_sees_no_data() -> None:
    assert set(ROLES) == set(MAY)
    assert MAY["auditor"] == {"audit", "export"}
    assert all("audit" not in rights for role, rights in MAY.items() if role != "auditor")
