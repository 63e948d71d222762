"""The laws of matching, over circles drawn by chance."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from small_register import AS_OF, KEY, Neighbor, card, circle, crowd, register

from graph.model import Birthday, Circle, Match, MatchStatus, Place, SupporterId
from matching.index import MatchIndex
from matching.link import MatchResult, match_circles
from matching.model import MatchModel
from matching.posterior import posterior

PEOPLE = [
    Neighbor("ROSA", "QUILL", born=1982, home=1, phone="9102110001"),
    Neighbor("MARGARET", "ZELLNER", born=1983, home=2, phone="9102110002", street="5 ELM ST"),
    *crowd(300),
]
COLUMNS = register(PEOPLE)
INDEX = MatchIndex.build(COLUMNS)
ROSA, VERA = SupporterId("s-rosa"), SupporterId("s-vera")

given_names = st.sampled_from(["Margaret", "Peggy", "Mary", "David", "Dave", "J", "Suzan", "Linda Mary", ""])
family_names = st.sampled_from(["Zellner", "Zelner", "Baker", "Adams-Reed", "W", "Quill", ""])
phones = st.sampled_from([(), ("9102110002",), ("9102100007",), ("2125550100",)])
cards = st.lists(st.tuples(given_names, family_names, phones), min_size=1, max_size=8)


def match_all(*circles: Circle, learning: bool = False) -> MatchResult:
    return match_circles(COLUMNS, INDEX, circles, key=KEY, model=MatchModel(), as_of=AS_OF, learning=learning)


def drawn(told, supporter: str = "s-rosa") -> Circle:
    entries = [card(f"{g} {f}".strip(), at, phones=p) for at, (g, f, p) in enumerate(told)]
    return circle(*entries, supporter=supporter, name="Rosa Quill" if supporter == "s-rosa" else "Vera Stone")


def by_key(result: MatchResult, supporter: SupporterId) -> dict[str, Match]:
    return {match.contact_key: match for match in result.matches[supporter]}


@settings(max_examples=25, deadline=None)
@given(told=cards)
def test_probabilities_of_a_contact_sum_to_at_most_one_best_first(told):
    for match in match_all(drawn(told)).matches[ROSA]:
        chances = [c.match_probability for c in match.candidates]
        assert sum(chances) <= 1 + 1e-6
        assert all(0.005 <= chance <= 1 for chance in chances)
        assert all(one >= other for one, other in pairwise(chances))
        assert len(chances) <= 3
        assert (match.status is MatchStatus.AUTO) == bool(chances and chances[0] >= 0.9)


@settings(max_examples=15, deadline=None)
@given(told=cards, other=cards)
def test_one_supporters_contacts_do_not_change_anothers_result(told, other):
    alone = match_all(drawn(told)).matches[ROSA]
    beside = match_all(drawn(other, "s-vera"), drawn(told)).matches[ROSA]
    assert alone == beside


@settings(max_examples=15, deadline=None)
@given(told=cards, other=cards)
def test_the_order_of_circles_and_contacts_does_not_matter(told, other):
    first, second = drawn(told), drawn(other, "s-vera")
    backwards = Circle(first.supporter, dict(reversed(first.contacts.items())))
    forth = match_all(first, second, learning=True)
    back = match_all(second, backwards, learning=True)
    assert by_key(forth, ROSA) == by_key(back, ROSA)
    assert by_key(forth, VERA) == by_key(back, VERA)
    assert forth.model == back.model


@settings(max_examples=10, deadline=None)
@given(told=cards)
def test_the_supporter_is_never_her_own_friend(told):
    result = match_all(drawn([*told, ("Rosa", "Quill", ("9102110001",))]))
    rows = {c.voter.voter_id for match in result.matches[ROSA] for c in match.candidates}
    assert result.own_voter[ROSA].voter_id == "V00000"
    assert "V00000" not in rows


@settings(max_examples=40, deadline=None)
@given(name=st.text(max_size=40), phone=st.text(max_size=20), mail=st.text(max_size=20), year=st.integers(1, 2100))
def test_any_text_at_all_gets_an_answer(name, phone, mail, year):
    odd = card(name, phones=(phone,), emails=(mail,), birthday=Birthday(year, 2, 30), places=(Place(street=name),))
    (match,) = match_all(circle(odd, card(name * 300, 1))).matches[ROSA][:1]
    assert match.reason


def test_more_agreement_never_lowers_the_belief():
    name, place = "Peggy Zellner", Place(street="5 Elm Street", city="Elmville")
    ladder = [
        card("Peggy"),
        card(name),
        card(name, places=(Place(city="Elmville"),)),
        card(name, places=(place,)),
        card(name, places=(place,), phones=("9102110002",)),
    ]
    beliefs = []
    for told in ladder:
        match = match_all(circle(told)).matches[ROSA][0]
        right = [c.match_probability for c in match.candidates if c.voter.voter_id == "V00001"]
        beliefs.append(max(right, default=0.0))
    assert all(one <= other + 1e-6 for one, other in pairwise(beliefs))
    assert beliefs[-1] > 0.99


odds = st.lists(st.floats(1e-6, 1e6), min_size=6, max_size=6)


@given(odds=odds, lift=st.floats(1.0, 1e3))
def test_raising_one_candidates_ratio_never_lowers_his_posterior(odds, lift):
    card_of, claim = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 2, 1, 2])
    exempt = np.zeros(6, dtype=bool)
    weights = np.array(odds)
    raised = weights * np.array([lift, 1, 1, 1, 1, 1])
    before = posterior(weights, card_of, np.ones(3), claim=claim, is_exempt=exempt)
    after = posterior(raised, card_of, np.ones(3), claim=claim, is_exempt=exempt)
    assert after[0] >= before[0] - 1e-3
    assert np.bincount(card_of, weights=before).max() <= 1 + 1e-9


def test_one_voter_is_claimed_by_at_most_one_person():
    card_of, claim = np.array([0, 1, 1]), np.array([0, 0, 1])
    believed = posterior(np.array([1e4, 1e4, 1e3]), card_of, np.ones(2), claim=claim, is_exempt=np.zeros(3, dtype=bool))
    assert believed[0] + believed[1] <= 1 + 1e-6
    assert believed[2] > 0.9


def test_duplicate_cards_may_share_a_voter():
    card_of, claim = np.array([0, 1]), np.array([0, 0])
    believed = posterior(np.array([1e4, 1e4]), card_of, np.ones(2), claim=claim, is_exempt=np.ones(2, dtype=bool))
    assert (believed > 0.99).all()
