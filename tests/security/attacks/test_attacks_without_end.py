"""Whoever tries the same without end is told to wait, whatever a header says of where he comes from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from app.house import House
from app.limits import SPENT, Limit
from app.main import create_app
from app.web import pace

NOW = datetime(2026, 10, 20, 14, tzinfo=UTC)

ROUTES = [
    ("POST", "/start", pace.STARTS),
    ("POST", "/oauth/demo/login", pace.STARTS),
    ("POST", "/oauth/demo/start", pace.STARTS),
    ("POST", "/oauth/demo/again", pace.STARTS),
    ("GET", "/oauth/demo/callback?state=x&code=y", pace.CALLBACKS),
    ("POST", "/leave-out", pace.OPT_OUTS),
    ("POST", f"/f/{'0' * 32}", pace.ANSWERS),
    ("POST", f"/f/{'0' * 32}/held", pace.LOOKS),
    ("GET", "/my-data/download", pace.DOWNLOADS),
]


def browser_of(house: House) -> TestClient:
    return TestClient(create_app(house, with_worker=False), base_url=house.base_url)


def use_up(house: House, limit: Limit) -> None:
    """Let the one count that stands be at its limit."""
    (counted,) = house.records.all(SPENT)
    house.records.put(SPENT, counted.key, {"count": limit.most}, expires_at=counted.expires_at)


@pytest.mark.parametrize(("method", "path", "limit"), ROUTES, ids=lambda one: one if isinstance(one, str) else "")
def test_65_what_could_be_tried_without_end_is_counted(house: House, method: str, path: str, limit: Limit) -> None:
    browser = browser_of(house)
    form = {"phone": "(919) 211-0000"} if method == "POST" else None
    before = browser.request(method, path, data=form).status_code
    assert before != 429
    use_up(house, limit)
    for spoofed in (
        {},
        {"x-forwarded-for": "203.0.113.9"},
        {"forwarded": "for=203.0.113.9", "x-real-ip": "203.0.113.9"},
    ):
        answer = browser.request(method, path, data=form, headers=spoofed)
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0
        assert "That was too often" in answer.text
    later = replace(house, clock=lambda: NOW + timedelta(hours=1, seconds=1))
    assert browser_of(later).request(method, path, data=form).status_code == before


def test_65_her_download_is_counted_for_her_wherever_she_is(house: House, maria: TestClient) -> None:
    (started,) = [one.key for one in house.records.all(SPENT)]
    assert maria.get("/my-data/download").status_code == 200
    house.records.delete(SPENT, started)
    use_up(house, pace.DOWNLOADS)
    assert maria.get("/my-data/download").status_code == 429
    assert maria.get("/my-data").status_code == 200
