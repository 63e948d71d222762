"""``kith match find``: everybody's friends again, and a model that serves another campaign only where both owners agreed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from command_line import Said, kith
from small_campaign import DANA, MARIA, TOM, Campaign

from app import journey
from app.friends.everybody import FIND_EVERYBODY, ask_for_everybody
from app.house import House
from app.jobs import enqueue, run_until_idle
from app.organizing.organization import agreement_of
from app.rights.sweep import SWEEP
from app.settings import read_settings
from app.wiring import open_house
from app.work import handlers
from graph.model import MatchStatus, Purpose, Supporter, SupporterId
from matching.model import MODEL_VERSION, MatchModel
from oauth.audit import acts, verify

ANA = SupporterId("s-ana")
OTHER_KINDS: list[tuple[dict[str, object], str]] = [
    ({"layout": "fl"}, "another kind: fl NC, and this one is nc NC"),
    ({"version": 1}, f"not a matching model of the version that is in use: that is {MODEL_VERSION}, and this is 1"),
    ({"format": "a shopping list"}, "not a matching model"),
]


class Two:
    """Two campaigns of one install, each with its house, and a model that is carried between them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys
        self.model = folder / "model.json"

    def at(self, campaign: str, *words: object) -> Said:
        """A command of one campaign."""
        self._monkeypatch.setenv("KITH_CAMPAIGN", campaign)
        return kith(self._capsys, *words)

    def house(self, campaign: str) -> House:
        """The campaign's house."""
        self._monkeypatch.setenv("KITH_CAMPAIGN", campaign)
        return open_house(read_settings())

    def give(self, campaign: str) -> Said:
        """Write the campaign's model."""
        return self.at(campaign, "match", "find", "--model-out", self.model)

    def take(self, campaign: str) -> Said:
        """Start from the model."""
        return self.at(campaign, "match", "find", "--model-in", self.model)


@pytest.fixture
def two(
    campaign: Campaign, told: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Two:
    """River, where Ana brought Maria, Tom and Dana, and West, where nobody has started; both have the voter file."""
    both = Two(monkeypatch, capsys, tmp_path)
    for name in ("river", "west"):
        assert both.at(name, "voters", "import", campaign.folder / "voters.txt").code == 0
    river = both.house("river")
    river.graph.put_supporter(Supporter(ANA, "Ana Whitfield", email="ana@mail.example", created_at=river.clock()))
    journey.agree(river, ANA, {Purpose.MATCH: True, Purpose.COORDINATE: True}, "en")
    journey.bring_typed(river, ANA, "Maria Alvarez-Quinn\nTom Beckerath\nDana Osgoode\n")
    return both


def test_friends_are_found_what_she_rejected_stands_and_nobody_is_named(two: Two) -> None:
    said = two.at("river", "match", "find", "--json")
    assert json.loads(said.out) == {"supporters": 1, "people": 3, "found": 3, "unsure": 0}
    found = {m.voter.voter_id for m in two.house("river").graph.matches_of(ANA) if m.voter}
    assert found == {MARIA["ncid"], TOM["ncid"], DANA["ncid"]}
    assert "Maria" not in said.out + said.err

    house = two.house("river")
    first = house.graph.matches_of(ANA)[0]
    house.graph.put_matches(ANA, [replace(first, status=MatchStatus.REJECTED)])
    two.at("river", "match", "find")
    after = {match.contact_key: match.status for match in two.house("river").graph.matches_of(ANA)}
    assert after[first.contact_key] is MatchStatus.REJECTED


def found_at_night(house: House) -> int:
    """How many searches of everybody's friends a night's work made."""
    enqueue(house.records, SWEEP, {}, now=house.clock(), key="tonight")
    a_minute_later = house.clock() + timedelta(minutes=1)
    done = run_until_idle(house.records, handlers(house), worker="night", now=a_minute_later)
    assert {one.problem for one in done} == {""}
    return sum(one.kind == FIND_EVERYBODY for one in done)


def test_the_night_looks_for_friends_anew_when_what_it_reads_has_changed_and_only_then(
    two: Two, campaign: Campaign
) -> None:
    river = two.house("river")
    assert found_at_night(river) == 1
    assert {m.voter.voter_id for m in river.graph.matches_of(ANA) if m.voter} == {
        MARIA["ncid"], TOM["ncid"], DANA["ncid"],
    }  # fmt: skip
    assert found_at_night(river) == 0

    journey.bring_typed(river, ANA, "Kim Doyle\n")
    assert found_at_night(river) == 1
    again = campaign.folder / "voters.txt"
    again.write_text(again.read_text().replace("BECKERATH", "BECKERATHS"))
    assert two.at("river", "voters", "import", again).code == 0
    assert found_at_night(two.house("river")) == 1
    assert found_at_night(two.house("river")) == 0


def test_the_night_follows_a_model_that_was_taken_in(two: Two) -> None:
    assert two.give("river").code == 0
    assert found_at_night(two.house("river")) == 0
    river = two.house("river")
    river.records.put("match_model", "current", {"model": MatchModel().to_json(), "at": river.clock().isoformat()})
    assert found_at_night(river) == 1


def test_the_night_of_a_campaign_without_a_voter_file_looks_for_nobody(two: Two) -> None:
    assert not ask_for_everybody(two.house("east"))


def test_a_model_serves_another_campaign_only_where_both_owners_agreed_and_both_audits_say_so(two: Two) -> None:
    assert "serves this campaign alone" in two.give("river").err
    refused = two.take("west")
    assert refused.code == 1
    assert "another campaign, river, whose owner had not agreed" in refused.sentence

    assert two.at("river", "match", "agree", "river-slate", "--owner", "maria").code == 0
    assert "may serve the campaigns of river-slate" in two.give("river").err
    assert "no owner of this campaign has agreed" in two.take("west").sentence
    two.at("west", "match", "agree", "hill-slate", "--owner", "kim")
    assert "this campaign shares models with hill-slate only" in two.take("west").sentence
    assert two.house("west").records.get("match_model", "current") is None

    two.at("west", "match", "agree", "river-slate", "--owner", "kim")
    assert two.take("west").code == 0
    taken = two.house("west").records.get("match_model", "current")
    assert taken is not None
    assert json.loads(taken.value["model"]) == json.loads(two.model.read_text())["model"]

    assert "no longer shared" in two.at("river", "match", "disagree", "--owner", "maria").err
    assert "were not shared" in two.at("river", "match", "disagree", "--owner", "maria").err
    two.give("river")
    assert "whose owner had not agreed" in two.take("west").sentence
    assert two.take("river").code == 0
    river, west = two.house("river"), two.house("west")
    assert told(river) == [
        ("command", "model_given", "river"), ("user:maria", "models_shared", "river-slate"),
        ("command", "model_given", "river-slate"), ("user:maria", "models_not_shared", "river-slate"),
        ("command", "model_given", "river"), ("command", "model_taken", "river"),
    ]  # fmt: skip
    assert told(west) == [
        ("user:kim", "models_shared", "hill-slate"), ("user:kim", "models_shared", "river-slate"),
        ("command", "model_taken", "river"),
    ]  # fmt: skip
    assert verify(river.records) == verify(west.records) == []
    assert agreement_of(river) is None


def told(house: House) -> list[tuple[str, str, str]]:
    """The audit of a campaign, without looks at her friends."""
    return [(one.who, one.what, one.whom) for one in acts(house.records) if "model" in one.what]


def test_a_model_of_another_kind_is_refused_as_a_run_refuses_it(
    two: Two, campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    two.give("river")
    written = json.loads(two.model.read_text())
    for changed, says in OTHER_KINDS:
        two.model.write_text(json.dumps({**written, **changed}))
        refused = [two.take("river"), kith(capsys, *campaign.options(model_in=two.model))]
        assert [one.code for one in refused] == [1, 1]
        assert says in refused[0].sentence
        assert refused[0].sentence == refused[1].sentence


def test_a_run_that_started_from_a_campaigns_model_hands_on_whose_it_is(
    two: Two, campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    two.give("river")
    assert kith(capsys, *campaign.options(model_in=two.model, model_out=two.model)).code == 0
    assert "another campaign, river, whose owner had not agreed" in two.take("west").sentence


def test_before_the_first_voter_file_and_with_odd_names_it_says_what_to_do(two: Two) -> None:
    assert "No voter file has been imported yet" in two.at("hill", "match", "find").sentence
    said = two.at("west", "match", "agree", "river slate", "--owner", "kim")
    assert said.code == 2
    assert "no short name" in said.sentence
