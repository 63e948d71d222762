"""A part of the voter file is missing, or its index is of another version or cut short: what a stranger is told, and how it is mended."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from command_line import Said, kith
from fastapi.testclient import TestClient
from small_campaign import MARIA, TOM, Campaign
from voter_files import write

from app.main import UNUSABLE, create_app
from app.settings import read_settings
from app.wiring import open_house


class Install:
    """An install with one voter file, and what can be broken in it."""

    def __init__(self, campaign: Campaign, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._campaign, self._data, self._capsys = campaign, data, capsys

    def kith(self, *words: object) -> Said:
        """A command."""
        return kith(self._capsys, *words)

    def import_file(self, name: str = "voters.txt") -> Said:
        """Import a voter file of the campaign's folder."""
        return self.kith("voters", "import", self._campaign.folder / name)

    def part(self, name: str) -> Path:
        """A file of the only generation, or of its index."""
        (found,) = (self._data / "files" / "campaign" / "voters").glob(f"*/{name}")
        return found


@pytest.fixture
def install(campaign: Campaign, told: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Install:
    write(campaign.folder / "newer.txt", [MARIA, TOM])
    ready = Install(campaign, tmp_path / "data", capsys)
    assert ready.import_file().code == 0
    return ready


def test_a_missing_part_is_named_by_the_doctor_and_every_search_and_an_import_mends_it(install: Install) -> None:
    install.part("household.npy").unlink()
    doctor = install.kith("doctor")
    assert doctor.code == 1
    assert "File household.npy is missing. Import the voter file again." in doctor.out
    said = install.kith("match", "find")
    assert said.code == 1
    assert "File household.npy is missing. Import the voter file again." in said.sentence
    assert install.import_file().code == 0
    assert install.kith("match", "find").code == install.kith("doctor").code == 0


def test_a_newer_file_takes_the_place_of_a_broken_one_and_friends_are_looked_for_again(install: Install) -> None:
    install.part("manifest.json").write_text("{")
    said = install.import_file("newer.txt")
    assert said.code == 0
    assert "What changed cannot be told" in said.err
    assert install.kith("match", "find").code == 0


def test_a_server_with_a_broken_voter_file_says_so_serves_what_needs_none_and_sees_it_mended(install: Install) -> None:
    part = install.part("household.npy")
    kept = part.read_bytes()
    part.unlink()
    house = open_house(read_settings())
    with TestClient(create_app(house, with_worker=False), base_url=house.base_url) as browser:
        ends = time.monotonic() + 60
        while (answer := browser.get("/readyz")).json()["status"] == "warming up" and time.monotonic() < ends:
            time.sleep(0.05)
        assert (answer.status_code, answer.json()["status"]) == (503, UNUSABLE)
        assert browser.get("/leave-out").status_code == 200
        part.write_bytes(kept)
        assert browser.get("/readyz").json()["status"] == "ok"


def test_an_index_of_another_version_or_cut_short_is_built_again_and_it_is_told(
    install: Install, caplog: pytest.LogCaptureFixture
) -> None:
    manifest = install.part("index.json")
    for broken, says in ((json.dumps({"version": 1, "rows": 305}), "by another version"), ("{", "incomplete")):
        manifest.write_text(broken)
        caplog.clear()
        assert install.kith("match", "find").code == 0
        assert says in caplog.text
        assert "it is being built again" in caplog.text
    (cut := install.part("by_last.rows.npy")).write_bytes(cut.read_bytes()[:100])
    assert install.kith("match", "find").code == 0
    assert len(cut.read_bytes()) > 1000
