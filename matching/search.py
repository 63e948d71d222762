"""One search: the voter file, the names seen in a run, and the people of some supporters laid out as pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.voters import VoterColumns
from matching.candidates import SeenNames
from matching.cards import CardMaker, Cards, Tokens
from matching.channels import family_entries, given_entries
from matching.evidence import Evidence
from matching.features import Features
from matching.file_arrays import FileArrays
from matching.index import MatchIndex
from matching.kept_entries import remembered
from matching.model import MatchModel
from matching.mutual import Homes
from matching.names.law import family_probability, given_probability
from matching.names.nicknames import formal_names, has_short_form
from matching.prior import (
    PairPlaces,
    Surroundings,
)
from matching.score import TokenRatios

NOT_ASKED, NOBODY = -1, -2
"""What a supporter said of a person, where she named no row."""


@dataclass(frozen=True, slots=True)
class Search:
    """What all supporters of a run are searched with."""

    columns: VoterColumns
    index: MatchIndex
    file: FileArrays
    names: SeenNames
    maker: CardMaker
    first_look: TokenRatios
    """Ratios under the default model, to leave out pairs that nothing speaks for."""

    @classmethod
    def of(cls, columns: VoterColumns, index: MatchIndex, people: Sequence[Evidence]) -> Search:
        """Look up every name seen in the vocabulary of the file."""
        tokens = Tokens.of(people)
        names = seen_names(index, tokens)
        first_look = TokenRatios.of(names, index, MatchModel())
        file = FileArrays.of(columns, index.facts)
        return cls(columns, index, file, names, CardMaker(columns, index, tokens), first_look)


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The people of some supporters with all their candidates compared."""

    cards: Cards
    features: Features
    places: PairPlaces
    homes: Homes
    around: Surroundings
    claim: NDArray[np.int64]
    is_exempt: NDArray[np.bool_]
    is_own: NDArray[np.bool_]
    told: NDArray[np.int64]
    """By person what the supporter said: the row she confirmed, ``NOBODY`` or ``NOT_ASKED``."""


def seen_names(index: MatchIndex, tokens: Tokens) -> SeenNames:
    """What each name of a run may stand for in this file."""
    middle = index.middle.code_of
    given_of = partial(
        given_entries, formal_names=formal_names, has_short_form=has_short_form, outside=given_probability
    )
    return SeenNames(
        given=remembered(tokens.given, index.first, partial(given_of, vocabulary=index.first)),
        given_as_middle=remembered(
            [t if len(t) > 1 else "" for t in tokens.given], index.middle, partial(given_of, vocabulary=index.middle)
        ),
        family=remembered(
            tokens.family, index.last, partial(family_entries, vocabulary=index.last, outside=family_probability)
        ),
        family_as_middle=np.array(
            [*(middle.get(t, -1) if len(t) > 1 else -1 for t in tokens.family), -1], dtype=np.int32
        ),
        middle_words=tokens.middle,
        middle_codes=np.array(
            [*(middle.get(token, -1) if token else -1 for token in tokens.middle), -1], dtype=np.int32
        ),
        middle_is_whole=np.array([*(len(token) > 1 for token in tokens.middle), False], dtype=bool),
    )


def seen_tokens(laid: LaidOut) -> tuple[NDArray[Any], NDArray[Any]]:
    """The tokens of given name and surname of each reading of each pair."""
    readings = np.bincount(laid.cards.reading_owner, minlength=len(laid.cards))
    starts = (np.cumsum(readings) - readings)[laid.features.card]
    pair = laid.features.read.pair
    first = np.searchsorted(pair, np.arange(len(laid.features.card)))
    reading = starts[pair] + np.arange(len(pair)) - first[pair]
    return laid.cards.given[reading], laid.cards.family[reading]
