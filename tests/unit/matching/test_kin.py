"""Cards without a name: what a word for kin says of who answers the phone, and who else may."""

from __future__ import annotations

import numpy as np
import pytest
from small_register import AS_OF, KEY, Neighbor, card, circle, crowd, register

from graph.model import ContactRecord
from matching.index import MatchIndex
from matching.kin import GENERATIONS, UNTOLD, default_kin_gaps, generation
from matching.link import match_circles
from matching.model import MatchModel

ROSA = Neighbor("ROSA", "QUILL", born=1982, home=1, phone="9102110001")
PEOPLE = [
    ROSA,
    Neighbor("VERA", "ZELLNER", born=1955, home=2, phone="9102110002"),
    Neighbor("PETRA", "ZELLNER", born=1983, home=3, phone="9102110003"),
    Neighbor("OTTO", "ZELLNER", born=1955, home=4, gender="M", phone="9102110004"),
    Neighbor("GRETA", "OKAFOR", born=1984, home=5, phone="9102110005"),
    Neighbor("HUGO", "OKAFOR", born=1984, home=5, gender="M", phone="9102110005"),
    Neighbor("IVAN", "QUILL", born=1983, home=1, gender="M"),
    *crowd(),
]
COLUMNS = register(PEOPLE)
INDEX = MatchIndex.build(COLUMNS)


def believed(told: ContactRecord, voter: str, *others: ContactRecord) -> float:
    """How far a card of Rosa's is believed to be a voter, beside other cards of hers."""
    result = match_circles(
        COLUMNS, INDEX, [circle(told, *others)], key=KEY, model=MatchModel(), as_of=AS_OF, learning=False
    )
    match = next(one for one in result.matches[next(iter(result.matches))] if one.contact_key.endswith("/0"))
    return next((one.match_probability for one in match.candidates if one.voter.voter_id == voter), 0.0)


def test_the_number_of_a_woman_a_generation_older_is_moms_before_that_of_a_woman_of_rosas_age():
    older = believed(card("Mom", phones=("9102110002",)), "V00001")
    same_age = believed(card("Mom", phones=("9102110003",)), "V00002")
    assert older / (1 - older) > 4 * same_age / (1 - same_age)


def test_the_number_of_a_man_is_not_moms():
    his = believed(card("Mom", phones=("9102110004",)), "V00003")
    dads = believed(card("Dad", phones=("9102110004",)), "V00003")
    assert dads / (1 - dads) > 20 * his / (1 - his)


def test_a_sister_is_rather_of_rosas_age():
    older = believed(card("Sis", phones=("9102110002",)), "V00001")
    same_age = believed(card("Sis", phones=("9102110003",)), "V00002")
    assert same_age > older


def test_hubby_lives_with_rosa():
    assert believed(card("Hubby", phones=("9105559999",)), "V00006") > 0.5


def test_a_number_that_two_share_does_not_tell_who_answers_though_one_of_them_is_a_friend():
    hugo = card("Hugo Okafor", 1, phones=("9102110005",))
    nobody_named, greta = card("", phones=("9102110005",)), card("Greta Okafor", phones=("9102110005",))
    assert believed(nobody_named, "V00005", hugo) < 0.98
    assert believed(nobody_named, "V00004", hugo) > 0.01
    assert believed(greta, "V00004", hugo) > 0.95


@pytest.mark.parametrize("kin", ["", "cousin", "godmother", "a word nobody knows"])
def test_a_word_that_tells_no_age_is_untold(kin):
    assert generation(kin) == UNTOLD


def test_every_law_of_ages_sums_to_one_and_parents_are_older():
    laws = default_kin_gaps()
    assert laws.shape == (GENERATIONS, 161)
    assert np.allclose(laws.sum(axis=1), 1)
    assert (laws > 0).all()
    assert laws[generation("mother"), 80 - 28] > 10 * laws[generation("mother"), 80 + 28]
