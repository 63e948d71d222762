"""With whole dates of birth in the register, a birthday that she saved tells namesakes apart, with or without its year."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_register import AS_OF, KEY, Neighbor, card, circle, crowd, register

from graph.model import Birthday, Match, SupporterId
from matching.evaluate import strongest
from matching.index import MatchIndex
from matching.link import match_circles
from matching.model import MatchModel

ROSA, JUNE, JUNES_NAMESAKE = "V00000", "V00001", "V00002"
PEOPLE = [
    Neighbor("ROSA", "QUILL", born=1982, home=1),
    Neighbor("JUNE", "ABERNATHY", born=1983, home=2),
    Neighbor("JUNE", "ABERNATHY", born=1985, home=3),
    Neighbor("DANA", "VANTERPOOL", born=1984, home=6),
    *crowd(300),
]
_DRAW = np.random.default_rng(3)
_MONTHS, _DAYS = _DRAW.integers(1, 13, len(PEOPLE)), _DRAW.integers(1, 29, len(PEOPLE))
_MONTHS[:4], _DAYS[:4] = (2, 5, 9, 4), (14, 17, 30, 8)
YEARS_ONLY = register(PEOPLE)
WHOLE_DATES = replace(YEARS_ONLY, birth_month=_MONTHS.astype(np.int8), birth_day=_DAYS.astype(np.int8))


def only(name: str, birthday: Birthday | None, columns=WHOLE_DATES) -> Match:
    cards = circle(card(name, birthday=birthday))
    found = match_circles(
        columns, MatchIndex.build(columns), [cards], key=KEY, model=MatchModel(), as_of=AS_OF, learning=False
    )
    return found.matches[SupporterId("s-rosa")][0]


def probability(match: Match, voter_id: str) -> float:
    return sum(one.match_probability for one in match.candidates if one.voter.voter_id == voter_id)


@pytest.mark.parametrize("year", [None, 1983])
def test_a_birthday_tells_namesakes_apart(year):
    match = only("June Abernathy", Birthday(year, 5, 17))
    assert match.candidates[0].voter.voter_id == JUNE
    assert probability(match, JUNE) > 0.95
    assert "same birthday" in match.candidates[0].reasons
    assert strongest("; ".join(match.candidates[0].reasons)) == "birthday"


def test_without_a_birthday_the_namesakes_stay_unsure():
    match = only("June Abernathy", None)
    assert max(probability(match, JUNE), probability(match, JUNES_NAMESAKE)) < 0.9


def test_in_a_file_of_years_a_birthday_without_one_says_nothing():
    with_day, without = (
        only("June Abernathy", Birthday(None, 5, 17), YEARS_ONLY),
        only("June Abernathy", None, YEARS_ONLY),
    )
    assert probability(with_day, JUNE) == pytest.approx(probability(without, JUNE))
    assert all("same birthday" not in one.reasons for one in with_day.candidates)


def test_the_same_birthday_speaks_for_her_the_more():
    agreeing, silent = (probability(only("Dana Vanterpool", day), "V00003") for day in (Birthday(None, 4, 8), None))
    assert agreeing > silent


def test_another_birthday_never_speaks_for_her():
    differing, silent = (probability(only("Dana Vanterpool", day), "V00003") for day in (Birthday(None, 11, 23), None))
    assert differing <= silent


def test_a_birthday_finds_her_under_a_surname_that_the_register_does_not_know():
    assert probability(only("Dana Newname", Birthday(1984, 4, 8)), "V00003") > 0.9
