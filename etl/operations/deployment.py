"""The files around the program on a server, with its paths filled in: nginx, systemd services and timers.

nginx.conf                       the reverse proxy, with base path and headers
liandong.service                 the dashboard
liandong-load.service .timer     what arrived in the inbox, every quarter of an hour
liandong-report.service .timer   reports that are due, every hour
liandong-backup.service .timer   a backup, every night
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from string import Template

from etl.findings import Refused
from etl.settings import Settings

_TEMPLATES = Path(__file__).parent / "templates"
_BEYOND_A_FILE_MB = 2  # what a form wraps around an uploaded workbook


_BACKUPS_KEPT = 30  # one a night


@dataclass(frozen=True)
class Task:
    """A command that a timer runs. `calendar`: systemd's OnCalendar."""

    name: str
    words: str
    arguments: str
    calendar: str


@dataclass(frozen=True)
class Place:
    """Where the program stands and how it is reached. `base_path` begins with / and ends without."""

    command: Path
    user: str
    port: int
    base_path: str
    backups: Path
    listen: str = "80"


def write(settings: Settings, place: Place, folder: Path) -> list[Path]:
    """Write all files into `folder`. Raises Refused for a path that a unit file cannot say."""
    if not place.base_path.startswith("/") or place.base_path.strip("/").strip() == "":
        raise Refused(f"--base-path 应写成 /liandong 的样子，而不是「{place.base_path}」")
    for path in (place.command, settings.path, settings.data, place.backups):
        if any(character.isspace() or character in "%\"'\\$;" for character in str(path)):
            raise Refused(f"路径「{path}」里有空格或特殊字符，服务文件写不了，请换一个文件夹")
    told = {
        "command": str(place.command),
        "user": place.user,
        "port": str(place.port),
        "listen": place.listen,
        "base_path": "/" + place.base_path.strip("/"),
        "settings": str(settings.path),
        "settings_folder": str(settings.path.parent),
        "data": str(settings.data),
        "upload_mb": str(settings.bounds.file_mb + _BEYOND_A_FILE_MB),
        "policy": policy(),
    }
    tasks = (
        Task("load", "装入收件夹里的新台账", f"load {settings.inbox}", "*:0/15"),
        Task("report", "编制到期的报告", "report --due", "hourly"),
        Task("backup", "备份", f"backup {place.backups} --keep {_BACKUPS_KEPT}", "02:30"),
    )
    folder.mkdir(parents=True, exist_ok=True)
    written = [
        _filled("nginx.conf", folder / "nginx.conf", told),
        _filled("liandong.service", folder / "liandong.service", told),
    ]
    for task in tasks:
        writable = {
            "load": f"{settings.data} -{settings.key_file.parent}",  # the first load makes the key
            "report": str(settings.data),
            "backup": f"{settings.data} {place.backups}",
        }[task.name]
        own = {**told, **vars(task), "writable": writable}
        written += [
            _filled(f"liandong-task.{kind}", folder / f"liandong-{task.name}.{kind}", own)
            for kind in ("service", "timer")
        ]
    return written


def policy() -> str:
    """The Content-Security-Policy: nothing from another host, and of this one what Streamlit needs, no more.

    Styles in line; maps and tables in workers and WebAssembly; our own script as a module out of a blob; and
    the one script in Streamlit's page, by its hash (another version of Streamlit: another hash).
    """
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: 'wasm-unsafe-eval' {' '.join(_own_scripts())}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


def _own_scripts() -> list[str]:
    found = find_spec("streamlit")
    assert found
    assert found.origin
    page = (Path(found.origin).parent / "static" / "index.html").read_text(encoding="utf-8")
    return [
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    ]


def _filled(template: str, place: Path, told: dict[str, str]) -> Path:
    text = (_TEMPLATES / template).read_text(encoding="utf-8")
    place.write_text(Template(text).substitute(told), encoding="utf-8")
    return place
