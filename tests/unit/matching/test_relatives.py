"""A cousin elsewhere is not the voter of his name in town, however rare the surname that he and the supporter share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_register import AS_OF, KEY, Neighbor, card, circle, crowd, register

from matching.index import MatchIndex
from matching.link import match_circles
from matching.model import MatchModel
from matching.relatives import beside_relatives, is_hers, surnames_of
from matching.score import NameRatios

PEOPLE = [
    Neighbor("ROSA", "ZELLNER", home=1, born=1960),
    Neighbor("MARK", "ZELLNER", home=2, born=1984, city="OTHERTOWN"),
    Neighbor("MARK", "QUILL", home=3, born=1984, city="OTHERTOWN"),
    Neighbor("ANN", "ZELLNER QUILL", home=4),
]
COLUMNS = register([*PEOPLE, *crowd(400)])
INDEX = MatchIndex.build(COLUMNS)


def chance(friend: str, model: MatchModel) -> float:
    """The probability of Rosa Zellner's friend's best candidate."""
    hers = circle(card(friend), name="Rosa Zellner")
    found = match_circles(COLUMNS, INDEX, [hers], key=KEY, model=model, as_of=AS_OF, learning=False)
    candidates = found.matches[hers.supporter.supporter_id][0].candidates
    return candidates[0].match_probability if candidates else 0.0


def test_her_cousin_is_doubted_as_long_as_relatives_elsewhere_are_likely() -> None:
    alone, beside = (chance("Mark Zellner", MatchModel(relatives_outside=(share, 0.4))) for share in (0.0, 0.05))
    assert alone > 0.9
    assert beside < alone - 0.1


def test_friends_of_another_surname_are_as_likely_as_before() -> None:
    alone, beside = (chance("Mark Quill", MatchModel(relatives_outside=(share, 0.4))) for share in (0.0, 0.05))
    assert beside == pytest.approx(alone, abs=0.01)


def test_half_of_her_surname_is_hers_and_a_supporter_who_is_not_found_has_none() -> None:
    tokens = ("BAKER", "QUILL", "ZELLNER")
    surnames = surnames_of(np.array([3, -1]), COLUMNS.last_name, tokens)
    hers = is_hers(surnames, np.array([0, 0, 0, 1, 1]), np.array([0, 1, 2, 1, -1]))
    assert hers.tolist() == [False, True, True, False, False]


@given(st.floats(1e-7, 0.5), st.floats(0, 0.9), st.booleans())
def test_relatives_lower_her_surname_and_nothing_else_by_more_than_their_share(
    strangers: float, share: float, hers: bool
) -> None:
    one = np.ones(1)
    ratios = NameRatios(one, one, one, one, one, one)
    after = (
        beside_relatives(
            ratios, np.array([hers]), np.array([strangers]), np.array([share]), tells=np.array([True])
        ).of_reading()[0]
        / ratios.of_reading()[0]
    )
    assert after <= 1 + 1e-9 if hers else after == pytest.approx(1 / (1 - share))
