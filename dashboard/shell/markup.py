"""Blocks that are plain text on the page, as HTML. Everything that comes from data is escaped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from dashboard.locale import translator
from dashboard.maps import LegendItem
from dashboard.report import (
    Crumbs,
    Delta,
    Heading,
    Kpi,
    KpiRow,
    Link,
    Listing,
    Note,
    Notes,
    Prose,
    Source,
    Task,
    Tasks,
    Tone,
)
from dashboard.shell.links import Here, link_address
from dashboard.theme import caption, cell

_ARROWS = {"up": "▲", "down": "▼", "flat": "＝", "none": ""}
_MARKS = {"plain": "·", "good": "✓", "attention": "!", "warning": "!", "empty": "○"}
_MOST_CARDS = 5  # side by side
_SPARK_WIDTH, _SPARK_HEIGHT = 120.0, 28.0


def head(title: str, subtitle: str, is_demo: bool, language: str) -> str:
    """The page's title, and over it the word that the figures are invented."""
    say = translator(language)
    banner = (
        f'<div class="ld-banner" role="note">{escape(say("演示数据，均为合成，不代表真实情况"))}</div>'
        if is_demo
        else ""
    )
    return (
        f'{banner}<header class="ld-head"><h1>{escape(title)}</h1>'
        f'<p class="ld-subtitle">{escape(subtitle)}</p></header>'
    )


def heading(block: Heading) -> str:
    level = min(max(block.level, 2), 4)
    lead = f'<p class="ld-lead">{escape(block.lead)}</p>' if block.lead else ""
    return f'<div class="ld-heading"><h{level}>{escape(block.text)}</h{level}>{lead}</div>'


def block_title(text: str, more: Link | None = None, here: Here | None = None) -> str:
    link = _more(more, here) if here else ""
    return f'<h3 class="ld-title">{escape(text)}{link}</h3>'


def note(block: Note, here: Here) -> str:
    return (
        f'<p class="ld-note ld-{block.tone}"><span class="ld-mark" aria-hidden="true">{_MARKS[block.tone]}</span>'
        f"<span>{escape(block.text)}{_more(block.link, here)}</span></p>"
    )


def prose(block: Prose) -> str:
    return f'<p class="ld-prose">{escape(block.text)}</p>'


def notes(block: Notes, here: Here) -> str:
    items = "".join(
        f'<li class="ld-{item.tone}"><span class="ld-mark" aria-hidden="true">{_MARKS[item.tone]}</span>'
        f"<span>{escape(item.text)}{_more(item.link, here)}</span></li>"
        for item in block.items
    )
    body = f"<ul>{items}</ul>" if items else f'<p class="ld-none">{escape(block.empty)}</p>'
    title = f'<h3 class="ld-title">{escape(block.title)}{_more(block.more, here)}</h3>'
    return f'<section class="ld-notes">{title}{body}</section>'


def tasks(block: Tasks, here: Here, opened: str | None) -> tuple[str, str]:
    """The list; with an `opened` item in two halves, so that its control can stand below it."""
    more = f" {anchor(block.more, here)}" if block.more else ""
    head = f'<h4 class="ld-tasks-title">{escape(block.title)}{more}</h4>'
    if not block.items:
        return f'<section class="ld-tasks">{head}<p class="ld-none">{escape(block.empty)}</p></section>', ""
    codes = [item.code for item in block.items]
    cut = codes.index(opened) + 1 if opened in codes else len(codes)
    items = [_task(item, here, item.code == opened) for item in block.items]

    def listed(part: list[str], title: str = "") -> str:
        return f'<section class="ld-tasks">{title}<ul>{"".join(part)}</ul></section>' if part else ""

    return listed(items[:cut], head), listed(items[cut:])


def _task(item: Task, here: Here, is_opened: bool) -> str:
    origin = f'<span class="ld-origin">{escape(item.origin)}</span>' if item.origin else ""
    said = f'<span class="ld-said">{escape(item.said)}</span>' if item.said else ""
    return (
        f'<li class="ld-{item.tone}{" ld-opened" if is_opened else ""}">'
        f'<span class="ld-mark" aria-hidden="true">{_MARKS[item.tone]}</span>'
        f'<div class="ld-task"><div>{escape(item.text)}{_more(item.evidence, here)}</div>'
        f'<div class="ld-about"><span>{escape(item.about)}</span>{origin}{said}</div></div>'
        f'<span class="ld-state ld-is-{item.state}">{escape(item.state_label)}</span>'
        f"{anchor(item.open, here, 'ld-link ld-act')}</li>"
    )


def remark(text: str, tone: Tone = "plain") -> str:
    """What came of an entry, or why none can be made."""
    return f'<p class="ld-said ld-{tone}" role="status">{escape(text)}</p>'


def crumbs(block: Crumbs, here: Here) -> str:
    *above, last = block.items
    if not above:  # at the top the page's subtitle says it already
        return ""
    parts = [anchor(link, here) for link in above]
    parts.append(f'<span aria-current="page">{escape(last.label)}</span>')
    return f'<nav class="ld-crumbs">{"<i>›</i>".join(parts)}</nav>'


def anchor(link: Link, here: Here, css: str = "ld-link") -> str:
    return f'<a class="{css} ld-go" href="{escape(link_address(link, here))}">{escape(link.label)}</a>'


def _more(link: Link | None, here: Here) -> str:
    return f" {anchor(link, here)}" if link else ""


def kpis(block: KpiRow, here: Here, colour: str) -> str:
    """`colour`: of the sparklines."""
    count = len(block.items)
    rows = -(-count // _MOST_CARDS)
    across = -(-count // rows) if rows else 1  # rows as even as possible
    # A last row of fewer cards is as wide as those above it.
    last = count % across or across
    tracks = math.lcm(across, last)
    cards = "".join(
        _card(item, here, colour, tracks // (last if number >= count - last else across))
        for number, item in enumerate(block.items)
    )
    dense = " ld-dense" if block.dense else ""
    return f'<div class="ld-kpis{dense}" style="--tracks:{tracks}">{cards}</div>'


def _card(item: Kpi, here: Here, colour: str, tracks: int) -> str:
    """`tracks`: of the grid, that the card is wide."""
    unit = f'<span class="ld-unit">{escape(item.unit)}</span>' if item.unit and item.value != "—" else ""
    tip = (
        f'<span class="ld-help" tabindex="0" role="note" aria-label="{escape(item.help)}">?'
        f'<span class="ld-tip">{escape(item.help)}</span></span>'
        if item.help
        else ""
    )
    deltas = "".join(_delta(delta) for delta in item.deltas)
    rows = anchor(item.rows, here, "ld-link ld-rows") if item.rows else ""
    # The link covers the card from below, so that the help within it stays reachable and valid.
    cover = (
        f'<a class="ld-cover ld-go" href="{escape(link_address(item.link, here))}" '
        f'aria-label="{escape(item.label)}：{escape(item.link.label)}"></a>'
        if item.link
        else ""
    )
    return (
        f'<article class="ld-kpi ld-{item.state}{" ld-linked" if item.link else ""}" style="--wide:{tracks}">{cover}'
        f'<div class="ld-kpi-label"><span>{escape(item.label)}</span>{tip}</div>'
        f'<div class="ld-kpi-value">{escape(item.value)}{unit}{rows}</div>'
        f'<div class="ld-deltas">{deltas}</div>{_spark(item, colour)}</article>'
    )


def _delta(delta: Delta) -> str:
    arrow = _ARROWS[delta.direction]
    return (
        f'<span class="ld-delta ld-{delta.tone}"><span class="ld-delta-label">{escape(delta.label)}</span>'
        f"<b>{f'<i>{arrow}</i>' if arrow else ''}{escape(delta.text)}</b></span>"
    )


def _spark(item: Kpi, colour: str) -> str:
    """The course of a figure as a small line; gaps where a value is missing."""
    known = [value for value in item.spark if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(0.0, *known), max(known)
    across = _SPARK_WIDTH / (len(item.spark) - 1)
    scale = (_SPARK_HEIGHT - 6) / ((high - low) or 1)
    runs: list[list[str]] = [[]]
    for number, value in enumerate(item.spark):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(f"{number * across:.1f},{_SPARK_HEIGHT - 3 - (value - low) * scale:.1f}")
    lines = "".join(f'<polyline points="{" ".join(run)}"/>' for run in runs if len(run) > 1)
    x, y = next(run[-1] for run in reversed(runs) if run).split(",")
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-3 0 {_SPARK_WIDTH + 6:g} {_SPARK_HEIGHT:g}">'
        f'<g fill="none" stroke="{colour}" stroke-width="1.6" stroke-linejoin="round">{lines}</g>'
        f'<circle cx="{x}" cy="{y}" r="2.4" fill="{colour}"/></svg>'
    )
    span = f"{item.spark_labels[0]} – {item.spark_labels[-1]}" if item.spark_labels else ""
    # As a picture: Streamlit strips <svg> from the HTML that it shows.
    return (
        f'<img class="ld-spark" src="data:image/svg+xml,{quote(drawing)}" title="{escape(span)}" '
        f'alt="{escape(f"{item.label} {span}")}">'
    )


def listing(block: Listing) -> str:
    """A table whose texts wrap; on a phone each row is a card, so every cell carries its heading."""
    if block.frame.empty:
        return block_title(block.title) + (
            f'<p class="ld-none">{escape(block.empty)}</p>' if block.empty else ""
        )
    heads = "".join(
        f'<th scope="col" class="ld-{one.format}">{escape(one.label)}</th>' for one in block.columns
    )
    tones = block.frame[block.tone].tolist() if block.tone else ["plain"] * len(block.frame)
    texts = [[cell(value) for value in block.frame[one.name]] for one in block.columns]
    rows = "".join(
        f'<tr class="ld-{tone}">'
        + "".join(
            f'<td class="ld-{column.format}" data-head="{escape(column.label)}">{escape(value)}</td>'
            for column, value in zip(block.columns, row, strict=True)
        )
        + "</tr>"
        for tone, row in zip(tones, zip(*texts, strict=True), strict=True)
    )
    table = f'<table class="ld-listing ld-{escape(block.key)}"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    if block.folded:
        return f'<details class="ld-folded"><summary>{escape(block.title)}</summary>{table}</details>'
    return block_title(block.title) + table


def file_head(name: str, verdict: str, is_refused: bool) -> str:
    """A file that was checked, and what came of it in a few words."""
    tone, mark = ("warning", "!") if is_refused else ("good", "✓")
    return (
        f'<div class="ld-file ld-{tone}"><span class="ld-mark" aria-hidden="true">{mark}</span>'
        f"<div><b>{escape(name)}</b><span>{escape(verdict)}</span></div></div>"
    )


def footer(source: Source, language: str, here: Here | None = None) -> str:
    link = f" {anchor(source.rows, here, 'ld-link ld-rows')}" if source.rows and here else ""
    return f'<p class="ld-caption">{escape(caption(source, language))}{link}</p>'


def picture_buttons(file_name: str, language: str) -> str:
    """Handled in the browser by liandong.js, which knows the figure beside it."""
    say = translator(language)
    return (
        '<span class="ld-exports">'
        + "".join(
            f'<button type="button" class="ld-export" data-format="{extension}" data-file="{escape(file_name)}" '
            f'title="{escape(say(title))}">{extension.upper()}</button>'
            for extension, title in (("png", "下载 PNG 图片"), ("svg", "下载 SVG 矢量图"))
        )
        + "</span>"
    )


def legend(items: tuple[LegendItem, ...], remark: str) -> str:
    parts = "".join(
        f'<span class="ld-key"><i class="ld-{item.shape}" style="--c:{item.colour}"></i>{escape(item.label)}</span>'
        for item in items
    )
    return f'<div class="ld-legend">{parts}<span class="ld-remark">{escape(remark)}</span></div>'


def empty(text: str) -> str:
    """Said where a chart or a table would stand."""
    return f'<div class="ld-nothing"><span aria-hidden="true">○</span>{escape(text)}</div>'


def badge(lines: tuple[tuple[str, object], ...]) -> str:
    rows = "".join(f"<dt>{escape(label)}</dt><dd>{escape(cell(value))}</dd>" for label, value in lines)
    return f'<dl class="ld-badge">{rows}</dl>'


def wall(text: str, leave: str, address: str) -> str:
    """The line above a page on a wall screen. The link loads the page anew, without the wall."""
    return (
        f'<div class="ld-wall"><b>联动</b><span>{escape(text)}</span>'
        f'<a class="ld-link" href="{escape(address)}" target="_self">{escape(leave)}</a></div>'
    )


def failure(title: str, text: str, reference: str) -> str:
    code = f"<code>{escape(reference)}</code>" if reference else ""
    return f'<div class="ld-failure" role="alert"><h2>{escape(title)}</h2><p>{escape(text)} {code}</p></div>'


def commands(*steps: tuple[str, str]) -> str:
    """What to type, each under its reason."""
    return "".join(
        f'<p class="ld-lead">{escape(reason)}</p><pre class="ld-command">{escape(command)}</pre>'
        for reason, command in steps
    )


def plain_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A short table of texts."""
    cells = "".join(f"<th>{escape(text)}</th>" for text in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows)
    return f'<div class="ld-plain"><table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table></div>'
