"""The offline bundle: made once, then installed and used in a network namespace that has no route anywhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
set -eu
ip link set lo up
if python3 -c 'import socket; socket.create_connection(("192.0.2.1", 80), 2)' 2>/dev/null; then echo ROUTE; exit 9; fi
sh bundle/install.sh "$PWD/opt" "$PWD/data" >&2
sh bundle/install.sh "$PWD/opt" "$PWD/data" >&2   # again, as an upgrade does
opt/liandong demo demo >&2
opt/liandong load demo >&2
opt/liandong query activity_count --period 2021 --format json
opt/liandong serve --port 8599 >&2 &
server=$!
trap 'kill $server' EXIT
n=0
until opt/liandong health --url http://127.0.0.1:8599 >&2; do n=$((n+1)); [ $n -lt 30 ] || exit 8; sleep 1; done
opt/liandong doctor >&2
"""


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("unshare") is None or shutil.which("ip") is None or os.geteuid() != 0,
    reason="only root of a Linux system can make a network namespace to try the bundle in",
)
def test_it_installs_and_runs_without_any_network(tmp_path: Path) -> None:
    started = time.monotonic()
    made = subprocess.run([ROOT / ".ci" / "bundle"], capture_output=True, text=True, check=True)
    bundle = ROOT / made.stdout.splitlines()[-1].split("（")[0]
    packed = time.monotonic()
    with tarfile.open(bundle) as tar:
        tar.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    unpacked.rename(tmp_path / "bundle")
    parts = json.loads((tmp_path / "bundle" / "sbom.cdx.json").read_text())["components"]
    assert {"duckdb", "streamlit", "pandas"} <= {part["name"] for part in parts}
    done = subprocess.run(
        ["unshare", "-n", "sh", "-c", SCRIPT],
        cwd=tmp_path,
        env={"PATH": f"{Path(sys.base_prefix) / 'bin'}:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout)[0]["value"] > 800
    print(f"{bundle.stat().st_size / 1e6:.0f} MB, made in {packed - started:.0f} s, installed and tried in {time.monotonic() - packed:.0f} s")  # fmt: skip

    # One byte that was lost on the way is noticed before anything is installed.
    with (tmp_path / "bundle" / "uv.lock").open("ab") as lock:
        lock.write(b" ")
    spoilt = subprocess.run(
        ["sh", "bundle/install.sh", tmp_path / "other", tmp_path / "other-data"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert spoilt.returncode == 1
    assert "不完整或被改动过" in spoilt.stderr
    assert not (tmp_path / "other").exists()
