"""A house of one campaign with nobody in it yet, and a browser."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.house import House
from app.main import create_app
from app.settings import Settings
from app.wiring import open_house

ADDRESS = "http://127.0.0.1:8000"
NOW = datetime(2026, 10, 20, 14, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> House:
    settings = Settings(
        data=tmp_path / "data",
        base_url=ADDRESS,
        campaign_name="Rivera for Council",
        candidate="Elena Rivera",
        disclaimer="Paid for by Rivera for Council.",
        privacy_contact="privacy@rivera.example",
        election=date(2026, 11, 3),
    )
    return open_house(settings, clock=lambda: NOW)


@pytest.fixture
def maria(house: House) -> TestClient:
    """Maria's browser; she has started and agreed."""
    browser = TestClient(create_app(house, with_worker=False), base_url=ADDRESS)
    browser.post("/start", data={"name": "Maria Osei", "postal_code": "27601"})
    return browser
