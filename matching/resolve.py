"""The posterior of all pairs of some supporters under a model, their friends sharpening each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.cards import Cards
from matching.densities import Before, in_file_odds, nobody_odds, prior_density
from matching.features import Features
from matching.housemates import unregistered_share
from matching.model import MatchModel
from matching.posterior import posterior
from matching.questions import MOST_CANDIDATES
from matching.relatives import beside_relatives, is_hers, surnames_of
from matching.score import NameRatios, TokenRatios, field_ratios, name_ratios
from matching.search import NOBODY, NOT_ASKED, LaidOut, Search, seen_tokens
from matching.shared_friends import SharedFriends
from matching.told_places import place_ratio

_CERTAIN = 1e9
_INNER_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Resolved:
    """What is believed: the posterior of each pair, and the parts of the evidence that it came from."""

    probability: NDArray[np.float64]
    names: NameRatios
    name_ratio: NDArray[np.float64]
    fields: NDArray[np.float64]
    density: NDArray[np.float64]
    in_file: NDArray[np.float64]
    """By person: the probability that he is one of his candidates."""


def resolve(
    search: Search,
    laid: LaidOut,
    model: MatchModel,
    tokens: TokenRatios,
    *,
    shared: SharedFriends | None = None,
    rounds: int = _INNER_ROUNDS,
) -> Resolved:
    """The posterior of all pairs under a model; a supporter's own likely friends sharpen where and how old the rest are.

    ``shared`` holds the likely friends of others, where supporters agreed to pool.
    """
    features, cards = laid.features, laid.cards
    given, family = seen_tokens(laid)
    names = name_ratios(features, tokens, given, family, model)
    names = _beside_relatives(search, laid, model, names, family, tokens)
    name = _summed(features, cards, names)
    fields = field_ratios(features, search.columns, search.index.facts, model, place_ratio(search, laid, model))
    housemate = unregistered_share(features, names, model)
    before = Before.of(laid, model)
    probability = np.zeros(len(name))
    density = np.zeros(len(name))
    for _ in range(rounds):
        density = prior_density(laid, model, before, probability, shared=shared)
        odds = in_file_odds(laid, model, probability)
        nobody = nobody_odds(cards, odds, features.missed)
        pair_odds = _as_she_said(laid, odds[features.card] * density * name * fields)
        nobody += np.bincount(features.card, weights=pair_odds * housemate, minlength=len(cards))
        probability = posterior(pair_odds, features.card, nobody, claim=laid.claim, is_exempt=laid.is_exempt)
    believed = np.where(laid.is_own, 0.0, probability)
    in_file = np.bincount(features.card, weights=believed, minlength=len(cards)).astype(np.float64)
    return Resolved(probability, names, name, fields, density, in_file)


def _beside_relatives(
    search: Search, laid: LaidOut, model: MatchModel, names: NameRatios, family: NDArray[Any], tokens: TokenRatios
) -> NameRatios:
    """The ratios of names against strangers and the supporter's relatives elsewhere; ``family`` by reading of a pair."""
    features, pair = laid.features, laid.features.read.pair
    surnames = surnames_of(laid.around.own_rows, search.columns.last_name, search.names.family.tokens)
    return beside_relatives(
        names,
        is_hers(surnames, features.supporter[pair], family),
        tokens.family_marginal[family],
        np.array(model.relatives_outside)[laid.cards.is_kin[features.card[pair]].astype(int)],
        tells=features.read.tells_family,
    )


def _as_she_said(laid: LaidOut, odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The odds of pairs after the supporter's answers: whom she confirmed is certain, whom she was shown and did not is out.

    "None of these" says nothing of voters who were not among the likeliest few that she was shown.
    """
    told = laid.told[laid.features.card]
    answered = np.where(told == laid.features.row, _CERTAIN, 0.0)
    after = np.where(told == NOT_ASKED, odds, answered)
    refused = np.flatnonzero(told == NOBODY)
    card = laid.features.card[refused]
    order = np.lexsort((-odds[refused], card))
    rank = np.arange(len(order)) - np.searchsorted(card[order], card[order])
    unshown = refused[order[rank >= MOST_CANDIDATES]]
    after[unshown] = odds[unshown]
    return after


def _summed(features: Features, cards: Cards, names: NameRatios) -> NDArray[np.float64]:
    ratio = np.bincount(
        features.read.pair, weights=features.read.weight * names.of_reading(), minlength=len(features.card)
    )
    has_name = np.bincount(cards.reading_owner, minlength=len(cards)) > 0
    return np.where(has_name[features.card], ratio, 1.0)
