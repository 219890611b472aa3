"""What a viewer takes along: made at the moment of the click, and written into the audit record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.access import Viewer
from dashboard.shell import identity
from dashboard.shell.links import Here


@dataclass(frozen=True, eq=False)
class Taken:
    """The data of a download button. What cannot be recorded is not given."""

    write: Callable[[], bytes]
    viewer: Viewer
    here: Here
    what: str  # a block's key, or nothing for the whole page
    extension: str
    release_id: str

    def __call__(self) -> bytes:
        made = self.write()
        chosen = self.here.selection
        name = "/".join(filter(None, (self.here.view, self.what)))
        identity.write(
            self.viewer,
            "export",
            target=f"{name}.{self.extension}",
            detail=f"{chosen.org} {chosen.period.key}",
            release_id=self.release_id,
        )
        return made
