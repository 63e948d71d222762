"""Quiet hours are those of the state, summer time and all."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from prioritization.elections import find_election
from prioritization.quiet import is_quiet

ELECTION = find_election(date(2026, 11, 3), state="NC")


@pytest.mark.parametrize(
    ("zone", "utc", "quiet"),
    [
        ("America/New_York", "2026-10-20T11:59", True),
        ("America/New_York", "2026-10-20T12:00", False),
        ("America/New_York", "2026-10-21T00:59", False),
        ("America/New_York", "2026-10-21T01:00", True),
        ("America/New_York", "2026-11-02T12:30", True),
        ("America/Los_Angeles", "2026-10-20T12:00", True),
        ("America/Los_Angeles", "2026-10-21T03:59", False),
    ],
)
def test_from_eight_to_nine_in_the_evening_it_is_not_quiet(zone, utc, quiet):
    at = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert is_quiet(replace(ELECTION, time_zone=zone), at) is quiet
