"""The first page after a start is as quick as the rest: loops are compiled and kept, and ``/readyz`` waits for that."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
from command_line import Said, finished, kith, start_kith
from fastapi.testclient import TestClient
from small_campaign import Campaign

from app.main import create_app
from app.settings import read_settings
from app.wiring import open_house, utc_now

MOST_SECONDS = 120


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """What a campaign tells the environment; its data folder stands."""
    (tmp_path / "data").mkdir(mode=0o700)
    return {
        "KITH_DATA": str(tmp_path / "data"), "KITH_CAMPAIGN_NAME": "Rivera for Council", "KITH_CANDIDATE": "Elena Rivera",
        "KITH_DISCLAIMER": "Paid for by Rivera for Council.", "KITH_PRIVACY_CONTACT": "privacy@rivera.example",
        "KITH_ELECTION": str(utc_now().date() + timedelta(days=21)), "KITH_BASE_URL": "https://rivera.example",
    }  # fmt: skip


def warmed(folder: Path, environment: dict[str, str | None]) -> Said:
    return finished(start_kith("warm", cwd=folder, environment=environment), within_seconds=MOST_SECONDS)


@pytest.mark.full
def test_compiled_code_is_kept_in_the_data_folder(tmp_path, settings):
    said = warmed(tmp_path, {**settings, "NUMBA_CACHE_DIR": None})
    assert said.code == 0, said.err
    assert "Warm after" in said.err
    assert list((tmp_path / "data" / "compiled").rglob("*.nbi"))


@pytest.mark.full
def test_where_compiled_code_cannot_be_kept_the_work_is_done_all_the_same(tmp_path, settings):
    said = warmed(tmp_path, {**settings, "NUMBA_CACHE_DIR": "/proc/nowhere"})
    assert said.code == 0, said.err


def test_the_server_is_ready_when_it_is_warm_and_has_a_voter_file(capsys, monkeypatch, settings, campaign: Campaign):
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert (
        kith(
            capsys, "voters", "import", campaign.folder / "voters.txt", "--history", campaign.folder / "history.txt"
        ).code
        == 0
    )
    house = open_house(read_settings())
    with TestClient(create_app(house, with_worker=False), base_url=house.base_url) as browser:
        ends = time.monotonic() + MOST_SECONDS
        while (answer := browser.get("/readyz")).status_code != 200 and time.monotonic() < ends:
            assert answer.json() == {"status": "warming up"}
            time.sleep(0.05)
        assert answer.json() == {"status": "ok"}
