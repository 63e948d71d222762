"""Nobody is matched, ranked together or pooled on a permit for something else; mypy refuses each of these calls, too.

An ignored error that is none would be an error itself (``warn_unused_ignores``): should the types ever let one through, the
checks fail.
"""

from __future__ import annotations

from datetime import date

import pytest
from permits import permit_to
from small_register import AS_OF, KEY, Neighbor, card, circle, crowd, register

from app.friends.circles import open_circle
from app.house import House
from app.run.consent import permits_in
from app.steps import Known, Voters, choose_asks, find_friends
from graph.errors import NotAllowedError
from graph.model import Circle, Purpose, SupporterId
from graph.voters import Ballots, VoterColumns
from oauth.consent import CoordinatePermit, MatchPermit, PoolPermit
from prioritization.elections import find_election
from prioritization.policy import Policy

DAY = date(2026, 11, 3)
TO_MATCH: MatchPermit = permit_to(Purpose.MATCH)
TO_COORDINATE: CoordinatePermit = permit_to(Purpose.COORDINATE)
TO_POOL: PoolPermit = permit_to(Purpose.POOL)


@pytest.fixture(scope="module")
def columns() -> VoterColumns:
    return register([Neighbor("TERESA", "ZIMMER"), Neighbor("LUIS", "WARDLAW"), *crowd(100)])


def test_a_circle_is_opened_with_a_permit_to_match_only(house: House) -> None:
    with pytest.raises(NotAllowedError, match="something else"):
        open_circle(house, TO_COORDINATE)  # type: ignore[arg-type] # that is the point
    with pytest.raises(NotAllowedError, match="something else"):
        open_circle(house, TO_POOL)  # type: ignore[arg-type] # as above


def test_contacts_are_pooled_with_permits_to_pool_only(columns: VoterColumns) -> None:
    voters = Voters.of(columns, KEY)
    with pytest.raises(NotAllowedError, match="something else"):
        find_friends([], voters, as_of=AS_OF, pooling=[TO_MATCH])  # type: ignore[list-item] # that is the point
    with pytest.raises(NotAllowedError, match="something else"):
        find_friends([], voters, as_of=AS_OF, pooling=[TO_COORDINATE])  # type: ignore[list-item] # as above


def test_lists_are_chosen_together_with_permits_to_coordinate_only(columns: VoterColumns) -> None:
    election, nobody = find_election(DAY, state="NC"), Known({}, {}, {})
    with pytest.raises(NotAllowedError, match="something else"):
        choose_asks(
            [], nobody, columns, election=election, ballots=Ballots(), as_of=AS_OF, policy=Policy(),
            coordinating=[TO_POOL],  # type: ignore[list-item] # that is the point
        )  # fmt: skip


def chosen(columns: VoterColumns, circles: list[Circle], coordinating: list[CoordinatePermit]) -> list[str]:
    """Whom each of these supporters, who all bring the same two friends, is to ask first, of one ask each."""
    found = find_friends(circles, Voters.of(columns, KEY), as_of=AS_OF)
    plan = choose_asks(
        circles, Known.of(found), columns, coordinating=coordinating, election=find_election(DAY, state="NC"),
        ballots=Ballots(), as_of=AS_OF, policy=Policy(least_match_probability=0.0), asks=1,
    )  # fmt: skip
    return [ask.voter.voter_id for asks in plan.asks.values() for ask in asks]


def test_whatever_stands_beside_her_name_she_coordinates_by_her_permit(columns: VoterColumns) -> None:
    cards = [card("Teresa Zimmer", 0), card("Luis Wardlaw", 1)]
    circles = [circle(*cards, supporter=name) for name in ("ana", "jo")]
    both: list[CoordinatePermit] = permits_in(circles, Purpose.COORDINATE)
    assert [permit.supporter for permit in both] == [SupporterId("ana"), SupporterId("jo")]
    assert len(set(chosen(columns, circles, both))) == 2
    assert len(set(chosen(columns, circles, both[:1]))) == 1
    assert len(set(chosen(columns, circles, []))) == 1
