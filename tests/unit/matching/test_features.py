"""What either side does not tell is no evidence, for the voter or against him."""

from __future__ import annotations

import numpy as np
import pytest
from small_register import KEY, Neighbor, card, circle, crowd, register

from graph.model import Birthday
from matching.evidence import circle_evidence
from matching.features import AGREES, DIFFERS, NOT_TOLD
from matching.index import MatchIndex
from matching.laying_out import lay_out
from matching.model import MatchModel
from matching.namesakes import Namesakes
from matching.prior import surroundings
from matching.score import field_ratios
from matching.search import Search

COLUMNS = register([Neighbor("SASHA", "ZELLNER", gender="U", born=0), Neighbor("PEGGY", "OKAFOR", born=1980), *crowd()])
INDEX = MatchIndex.build(COLUMNS)
UNTOLD, SASHA = Birthday(), 0


def compared(name: str, birthday: Birthday, row: int, *emails: str) -> tuple[int, int, int, float]:
    """The codes of gender, year of birth and year in the e-mail of one pair, and the ratio of all its fields."""
    told = circle(card(name, birthday=birthday, emails=emails))
    people = circle_evidence(told, key=KEY, name_share=Namesakes.of(INDEX).share)
    search = Search.of(COLUMNS, INDEX, people)
    nobody = np.array([-1], np.int32)
    around = surroundings(COLUMNS, INDEX, own_rows=nobody, postal_codes=[""], birth_years=np.zeros_like(nobody))
    found = lay_out(search, people, [0], around).features
    ratios = field_ratios(found, COLUMNS, INDEX.facts, MatchModel(), np.ones(len(found.row)))
    [at] = np.flatnonzero(found.row == row)
    return int(found.gender[at]), int(found.birth_year[at]), int(found.email_year[at]), float(ratios[at])


def test_what_neither_side_tells_is_no_evidence() -> None:
    assert compared("Sasha Zellner", UNTOLD, SASHA) == (NOT_TOLD, NOT_TOLD, NOT_TOLD, 1.0)


def test_what_one_side_tells_is_no_evidence() -> None:
    assert compared("Aunt Sasha Zellner", Birthday(year=1980), SASHA) == (NOT_TOLD, NOT_TOLD, NOT_TOLD, 1.0)


@pytest.mark.parametrize(("title", "gender"), [("Aunt", AGREES), ("Uncle", DIFFERS)])
def test_what_both_sides_tell_agrees_or_differs(title: str, gender: int) -> None:
    told = compared(f"{title} Peggy Okafor", Birthday(year=1980), 1)
    assert told[:3] == (gender, AGREES, NOT_TOLD)
    assert told[3] > 1 if gender == AGREES else told[3] < compared("Peggy Okafor", Birthday(year=1980), 1)[3]


def test_a_year_in_an_address_says_nothing_more_where_the_year_of_birth_is_saved() -> None:
    address = "peggy1980@mail.example"
    alone = compared("Peggy Okafor", UNTOLD, 1, address)
    saved, twice = (compared("Peggy Okafor", Birthday(year=1980), 1, *emails) for emails in ((), (address,)))
    assert alone[2] == twice[2] == AGREES
    assert alone[3] > 1
    assert twice[3] == saved[3]
