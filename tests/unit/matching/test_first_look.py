"""The first look leaves out nobody who has a chance: it believes what the full search does of one friend looked at alone.

But for relatives elsewhere, whom the first look does not weigh: two in a hundred people who are not in the file.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_register import KEY, Neighbor, card, circle, crowd, register

from graph.model import Birthday, Place
from matching.candidates import find_pairs
from matching.evidence import circle_evidence
from matching.first_look import first_look
from matching.index import MatchIndex
from matching.laying_out import lay_out
from matching.model import MatchModel
from matching.prior import surroundings
from matching.resolve import resolve
from matching.search import Search

COLUMNS = register(
    [
        Neighbor("ROSA", "QUILL", born=1982, home=1),
        Neighbor("MARGARET", "ZELLNER", middle="ANN", born=1983, home=2, phone="9102110002", email="m@mail.example"),
        Neighbor("PEDRO", "ZELLNER", born=1959, home=2, gender="M"),
        *crowd(300),
    ]
)
INDEX = MatchIndex.build(COLUMNS)
ROSAS_ROW = np.array([0], dtype=np.int32)
AROUND = surroundings(COLUMNS, INDEX, own_rows=ROSAS_ROW, postal_codes=[""], birth_years=np.zeros(1, dtype=np.int32))

names = st.sampled_from(
    ["Margaret Zellner", "Peggy Ann Zellner", "M. Zelner", "Mary Baker", "David", "Ann Reed", "Mom"]
)
details = st.fixed_dictionaries(
    {},
    optional={
        "places": st.just((Place(city="Elmville"),)) | st.just((Place(city="Faraway", region="TX"),)),
        "birthday": st.sampled_from([Birthday(year=1983), Birthday(year=1950), Birthday(month=5, day=4)]),
        "emails": st.sampled_from([("m@mail.example",), ("x1983@mail.example",)]),
        "phones": st.just(("2125550100",)),
    },
)


def looked_at(name: str, told: dict[str, Any]) -> tuple[dict[int, float], dict[int, float]]:
    """What the first look and the full search believe of each voter whom both look at."""
    people = circle_evidence(circle(card(name, 0, **told)), key=KEY, name_share=lambda *_: 1e-6)
    search = Search.of(COLUMNS, INDEX, people)
    cards, nobody = search.maker.make(people, [0]), np.zeros(0, dtype=np.int64)
    pairs = find_pairs(cards, INDEX, COLUMNS, names=search.names, own_rows=AROUND.own_rows, confirmed=(nobody, nobody))
    first = dict(zip(pairs.row.tolist(), first_look(search, cards, pairs, AROUND).tolist(), strict=True))
    laid = lay_out(search, people, [0], AROUND)
    full = resolve(search, laid, MatchModel(), search.first_look, rounds=1).probability
    return first, dict(zip(laid.features.row.tolist(), full.tolist(), strict=True))


@settings(max_examples=40, deadline=None)
@given(names, details)
def test_one_friend_alone_is_believed_at_first_look_what_the_full_search_believes(name, told):
    first, full = looked_at(name, told)
    seen = [row for row in full if row in first and row != 0]
    assert [first[row] for row in seen] == pytest.approx([full[row] for row in seen], rel=0.03, abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(names, details)
def test_who_is_left_out_had_no_chance(name, told):
    first, full = looked_at(name, told)
    assert sum(first[row] for row in first if row not in full) < 1e-3
    assert sum(first.values()) <= 1 + 1e-9


def test_nobody_to_look_at_is_no_error():
    search = Search.of(COLUMNS, INDEX, [])
    assert len(lay_out(search, [], [], AROUND).features.row) == 0
