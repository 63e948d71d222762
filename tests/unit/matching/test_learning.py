"""What a campaign's own contacts teach, and what they must not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest
from small_register import AS_OF, KEY, Neighbor, card, circle, crowd, register

from graph.model import ContactRecord
from matching.index import MatchIndex
from matching.link import match_circles
from matching.model import MatchModel

_TOWNS = ["ELMVILLE", "BIRCHTON", "CEDARBURG", "DOVER"]
_STARTS, _ENDS = ["BRO", "KLA", "STU", "WEI", "ZEL"], ["BBINS", "FFTER", "MPFLER", "NDORP", "RRGAST", "SSLING"]
NEIGHBORS = [
    Neighbor(given, start + end, born=1960 + at % 4, home=at, city=_TOWNS[at // 4 % 4], phone=f"910311{at:04d}")
    for at, (given, start, end) in enumerate(product(["MARTA", "OLIVER"], _STARTS, _ENDS))
]
"""Sixty people of rare names, of sixteen precincts."""
COLUMNS = register([Neighbor("ROSA", "QUILL", home=900), *NEIGHBORS, *crowd(300)])
INDEX = MatchIndex.build(COLUMNS)


def learned(people: Sequence[ContactRecord]) -> MatchModel:
    return match_circles(COLUMNS, INDEX, [circle(*people)], key=KEY, model=MatchModel(), as_of=AS_OF).model


def friends(people: Sequence[Neighbor], start: int = 0) -> list[ContactRecord]:
    """Her cards of these people, with their own numbers."""
    named = enumerate(people, start)
    return [card(f"{p.given} {p.family}".title(), at, phones=(p.phone,)) for at, p in named]


def strangers(numbers: Sequence[str]) -> list[ContactRecord]:
    """Cards of people who are in no file, under these numbers."""
    return [card(f"Wade Outlander{at}", 500 + at, phones=(number,)) for at, number in enumerate(numbers)]


def test_friends_in_one_precinct_teach_that_friends_live_together() -> None:
    precinct = [p for p in NEIGHBORS if (p.city, p.born % 4) == ("CEDARBURG", 2)] + [
        p for p in NEIGHBORS if (p.city, p.born % 4) == ("DOVER", 1)
    ]
    together, scattered = (learned(friends(some)).law_friends for some in (precinct, NEIGHBORS[: len(precinct)]))
    assert together < scattered


def test_a_list_without_friends_teaches_nothing_of_where_they_live() -> None:
    assert learned(strangers(["2125550100"])).law_friends == pytest.approx(MatchModel().law_friends, rel=0.01)


def test_how_often_a_strangers_number_is_a_voters_is_not_diluted_by_friends_under_their_own() -> None:
    wrong = strangers([f"91021{at:05d}" for at in range(10)] + [f"21255501{at:02d}" for at in range(10)])
    alone, beside = learned(wrong).phone_chance, learned([*wrong, *friends(NEIGHBORS)]).phone_chance
    assert MatchModel().phone_chance < alone
    assert beside == pytest.approx(alone, rel=0.15)
