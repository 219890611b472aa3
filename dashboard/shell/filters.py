"""The selection bar: one row on every page, drawn by the entry script, mirrored to the address."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any, cast

import streamlit as st

from dashboard.catalogue import labels, load_dimensions
from dashboard.database import Snapshot
from dashboard.locale import LANGUAGES, Translator, translator
from dashboard.organisations import district, is_within, organisations
from dashboard.selection import Period, Selection
from dashboard.shell import markup, navigation, periods
from dashboard.shell.links import Here
from dashboard.views.controls import Choice, Control, DimensionFilter, Listed, asked_in

COMPARISONS = {"yoy": "同比", "prev": "环比"}
_OUTSIDE = "ld_outside"
_ALL = ""  # a dimension that is not filtered
_FEW = 6  # options that stand side by side
_DEEPEST = 3  # level that the picker lists; a member unit is reached by clicking


def window(snapshot: Snapshot) -> Period:
    """The months with data."""
    return Period.of_days(snapshot.first_month, snapshot.last_month)


def current(snapshot: Snapshot) -> Selection:
    """What the address says; what it leaves open is as this viewer left it, at first the default."""
    known = {code: org for code, org in organisations(snapshot).items() if is_within(snapshot, org)}
    if snapshot.within and st.query_params.get("org", snapshot.within) not in known:
        st.session_state[_OUTSIDE] = True  # somebody else's link: said once, above the page
    kept = navigation.kept()
    if kept is None or kept.org not in known:
        kept = Selection(org=district(snapshot).code, period=periods.default(window(snapshot)))
    selection = Selection.from_params(st.query_params, kept, _dimension_values(snapshot), known)
    params = selection.to_params()
    if dict(st.query_params) != params:
        st.query_params.from_dict(params)
    navigation.keep(replace(selection, filters=(), options=()))
    return selection


def _dimension_values(snapshot: Snapshot) -> Mapping[str, Collection[str] | None]:
    def read() -> Mapping[str, Collection[str] | None]:
        return {key: frozenset(labels(snapshot, key)) for key in load_dimensions(snapshot)}

    return snapshot.keep("dimension_values", read)


def bar(here: Here, snapshot: Snapshot) -> None:
    """Organisation, period, comparison, language."""
    selection, say = here.selection, translator(here.selection.language)
    everyone = organisations(snapshot)
    if st.session_state.pop(_OUTSIDE, False):
        own = everyone[selection.org].label(selection.language)
        st.html(
            markup.remark(
                say("链接中的组织不在您的查看范围之内，现在显示“{org}”。").format(org=own), "attention"
            )
        )
    fold = " · ".join(
        [
            everyone[selection.org].label(selection.language),
            selection.period.label(selection.language),
            say(COMPARISONS[selection.compare]),
        ]
    )
    st.html(f'<details class="ld-fold"><summary>{escape(fold)}</summary></details>')
    with st.container(key="ld-bar", horizontal=True):
        _select(here, "org", say("组织"), _organisation_choices(snapshot, selection), width=230)
        _period(here, snapshot, say)
        _segments(here, "compare", say("对比"), {key: say(name) for key, name in COMPARISONS.items()})
        _language(here)


def short_bar(here: Here) -> None:
    """On a page that speaks of no organisation and no period of the data."""
    with st.container(key="ld-bar", horizontal=True):
        _language(here)


def _language(here: Here) -> None:
    with st.container(key="ld-language", width="content"):
        _segments(here, "lang", translator(here.selection.language)("语言"), LANGUAGES)


def _organisation_choices(snapshot: Snapshot, selection: Selection) -> dict[str, str]:
    language = selection.language

    def read() -> dict[str, str]:
        top = district(snapshot)
        others = [
            org
            for org in organisations(snapshot).values()
            if org.level_no <= _DEEPEST and org is not top and is_within(snapshot, org)
        ]
        below: dict[str, list[str]] = {}
        whole = translator(language)("全区")
        suffix = f"（{whole}）" if language == "zh" else f" ({whole})"
        named = {top.code: top.label(language) + (suffix if top.level_no == 1 else "")}
        for org in others:
            if not org.exists_in(selection.period):
                continue
            named[org.code] = ("└ " if org.level_no == _DEEPEST else "") + org.label(language)
            below.setdefault(org.parent, []).append(org.code)
        return _in_tree_order(top.code, below, named)

    offered = snapshot.keep(("picker", language, selection.period.key), read)
    if selection.org in offered:
        return offered
    # Reached by a click or a link: a member unit, or a committee that no longer exists.
    return {**offered, selection.org: organisations(snapshot)[selection.org].label(language)}


def _in_tree_order(code: str, below: Mapping[str, Sequence[str]], named: Mapping[str, str]) -> dict[str, str]:
    ordered = {code: named[code]}
    for child in below.get(code, ()):
        ordered |= _in_tree_order(child, below, named)
    return ordered


def _period(here: Here, snapshot: Snapshot, say: Translator) -> None:
    period, whole = here.selection.period, window(snapshot)
    kind = periods.kind_of(period, whole)

    def changed() -> None:
        chosen = cast(periods.Kind, st.session_state["ld_period_kind"])
        navigation.go(here, None, {"period": periods.switch(chosen, period, whole).key})

    st.session_state["ld_period_kind"] = kind
    st.segmented_control(
        say("时段"),
        list(periods.KINDS),
        format_func=lambda key: say(periods.KINDS[key]),
        key="ld_period_kind",
        required=True,
        on_change=changed,
    )
    offered = {part.key: part.label(here.selection.language) for part in periods.choices(kind, whole)}
    if period.key not in offered:  # a range that a link brought along
        offered = {period.key: period.label(here.selection.language), **offered}
    _select(here, "period", say("期间"), offered, width=160, hide_label=True)


def controls(here: Here, wanted: Sequence[Control], snapshot: Snapshot) -> None:
    """The filters and choices that belong to the page."""
    if not wanted:
        return
    selection, say = here.selection, translator(here.selection.language)
    with st.container(key="ld-controls", horizontal=True):
        for control in asked_in(wanted, selection.option("part") or None):
            if isinstance(control, DimensionFilter):
                dimension = load_dimensions(snapshot).get(control.dimension)
                if dimension is None:
                    continue
                name = dimension.label(selection.language)
                offered = {_ALL: say("全部"), **labels(snapshot, control.dimension, selection.language)}
                _select(here, control.dimension, name, offered, width=190)
            elif isinstance(control, Listed):
                offered = {_ALL: say("全部"), **dict(control.listed(snapshot))}
                _select(here, control.key, say(control.label), offered, width=190)
            else:
                _choice(here, control, say)


def _choice(here: Here, control: Choice, say: Translator) -> None:
    offered = {value: say(label) for value, label in control.options}
    draw = _segments if len(offered) <= _FEW else _select
    draw(here, control.key, say(control.label), offered, default=control.usual(here.selection))


def _value(here: Here, name: str, offered: Mapping[str, str], default: str | None) -> str:
    chosen = here.selection.to_params().get(name, default or "")
    return chosen if chosen in offered else (default if default in offered else next(iter(offered)))  # type: ignore[return-value]


def _callback(here: Here, name: str, default: str | None) -> Any:
    def changed() -> None:
        value = st.session_state[f"ld_{name}"]
        navigation.go(here, None, {name: None if value in (_ALL, default) else value})

    return changed


def _select(
    here: Here,
    name: str,
    label: str,
    offered: Mapping[str, str],
    default: str | None = None,
    width: int = 190,
    hide_label: bool = False,
) -> None:
    st.session_state[f"ld_{name}"] = _value(here, name, offered, default)
    st.selectbox(
        label,
        list(offered),
        format_func=lambda key: offered.get(key, key),
        key=f"ld_{name}",
        on_change=_callback(here, name, default),
        label_visibility="collapsed" if hide_label else "visible",
        filter_mode="contains",
        width=width,
    )


def _segments(
    here: Here, name: str, label: str, offered: Mapping[str, str], default: str | None = None
) -> None:
    st.session_state[f"ld_{name}"] = _value(here, name, offered, default)
    st.segmented_control(
        label,
        list(offered),
        format_func=lambda key: offered.get(key, key),
        key=f"ld_{name}",
        required=True,
        on_change=_callback(here, name, default),
    )
