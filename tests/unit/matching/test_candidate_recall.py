"""Which friends in the file are looked at at all, by which key, and why the others are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_register import AS_OF, KEY, Neighbor, card, circle, crowd, register

from graph.model import Birthday, Circle, ContactKey, Place, SupporterId, VoterRef
from matching.candidate_recall import CandidateRecall, candidate_recall
from matching.index import MatchIndex
from matching.link import match_circles
from matching.model import MatchModel

PEOPLE = [
    Neighbor("ROSA", "QUILL", born=1982, home=1, phone="9102110001"),
    Neighbor("MARGARET", "ZELLNER", born=1983, home=2, phone="9102110002", email="mz@mail.example", street="5 ELM ST"),
    Neighbor("OTTO", "VARNHAGEN", middle="QUIRIN", born=1961, home=1),
    Neighbor("MARGARET", "ZELLNER", born=1983, home=3, registered=9_000),
    *crowd(300),
]
COLUMNS = replace(
    register(PEOPLE), birth_month=np.array([3] * len(PEOPLE), np.int8), birth_day=np.array([9] * len(PEOPLE), np.int8)
)
INDEX = MatchIndex.build(COLUMNS)
MARGARET, OTTO, OLDER_ENTRY = (VoterRef("NC", f"V{number:05d}") for number in (1, 2, 3))
ROSA = VoterRef("NC", "V00000")


def recall(hers: Circle, *truth: VoterRef | None) -> CandidateRecall:
    known = dict(zip(hers.contacts, ([ref] if ref else [] for ref in truth), strict=True))
    own = {hers.supporter.supporter_id: ROSA}
    return candidate_recall(COLUMNS, INDEX, [hers], known, key=KEY, as_of=AS_OF, own_voter=own)


@pytest.mark.parametrize(
    ("told", "who", "keys"),
    [
        (card("Peggy Zelner"), MARGARET, {"surname, first name"}),
        (card("Grandma", phones=("910 211 0002",)), MARGARET, {"phone number"}),
        (card("Bird Watcher", emails=("MZ@mail.example",)), MARGARET, {"e-mail address"}),
        (card("Margaret Z"), MARGARET, {"first name, initial or no surname"}),
        (card("Margaret Moss", birthday=Birthday(None, 3, 9)), MARGARET, {"first name, birthday"}),
        (card("Margaret Moss", birthday=Birthday(1983, None, None)), MARGARET, {"first name, year of birth"}),
        (card("Otto Quirin"), OTTO, {"middle name, first name", "supporter's household"}),
        (card("Margaret Moss", places=(Place(street="5 Elm St", city="Elmville"),)), MARGARET, {"street address"}),
    ],
)
def test_each_key_finds_whom_it_is_for(told, who, keys):
    found = recall(circle(told, name="Rosa Quill"), who)
    assert (found.in_the_file, found.looked_at, found.recall) == (1, 1, 1.0)
    assert keys <= set(found.by_key)


def test_what_no_other_key_finds_is_told():
    hers = circle(card("Peggy Zellner"), card("Margaret Moss", 1, phones=("9102110002",)), name="Rosa Quill")
    found = recall(hers, MARGARET, MARGARET)
    assert found.by_key["phone number"].alone == 1
    assert found.by_key["surname, first name"] == (1, 1)


def test_whoever_is_lost_is_told_with_the_reason():
    told = [
        card("Margaret Moss", 0, places=(Place(city="Elmville"),)),
        card("Bird Zellner", 1),
        card("Pizza Palace", 2),
    ]
    elsewhere = VoterRef("NC", "Z99999")
    hers = circle(*told, card("Linda Stone", 3), card("Peggy Zellner", 4), name="Rosa Quill")
    found = recall(hers, MARGARET, MARGARET, MARGARET, elsewhere, None)
    assert (found.in_the_file, found.looked_at, found.lost_with_town) == (4, 0, 1)
    assert found.lost == {
        "another surname": 1, "another first name": 1, "taken for no person": 1, "not in this voter file": 1,
    }  # fmt: skip


def test_a_contact_that_no_file_holds_is_lost():
    hers = circle(card("Peggy Zellner"), name="Rosa Quill")
    known = {ContactKey("of another book"): [MARGARET]}
    found = candidate_recall(COLUMNS, INDEX, [hers], known, key=KEY, as_of=AS_OF, own_voter={})
    assert found.lost == {"no entry in the contact files": 1}


def test_either_registration_of_one_person_is_the_right_one():
    hers = circle(card("Peggy Zellner"), name="Rosa Quill")
    assert recall(hers, OLDER_ENTRY).looked_at == 1


def test_nobody_in_the_file_gives_zeros():
    found = recall(circle(card("Linda Stone"), name="Rosa Quill"), None)
    assert (found.in_the_file, found.recall, found.by_key, found.lost) == (0, 0.0, {}, {})


given_names = st.sampled_from(["Margaret", "Peggy", "Otto", "Rosa", "M", ""])
family_names = st.sampled_from(["Zellner", "Zelner", "Varnhagen", "Quirin", "Moss", "Z", ""])
phones = st.sampled_from([(), ("9102110002",), ("2125550100",)])
cards = st.lists(st.tuples(given_names, family_names, phones), min_size=1, max_size=6)


@settings(max_examples=10, deadline=None)
@given(told=cards)
def test_whoever_is_shown_was_looked_at_and_the_lost_are_the_rest(told):
    hers = circle(*(card(f"{g} {f}".strip(), at, phones=p) for at, (g, f, p) in enumerate(told)), name="Rosa Quill")
    found = recall(hers, *([MARGARET] * len(told)))
    result = match_circles(COLUMNS, INDEX, [hers], key=KEY, model=MatchModel(), as_of=AS_OF, learning=False)
    matches = result.matches[SupporterId("s-rosa")]
    shown = sum(MARGARET in [candidate.voter for candidate in match.candidates] for match in matches)
    assert shown <= found.kept <= found.looked_at <= found.in_the_file == len(told)
    assert sum(found.lost.values()) == found.in_the_file - found.looked_at
    assert all(one.alone <= one.found <= found.looked_at for one in found.by_key.values())
