"""The people of some supporters laid out: all their candidates found and compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.candidates import find_pairs, with_known_friends
from matching.cards import Cards
from matching.evidence import Evidence
from matching.features import Features, compare
from matching.first_look import first_look
from matching.mutual import Homes
from matching.prior import (
    Surroundings,
    pair_places,
)
from matching.prior_kernel import numbered
from matching.search import NOBODY, NOT_ASKED, LaidOut, Search

_NO_CHANCE = 1e-5
"""Whoever is believed less at first look is nobody: living with another friend makes him a thousand times as likely at most."""
_KNOWN_LEAST = 0.5


def lay_out(
    search: Search,
    people: Sequence[Evidence],
    supporters: Sequence[int],
    around: Surroundings,
    told: Sequence[int] | None = None,
) -> LaidOut:
    """Find and compare all candidates of some people; pairs that have no chance at all under the default model go.

    ``told`` is by person what the supporter answered, see ``LaidOut``; ``None``: she was not asked.
    """
    answers = np.array([NOT_ASKED] * len(people) if told is None else told, dtype=np.int64)
    cards = search.maker.make(people, supporters)
    confirmed = np.flatnonzero(answers >= 0)
    pairs = find_pairs(
        cards, search.index, search.columns, names=search.names, own_rows=around.own_rows,
        confirmed=(confirmed, answers[confirmed]),
    )  # fmt: skip
    probability, said = first_look(search, cards, pairs, around), answers[pairs.card]
    is_told = pairs.has_phone | pairs.has_email | pairs.has_street | (said == pairs.row)
    is_own = around.own_rows[cards.supporter[pairs.card]] == pairs.row
    keep = is_told | (said == NOBODY) | (probability >= _NO_CHANCE)  # her answer is weighed later, among all of them
    known = np.where(said == NOT_ASKED, (probability >= _KNOWN_LEAST) & ~is_own, said == pairs.row)
    more = with_known_friends(cards, pairs, search.file, names=search.names, keep=keep, is_known=known)
    compared = compare(cards, more, search.file, names=search.names)
    return _laid_out(cards, compared, around, answers)


def _laid_out(cards: Cards, features: Features, around: Surroundings, told: NDArray[np.int64]) -> LaidOut:
    claim = numbered(features.supporter, features.row) - 1
    own = around.own_rows[features.supporter] if len(around.own_rows) else np.zeros(0, np.int32)
    places = pair_places(around, features.supporter, features.row)
    homes = Homes.of(features.supporter, features.card, places.household, around.sizes[0])
    return LaidOut(cards, features, places, homes, around, claim, _fits(features), own == features.row, told)


def _fits(features: Features) -> NDArray[np.bool_]:
    """Pairs of which the name as seen may be the voter's, through any reading; a card without a name fits everybody."""
    read, size = features.read, len(features.card)
    given = (read.given >= 0) | (read.given_as_middle >= 0) | ~read.tells_given
    family = (read.family >= 0) | read.family_is_middle | ~read.tells_family
    fitting = np.bincount(read.pair, weights=given & family, minlength=size) > 0
    return np.asarray(fitting | (np.bincount(read.pair, minlength=size) == 0), dtype=np.bool_)
