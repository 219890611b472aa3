"""Many viewers at once while loads publish new releases: `python tests/load/bench.py viewers`.

Each viewer is a websocket that speaks Streamlit's own messages, as a browser does: it opens a page with a
selection, reads for a while, opens the next one. Of every page is asked: did it come whole, does it show a
release that is not older than the one served when it was asked for, are the figures of the overview those of
that release and of this viewer's scope, and does it name anybody outside of it?
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import OctKey
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from dashboard.database import open_snapshot
from dashboard.organisations import organisations
from dashboard.queries import default_selection
from dashboard.report import Kpi, KpiRow
from dashboard.selection import Selection
from dashboard.views import PAGES
from etl import snapshot
from tests.load.result import Result

ROOT = Path(__file__).resolve().parents[2]
SECRET = b"a secret for the bench, of no use to anybody"
READING_SECONDS = (8.0, 22.0)  # between two pages of one viewer: time to look at a page
ALONE_SECONDS = (0.5, 1.5)  # of the one whom the others are compared with: as many pages in less time
_PERIODS = ("2021", "2021", "2021", "2021-Q4", "2021-Q3", "2019..2021")
_RELEASE = re.compile(r"\b20\d{4}-[0-9a-f]{8}\b")
_FIGURE = re.compile(r'class="ld-kpi-value">([^<]*)<')
_SLOW = 60.0  # seconds after which a page counts as failed


@dataclass(frozen=True)
class Account:
    name: str
    org: str  # "" for the whole district
    top: str  # the code that stands for all that may be seen
    within: tuple[str, ...]  # codes that may be chosen
    foreign: tuple[str, ...]  # names that must not appear


@dataclass
class Tally:
    """What was seen of one run."""

    seconds: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    releases: set[str] = field(default_factory=set)
    # (release, confined to, organisation, period), the figures that were shown, and to whom
    overviews: list[tuple[tuple[str, str, str, str], tuple[str, ...], str]] = field(default_factory=list)
    processor_seconds: float = 0  # of the server
    memory_mb: list[float] = field(default_factory=list)
    examples: dict[str, str] = field(default_factory=dict)

    def fault(self, kind: str, told: str) -> None:
        self.faults[kind] += 1
        self.examples.setdefault(kind, told)

    def quantile(self, part: float) -> float:
        return statistics.quantiles(self.seconds, n=100)[round(part * 100) - 1]

    def __str__(self) -> str:
        memory = (
            f"，内存 {' → '.join(f'{each:.0f}' for each in self.memory_mb[:: max(1, len(self.memory_mb) // 6)])} MB"
            if self.memory_mb
            else ""
        )
        return (
            f"{len(self.seconds)} 页，错误 {sum(self.faults.values())}{dict(self.faults) if self.faults else ''}，"
            f"版本 {len(self.releases)} 个，核对总览 {len(self.overviews)} 次，"
            f"p50 {self.quantile(0.5):.2f} 秒，p95 {self.quantile(0.95):.2f} 秒，最慢 {max(self.seconds):.2f} 秒，"
            f"每页处理器 {self.processor_seconds / len(self.seconds):.3f} 秒{memory}"
        )


class Publisher:
    """Loads one held-back workbook after the other; knows in which order releases were served."""

    def __init__(self, data: Path, held_back: Sequence[Path]) -> None:
        self.data = data
        self.held_back = [*held_back]
        self.order = [str(snapshot.current(data))]

    async def publish(self) -> None:
        # As the timer's unit does: whoever looks goes first.
        loading = await asyncio.create_subprocess_exec(
            "nice", "-n", "10", sys.executable, "-m", "etl.cli", "load", str(self.held_back.pop()),
            cwd=ROOT, env={**os.environ, "LIANDONG_DATA": str(self.data)},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        _, told = await loading.communicate()
        assert loading.returncode == 0, told.decode()
        self.served_now()

    def served_now(self) -> int:
        """The place of the release that CURRENT names among those served so far."""
        now = str(snapshot.current(self.data))
        if now != self.order[-1]:
            self.order.append(now)
        return len(self.order) - 1


def accounts(data: Path) -> list[Account]:
    """Four of the whole district, a street's leader each, and six of communities."""
    served = open_snapshot(snapshot.served(data))
    all_orgs, top = organisations(served), default_selection(served).org
    streets = [org for org in all_orgs.values() if org.level == "street"]
    communities = [org for org in all_orgs.values() if org.level == "community"]
    found = []
    for name, org in [
        *((f"chief{number}", "") for number in range(4)),
        *((f"street{number}", org.code) for number, org in enumerate(streets)),
        *((f"community{number}", org.code) for number, org in enumerate(communities[::6])),
    ]:
        inside = {code for code in all_orgs if not org or code == org or org in all_orgs[code].codes.values()}
        allowed = "\n".join(
            f"{all_orgs[code].name} {all_orgs[code].short_name}"
            for code in {*inside, *(filter(None, all_orgs[org].codes.values()) if org else ())}
        )
        foreign = [
            each.short_name
            for each in (*streets, *communities)
            if each.code not in inside and each.short_name not in allowed and len(each.short_name) > 2
        ]
        within = tuple(code for code in inside if all_orgs[code].level != "unit")
        found.append(Account(name, org, org or top, within, tuple(foreign)))
    return found


def guard(data: Path, known: Sequence[Account]) -> None:
    (data / "key").write_bytes(SECRET)
    lines = ['mode = "proxy"', "[proxy]", 'addresses = ["127.0.0.1"]', 'key_file = "key"']
    for account in known:
        lines += [
            "[[viewer]]", f'account = "{account.name}"', 'role = "leader"', f'org = "{account.org or "*"}"',
        ]  # fmt: skip
    (data / "access.toml").write_text("\n".join(lines), encoding="utf-8")


@contextlib.contextmanager
def serving(data: Path) -> Iterator[tuple[int, int]]:
    """A dashboard as an operator starts it. Yields its port and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "etl.cli", "serve", "--port", str(port)],
        cwd=ROOT, env={**os.environ, "LIANDONG_DATA": str(data)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(300):
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health"),
            ):
                break
            time.sleep(0.2)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def memory_mb(process: int) -> float:
    """Of a process, what lies in memory; Linux alone tells it so."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def processor_seconds(process: int) -> float:
    """What a process has used so far; Linux alone tells it so."""
    used = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


class Viewer:
    """One browser: an account, a connection, and what it chooses by its own dice."""

    def __init__(
        self,
        account: Account,
        seed: int,
        publisher: Publisher,
        tally: Tally,
        reading: tuple[float, float],
    ) -> None:
        self.reading = reading
        self.account, self.dice = account, random.Random(seed)
        self.publisher, self.tally = publisher, tally

    async def browse(self, port: int, until: float) -> None:
        token = jwt.encode(
            {"alg": "HS256"},
            {"sub": self.account.name, "exp": int(time.time()) + 3600},
            OctKey.import_key(SECRET),
        )
        await asyncio.sleep(self.dice.uniform(0, self.reading[1]))
        try:
            async with connect(
                f"ws://127.0.0.1:{port}/_stcore/stream",
                subprotocols=["streamlit"],  # type: ignore[list-item]
                additional_headers={"X-Liandong-Identity": token},
                max_size=None,
                proxy=None,
            ) as line:
                while time.monotonic() < until:
                    await self.open_page(line)
                    await asyncio.sleep(self.dice.uniform(*self.reading))
        except Exception as problem:
            self.tally.fault("connection", f"{self.account.name}: {problem!r}")

    async def open_page(self, line: ClientConnection) -> None:
        view = self.dice.choice(
            ["overview", "overview", *(page.key for page in PAGES if page.right == "view")]
        )
        # Both are always said: what is left out is what this viewer looked at last.
        params = {
            "org": self.dice.choice([self.account.top, self.account.top, *self.account.within]),
            "period": self.dice.choice(_PERIODS),
        }
        asked = BackMsg()
        asked.rerun_script.query_string = "&".join(f"{name}={value}" for name, value in params.items())
        asked.rerun_script.page_name = "" if view == "overview" else view
        oldest, started = self.publisher.served_now(), time.monotonic()
        await line.send(asked.SerializeToString())
        parts: list[bytes] = []
        try:
            async with asyncio.timeout(_SLOW):
                while True:
                    message = ForwardMsg.FromString(await line.recv(decode=False))
                    if message.HasField("script_finished"):
                        if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                            break
                    elif message.HasField("delta"):
                        parts.append(message.delta.SerializeToString())
        except TimeoutError:
            self.tally.fault("timeout", f"{self.account.name} {view} {params}")
            return
        self.tally.seconds.append(time.monotonic() - started)
        self.look(view, params, b"\n".join(parts).decode("utf-8", "replace"), oldest)

    def look(self, view: str, params: Mapping[str, str], text: str, oldest: int) -> None:
        told = f"{self.account.name} {view} {dict(params)}"
        if 'class="ld-failure' in text or (view == "overview" and "ld-kpi-value" not in text):
            self.tally.fault("failure", told)
            return
        self.publisher.served_now()
        badge = re.search(r"数据版本.{0,200}", text, flags=re.DOTALL)
        shown = _RELEASE.search(badge[0] if badge else "")
        if shown is None or shown[0] not in self.publisher.order:
            self.tally.fault("no release", told)
            return
        release = shown[0]
        self.tally.releases.add(release)
        if self.publisher.order.index(release) < oldest:
            self.tally.fault("stale", told)
        for name in self.account.foreign:
            if name in text:
                self.tally.fault("foreign", f"{told}: {name}")
                break
        if view == "overview":
            asked = (release, self.account.org, params["org"], params["period"])
            self.tally.overviews.append((asked, tuple(_FIGURE.findall(text)), told))


def compare(data: Path, tally: Tally) -> None:
    """What the overviews showed beside what they have to show, worked out here from the sealed releases."""
    wanted: dict[tuple[str, ...], tuple[str, ...]] = {}
    for asked, shown, told in tally.overviews:
        if asked not in wanted:
            release, within, org, period = asked
            opened = open_snapshot(snapshot.path_of(data, release), within)
            own = default_selection(opened)
            chosen = Selection.from_params({**own.to_params(), "org": org, "period": period}, own)
            blocks = PAGES[0].build(chosen, opened).blocks
            wanted[asked] = tuple(
                escape(card.value)
                for block in blocks
                for card in (block.items if isinstance(block, KpiRow) else [block])
                if isinstance(card, Kpi)
            )
        if shown != wanted[asked]:
            tally.fault("other figures", f"{told} {asked[0]}: {shown}, wanted {wanted[asked]}")


async def _watch(process: int, tally: Tally, until: float) -> None:
    while time.monotonic() < until:
        tally.memory_mb.append(memory_mb(process))
        await asyncio.sleep(5)


async def _publish(publisher: Publisher, every: float, until: float) -> None:
    while publisher.held_back and time.monotonic() + every < until:
        await asyncio.sleep(every)
        await publisher.publish()


async def browsed(
    data: Path, server: tuple[int, int], known: Sequence[Account], publisher: Publisher, many: int, seconds: float, every: float
) -> Tally:  # fmt: skip
    """`many` viewers for so many seconds; a workbook is loaded every `every` seconds (0: none)."""
    port, process = server
    tally, until = Tally(), time.monotonic() + seconds
    reading = READING_SECONDS if many > 1 else ALONE_SECONDS
    viewers = [
        Viewer(known[number % len(known)], number, publisher, tally, reading).browse(port, until)
        for number in range(many)
    ]
    others = [_watch(process, tally, until)]
    if every:
        others.append(_publish(publisher, every, until))
    before = processor_seconds(process)
    await asyncio.gather(*viewers, *others)
    tally.processor_seconds = processor_seconds(process) - before
    tally.memory_mb.append(memory_mb(process))
    return tally


def held_back(inbox: Path, count: int) -> list[Path]:
    """The newest workbooks of so many communities: each makes a new release with other figures."""
    newest = sorted(inbox.rglob("*2021年第四季度*.xlsx")) or sorted(inbox.rglob("*.xlsx"))
    return newest[:: max(1, len(newest) // count)][:count]


def run(inbox: Path, folder: Path, many: int, seconds: float) -> tuple[Tally, Tally]:
    """One viewer alone, then `many` while new releases come in. Says what it finds as it goes."""
    data, first = folder / "viewers", folder / "first"
    shutil.copytree(inbox, first)
    later = folder / "later"
    later.mkdir()
    held = [Path(shutil.move(file, later)) for file in held_back(first, 6)]
    environment = {**os.environ, "LIANDONG_DATA": str(data)}
    subprocess.run(
        [sys.executable, "-m", "etl.cli", "load", str(first)],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    known = accounts(data)
    guard(data, known)
    publisher = Publisher(data, held)
    with serving(data) as server:
        asyncio.run(browsed(data, server, known, publisher, 1, 10, 0))  # the first pages load the program
        alone = asyncio.run(browsed(data, server, known, publisher, 1, max(30, seconds / 5), 0))
        print(f"  一人：{alone}", flush=True)
        together = asyncio.run(browsed(data, server, known, publisher, many, seconds, seconds / 7))
        compare(data, together)
        print(f"  {many} 人：{together}", flush=True)
        print(f"  p95 ÷ 一人：{together.quantile(0.95) / alone.quantile(0.95):.2f} 倍")
    for kind, told in together.examples.items():
        print(f"  {kind}：{told}")
    return alone, together


def results(inbox: Path, folder: Path, many: int, seconds: float) -> list[Result]:
    alone, together = run(inbox, folder, many, seconds)
    return [
        Result(f"{many} 人同时，错误", [sum(together.faults.values())], 0, "次"),
        Result(f"{many} 人同时，p95", [together.quantile(0.95)], 1.5, "秒"),
        Result(f"{many} 人同时的 p95 ÷ 一人的", [together.quantile(0.95) / alone.quantile(0.95)], math.inf, "倍"),
        Result(f"{many} 人同时，内存最后 ÷ 一半时", [together.memory_mb[-1] / together.memory_mb[len(together.memory_mb) // 2]], 1.5, "倍"),
    ]  # fmt: skip
