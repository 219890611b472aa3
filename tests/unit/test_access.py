"""The access file: what it grants, and that no slip of the pen grants more."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dashboard import access
from dashboard.access import ALONE, MAY, ROLES, AccessError, check_organisations, load

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
    assert MAY["auditor"] == {"audit"}
    assert all("audit" not in rights for role, rights in MAY.items() if role != "auditor")
