"""The first page after a start is as quick as the rest: loops are compiled and kept, and ``/readyz`` waits for that."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from command_line import Said, finished, kith, start_kith
from fastapi.testclient import TestClient
from lived_in import NOW, card, join, neighbors
from missing_parts import give_up
from served import served
from small_campaign import Campaign

from app import journey
from app.house import House
from app.main import create_app
from app.settings import read_settings
from app.warming import Warming
from app.web.sign_in_links import make_link
from app.wiring import open_house

MOST_SECONDS = 120


@pytest.fixture
def settings(settings: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """What a campaign tells the environment; its data folder stands."""
    (tmp_path / "data").mkdir(mode=0o700)
    return settings


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


def until(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    ends = time.monotonic() + MOST_SECONDS
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.05)


def children_of(process_id: int) -> list[Path]:
    """Where the system shows the processes that any thread of this one started."""
    told = list(Path(f"/proc/{process_id}/task").glob("*/children"))
    if not told:
        give_up("this system does not show whose child a process is")  # macOS has no /proc; in CI this fails
    return [Path(f"/proc/{child}") for thread in told for child in thread.read_text().split()]


def test_a_server_told_to_end_on_its_first_start_waits_for_no_compiler(tmp_path, settings):
    compiled = tmp_path / "data" / "compiled"
    with served(tmp_path, {**settings, "NUMBA_CACHE_DIR": None}) as running:
        until(lambda: list(compiled.rglob("*.nbi")))
        (compiler,) = children_of(running.process.pid)
        running.process.terminate()
        assert running.process.wait(MOST_SECONDS) == 0
        assert not list(compiled.glob("all-*")), "it waited until all was compiled"
        assert not compiler.exists()


def ana_asks(house: House) -> str:
    """Ana brings two friends, and gets a link to her page."""
    known = neighbors(house, 2)
    ana = join(house, "Ana Torres", near=known[0])
    journey.bring(house, ana, [card(one, at) for at, one in enumerate(known)])
    return make_link(house.records, supporter_id=ana, role="supporter", now=NOW, expires=NOW + timedelta(days=1))


def test_who_searches_while_the_server_warms_up_sees_how_far_it_is(house: House, tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))  # nothing is kept there: a compiler starts
    link = ana_asks(house)
    with TestClient(create_app(house), base_url=house.base_url) as browser:
        browser.get(f"/enter/{link}")
        page = browser.get("/list")
        assert page.url.path == "/finding"
        assert "Finding your friends" in page.text
        assert browser.get("/finding.json").json()["state"] == "waiting"
        assert browser.get("/readyz").json() == {"status": "warming up"}
    assert not list(tmp_path.glob("all-*"))


def test_what_was_asked_for_is_searched_once_nothing_compiles_any_more(house: House, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR")  # no folder to keep anything in: no compiler of its own
    link = ana_asks(house)
    with TestClient(create_app(house), base_url=house.base_url) as browser:
        browser.get(f"/enter/{link}")
        until(lambda: browser.get("/finding.json").json()["state"] == "done")
        assert "Your friends are found" in browser.get("/finding").text


class StrangeFile:
    """A voter file that fails in a way that nobody foresaw, whatever it is asked."""

    def __getattr__(self, name: str) -> object:
        raise RuntimeError("Maria Alvarez, 919-211-0101")


def test_jobs_begin_even_where_the_voter_file_fails_in_a_way_that_nobody_foresaw(house: House, monkeypatch, caplog):
    monkeypatch.delenv("NUMBA_CACHE_DIR")  # as above
    said: list[str] = []
    warming = Warming(
        replace(house, voters=StrangeFile()),  # type: ignore[arg-type] # not a file at all
        when_compiled=lambda: said.append("jobs may begin"),
        then=lambda: said.append("at the end"),
    )
    warming.start()
    until(lambda: warming.is_done)

    assert said == ["jobs may begin", "at the end"]
    assert "RuntimeError in test_warm.py" in caplog.text
    assert "Maria" not in caplog.text
