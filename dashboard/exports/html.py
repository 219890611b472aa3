"""The report as one self-contained HTML file: no script, no request, drawings inline, every figure in a table."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from pathlib import Path

from dashboard import drawing, theme
from dashboard.exports.columns import alignment, definitions, heading, printed
from dashboard.exports.csv import csv_bytes
from dashboard.exports.numbering import numbered
from dashboard.exports.text import clean, file_name, line
from dashboard.locale import Translator, translator
from dashboard.report import (
    Block,
    Chart,
    Columns,
    Heading,
    Imprint,
    Kpi,
    KpiRow,
    Map,
    Note,
    Notes,
    Prose,
    Report,
    Source,
    Table,
    Tasks,
)
from dashboard.theme import FONT_FAMILY, LIGHT, MISSING

_STATIC = Path(__file__).parents[1] / "static"
MOST_ROWS = 1000  # of a table that is shown; its CSV has them all
_CLASS = {"left": "", "center": ' class="c"', "right": ' class="n"'}
_MARKS = {"good": "●", "attention": "▲", "warning": "■", "plain": "·", "empty": "○"}


def write(report: Report, imprint: Imprint) -> bytes:
    """Equal reports give equal bytes."""
    say = translator(imprint.language)
    lang = "zh-CN" if imprint.language == "zh" else "en"
    demo = f'<p class="demo">{escape(say("演示数据"))}</p>' if imprint.is_demo else ""
    meanings = definitions(imprint)
    body = "".join(_body((*report.blocks, meanings) if meanings else report.blocks, imprint, say))
    page = (
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline';"
        ' font-src data:; img-src data:">'
        f"<title>{_text(report.title)} · {_text(report.subtitle)}</title><style>{_style()}</style></head><body>"
        f'<header>{demo}<h1>{_text(report.title)}</h1><p class="sub">{_text(report.subtitle)}</p></header>'
        f"<main>{body}</main><footer>{_imprint(imprint, say)}</footer></body></html>\n"
    )
    return page.encode("utf-8")


@cache
def _style() -> str:
    """Calm on screen; on paper A4 with the headings of tables on each page."""
    face = base64.b64encode((_STATIC / "liandong-sans.woff2").read_bytes()).decode()
    variables = "".join(
        f"--{name}:{getattr(LIGHT, name)};"
        for name in ("accent", "text", "muted", "line", "panel", "good", "attention", "warning")
    )
    return f""":root{{{variables}}}
@font-face{{font-family:"Liandong Sans";src:url(data:font/woff2;base64,{face}) format("woff2")}}
*{{box-sizing:border-box}}
body{{margin:0 auto;max-width:820px;padding:28px 24px 60px;color:var(--text);background:#fff;
font:16px/1.85 {FONT_FAMILY}}}
h1{{font-size:28px;line-height:1.4;text-align:center;margin:.4em 0 .2em}}
h2{{font-size:20px;margin:1.6em 0 .4em;border-bottom:2px solid var(--accent);padding-bottom:.2em}}
h3{{font-size:17px;margin:1.3em 0 .3em}}h4{{font-size:16px;margin:1em 0 .2em}}
p{{margin:.5em 0}}p.prose{{text-indent:2em;text-align:justify}}
.sub{{text-align:center;color:var(--muted);margin-bottom:1.2em}}
.demo{{float:right;color:var(--accent);border:1px solid var(--accent);border-radius:3px;padding:0 8px;
font-size:13px;margin:0}}
.empty{{color:var(--muted)}}.warning b,.attention b,.good b{{font-weight:400}}
.warning b{{color:var(--warning)}}.attention b{{color:var(--attention)}}.good b{{color:var(--good)}}
figure{{margin:1.4em 0;break-inside:avoid}}figure svg{{width:100%;height:auto;display:block}}
figcaption{{text-align:center;font-weight:600;margin-top:.4em;line-height:1.5}}
.source{{color:var(--muted);font-size:12.5px;line-height:1.6;margin:.3em 0}}figure .source{{text-align:center}}
table{{border-collapse:collapse;width:100%;font-size:13.5px;line-height:1.5;border-top:2px solid var(--text);
border-bottom:2px solid var(--text);margin:.3em 0}}
caption{{font-weight:600;font-size:15px;padding:.4em 0;text-align:center}}
th{{border-bottom:1px solid var(--text);padding:5px 7px;font-weight:600;text-align:center}}
td{{padding:4px 7px;border-bottom:1px solid var(--line);vertical-align:top}}td.c{{text-align:center}}td.n{{text-align:right;
white-space:nowrap}}
.wide{{overflow-x:auto;margin:1.2em 0}}
details{{font-size:13px;color:var(--muted);margin:.2em 0 1em}}summary{{cursor:pointer}}
details pre{{white-space:pre-wrap;overflow-x:auto;background:var(--panel);padding:8px;color:var(--text);
font:12px/1.5 {FONT_FAMILY}}}
.cards{{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:10px;margin:1.2em 0}}
.card{{border:1px solid var(--line);border-top:3px solid var(--accent);padding:8px 12px;line-height:1.5;
break-inside:avoid}}
.card .l,.card .d{{font-size:13px;color:var(--muted)}}.card .v{{font-size:25px;font-weight:600}}
.card .v small{{font-size:13px;font-weight:400;color:var(--muted);margin-left:4px}}
.columns{{display:grid;gap:20px}}
footer{{margin-top:3em;border-top:1px solid var(--line);color:var(--muted);font-size:12.5px;line-height:1.7}}
@page{{size:A4;margin:22mm 20mm}}
@media print{{body{{max-width:none;padding:0;font-size:12pt}}details{{display:none}}thead{{display:table-header-group}}
tr,figure,.card{{break-inside:avoid}}h2,h3,h4,caption{{break-after:avoid}}.wide{{overflow:visible}}}}"""


def _text(value: object) -> str:
    return escape(line(value))


def _imprint(imprint: Imprint, say: Translator) -> str:
    """Where the figures come from, and how to print the report again."""
    told = [
        (say("数据版本"), imprint.release),
        (say("生成时间"), f"{imprint.made_at:%Y-%m-%d %H:%M}"),
        *([(say("报告编号"), imprint.report_id)] if imprint.report_id else []),
        *([(say("审图号"), imprint.review_number)] if imprint.review_number else []),
    ]
    colon = "：" if imprint.language == "zh" else ": "
    lines = ["　".join(f"{escape(name)}{colon}{_text(value)}" for name, value in told)]
    if imprint.is_demo:
        lines.append(escape(say("演示数据")))
    if imprint.report_id:
        again = say("用同一数据版本再次打印本报告：liandong report --reprint {report}")
        lines.append(_text(again.format(report=imprint.report_id)))
    return "".join(f"<p>{told_line}</p>" for told_line in lines)


def _body(blocks: Sequence[Block], imprint: Imprint, say: Translator) -> Iterator[str]:
    for block, number in numbered(blocks):
        match block:
            case Heading():
                level = max(2, min(block.level, 4))
                yield f"<h{level}>{_text(number + block.text)}</h{level}>"
                yield f"<p>{_text(block.lead)}</p>" if block.lead else ""
            case Prose():
                yield f'<p class="prose">{_text(block.text)}</p>'
            case Note():
                yield _note(block)
            case Notes():
                yield f"<h4>{_text(block.title)}</h4>"
                items = "".join(_note(note) for note in block.items)
                yield items or (f'<p class="empty">{_text(block.empty)}</p>' if block.empty else "")
            case Tasks():
                yield f"<h4>{_text(block.title)}</h4>"
                for task in block.items:
                    about = "；".join(part for part in (task.about, task.state_label, task.origin) if part)
                    yield _note(Note(f"{task.text}（{about}）", task.tone))
                if not block.items and block.empty:
                    yield f'<p class="empty">{_text(block.empty)}</p>'
            case Kpi():
                yield _cards(KpiRow((block,)))
            case KpiRow():
                yield _cards(block)
            case Chart() | Map():
                yield _picture(block, imprint, say)
            case Table():
                yield _table(block, imprint, say)
            case Columns():
                cells = "".join(f"<div>{''.join(_body(cell, imprint, say))}</div>" for cell in block.cells)
                yield f'<div class="columns">{cells}</div>'
            case _:
                continue


def _note(note: Note) -> str:
    mark = "" if note.tone in ("plain", "empty") else f"<b>{_MARKS[note.tone]}</b> "
    return f'<p class="{note.tone}">{mark}{_text(note.text)}</p>'


def _cards(row: KpiRow) -> str:
    cards = []
    for item in row.items:
        lines = "".join(f'<div class="d">{_text(f"{delta.label} {delta.text}")}</div>' for delta in item.deltas)  # fmt: skip
        unit = f"<small>{_text(item.unit)}</small>" if item.unit else ""
        value = f'<div class="v">{_text(item.value)}{unit}</div>'
        cards.append(f'<div class="card"><div class="l">{_text(item.label)}</div>{value}{lines}</div>')
    return f'<div class="cards">{"".join(cards)}</div>'


def _source(source: Source, imprint: Imprint, more: str = "") -> str:
    demo = f"　{translator(imprint.language)('演示数据')}" if imprint.is_demo else ""
    return (
        f'<p class="source">{escape(clean(theme.caption(source, imprint.language)))}{more}{escape(demo)}</p>'
    )


def _picture(block: Chart | Map, imprint: Imprint, say: Translator) -> str:
    if isinstance(block, Chart) and block.frame.empty:
        return f'<h4>{_text(block.title)}</h4><p class="empty">{_text(block.empty or MISSING)}</p>'
    drawn = drawing.svg(block, imprint.language)
    return (
        f"<figure>{drawn}<figcaption>{_text(block.title)}</figcaption>"
        f"{_source(block.source, imprint)}</figure>{_data(block, say)}"
    )


def _data(block: Chart | Map | Table, say: Translator) -> str:
    """The figures behind it, to be read without a program and copied into one."""
    told = csv_bytes(block)
    name = file_name(block.title, extension="csv")
    link = (
        f'<a download="{escape(name)}" href="data:text/csv;base64,{base64.b64encode(told).decode()}">CSV</a>'
    )
    shown = escape(clean(told.decode("utf-8-sig")).replace("\r", ""), quote=False)
    return f"<details><summary>{escape(say('数据'))}</summary><p>{link}</p><pre>{shown}</pre></details>"


def _table(block: Table, imprint: Imprint, say: Translator) -> str:
    if block.frame.empty:
        return f'<h4>{_text(block.title)}</h4><p class="empty">{_text(block.empty or MISSING)}</p>'
    columns = printed(block)
    frame = block.frame.head(MOST_ROWS)
    head = "".join(f'<th scope="col">{_text(heading(column))}</th>' for column in columns)
    cells = [[theme.cell(value, column.format) for value in frame[column.name]] for column in columns]
    kinds = [_CLASS[alignment(column, told)] for column, told in zip(columns, cells, strict=True)]
    rows = "".join(
        "<tr>"
        + "".join(f"<td{kind}>{_text(value)}</td>" for kind, value in zip(kinds, row, strict=True))
        + "</tr>"
        for row in zip(*cells, strict=True)
    )
    more = ""
    if len(block.frame) > len(frame):
        left = theme.number(len(block.frame) - len(frame))
        more = "　" + say("另有 {count} 行从略，全部数据见数据文件").format(count=left)
    return (
        f'<div class="wide"><table><caption>{_text(block.title)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>{_source(block.source, imprint, more)}</div>{_data(block, say)}"
    )
