"""What a seen name may stand for, and how much it says."""

from __future__ import annotations

import numpy as np
import pytest

from graph.voters import Coded
from matching.channels import Channel, family_entries, given_entries, likelihoods, marginals
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
    entries = family_entries(["SMITH", "ZELLNER", "ZELNER"], words, outside=no_law)
    rates = np.array(MatchModel().family_rates)
    ratio = likelihoods(entries, rates) / marginals(entries, words, rates, 0.0)[entries.token]
    named = {(int(t), words.words[c]): r for t, c, r in zip(entries.token, entries.codes, ratio, strict=True)}
    assert named[1, "ZELLNER"] > named[0, "SMITH"]
    assert named[1, "ZELLNER"] > named[2, "ZELLNER"]
