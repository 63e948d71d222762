"""What is held past its clock is erased in the night, as every page promises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from held import plant, planted

from app import journey
from app.house import House
from app.jobs import run_until_idle
from app.rights.holdings import HOLDINGS, Holding
from app.rights.sweep import SWEEP, plan_sweep, sweep
from app.settings import Settings
from app.wiring import open_house
from app.work import handlers
from graph.model import Candidate, Match, MatchStatus, Purpose, SupporterId, Voter, VoterRef
from oauth.audit import acts, record_seen

START = datetime(2026, 10, 1, 12, tzinfo=UTC)
TOM_THE_VOTER = VoterRef("NC", "AA000102")


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def days_later(self, days: int) -> None:
        self.now = START + timedelta(days=days)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    """Rivera's campaign, five weeks before its election, with nobody in it."""
    settings = Settings(
        data=tmp_path, campaign_name="Rivera for Council", candidate="Elena Rivera", election=date(2026, 11, 3),
        disclaimer="Paid for by Rivera for Council.", privacy_contact="privacy@rivera.example",
    )  # fmt: skip
    opened = open_house(settings, clock=clock, providers=[])
    yield opened
    opened.graph.close()
    opened.records.close()
    opened.install.close()


@pytest.fixture
def ana(house: House) -> SupporterId:
    """Ana has brought Maria, whom no list knows, and Tom, who is found."""
    ana = journey.start_supporter(house, "Ana", email="", postal_code="", phone="", may_call=False)
    journey.agree(house, ana, {Purpose.MATCH: True}, "en")
    journey.bring_typed(house, ana, "Maria Alvarez\nTom Becker")
    maria, tom = sorted(house.graph.contacts_of(ana), key=lambda contact: contact.position)
    house.graph.put_voters([Voter(TOM_THE_VOTER)])
    found = Match(tom.key, MatchStatus.AUTO, (Candidate(TOM_THE_VOTER, 0.98),))
    house.graph.put_matches(ana, [Match(maria.key, MatchStatus.NO_MATCH), found])
    return ana


def test_a_name_that_was_not_found_goes_after_thirty_days(house: House, clock: Clock, ana: SupporterId) -> None:
    clock.days_later(29)
    assert sweep(house).unmatched == 0
    clock.days_later(30)
    assert sweep(house).unmatched == 1
    assert [friend.name for friend in journey.all_friends(house, ana, "en")] == ["Tom Becker"]


def test_bringing_friends_again_starts_the_clock_again(house: House, clock: Clock, ana: SupporterId) -> None:
    clock.days_later(20)
    journey.bring_typed(house, ana, "Maria Alvarez")
    clock.days_later(35)
    assert sweep(house).unmatched == 0


def test_everything_goes_some_weeks_after_the_election(house: House, clock: Clock, ana: SupporterId) -> None:
    last_day = (house.election.day - START.date()).days + house.campaign.keep_days_after_election
    clock.days_later(last_day)
    assert sweep(house).supporters == 0
    clock.days_later(last_day + 1)
    assert sweep(house).supporters == 1
    assert house.graph.supporters() == []
    assert house.graph.supporter(ana) is None


def test_what_she_uploaded_and_did_not_choose_goes_after_a_day(house: House, clock: Clock, ana: SupporterId) -> None:
    house.records.put("upload", ana, {"sealed": "x"}, expires_at=START + timedelta(hours=24))
    clock.now = START + timedelta(hours=23)
    assert sweep(house).records == 0
    clock.now = START + timedelta(hours=24)
    assert sweep(house).records == 2  # with how much she had brought in that day
    assert house.records.all("upload") == []


def test_what_a_job_left_of_somebody_who_had_gone_is_swept(house: House, clock: Clock, ana: SupporterId) -> None:
    journey.withdraw(house, ana)
    house.records.put("progress", ana, {"state": "done"})
    house.records.put(f"answered:{ana}", "key", {"answer": "none"})
    assert sweep(house).left_behind == 2
    assert sweep(house).left_behind == 0


def test_the_audit_goes_with_the_campaign(house: House, clock: Clock, ana: SupporterId) -> None:
    record_seen(house.records, who="organizer", what="shared_ask", whom="c1", at=clock(), of=ana)
    clock.days_later(1)
    sweep(house)
    assert acts(house.records)
    clock.days_later((house.election.day - START.date()).days + house.campaign.keep_days_after_election + 1)
    sweep(house)
    assert acts(house.records) == []


@pytest.mark.parametrize("holding", [one for one in HOLDINGS if one.is_hers], ids=lambda holding: holding.name)
def test_nothing_of_hers_outlives_the_campaign(house: House, clock: Clock, ana: SupporterId, holding: Holding) -> None:
    plant(house.records, holding, ana)
    clock.days_later((house.election.day - START.date()).days + house.campaign.keep_days_after_election + 1)
    sweep(house)
    assert not list(planted(house.records, holding, ana))


def test_a_second_sweep_finds_nothing(house: House, clock: Clock, ana: SupporterId) -> None:
    clock.days_later(31)
    assert sweep(house).unmatched == 1
    assert sweep(house).unmatched == 0


def test_expired_records_go_too(house: House, clock: Clock) -> None:
    house.records.put("session", "old", {}, expires_at=START + timedelta(days=1))
    clock.days_later(2)
    assert sweep(house).records == 1


def sweeps(house: House, clock: Clock) -> int:
    """How many sweeps were run of all that was due."""
    done = run_until_idle(house.records, handlers(house), worker="night", now=clock())
    return sum(result.kind == SWEEP for result in done)


def test_a_sweep_is_due_each_night_and_asks_for_the_next(house: House, clock: Clock) -> None:
    plan_sweep(house)
    plan_sweep(house)
    assert run_until_idle(house.records, handlers(house), worker="night", now=clock()) == []
    clock.days_later(1)
    assert sweeps(house, clock) == 1
    clock.days_later(2)
    assert sweeps(house, clock) == 1
