"""Where a click leads: the parameters that a link or a mark sets, and the address that carries them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from dashboard.report import Link
from dashboard.selection import RESERVED, Selection


@dataclass(frozen=True)
class Here:
    """The page that is shown now, and the one that stands at the bare address.

    `within`: the organisation that the viewer is confined to; "" when to none.
    """

    view: str
    home: str
    selection: Selection
    within: str = ""


def params_for(here: Here, view: str | None, changes: Mapping[str, str | None]) -> dict[str, str]:
    """The parameters after a click: on the same page all are kept, another page takes only the shared ones."""
    kept = here.selection.to_params()
    if view not in (None, here.view):
        kept = {name: value for name, value in kept.items() if name in RESERVED}
    for name, value in changes.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = str(value)
    return kept


def address(view: str, params: Mapping[str, str], home: str) -> str:
    """Relative to any page, so that it also holds below a path that a proxy puts in front."""
    return f"{'./' if view == home else view}?{urlencode(params)}"


def link_address(link: Link, here: Here) -> str:
    return address(link.view, params_for(here, link.view, link.params), here.home)


def parse_address(text: str, home: str) -> tuple[str, dict[str, str]]:
    """The view and the parameters of an address that `address` made."""
    parts = urlsplit(text)
    return parts.path.rsplit("/", 1)[-1].strip(".") or home, dict(parse_qsl(parts.query))
