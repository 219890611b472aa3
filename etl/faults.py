"""Where the details of a fault of ours go, for whoever maintains this. People are told one sentence."""

from __future__ import annotations

import tempfile
import traceback
from pathlib import Path

from etl import people


def write_details() -> Path:
    """Append the traceback of the exception at hand, without anything that looks like a person's number.

    Returns the file, in the system's folder for temporary files.
    """
    place = Path(tempfile.gettempdir()) / "liandong-error.log"
    with place.open("a", encoding="utf-8") as stream:
        stream.write(people.mask(traceback.format_exc()) + "\n")
    return place
