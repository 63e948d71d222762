"""What names may stand for is the same whether it was worked out before or not, and no strange name is kept."""

from __future__ import annotations

from functools import partial

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.voters import Coded
from matching.channels import family_entries
from matching.kept_entries import remembered
from matching.vocabulary import Vocabulary

FAMILY = ["GARCIA LOPEZ", "LOPEZ", "SMITH", "SMYTH", "ZELLNER"]
SEEN = [*FAMILY, "SMITT", "S", "GARCIA", "NOBODYELSE"]


def file() -> Vocabulary:
    return Vocabulary.of(Coded(np.arange(len(FAMILY), dtype=np.int32), FAMILY))


def columns(entries):
    parts = ("token", "codes", "kinds", "shares", "here", "country", "absent", "elsewhere")
    return entries.tokens, [getattr(entries, part).tolist() for part in parts]


@given(st.lists(st.lists(st.sampled_from(SEEN), unique=True), max_size=4))
def test_searches_before_change_nothing(searches):
    words = file()
    make = partial(family_entries, vocabulary=words, outside=lambda word: len(word) / 1000)
    for tokens in searches:
        assert columns(remembered(tokens, words, make)) == columns(make(tokens))


def test_only_names_that_voters_have_and_single_letters_are_kept():
    words = file()
    remembered(SEEN, words, partial(family_entries, vocabulary=words, outside=lambda _: 0.0))
    assert set(words.kept) == {*FAMILY, "S"}
