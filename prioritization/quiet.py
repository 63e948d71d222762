"""Quiet hours: nobody is rung, and nobody is nudged to write, while people sleep where the election is held."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from graph.model import Election

FIRST, LAST = time(8), time(21)
"""Calls to homes are lawful from 8 am to 9 pm of the called (47 CFR 64.1200(c)(1)); what is polite for a text is no longer."""


def is_quiet(election: Election, at: datetime) -> bool:
    """Whether it is too late or too early there."""
    here = at.astimezone(ZoneInfo(election.time_zone)).time()
    return not FIRST <= here < LAST
