"""What a campaign's own contacts teach, and what they must not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from small_register import AS_OF, KEY, Neighbor, card, circle, crowd, register

from graph.model import Circle, ContactRecord
from matching.evidence import circle_evidence
from matching.index import MatchIndex
from matching.laying_out import lay_out
from matching.link import MatchResult, match_circles
from matching.model import MatchModel
from matching.namesakes import Namesakes
from matching.prior import surroundings
from matching.questions import Answer, AnswerKind
from matching.resolve import resolve
from matching.search import NOBODY, NOT_ASKED, Search

_TOWNS = ["ELMVILLE", "BIRCHTON", "CEDARBURG", "DOVER"]
_COMMON = ["James", "Mary", "Linda", "David", "Susan", "Brian", "Karen", "Kevin", "Donna", "Jason"]
_STARTS, _ENDS = ["BRO", "KLA", "STU", "WEI", "ZEL"], ["BBINS", "FFTER", "MPFLER", "NDORP", "RRGAST", "SSLING"]
NEIGHBORS = [
    Neighbor(given, start + end, born=1960 + at % 4, home=at, city=_TOWNS[at // 4 % 4], phone=f"910311{at:04d}")
    for at, (given, start, end) in enumerate(product(["MARTA", "OLIVER"], _STARTS, _ENDS))
]
"""Sixty people of rare names, of sixteen precincts."""
COLUMNS = register([Neighbor("ROSA", "QUILL", home=900), *NEIGHBORS, *crowd(300)])
INDEX = MatchIndex.build(COLUMNS)


def match_all(hers: Circle, **more: object) -> MatchResult:
    return match_circles(COLUMNS, INDEX, [hers], key=KEY, model=MatchModel(), as_of=AS_OF, **more)


def learned(people: Sequence[ContactRecord]) -> MatchModel:
    return match_all(circle(*people)).model


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


DOUBTFUL = [
    card(f"{given} {family}", 700 + at) for at, (given, family) in enumerate(product(_COMMON, ["Reed", "Ward"]))
]


def shares(kind: AnswerKind | None) -> float:
    """The share of her people in the file after she answered about all doubtful ones alike, or about nobody."""
    hers = circle(*DOUBTFUL)
    found = match_all(hers).matches[hers.supporter.supporter_id]
    doubtful = [match for match in found if match.candidates]
    said = {
        match.contact_key: Answer(
            match.contact_key, kind, match.candidates[0].voter if kind is AnswerKind.CONFIRMED else None
        )
        for match in doubtful
        if kind
    }
    return match_all(hers, answers=said).model.in_file_share["vcard"]


def test_answers_move_what_is_believed_of_all_the_way_they_point() -> None:
    assert shares(AnswerKind.NONE_OF_THESE) < shares(None) < shares(AnswerKind.CONFIRMED)


def test_confirming_whom_we_were_sure_of_teaches_nothing_new() -> None:
    hers = circle(*friends(NEIGHBORS))
    before = match_all(hers)
    sure = [match for match in before.matches[hers.supporter.supporter_id] if match.candidates]
    said = {m.contact_key: Answer(m.contact_key, AnswerKind.CONFIRMED, m.candidates[0].voter) for m in sure}
    after = match_all(hers, answers=said).model
    assert len(said) > 50
    assert after.in_file_share["vcard"] == pytest.approx(before.model.in_file_share["vcard"], abs=0.01)
    assert after.phone_right == pytest.approx(before.model.phone_right, abs=0.01)


def test_none_of_these_says_nothing_of_voters_who_were_not_shown() -> None:
    refused, asked = believed(NOBODY), believed(NOT_ASKED)
    shown = refused == 0
    assert shown.sum() == 3 < len(asked)
    assert asked[shown].min() >= asked[~shown].max() - 1e-9
    assert refused.sum() < asked.sum()


def believed(said: int) -> np.ndarray:
    """What is believed of each candidate of "Marta B", a name of six neighbors, after an answer."""
    people = circle_evidence(circle(card("Marta B")), key=KEY, name_share=Namesakes.of(INDEX).share)
    search = Search.of(COLUMNS, INDEX, people)
    nobody = np.array([-1], np.int32)
    around = surroundings(COLUMNS, INDEX, own_rows=nobody, postal_codes=[""], birth_years=np.zeros_like(nobody))
    laid = lay_out(search, people, [0], around, [said])
    return resolve(search, laid, MatchModel(), search.first_look, rounds=1).probability
