"""Whoever joins is called on the next local day by the leader of her own neighborhood, and is never forgotten."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import SupporterId
from prioritization.welcome import CallState, Leader, Newcomer, WelcomeCall, leader_of, welcome_calls

RALEIGH = ZoneInfo("America/New_York")
ANA = SupporterId("s-ana")
NELL = Leader(SupporterId("s-nell"), "Nell", postal_codes=frozenset({"27701"}))
OMAR = Leader(SupporterId("s-omar"), "Omar", precincts=frozenset({"P-07"}))
PAT = Leader(SupporterId("s-pat"), "Pat")
LATE_EVENING = datetime(2026, 10, 21, 1, 30, tzinfo=UTC)  # 9:30 pm of the 20th in Raleigh


def calls(*newcomers, leaders=(NELL, OMAR, PAT), called=frozenset(), today=date(2026, 10, 21)):
    return welcome_calls(newcomers, leaders, called=called, today=today, time_zone=RALEIGH)


def ana(**known):
    return Newcomer(ANA, LATE_EVENING, **known)


def test_who_joins_late_in_the_evening_is_called_the_next_day_by_her_own_clock():
    assert calls(ana(postal_code="27701")) == (
        WelcomeCall(ANA, NELL.leader_id, date(2026, 10, 21), CallState.DUE),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("today", "state"), [(20, CallState.DUE), (21, CallState.DUE), (22, CallState.OVERDUE), (23, CallState.OVERDUE), (24, CallState.HANDED_OVER)]
)  # fmt: skip
def test_a_call_that_is_not_made_goes_to_the_organizer_after_two_days(today, state):
    (call,) = calls(ana(postal_code="27701"), today=date(2026, 10, today))
    assert call.state is state
    assert call.leader_id == (None if state is CallState.HANDED_OVER else NELL.leader_id)


@pytest.mark.parametrize(
    ("known", "leader"),
    [
        ({"precinct": "P-07", "postal_code": "27701"}, OMAR),
        ({"postal_code": "27701"}, NELL),
        ({"postal_code": "99999"}, PAT),
        ({}, PAT),
    ],
)
def test_the_nearest_leader_calls(known, leader):
    assert leader_of(ana(**known), (NELL, OMAR, PAT)) == leader.leader_id


def test_without_a_leader_the_organizer_calls():
    assert [call.leader_id for call in calls(ana(), leaders=())] == [None]


def test_a_leader_does_not_call_herself():
    assert leader_of(Newcomer(NELL.leader_id, LATE_EVENING, "27701"), (NELL,)) is None


def test_who_was_called_is_not_called_again():
    assert calls(ana(), called={ANA}) == ()


@given(st.sets(st.integers(0, 30), min_size=2, max_size=10), st.data())
def test_a_leader_who_stops_moves_her_own_calls_alone(numbers, data):
    leaders = [Leader(SupporterId(f"s-{number}"), "A leader") for number in sorted(numbers)]
    stopped = data.draw(st.sampled_from(leaders))
    newcomers = [Newcomer(SupporterId(f"n-{number}"), LATE_EVENING + timedelta(minutes=number)) for number in range(20)]
    left = [leader for leader in leaders if leader is not stopped]
    for one in newcomers:
        before = leader_of(one, leaders)
        assert before == stopped.leader_id or leader_of(one, left) == before
