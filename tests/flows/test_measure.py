"""After the election the campaign measures at the terminal what its suggestions did; the result is where the next one starts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from command_line import kith
from drawn import date_of, fill
from lived_in import copy_of
from terminal import at_the_terminal

from app.friends.circles import OWN_VOTER
from app.house import House
from app.organizing import study
from app.organizing.measuring import measured
from prioritization.effect import EffectModel


@pytest.fixture
def after(built, tmp_path, monkeypatch) -> House:
    """The morning after an election that the history knows, and the environment of its commands."""
    house = copy_of(built, tmp_path, holdout="0.4")
    past = replace(house, election=replace(house.election, day=date_of(house)))
    at_the_terminal(monkeypatch, tmp_path / "data", past.election.day, HOLDOUT="0.4")
    return past


def test_the_whole_of_it_at_the_terminal(after, tmp_path, capsys):
    fill(after)
    out = tmp_path / "effect.json"
    said = kith(capsys, "effect", "measure", "--out", out, "--json")
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert 500 < told["people"] <= 900
    assert 0.3 < told["set_aside"] / told["people"] < 0.5
    assert (told["written_to"], told["written_to_set_aside"], told["not_in_the_file"]) == (1.0, 0.0, 0)
    low, high = told["points_as_assigned"]["interval"]
    assert low < told["points_as_assigned"]["mean"] < high
    assert told["points_for_those_written_to"]["mean"] == pytest.approx(told["points_as_assigned"]["mean"])
    assert {line["of"] for line in told["balance"]} == {"age", "past votes", "forecast of voting"}
    assert told["verdict"] == "not enough yet to see two points"
    model = EffectModel.from_json(out.read_text(encoding="utf-8"))
    assert model.shift == told["shift_after"]["mean"] != EffectModel().shift
    assert model.learned_from
    plain = kith(capsys, "effect", "measure")
    assert "as assigned" in plain.out
    assert "points (95%" in plain.out


def test_the_next_campaign_starts_from_it_and_the_rows_go_when_they_are_let_go(after, tmp_path, capsys, monkeypatch):
    from app.settings import read_settings
    from app.wiring import open_house

    fill(after)
    out = tmp_path / "effect.json"
    assert "--out" in kith(capsys, "effect", "measure", "--forget").sentence
    assert kith(capsys, "effect", "measure", "--out", out, "--forget").code == 0
    assert after.records.all(study.STUDY) == []
    monkeypatch.setenv("KITH_EFFECT", str(out))
    assert open_house(read_settings()).effect == EffectModel.from_json(out.read_text(encoding="utf-8"))
    refused = kith(capsys, "effect", "measure")
    assert "No row of the experiment" in refused.sentence
    monkeypatch.setenv("KITH_EFFECT", str(tmp_path / "nowhere.json"))
    assert "KITH_EFFECT" in kith(capsys, "effect", "measure").sentence


def test_rows_that_match_nobody_are_counted_and_an_election_that_is_not_over_is_told(after, built, capsys, monkeypatch):
    fill(after, friends=200)
    row = after.records.all(study.STUDY)[0]
    after.records.put(study.STUDY, "0" * 32, row.value)
    assert json.loads(kith(capsys, "effect", "measure", "--json").out)["not_in_the_file"] == 1
    monkeypatch.setenv("KITH_ELECTION", built.town.election.day.isoformat())
    refused = kith(capsys, "effect", "measure")
    assert "does not know yet who voted" in refused.sentence
    assert "kith voters import" in refused.sentence


def test_before_the_election_it_says_whether_it_will_be_enough(after):
    fill(after)
    coming = replace(
        after, election=replace(after.election, day=after.election.day.replace(year=after.election.day.year + 8))
    )
    told = measured(coming)
    assert not told.has_votes
    assert told.after == told.before
    assert told.finding.people > 500
    assert not after.records.all(OWN_VOTER) or told.unknown == 0
