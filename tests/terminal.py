"""A lived-in campaign at a terminal: its settings in the environment of a test."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest


def at_the_terminal(monkeypatch: pytest.MonkeyPatch, data: Path, election: date, **more: str) -> None:
    """Tell the environment of commands about the campaign of ``lived_in`` over a data folder."""
    told = {
        "DATA": str(data), "CAMPAIGN": "rivera", "CAMPAIGN_NAME": "Rivera for Council", "CANDIDATE": "Elena Rivera",
        "DISCLAIMER": "Paid for by Rivera for Council.", "PRIVACY_CONTACT": "privacy@rivera.example",
        "ELECTION": election.isoformat(), **more,
    }  # fmt: skip
    for name, value in told.items():
        monkeypatch.setenv(f"KITH_{name}", value)
