"""What a seen name may stand for, and how much it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.voters import Coded
from matching.channels import Channel, family_entries, given_entries, likelihoods, local_shares, marginals
from matching.model import MatchModel
from matching.vocabulary import Vocabulary

GIVEN = ["ELIZABETH", "JON", "JOHN", "JOYCE", "MARGARET", "ROBERT", "STEPHEN"]
FAMILY = ["GARCIA LOPEZ", "LOPEZ", "SMITH", "SMYTH", "ZELLNER"]


def vocabulary(names: list[str], counts: list[int]) -> Vocabulary:
    order = np.argsort(names)
    codes = np.repeat(np.arange(len(names)), np.array(counts)[order])
    return Vocabulary.of(Coded(codes.astype(np.int32), [names[at] for at in order]))


def no_law(word: str) -> float:
    return 0.0


def kinds(seen: str) -> dict[str, Channel]:
    words = vocabulary(GIVEN, [1] * len(GIVEN))
    entries = given_entries(
        [seen],
        words,
        formal_names=lambda short: {"MARGARET": 0.3} if short == "PEGGY" else {},
        has_short_form=lambda name: name != "JOYCE",
        outside=no_law,
    )
    return {words.words[code]: Channel(int(kind)) for code, kind in zip(entries.codes, entries.kinds, strict=True)}


@pytest.mark.parametrize(
    ("seen", "name", "channel"),
    [
        ("MARGARET", "MARGARET", Channel.WHOLE),
        ("JOYCE", "JOYCE", Channel.PLAIN),
        ("PEGGY", "MARGARET", Channel.NICKNAME),
        ("MARGRET", "MARGARET", Channel.TYPO),
        ("J", "JOHN", Channel.INITIAL),
        ("MARY MARGARET", "MARGARET", Channel.HALF),
        ("STEVEN", "STEPHEN", Channel.SOUND),
    ],
)
def test_each_way_to_show_a_name_is_known(seen, name, channel):
    assert kinds(seen)[name] is channel


def test_a_surname_stands_for_a_double_one_of_which_it_is_half():
    words = vocabulary(FAMILY, [1] * len(FAMILY))
    entries = family_entries(["LOPEZ"], words, outside=no_law)
    assert {words.words[code] for code in entries.codes} >= {"LOPEZ", "GARCIA LOPEZ"}


def test_a_rare_surname_says_more_than_a_common_one_and_a_typo_less_than_the_name():
    words = vocabulary(FAMILY, [5, 100, 500, 5, 2])
    entries = family_entries(
        ["SMITH", "ZELLNER", "ZELNER"], words, outside=lambda word: 0.01 if word == "SMITH" else 1e-5
    )
    rates = np.array(MatchModel().family_rates)
    ratio = likelihoods(entries, rates) / marginals(entries, rates, 0.0)[entries.token]
    named = {(int(t), words.words[c]): r for t, c, r in zip(entries.token, entries.codes, ratio, strict=True)}
    assert named[1, "ZELLNER"] > named[0, "SMITH"]
    assert named[1, "ZELLNER"] > named[2, "ZELLNER"]


def test_a_surname_that_one_voter_alone_has_is_not_held_to_be_as_common_as_that():
    words = vocabulary(FAMILY, [5, 100, 500, 5, 1])
    zellner, smith = words.code_of["ZELLNER"], words.code_of["SMITH"]
    shares = local_shares(np.array([zellner, smith]), words, lambda word: 0.01 if word == "SMITH" else 1e-5)
    assert shares[0] < 0.1 / words.total
    assert shares[1] == pytest.approx(500 / words.total, rel=0.2)


@given(st.lists(st.integers(0, 5000), min_size=5, max_size=5).filter(any), st.floats(1e-6, 0.5))
def test_a_names_share_here_lies_between_the_files_and_the_countrys(counts, country):
    words = vocabulary(FAMILY, counts)
    codes = np.flatnonzero(words.counts > 0)
    shares, file = local_shares(codes, words, lambda _: country), words.counts[codes] / words.total
    assert (shares >= np.minimum(file, country) * (1 - 1e-9)).all()
    assert (shares <= np.maximum(file, country) * (1 + 1e-9)).all()


def test_no_names_have_no_shares():
    assert local_shares(np.zeros(0, np.int32), vocabulary(FAMILY, [1] * len(FAMILY)), no_law).tolist() == []


@given(st.lists(st.integers(1, 5000), min_size=5, max_size=5), st.integers(1, 50))
def test_a_file_that_has_names_as_often_as_the_country_tells_nothing_apart(counts, rest):
    words, everybody = vocabulary(FAMILY, counts), sum(counts) + rest
    seen = ["LOPEZ", "SMITH", "SMITT", "S", "ZELLNER"]
    law = {word: count / sum(counts) for word, count in zip(words.words, words.counts, strict=True)}
    entries = family_entries(seen, words, outside=lambda word: law.get(word, rest / everybody))
    rates = np.array(MatchModel().family_rates)
    here, country = (marginals(entries, rates, share) for share in (0.0, 1.0))
    is_the_files = np.isin(seen, FAMILY)
    assert here[is_the_files] == pytest.approx(country[is_the_files], rel=1e-6)


def test_a_name_that_many_voters_lack_is_rarer_here_than_in_the_country():
    words = vocabulary(FAMILY, [5, 100, 500, 5, 2])
    entries = family_entries(["BAKER", "SMITH"], words, outside=lambda _: 0.01)
    assert entries.elsewhere.tolist() == [0.01, 0.0]
    assert entries.absent.tolist() == pytest.approx([0.01 / (612 * 0.01 + 1), 0.0])
