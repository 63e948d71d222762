"""For any ask that was shared the organizer sees why it was made; of the others she learns how many there are."""

from __future__ import annotations

import json
import math

import pytest
from command_line import kith
from lived_in import copy_of
from terminal import at_the_terminal

from app import journey
from app.web.organizer import ASK_WORDS, FACTOR_WORDS
from graph.model import AskKind, Outcome
from oauth.audit import acts_about


@pytest.fixture
def shared(built, tmp_path, monkeypatch):
    """Somebody talked to one friend of her list and told the campaign."""
    house = copy_of(built, tmp_path)
    journey.rank(house)
    who = next(s for s in house.graph.supporters() if house.graph.asks_of(s.supporter_id))
    ask = next(ask for ask in house.graph.asks_of(who.supporter_id) if ask.kind is not AskKind.INVITE)
    journey.report(house, who.supporter_id, ask.contact_key, Outcome.TALKED, True)
    at_the_terminal(monkeypatch, tmp_path / "data", built.town.election.day)
    return house, who, ask


def test_every_factor_of_a_shared_ask_is_told_and_they_make_its_number(shared, capsys):
    _, who, ask = shared
    told = json.loads(kith(capsys, "rank", "explain", "--supporter", who.display_name, "--json").out)["asks"]
    mine = next(one for one in told if one["expected_votes"] == pytest.approx(ask.expected_votes))
    factors = mine["factors"]
    assert set(factors) <= set(FACTOR_WORDS)
    parts = ("match_probability", "support_probability", "effect", "share")
    assert math.prod(factors[part] for part in parts) == pytest.approx(mine["expected_votes"])
    assert mine["reason"]
    plain = kith(capsys, "rank", "explain")
    assert f"{who.display_name} asks " in plain.out
    assert FACTOR_WORDS["plan_factor"] in plain.out


def test_what_was_not_shared_is_not_told_and_looking_is_written_down(shared, capsys):
    house, who, ask = shared
    said = kith(capsys, "rank", "explain", "--json")
    told = json.loads(said.out)["asks"]
    events = [event for event in house.graph.events() if event.is_shared]
    assert len(told) <= len({(event.supporter_id, event.contact_key) for event in events})
    assert "asks stand on all lists" in said.err
    looks = [act for act in acts_about(house.records, who.supporter_id) if act.what == "shared_ask"]
    assert any(ask.contact_key in act.whom for act in looks)
    assert json.loads(kith(capsys, "rank", "explain", "--supporter", "Nobody", "--json").out) == {"asks": []}


def test_every_kind_of_ask_and_every_factor_has_words(shared):
    house, *_ = shared
    assert set(ASK_WORDS) == set(AskKind)
    kept = {
        name for s in house.graph.supporters() for ask in house.graph.asks_of(s.supporter_id) for name in ask.factors
    }
    assert kept <= set(FACTOR_WORDS)
