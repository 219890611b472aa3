"""The dashboard's log: turned over, and without persons and secrets, whoever writes into it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard import logs

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJsZWFkZXIifQ.c2lnbmF0dXJl"
# In a process of its own: it takes hold of every logger there is.
SCRIPT = f"""
import logging
from streamlit.logger import get_logger
from dashboard import logs
get_logger("streamlit.early")
logs.begin()
for name in ("liandong.dashboard", "streamlit.early", "uvicorn.error"):
    try:
        raise ValueError("11010519491231002X and 13812345678")
    except ValueError:
        logging.getLogger(name).exception("reference %s, header {TOKEN}", "AB12CD")
get_logger("streamlit.late").error("11010519491231002X")
for number in range(3):
    logging.getLogger("liandong.dashboard").error("x" * 600_000)
"""


def test_what_goes_wrong_is_written_down_without_persons_and_secrets(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "dashboard.log"
    told = {logs.FILE: str(file), logs.MEGABYTES: "1", logs.KEPT: "1"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env={**os.environ, **told}, capture_output=True, text=True, check=True
    )
    kept = sorted(file.parent.iterdir())
    assert [path.name for path in kept] == ["dashboard.log", "dashboard.log.1"]
    assert all(path.stat().st_size <= 1 << 20 for path in kept)
    written = "".join(path.read_text(encoding="utf-8") for path in kept) + done.stderr
    for secret in ("11010519491231002X", "13812345678", TOKEN):
        assert secret not in written
    assert done.stderr.count("reference AB12CD") == 3
    assert done.stderr.count("ValueError") == 3


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("org 450000000001 at 2021-12-31, release 202112-4632a696", "org 450000000001 at 2021-12-31, release 202112-4632a696"),
        ("client_secret=abc123&x=1", f"client_secret={logs.HIDDEN}&x=1"),
        ("13812345678", logs.HIDDEN),
    ],
)  # fmt: skip
def test_codes_stay_and_secrets_go(text: str, kept: str) -> None:
    assert logs.masked(text) == kept
