"""On a fixed invented town, the asks chosen add far more votes than chance or the lowest turnout first would."""

from datetime import date

import numpy as np
import pytest
from small_precinct import town_with_habits

from graph.model import (
    Candidate,
    Circle,
    ContactKey,
    ContactRecord,
    Match,
    MatchStatus,
    SourceKind,
    Supporter,
    SupporterId,
)
from graph.voters import Ballots
from prioritization.effect import gain
from prioritization.elections import find_election
from prioritization.evaluate import compare
from prioritization.plan import plan_asks
from prioritization.policy import Policy
from prioritization.turnout import turnout_probability

SUPPORTERS, FRIENDS, VOTERS = 30, 60, 5_000
AS_OF = date(2026, 10, 20)


@pytest.fixture(scope="module")
def worth():
    columns, chance = town_with_habits(VOTERS, seed=7)
    election = find_election(date(2026, 11, 3), state="NC")
    draw = np.random.default_rng(7)
    circles, matches, effect = [], {}, {}
    for name in (SupporterId(f"S{at:03d}") for at in range(SUPPORTERS)):
        friends = (
            np.minimum(draw.zipf(1.3, FRIENDS * 2), VOTERS - 1)
            if draw.random() < 0.2
            else draw.integers(0, VOTERS, FRIENDS)
        )
        cards, found = {}, []
        for at, row in enumerate(sorted({int(row) for row in friends})):
            close = draw.random() < 0.15
            key = ContactKey(f"{name}-{at:03d}")
            cards[key] = ContactRecord("book", at, SourceKind.VCARD, phones=("+13365550101",), is_starred=bool(close))
            found.append(Match(key, MatchStatus.AUTO, (Candidate(columns.ref(row), 0.95),)))
            effect[name, columns.ref(row)] = float(gain(chance[row], 0.3 if close else 0.08))
        circles.append(Circle(Supporter(name, name), cards))
        matches[name] = found
    turnout = turnout_probability(columns, election, as_of=AS_OF, ballots=Ballots())
    made = plan_asks(
        circles, matches, columns, turnout=turnout, ballots=Ballots(), election=election, as_of=AS_OF,
        own_voter={}, relationships={}, policy=Policy(),
    )  # fmt: skip
    asks = [(ask.supporter_id, ask.voter) for hers in made.asks.values() for ask in hers]
    return compare(asks, effect, {columns.ref(row): float(chance[row]) for row in range(VOTERS)})


def test_the_asks_reach_most_of_what_is_possible(worth):
    assert worth.share_of_oracle >= 0.8


def test_the_asks_add_far_more_than_chance_or_the_lowest_turnout_first(worth):
    assert worth.ours >= 2.0 * worth.random
    assert worth.ours >= 3.0 * worth.lowest_first
