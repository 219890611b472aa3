"""The pages, in the order of the menu. To add one: a module here and a line in PAGES."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from dashboard.access import Right
from dashboard.database import Snapshot
from dashboard.report import Report
from dashboard.selection import Selection
from dashboard.views import (
    activities,
    attention,
    audit_record,
    chairs,
    dual_track,
    duties,
    glossary,
    hierarchy,
    lineage,
    meetings,
    notices,
    orders,
    overview,
    people,
    places,
    profile,
    published,
    quality,
    reports,
    scorecard,
    submission_check,
    supply,
    teams,
    two_new,
    venues,
)
from dashboard.views.controls import Control


@dataclass(frozen=True)
class Page:
    """A view module (KEY, TITLE, build, perhaps FILTERS), its place in the menu, and who sees it."""

    section: str
    icon: str  # of Streamlit's own, local set
    module: ModuleType
    right: Right = "view"  # what an account must be allowed for this page to exist for it

    @property
    def key(self) -> str:
        return str(self.module.KEY)

    @property
    def title(self) -> str:
        return str(self.module.TITLE)

    @property
    def controls(self) -> tuple[Control, ...]:
        return tuple(getattr(self.module, "FILTERS", ()))

    @property
    def build(self) -> Callable[[Selection, Snapshot], Report]:
        build: Callable[[Selection, Snapshot], Report] = self.module.build
        return build

    @property
    def path(self) -> str:
        """As Streamlit wants it, from the entry script's folder."""
        return f"views/{self.module.__name__.rpartition('.')[2]}.py"


PAGES: tuple[Page, ...] = (
    Page("总体情况", ":material/dashboard:", overview),
    Page("总体情况", ":material/checklist:", attention),
    Page("总体情况", ":material/traffic:", scorecard),
    Page("总体情况", ":material/account_tree:", hierarchy),
    Page("总体情况", ":material/article:", profile),
    Page("联动机制", ":material/event_available:", meetings),
    Page("联动机制", ":material/autorenew:", chairs),
    Page("联动机制", ":material/campaign:", notices),
    Page("联动机制", ":material/task_alt:", duties),
    Page("联动机制", ":material/hub:", two_new),
    Page("联动机制", ":material/diversity_3:", teams),
    Page("联动机制", ":material/alt_route:", dual_track),
    Page("服务群众", ":material/fact_check:", orders),
    Page("服务群众", ":material/handshake:", supply),
    Page("服务群众", ":material/meeting_room:", venues),
    Page("分项台账", ":material/event_note:", activities),
    Page("分项台账", ":material/place:", places),
    Page("分项台账", ":material/groups:", people),
    Page("数据管理", ":material/rule:", quality),
    Page("数据管理", ":material/upload_file:", submission_check, "check"),
    Page("数据管理", ":material/route:", lineage),
    Page("数据管理", ":material/policy:", audit_record, "audit"),
    Page("材料", ":material/description:", reports),
    Page("口径说明", ":material/menu_book:", glossary),
    Page("口径说明", ":material/balance:", published),
)
