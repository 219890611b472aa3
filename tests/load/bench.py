"""Speed, as ratios within one run: `make bench`. Prints min, median and max of each, and fails beyond a bar.

    python tests/load/bench.py                 everything
    python tests/load/bench.py etl             loading: etl = build, one-more, csv
    python tests/load/bench.py csv --rows 10000000
    python tests/load/bench.py pages clicks    the dashboard
    python tests/load/bench.py office          reports in every format, 35 of them, pictures
    python tests/load/bench.py viewers --sessions 50 --seconds 300    takes minutes: only where it is asked for

Nothing here is a test of correctness; a noisy machine may need a second run.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("LIANDONG_PERSON_KEY", "a key for the bench, of no use to anybody")
# Processes start as they do elsewhere, from compiled modules.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

from etl import pipeline  # noqa: E402
from etl.demo import write_demo  # noqa: E402
from etl.settings import load_settings  # noqa: E402
from tests.load import loading, long_csv  # noqa: E402
from tests.load.result import Result  # noqa: E402

_ETL, _DASHBOARD = ("build", "one-more", "csv"), ("pages", "clicks", "office")
_VIEWERS = "viewers"
_GROUPS = {"etl": _ETL, "dashboard": _DASHBOARD}


def measured(part: str, folder: Path, asked: argparse.Namespace) -> list[Result]:
    """One part, by its name; `folder` holds the demo's `inbox` and, for the dashboard, the loaded `data`."""
    settings, inbox, rows = load_settings(), folder / "inbox", asked.rows
    match part:
        case "build":
            return loading.build_ratios(settings, inbox, folder)
        case "one-more":
            return [loading.one_more_ratio(settings, inbox, folder)]
        case "csv":
            return long_csv.ratio(settings, inbox, folder, rows, rounds=3 if rows <= 1_000_000 else 1)
        case "viewers":
            from tests.load import viewers

            return viewers.results(inbox, folder, asked.sessions, asked.seconds)
    from tests.load import documents, pages  # which needs a browser

    if not (folder / "data").exists():
        pipeline.load(replace(settings, data=folder / "data"), [inbox])
    if part == "office":
        return documents.office_times(folder / "data")
    return [pages.script_times(folder / "data") if part == "pages" else pages.click_ratio(folder / "data")]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "parts", nargs="*", default=[], help="、".join((*_ETL, *_DASHBOARD, _VIEWERS, *_GROUPS))
    )
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the long CSV file")
    parser.add_argument("--sessions", type=int, default=50, help="viewers at once")
    parser.add_argument("--seconds", type=float, default=300, help="for how long they browse")
    chosen = parser.parse_args()
    parts = [name for part in chosen.parts for name in _GROUPS.get(part, (part,))] or [*_ETL, *_DASHBOARD]
    if unknown := set(parts) - {*_ETL, *_DASHBOARD, _VIEWERS}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    results = []
    with tempfile.TemporaryDirectory() as name:
        write_demo(Path(name) / "inbox", load_settings().reference)
        for part in parts:
            print(part, flush=True)
            results += measured(part, Path(name), chosen)
    print(*results, sep="\n")
    return int(any(result.median > result.bar for result in results))


if __name__ == "__main__":
    sys.exit(main())
