"""In whose name the console script acts: what it writes into the audit record, and what an account may see."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard import audit
from etl import archive, decisions
from etl.commands import authority
from etl.findings import Refused
from tests.pipeline.desk import Desk
from tests.submissions.make import DONGQIAO, XIQIAO, Sheet, row

STREET = DONGQIAO[:-3]


@pytest.fixture(autouse=True)
def typing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "account", lambda: "zhao")


@pytest.fixture(scope="module")
def loaded(shared_desk: Desk) -> Desk:
    desk = shared_desk
    for name, committee in (("张三的东桥", "东桥社区"), ("西", "西桥村"), ("柳", "柳湾社区")):
        records = [row("activities", title=f"{name}{number}") for number in range(2)]
        desk.write(f"{name}.xlsx", Sheet("activities", records, committee, reported="2022-01-05"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decisions, "account", lambda: "zhao")
        assert desk.run("load", desk.inbox).exit_code == 0
    return desk


@pytest.fixture
def rules(loaded: Desk) -> Iterator[Path]:
    """An access file in which this user of the system is one community's leader."""
    file = loaded.data / "access.toml"
    file.write_text(
        f"""
[[viewer]]
account = "dongqiao"
role = "leader"
org = "{DONGQIAO}"
[[viewer]]
account = "street"
role = "analyst"
org = "{STREET}"
[[viewer]]
account = "op-1"
role = "operator"
org = "*"
[command_line]
li = "dongqiao"
root = "op-1"
""",
        encoding="utf-8",
    )
    yield file
    file.unlink()


def told(desk: Desk, *arguments: str | Path, code: int = 0) -> str:
    result = desk.run(*arguments)
    assert result.exit_code == code, result.output + result.stderr
    return result.output if code == 0 else result.stderr


def counted(desk: Desk, *arguments: str) -> dict[str, str]:
    text = told(desk, "query", "activity_count", "--by", "community", "--format", "csv", *arguments)
    return {line["community"]: line["value"] for line in csv.DictReader(io.StringIO(text))}


def newest(desk: Desk) -> audit.Entry:
    return list(audit.entries(desk.data))[-1]


def test_less_than_half_a_year_is_refused(loaded: Desk) -> None:
    assert "至少保留 6 个月" in told(loaded, "audit", "--prune", "3", code=2)
    assert "没有可以删除的审计记录" in told(loaded, "audit", "--prune", "6")


def test_whoever_has_the_files_sees_everything_or_as_somebody(loaded: Desk, rules: Path) -> None:
    everybody = counted(loaded)
    assert len(everybody) > 3
    assert counted(loaded, "--as", "dongqiao") == {DONGQIAO: everybody[DONGQIAO]}
    assert (newest(loaded).account, newest(loaded).org) == ("zhao", DONGQIAO)
    assert "as=dongqiao" in newest(loaded).detail
    street = counted(loaded, "--as", "street")
    assert street == {code: value for code, value in everybody.items() if code.startswith(STREET)}
    assert 1 < len(street) < len(everybody)
    assert "“nobody”没有查看权限" in told(loaded, "query", "activity_count", "--as", "nobody", code=2)


def test_an_account_of_the_access_file_is_confined_without_being_asked(
    loaded: Desk, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "account", lambda: "li")
    assert list(counted(loaded)) == [DONGQIAO]
    assert (newest(loaded).account, newest(loaded).role, newest(loaded).org) == (
        "dongqiao",
        "leader",
        DONGQIAO,
    )
    assert "查看范围" in told(loaded, "query", "activity_count", "--org", STREET, code=2)
    assert XIQIAO not in told(loaded, "query", "activity_count", "--org", "西桥村", code=2)
    assert "只能以“dongqiao”的身份" in told(loaded, "query", "activity_count", "--as", "street", code=2)
    standings = json.loads(told(loaded, "status", "--period", "all", "--format", "json"))
    assert {line["community_code"] for line in standings} == {DONGQIAO}
    for refused in (["load", str(loaded.inbox)], ["rollback"], ["releases"], ["audit"], ["period", "list"]):
        assert "账号“dongqiao”" in told(loaded, *refused, code=2), refused


def test_the_dashboard_does_not_start_on_a_file_that_lets_nobody_in(loaded: Desk, rules: Path) -> None:
    def codes() -> list[str]:
        return [STREET]

    assert authority.check_serving(loaded.settings, "127.0.0.1", codes) == []
    with pytest.raises(Refused, match=r"只能监听 127\.0\.0\.1"):
        authority.check_serving(loaded.settings, "0.0.0.0", codes)
    rules.write_text('mode = "oidc"\n' + rules.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(Refused, match="登录密钥文件"):
        authority.check_serving(loaded.settings, "127.0.0.1", codes)
    rules.write_text("mode = ", encoding="utf-8")
    with pytest.raises(Refused, match="格式不对"):
        authority.check_serving(loaded.settings, "127.0.0.1", codes)


def test_what_changes_the_data_is_recorded_without_reasons_and_names_of_files(
    loaded: Desk, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the name of the pseudonym that the access file gives to an operator. Last: it changes the data."""
    before = newest(loaded).number
    monkeypatch.setattr(decisions, "account", lambda: "root")
    told(loaded, "period", "lock", "2021-Q4", "--reason", "张三说的")
    told(loaded, "period", "lock", "2021-Q4")  # locked already: nothing happens, nothing is recorded
    told(loaded, "excuse", "东桥社区", "meetings", "2021-Q3", "--reason", "张三病了")
    sha256 = archive.receipts(loaded.data / "archive")[0].sha256
    told(loaded, "withdraw", sha256[:12], "--reason", "张三写错了")
    told(loaded, "rollback")
    every = list(audit.entries(loaded.data))
    found = [(entry.account, entry.role, entry.action, entry.detail) for entry in every[before:]]
    assert found == [
        ("op-1", "operator", "lock", "lock"),
        ("op-1", "operator", "excuse", "excuse 2021-Q3 1 ledgers"),
        ("op-1", "operator", "withdraw", "withdraw"),
        ("op-1", "operator", "rollback", ""),
    ]
    assert (every[0].account, every[0].action) == ("zhao", "load")
    assert every[0].release_id
    assert "张三" not in "".join(map(repr, every))
    assert "运维人员，不能运行" in told(loaded, "report", "brief", "--period", "2021-Q4", code=2)
    monkeypatch.setattr(decisions, "account", lambda: "zhao")
    listed = json.loads(told(loaded, "audit", "--format", "json"))
    assert listed[-1]["action"] == "切换版本"
    assert (newest(loaded).action, newest(loaded).target) == ("view", "audit")
    assert audit.broken_at(loaded.data) is None
