"""The index returns every row that it should, and opens again as it was saved."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA
from small_register import AS_OF, KEY, Neighbor, card, circle, crowd, register

from graph.errors import InputError
from graph.voters import Coded
from matching.index import Groups, MatchIndex, expand
from matching.link import match_circles
from matching.model import MatchModel
from matching.vocabulary import Vocabulary, look_up, remainders, word_hashes

words = st.text(alphabet="ABC", min_size=1, max_size=6)


@given(seen=words, stored=st.lists(words, min_size=1, max_size=8, unique=True))
def test_every_name_one_edit_away_is_found(seen, stored):
    stored = sorted(stored)
    vocabulary = Vocabulary.of(Coded(np.arange(len(stored), dtype=np.int32), stored))
    keys, _ = remainders([seen])
    _, codes = look_up(vocabulary.near_keys, vocabulary.near_codes, keys)
    near = {code for code, word in enumerate(stored) if OSA.distance(seen, word) <= 1}
    assert near <= set(codes.tolist())


@given(st.lists(st.text(alphabet="ABCDEFGH ", max_size=12), unique=True, max_size=50))
def test_different_words_have_different_hashes(some_words):
    distinct = {word.rstrip("\0") for word in some_words}
    assert len(set(word_hashes(sorted(distinct)).tolist())) == len(distinct)


@given(st.lists(st.integers(-1, 5), max_size=40))
def test_groups_hold_each_row_once_in_its_group(codes):
    groups = Groups.of(np.array(codes, dtype=np.int32), 6)
    start, stop = groups.ranges(np.arange(6))
    owner, place = expand(start, stop)
    laid_out = sorted(zip(owner.tolist(), groups.rows[place].tolist(), strict=True))
    assert laid_out == sorted((code, row) for row, code in enumerate(codes) if code >= 0)


def test_a_saved_index_opens_as_it_was_and_matches_the_same(tmp_path):
    columns = register([*crowd(100), Neighbor("MARGARET", "ZELLNER")])
    built = MatchIndex.build(columns)
    built.save(tmp_path / "index")
    opened = MatchIndex.load(columns, tmp_path / "index")
    told = [circle(card("Peggy Zellner"), card("John Baker", 1))]
    results = [
        match_circles(columns, index, told, key=KEY, model=MatchModel(), as_of=AS_OF).matches
        for index in (built, opened)
    ]
    assert results[0] == results[1]


def test_an_index_of_another_file_or_half_an_index_is_refused(tmp_path):
    columns = register(crowd(50))
    MatchIndex.build(columns).save(tmp_path)
    with pytest.raises(InputError, match="another voter file"):
        MatchIndex.load(register(crowd(40)), tmp_path)
    (tmp_path / "person.npy").unlink()
    with pytest.raises(InputError, match="incomplete"):
        MatchIndex.load(columns, tmp_path)


def test_common_namesakes_of_one_year_stay_two_people_and_a_rare_double_registration_is_one():
    namesakes = [Neighbor("MARY", "BAKER", born=1970)] * 40
    double = [Neighbor("ZELDA", "ZELLNER", born=1970, registered=day) for day in (1, 9)]
    index = MatchIndex.build(register([*namesakes, *double]))
    assert index.person[:40].tolist() == list(range(40))
    assert index.person[40:].tolist() == [41, 41]
