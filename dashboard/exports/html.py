"""The report as one self-contained HTML file: no script, no request, drawings inline, every figure in a table."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path

from dashboard import drawing
from dashboard.exports import words
from dashboard.exports.csv import csv_bytes
from dashboard.exports.grid import Grid, Side, definition_grid, heading, sides, table_grid
from dashboard.exports.numbering import Captions, Outline
from dashboard.exports.text import clean, file_name, line
from dashboard.locale import translator
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
    Table,
    Tasks,
)
from dashboard.theme import FONT_FAMILY, LIGHT

_STATIC = Path(__file__).parents[1] / "static"
MOST_ROWS = 1000  # of a table that is shown; its CSV has them all
_CLASS: dict[Side, str] = {"left": "", "center": ' class="c"', "right": ' class="n"'}
_MARKS = {"good": "●", "attention": "▲", "warning": "■", "plain": "·", "empty": "○"}


def write(report: Report, imprint: Imprint) -> bytes:
    """Equal reports give equal bytes."""
    lang = "zh-CN" if imprint.language == "zh" else "en"
    say = translator(imprint.language)
    demo = f'<p class="demo">{escape(say("演示数据"))}</p>' if imprint.is_demo else ""
    body = "".join(_Writer(imprint, Outline.of(words.flat(report.blocks), imprint.language)).whole(report))
    page = (
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline';"
        ' font-src data:; img-src data:">'
        f"<title>{_text(report.title)} · {_text(report.subtitle)}</title><style>{_style()}</style></head><body>"
        f'<header>{demo}<h1>{_text(report.title)}</h1><p class="sub">{_text(report.subtitle)}</p></header>'
        f"<main>{body}</main><footer>{_imprint(imprint)}</footer></body></html>\n"
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
td:first-child{{min-width:6.5em}}
td{{padding:4px 7px;border-bottom:1px solid var(--line);vertical-align:top}}td.c{{text-align:center;
white-space:nowrap}}td.n{{text-align:right;white-space:nowrap}}
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
.source{{break-before:avoid}}tr,figure,.card{{break-inside:avoid}}h2,h3,h4,caption{{break-after:avoid}}.wide{{overflow:visible}}}}"""


def _text(value: object) -> str:
    return escape(line(value))


def _imprint(imprint: Imprint) -> str:
    """Where the figures come from, and how to print the report again."""
    lines = [words.demo(imprint), words.told(imprint), words.colophon(imprint)]
    if imprint.report_id:
        again = translator(imprint.language)(
            "用同一数据版本再次打印本报告：liandong report --reprint {report}"
        )
        lines.append(again.format(report=line(imprint.report_id)))
    return "".join(f"<p>{escape(each)}</p>" for each in lines if each)


@dataclass
class _Writer(words.Spoken):
    imprint: Imprint
    outline: Outline
    captions: Captions = field(init=False)

    def __post_init__(self) -> None:
        self.captions = Captions(self.imprint.language)

    def whole(self, report: Report) -> Iterator[str]:
        yield from self.body(report.blocks)
        if known := words.definitions(report, self.imprint):
            yield f"<h2>{_text(words.annex(self.language))}</h2>"
            yield self._listed(definition_grid(known, self.language), self.say("指标口径"), "")

    def body(self, blocks: Iterable[Block]) -> Iterator[str]:
        for block in blocks:
            match block:
                case Heading():
                    yield _headed(self.outline.heading(block))
                    yield f"<p>{_text(block.lead)}</p>" if block.lead else ""
                case Prose():
                    yield f'<p class="prose">{_text(block.text)}</p>'
                case Note():
                    yield _note(block)
                case Notes():
                    yield _headed(self.outline.under(block.title))
                    yield from (_note(note) for note in block.items)
                    yield _note(Note(block.empty, "empty")) if block.empty and not block.items else ""
                case Tasks():
                    yield _headed(self.outline.under(block.title))
                    for task in block.items:
                        about = "；".join(
                            part for part in (task.about, task.state_label, task.origin) if part
                        )
                        yield _note(Note(f"{task.text}（{about}）", task.tone))
                    yield "" if block.items else _note(Note(words.nothing(block, self.language), "empty"))
                case Kpi():
                    yield _cards(KpiRow((block,)))
                case KpiRow():
                    yield _cards(block)
                case Chart() | Map():
                    yield self._picture(block)
                case Table():
                    yield self._table(block)
                case Columns():
                    cells = "".join(f"<div>{''.join(self.body(cell))}</div>" for cell in block.cells)
                    yield f'<div class="columns">{cells}</div>'

    def _picture(self, block: Chart | Map) -> str:
        title = f"{self.captions.figure()}　{line(block.title)}"
        if isinstance(block, Chart) and block.frame.empty:
            return self._nothing(title, block)
        drawn = drawing.svg(block, self.language)
        more = words.map_words(block, self.imprint) if isinstance(block, Map) else ()
        source = words.source_line(block.source, self.imprint, *more)
        return (
            f"<figure>{drawn}<figcaption>{escape(title)}</figcaption>"
            f'<p class="source">{escape(source)}</p></figure>{self._data(block)}'
        )

    def _nothing(self, title: str, block: Chart | Table) -> str:
        return f'<h4>{escape(title)}</h4><p class="empty">{_text(words.nothing(block, self.language))}</p>'

    def _data(self, block: Chart | Map | Table) -> str:
        """The figures behind it, to be read without a program and copied into one."""
        told = csv_bytes(block)
        name = file_name(block.title, extension="csv")
        link = f'<a download="{escape(name)}" href="data:text/csv;base64,{base64.b64encode(told).decode()}">CSV</a>'
        shown = escape(clean(told.decode("utf-8-sig")).replace("\r", ""), quote=False)
        return (
            f"<details><summary>{escape(self.say('数据'))}</summary><p>{link}</p><pre>{shown}</pre></details>"
        )

    def _table(self, block: Table) -> str:
        if block.frame.empty:
            return self._nothing(line(block.title), block)
        source = words.source_line(block.source, self.imprint)
        return self._listed(table_grid(block), line(block.title), source) + self._data(block)

    def _listed(self, grid: Grid, title: str, source: str) -> str:
        shown = grid.rows[:MOST_ROWS]
        kinds = [_CLASS[side] for side in sides(grid)]
        head = "".join(f'<th scope="col">{escape(heading(column))}</th>' for column in grid.heads)
        rows = "".join(
            "<tr>"
            + "".join(f"<td{kind}>{escape(cell.text)}</td>" for kind, cell in zip(kinds, row, strict=True))
            + "</tr>"
            for row in shown
        )
        told = "　".join(
            part for part in (source, words.cut(len(grid.rows), len(shown), self.language)) if part
        )
        return (
            f'<div class="wide"><table><caption>{escape(f"{self.captions.table()}　{title}")}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
            + (f'<p class="source">{escape(told)}</p>' if told else "")
            + "</div>"
        )


def _headed(heading: tuple[int, str]) -> str:
    depth, told = heading
    return f"<h{depth + 1}>{escape(told)}</h{depth + 1}>"


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
