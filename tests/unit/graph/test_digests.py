"""Names that only a key can make, one by one and looked for among many."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graph.digests import found_names, keyed_name

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    st.binary(min_size=1, max_size=100),
    st.lists(words, max_size=3),
    st.lists(words, min_size=1, max_size=5, unique=True),
)
def test_of_many_texts_those_are_found_whose_names_are_wanted(key, before, texts):
    names = [keyed_name(key, *before, text) for text in texts]
    wanted = {*names[1:], "0" * 32}
    found = found_names(key, before, [text.encode() for text in texts], wanted)
    assert found == {name: at for at, name in enumerate(names) if at}
