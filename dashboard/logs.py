"""Where the dashboard writes down what went wrong: a file that is turned over before it grows, and stderr.

`liandong serve` says in the environment which file, how large and how many; without that there is stderr
alone. What looks like a person's number or a secret is taken out of every line before it is written.
"""

from __future__ import annotations

import logging
import os
import re
from functools import cache
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

FILE, MEGABYTES, KEPT = "LIANDONG_LOG", "LIANDONG_LOG_MB", "LIANDONG_LOG_KEPT"
HIDDEN = "［已隐去］"
# Identity numbers (15 or 18 characters) and telephones; signed headers, cookies, keys of any length.
_SECRET = re.compile(
    r"(?<!\d)(?:\d{17}[\dXx]|\d{15}|1[3-9]\d{9})(?!\d)"
    r"|eyJ[\w-]+(?:\.[\w-]*){1,4}|AGE-SECRET-KEY-\w+"
    r"|(?i:(?<=secret=)|(?<=password=)|(?<=token=)|(?<=cookie: ))[^\s,;'\"&]+"
)


def masked(text: str) -> str:
    return _SECRET.sub(HIDDEN, text)


@cache
def begin() -> None:
    """Once a process that was started by `liandong serve`."""
    stated = os.environ.get(FILE)
    if stated is None:
        return
    logging.setLogRecordFactory(_record)
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    if stated:
        try:
            handlers.append(_turned_over(Path(stated)))
        except (OSError, ValueError) as problem:  # which must keep nobody from looking
            logging.getLogger("liandong.dashboard").warning("no log file: %s", problem)
    for handler in handlers:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        logging.getLogger().addHandler(handler)
    for name in list(logging.root.manager.loggerDict):
        if name.split(".")[0] in ("streamlit", "uvicorn"):  # which keep to themselves what they are told
            logger = logging.getLogger(name)
            logger.handlers.clear()
            logger.propagate = True


def _turned_over(file: Path) -> RotatingFileHandler:
    file.parent.mkdir(parents=True, exist_ok=True)
    size, kept = int(os.environ.get(MEGABYTES, "10")), int(os.environ.get(KEPT, "10"))
    return RotatingFileHandler(file, maxBytes=size << 20, backupCount=kept, encoding="utf-8")


def _record(*arguments: Any, **named: Any) -> logging.LogRecord:
    """Masked before any handler sees it, whoever made the logger."""
    record = logging.LogRecord(*arguments, **named)
    record.msg, record.args = masked(record.getMessage()), ()
    if record.exc_info:
        record.exc_text = masked(logging.Formatter().formatException(record.exc_info))
    return record
