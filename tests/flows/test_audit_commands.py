"""``kith audit``: whether nothing was taken out, and whom to tell when something got out."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import apsw
import pytest
from command_line import Said, kith

from app import journey
from app.settings import Settings
from app.wiring import open_house
from graph.model import Purpose, SupporterId

CAMPAIGN = {
    "KITH_CAMPAIGN_NAME": "Rivera for Council", "KITH_CANDIDATE": "Elena Rivera", "KITH_ELECTION": "2026-11-03",
    "KITH_DISCLAIMER": "Paid for by Rivera for Council.", "KITH_PRIVACY_CONTACT": "privacy@rivera.example",
}  # fmt: skip


@pytest.fixture
def ana(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SupporterId:
    """Ana has typed two friends, and her campaign is the one that the commands are told of."""
    for name, value in {**CAMPAIGN, "KITH_DATA": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    house = open_house(Settings(), clock=lambda: datetime(2026, 10, 1, 12, tzinfo=UTC), providers=[])
    assert house.election.day == date(2026, 11, 3)
    who = journey.start_supporter(house, "Ana", email="", postal_code="", phone="", may_call=False)
    journey.agree(house, who, dict.fromkeys(Purpose, True), "en")
    journey.bring_typed(house, who, "Maria Alvarez\nTom Becker")
    journey.all_friends(house, who, "en")
    for store in (house.graph, house.records, house.install):
        store.close()
    return who


@pytest.fixture
def said(ana: SupporterId, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs a command over Ana's campaign."""
    return partial(kith, capsys)


def test_a_whole_audit_is_told_with_its_counts(ana: SupporterId, said: Callable[..., Said]) -> None:
    answer = said("audit", "verify", "--json")
    assert answer.code == 0
    assert json.loads(answer.out) == {"streams": 2, "lines": 5}


def test_a_line_that_was_taken_out_ends_in_a_sentence_and_code_1(
    ana: SupporterId, said: Callable[..., Said], tmp_path: Path
) -> None:
    raw = apsw.Connection(str(next(tmp_path.rglob("kith.db"))))
    raw.execute("DELETE FROM entry WHERE stream = ? AND sequence = 2", (f"consent:{ana}",))
    raw.close()
    answer = said("audit", "verify")
    assert answer.code == 1
    assert f"consent:{ana}: lines 2 to 2 are missing" in answer.err


def test_who_is_affected_is_listed_by_id_and_count(ana: SupporterId, said: Callable[..., Said]) -> None:
    answer = said("audit", "affected", "campaign-key")
    assert (answer.code, answer.out) == (0, f"{ana}\t2\n")
    assert "tell everybody" in answer.err
    assert json.loads(said("audit", "affected", "token", "google", "--json").out)["affected"] == []
    assert "Ana" not in answer.out + answer.err


def test_what_is_held_of_an_address_is_printed_for_the_answer_to_a_letter(
    ana: SupporterId, said: Callable[..., Said]
) -> None:
    house = open_house(Settings(), clock=lambda: datetime(2026, 10, 1, 12, tzinfo=UTC), providers=[])
    journey.bring_typed(house, ana, "Zora Quill zora@mail.example")
    answer = said("audit", "held", "ZORA@mail.example")
    held = json.loads(answer.out)
    assert (answer.code, held["address"], [card["names"] for card in held["cards"]]) == (
        0, "zora@mail.example", [["Zora Quill"]],
    )  # fmt: skip
    assert "Ana" not in answer.out
    assert said("audit", "held", "zora").code == 2


def test_a_leak_that_is_none_is_wrong_use(ana: SupporterId, said: Callable[..., Said]) -> None:
    assert said("audit", "affected", "ghosts").code == 2
    assert said("audit", "affected", "supporter-key").code == 2
