"""A sealed release as somebody sees it who may see one organisation: a copy in memory of its rows alone.

Every table keeps its name, so that no query has to think of the viewer: whatever a page, an export or
a link asks for, rows from outside are not there to be found. `database.open_snapshot` makes the copy, of each
table when it is first asked for; this module only says which rows of which table belong to an organisation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

_COMMUNITY = "community_code"
# What everybody may know: what things are called and how they are counted, and the outline of the land.
_OF_NOBODY = (
    "dim_calendar",
    "dim_catalogue",
    "geo_outline",
    "mart_offered_item_span",
    "ref_catalogue",
    "ref_published",
)
_DECLARED = (
    "meta_attention_rule",
    "meta_dimension",
    "meta_indicator",
    "meta_label",
    "meta_level",
    "meta_lineage",
    "meta_setting",
)
# The release as a whole, but for what it counts: that is counted anew over what this viewer sees.
_RELEASE = """with seen as (select * from meta_submission where {condition})
    select * replace (
    (select count(*) from seen where state = 'current') as submission_count,
    (select cast(coalesce(sum(row_count), 0) as bigint) from seen) as row_count,
    (select cast(coalesce(sum(accepted_count), 0) as bigint) from seen) as accepted_count,
    (select cast(coalesce(sum(row_count - accepted_count), 0) as bigint) from seen) as quarantined_count)
    from meta_release"""


@dataclass(frozen=True)
class Confines:
    """An organisation with its level ("street"), everything below it, and those above it, of whom only
    the names are known."""

    level: str
    code: str
    visible: Collection[str]
    communities: Collection[str]  # among the visible
    above: Collection[str]
    community: str = ""  # of a member unit: the community that it belongs to


def selects(confines: Confines, tables: Mapping[str, Collection[str]]) -> Mapping[str, str]:
    """What is to be selected from the release for each of its tables; `tables` has the columns of each.

    A table of which nothing is known here (a newer release's, say) is left empty rather than shown.
    """
    found = {
        table: f"select * from {table} where {_condition(confines, table, columns)}"
        for table, columns in tables.items()
    }
    if "meta_release" in tables:
        submissions = _condition(confines, "meta_submission", tables["meta_submission"])
        found["meta_release"] = _RELEASE.format(condition=submissions)
    return found


def _condition(confines: Confines, table: str, columns: Collection[str]) -> str:
    if table in _OF_NOBODY or table in _DECLARED:
        return "true"
    if table == "dim_organisation":
        return f"org_code in ({_list((*confines.visible, *confines.above))})"
    if table == "ref_organisation":
        return f"code in ({_list((*confines.visible, *confines.above))})"
    own = f"{confines.level}_code"
    if own in columns:
        return f"{own} = {_quoted(confines.code)}"
    if _COMMUNITY in columns:
        if confines.community:  # a member unit sees nothing of the others, but the land that it lies in
            return f"{_COMMUNITY} = {_quoted(confines.community)}" if table.startswith("geo_") else "false"
        return f"{_COMMUNITY} in ({_list(confines.communities)})"
    if "org_code" in columns:
        return f"org_code in ({_list(confines.visible)})"
    return "false"


def _list(codes: Iterable[str]) -> str:
    return ", ".join(_quoted(code) for code in codes) or "''"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
