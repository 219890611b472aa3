"""Writes the generated parts of README.md: the command reference and the list of indicators.

`make docs` runs it; test_documents.py fails when the committed README differs from what it would write.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from etl.catalogue import read_catalogue
from etl.cli import main

README = Path(__file__).resolve().parents[2] / "README.md"


def commands() -> str:
    """One heading a command, with its arguments and options, in the order of `liandong --help`."""
    context = click.Context(main, info_name="liandong")
    parts = []
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        own = click.Context(command, info_name=name, parent=context)
        usage = " ".join([f"liandong {name}", *command.collect_usage_pieces(own)])
        parts.append(f"**`{usage}`**　{(command.help or '').strip()}\n")
        options = [
            f"- `{' / '.join(option.opts)}`：{option.help}"
            + (f"（默认 {option.default}）" if option.show_default else "")
            for option in command.params
            if isinstance(option, click.Option) and option.help
        ]
        parts.append("\n".join(options) + "\n" if options else "")
    return "\n".join(part for part in parts if part)


def indicators() -> str:
    """One table row an indicator."""
    rows = ["| 指标 | 名称 | 单位 | 定义 |", "|---|---|---|---|"]
    for row in read_catalogue().indicator_rows():
        block = json.loads(row["definition"])
        rows.append(f"| `{row['indicator']}` | {block['name']} | {block['unit']} | {block['definition']} |")
    return "\n".join(rows) + "\n"


GENERATED = {"commands": commands, "indicators": indicators}


def refreshed(text: str) -> str:
    """The README with every generated part written anew."""
    for name, write in GENERATED.items():
        start, end = f"<!-- generated: {name} -->", f"<!-- end: {name} -->"
        if start not in text or end not in text:
            raise ValueError(f"README.md has no part {name}")
        text = re.sub(f"{start}.*?{end}", lambda _: f"{start}\n\n{write()}\n{end}", text, flags=re.DOTALL)  # noqa: B023
    return text


if __name__ == "__main__":
    README.write_text(refreshed(README.read_text(encoding="utf-8")), encoding="utf-8")
