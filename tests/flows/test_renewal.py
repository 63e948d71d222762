"""A second voter file: what a supporter confirmed stands, and counts alone say what changed."""

from __future__ import annotations

import json

import pytest
from command_line import kith
from small_campaign import DANA, MARIA, ROSA, TOM, Campaign
from voter_files import write

from app import journey
from app.house import House
from app.settings import read_settings
from app.wiring import open_house
from graph.model import Candidate, Match, MatchStatus, Purpose, Supporter, SupporterId, VoterRef

ANA = SupporterId("s-ana")


@pytest.fixture
def house(campaign: Campaign, told: None, capsys: pytest.CaptureFixture[str]) -> House:
    """Ana brought Maria, Tom and Dana, was asked, and confirmed two and refused one."""
    assert kith(capsys, "voters", "import", campaign.folder / "voters.txt").code == 0
    house = open_house(read_settings())
    house.graph.put_supporter(Supporter(ANA, "Ana Whitfield", email="ana@mail.example", created_at=house.clock()))
    journey.agree(house, ANA, {Purpose.MATCH: True, Purpose.COORDINATE: True}, "en")
    journey.bring_typed(house, ANA, "Maria Alvarez-Quinn\nTom Beckerath\nDana Osgoode\n")
    kith(capsys, "worker", "--once")
    keys = {match.voter.voter_id: match.contact_key for match in house.graph.matches_of(ANA) if match.voter}
    for voter in (MARIA, TOM):
        found = (Candidate(VoterRef("NC", voter["ncid"]), 1.0),)
        house.graph.put_matches(ANA, [Match(keys[voter["ncid"]], MatchStatus.CONFIRMED, found)])
    refused = (Candidate(VoterRef("NC", DANA["ncid"]), 0.0),)
    house.graph.put_matches(ANA, [Match(keys[DANA["ncid"]], MatchStatus.REJECTED, refused)])
    return house


def import_again(campaign: Campaign, capsys: pytest.CaptureFixture[str], *people: dict[str, str]) -> dict[str, int]:
    write(campaign.folder / "newer.txt", [*people, DANA, ROSA])
    said = kith(capsys, "voters", "import", campaign.folder / "newer.txt", "--json")
    assert said.code == 0
    assert "Maria" not in said.out + said.err
    return dict(json.loads(said.out)["confirmed_links"])


def test_the_counts_say_who_moved_and_that_one_is_gone(
    house: House, campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = import_again(campaign, capsys, {**MARIA, "res_street_address": "99 OAK ST"})
    assert changed == {
        "still_there": 1, "moved": 1, "renamed": 0, "other_registration": 0, "gone": 1, "removed": 0,
        "supporters": 1,
    }  # fmt: skip


def test_what_she_said_stands_when_her_friends_are_looked_for_again(
    house: House, campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {m.contact_key: m for m in house.graph.matches_of(ANA)}
    import_again(campaign, capsys, {**MARIA, "last_name": "BEYER"})
    said = kith(capsys, "worker", "--once", "--json")
    assert json.loads(said.out)["failed"] == 0
    after = {m.contact_key: m for m in open_house(read_settings()).graph.matches_of(ANA)}
    assert {key: (m.status, m.candidates) for key, m in after.items()} == {
        key: (m.status, m.candidates) for key, m in before.items()
    }


def test_a_first_file_changes_nothing(house: House, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    said = kith(capsys, "voters", "import", campaign.folder / "voters.txt", "--json")
    assert json.loads(said.out)["confirmed_links"] == {}
    assert kith(capsys, "worker", "--once", "--json").code == 0
