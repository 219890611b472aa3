"""Native chart -> its XML and the workbook within it: the same for slides and for documents."""

from __future__ import annotations

import io
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
from pptx.oxml.ns import nsdecls

from dashboard.exports.native import NativeChart, Series
from dashboard.theme import LIGHT, ink_on

_SHEET = "Sheet1"
_CATEGORY_AXIS, _VALUE_AXIS = "111111111", "222222222"


def chart_xml(chart: NativeChart, font: str, latin: str, size: float) -> bytes:
    """The chart part; its workbook is related to it as rId1. `size`: of the letters, in points."""
    text = _Text(font, latin, size)
    marks = _bars(chart, text) if chart.kind != "line" else _lines(chart, text)
    if chart.reference is not None and not chart.lying:
        marks += _across(chart)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace {nsdecls("c", "a", "r")}><c:date1904 val="0"/><c:roundedCorners val="0"/>'
        f'<c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>{marks}{_axes(chart, text)}'
        f"<c:spPr><a:noFill/></c:spPr></c:plotArea>{_legend(chart, text)}"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{text.block(LIGHT.text)}"
        '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    ).encode()


class _Text:
    """The letters of a chart."""

    def __init__(self, font: str, latin: str, size: float) -> None:
        self._faces = f"<a:latin typeface={quoteattr(latin)}/><a:ea typeface={quoteattr(font)}/><a:cs typeface={quoteattr(latin)}/>"
        self._size = size

    def block(self, colour: str, smaller: float = 0.0, turned: bool = False) -> str:
        upright = '<a:bodyPr rot="0" vert="horz"/>' if not turned else "<a:bodyPr/>"
        size = round((self._size - smaller) * 100)
        return (
            f'<c:txPr>{upright}<a:lstStyle/><a:p><a:pPr><a:defRPr sz="{size}" b="0">{_solid(colour)}{self._faces}'
            '</a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
        )


def _solid(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour[1:]}"/></a:solidFill>'


def _line(colour: str, points: float, dash: str = "") -> str:
    dashed = f'<a:prstDash val="{dash}"/>' if dash else ""
    return f'<a:ln w="{round(points * 12700)}" cap="rnd">{_solid(colour)}{dashed}<a:round/></a:ln>'


def _bars(chart: NativeChart, text: _Text) -> str:
    grouping = "stacked" if chart.stacked else "clustered"
    rows = "".join(_bar(chart, number, text) for number in range(len(chart.series)))
    overlap = 100 if chart.stacked else -8
    return (
        f'<c:barChart><c:barDir val="{"bar" if chart.lying else "col"}"/><c:grouping val="{grouping}"/>'
        f'<c:varyColors val="0"/>{rows}<c:gapWidth val="{_gap(chart)}"/><c:overlap val="{overlap}"/>'
        f'<c:axId val="{_CATEGORY_AXIS}"/><c:axId val="{_VALUE_AXIS}"/></c:barChart>'
    )


def _gap(chart: NativeChart) -> int:
    """Between the bars, in hundredths of a bar: a few bars need not be as thick as the room allows."""
    few = len(chart.categories) <= 6
    return 90 if few else 42 if chart.lying else 55


def _bar(chart: NativeChart, number: int, text: _Text) -> str:
    series = chart.series[number]
    points = "".join(
        f'<c:dPt><c:idx val="{n}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>'
        f"<c:spPr>{_solid(colour)}</c:spPr></c:dPt>"
        for n, colour in sorted(series.points.items())
    )
    ink = ink_on(series.colour) if chart.stacked else LIGHT.text
    labels = _labels(chart, series, "ctr" if chart.stacked else "outEnd", ink, text)
    return (
        f"<c:ser>{_named(chart, number)}<c:spPr>{_solid(series.colour)}</c:spPr>"
        f'<c:invertIfNegative val="0"/>{points}{labels}{_data(chart, number)}</c:ser>'
    )


def _lines(chart: NativeChart, text: _Text) -> str:
    # The emphasised one is drawn last, on top; its place in the workbook stays.
    order = sorted(range(len(chart.series)), key=lambda number: not chart.series[number].back)
    rows = "".join(_run(chart, number, text) for number in order)
    return (
        f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{rows}<c:marker val="1"/>'
        f'<c:axId val="{_CATEGORY_AXIS}"/><c:axId val="{_VALUE_AXIS}"/></c:lineChart>'
    )


def _run(chart: NativeChart, number: int, text: _Text) -> str:
    series = chart.series[number]
    size = 4 if series.back else 6
    marker = (
        f'<c:marker><c:symbol val="circle"/><c:size val="{size}"/><c:spPr>{_solid(series.colour)}'
        f"{_line(series.colour, 0.75)}</c:spPr></c:marker>"
        if len(chart.categories) <= 40
        else '<c:marker><c:symbol val="none"/></c:marker>'
    )
    return (
        f"<c:ser>{_named(chart, number)}<c:spPr>{_line(series.colour, 1.5 if series.back else 2.25)}</c:spPr>"
        f"{marker}{_labels(chart, series, 't', LIGHT.text, text)}{_data(chart, number)}"
        '<c:smooth val="0"/></c:ser>'
    )


def _across(chart: NativeChart) -> str:
    """The reference value as a dashed line over the same axes."""
    number = len(chart.series)
    row = (
        f"<c:ser>{_named(chart, number)}<c:spPr>{_line(LIGHT.muted, 1.5, 'dash')}</c:spPr>"
        f'<c:marker><c:symbol val="none"/></c:marker>{_data(chart, number)}<c:smooth val="0"/></c:ser>'
    )
    return (
        f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{row}<c:marker val="1"/>'
        f'<c:axId val="{_CATEGORY_AXIS}"/><c:axId val="{_VALUE_AXIS}"/></c:lineChart>'
    )


def _labels(chart: NativeChart, series: Series, place: str, ink: str, text: _Text) -> str:
    if not series.labelled:
        return ""
    wanted = set(series.labelled)
    gone = "".join(
        f'<c:dLbl><c:idx val="{n}"/><c:delete val="1"/></c:dLbl>'
        for n in range(len(chart.categories))
        if n not in wanted
    )
    return (
        f'<c:dLbls>{gone}<c:numFmt formatCode={quoteattr(chart.number_format)} sourceLinked="0"/>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{text.block(ink, 1)}"
        f'<c:dLblPos val="{place}"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
        '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
    )


def _columns(chart: NativeChart) -> list[tuple[str, tuple[float | None, ...]]]:
    """Name and values of each series, the reference last."""
    found = [(each.name, each.values) for each in chart.series]
    if chart.reference is not None and not chart.lying:
        value, label = chart.reference
        found.append((label, (value,) * len(chart.categories)))
    return found


def _named(chart: NativeChart, number: int) -> str:
    name, _ = _columns(chart)[number]
    letter = _letter(number + 1)
    return (
        f'<c:idx val="{number}"/><c:order val="{number}"/><c:tx><c:strRef><c:f>{_SHEET}!${letter}$1</c:f>'
        f'<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{escape(name)}</c:v></c:pt></c:strCache>'
        "</c:strRef></c:tx>"
    )


def _data(chart: NativeChart, number: int) -> str:
    _, values = _columns(chart)[number]
    count, letter = len(chart.categories), _letter(number + 1)
    names = "".join(
        f'<c:pt idx="{n}"><c:v>{escape(name)}</c:v></c:pt>' for n, name in enumerate(chart.categories)
    )
    figures = "".join(
        f'<c:pt idx="{n}"><c:v>{value!r}</c:v></c:pt>' for n, value in enumerate(values) if value is not None
    )
    return (
        f"<c:cat><c:strRef><c:f>{_SHEET}!$A$2:$A${count + 1}</c:f><c:strCache>"
        f'<c:ptCount val="{count}"/>{names}</c:strCache></c:strRef></c:cat>'
        f"<c:val><c:numRef><c:f>{_SHEET}!${letter}$2:${letter}${count + 1}</c:f><c:numCache>"
        f"<c:formatCode>{escape(chart.number_format)}</c:formatCode>"
        f'<c:ptCount val="{count}"/>{figures}</c:numCache></c:numRef></c:val>'
    )


def _letter(number: int) -> str:
    """0 -> A, 26 -> AA."""
    above, place = divmod(number, 26)
    return (_letter(above - 1) if above else "") + chr(65 + place)


def _axes(chart: NativeChart, text: _Text) -> str:
    figures = [value for each in chart.series for value in each.values if value is not None]
    labelled = all(each.labelled or each.back for each in chart.series) and not chart.stacked
    hidden = labelled and chart.kind != "line"
    low = '<c:min val="0"/>' if min(figures, default=0) >= 0 else ""
    room = 1.1 if hidden and chart.lying else 1.06 if hidden else 1.0
    high = f'<c:max val="{chart.highest * room!r}"/>' if low and chart.kind != "line" else ""
    grid = (
        "" if hidden else f"<c:majorGridlines><c:spPr>{_line(LIGHT.line, 0.75)}</c:spPr></c:majorGridlines>"
    )
    form = chart.number_format.replace("0.0%", "0%")
    turn = "maxMin" if chart.lying else "minMax"
    category = (
        f'<c:catAx><c:axId val="{_CATEGORY_AXIS}"/><c:scaling><c:orientation val="{turn}"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{"l" if chart.lying else "b"}"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        f"<c:spPr>{_line(LIGHT.faint, 0.75)}</c:spPr>{text.block(LIGHT.text, 0, turned=_crowded(chart))}"
        f'<c:crossAx val="{_VALUE_AXIS}"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/>'
        f'<c:lblOffset val="60"/>{_skip(chart)}<c:noMultiLvlLbl val="1"/></c:catAx>'
    )
    value = (
        f'<c:valAx><c:axId val="{_VALUE_AXIS}"/><c:scaling><c:orientation val="minMax"/>{high}{low}</c:scaling>'
        f'<c:delete val="{int(hidden)}"/><c:axPos val="{"b" if chart.lying else "l"}"/>{grid}'
        f'<c:numFmt formatCode={quoteattr(form)} sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>'
        f'{text.block(LIGHT.muted, 1)}<c:crossAx val="{_CATEGORY_AXIS}"/>'
        f'<c:crosses val="{"max" if chart.lying else "autoZero"}"/><c:crossBetween val="between"/></c:valAx>'
    )
    return category + value


def _crowded(chart: NativeChart) -> bool:
    """Whether standing labels may be turned by the program that shows them."""
    return not chart.lying and sum(len(name.split("\n")[0]) for name in chart.categories) > 60


def _skip(chart: NativeChart) -> str:
    count = len(chart.categories)
    if chart.lying:
        return '<c:tickLblSkip val="1"/>'
    return f'<c:tickLblSkip val="{-(-count // 24)}"/>' if count > 24 else ""


def _legend(chart: NativeChart, text: _Text) -> str:
    if not chart.has_legend:
        return ""
    return f'<c:legend><c:legendPos val="t"/><c:overlay val="0"/>{text.block(LIGHT.text)}</c:legend>'


def workbook(chart: NativeChart, made_at: datetime) -> bytes:
    """What opens at "edit data": texts as strings, whatever they begin with."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": made_at.replace(tzinfo=None, microsecond=0)})
    sheet = book.add_worksheet(_SHEET)
    form = book.add_format({"num_format": chart.number_format})
    sheet.write_string(0, 0, chart.category.label)
    for row, name in enumerate(chart.categories, 1):
        sheet.write_string(row, 0, name)
    for column, (name, values) in enumerate(_columns(chart), 1):
        sheet.write_string(0, column, name)
        for row, value in enumerate(values, 1):
            if value is not None:
                sheet.write_number(row, column, value, form)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, max(1, len(chart.series)), 14)
    book.close()
    return buffer.getvalue()
