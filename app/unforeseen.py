"""What may be said of an error that nobody foresaw: its kind and where it was, never its own words.

Those may hold what somebody typed: a name, a number, a token. A log is kept longer and read by more people than that.
"""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from types import TracebackType


def kind_and_place(error: BaseException) -> str:
    """Such as ``KeyError in mine.py, line 120``; the kind alone of an error that was never raised."""
    return type(error).__name__ + place_of(error.__traceback__)


def place_of(found: TracebackType | None) -> str:
    """Such as `` in mine.py, line 120``, of the innermost frame; ``""`` without any."""
    frames = traceback.extract_tb(found)
    return f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""


class WithoutWords(logging.Filter):
    """Leaves of an error in a log record its kind and the lines of program that it went through."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, an error's own words taken out."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            way = "".join(traceback.format_tb(error.__traceback__)).rstrip()
            record.msg, record.args = "Something unforeseen: %s\n%s", (kind_and_place(error), way)
            record.exc_info = record.exc_text = None
        return True
