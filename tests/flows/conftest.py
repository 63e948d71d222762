"""An invented town and a small campaign, for the flows that need one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from small_campaign import Campaign, small_campaign

from app.town.files import write_town
from app.town.town import make_town


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public folder of a town of 2,000 voters and 14 supporters, three weeks before its election."""
    folder = tmp_path_factory.mktemp("town")
    write_town(make_town(5, election=date(2026, 11, 3), as_of=date(2026, 10, 13), voters=2_000, supporters=14), folder)
    return folder / "public"


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    """Ana, Jo and Lee's campaign, its files in a folder of its own."""
    return small_campaign(tmp_path)
