"""The evidence of the place that a contact tells, against where friends in the file and all others live."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.cards import Cards
from matching.features import AGREES
from matching.model import MatchModel
from matching.search import LaidOut, Search


def place_ratio(search: Search, laid: LaidOut, model: MatchModel) -> NDArray[np.float64]:
    """The evidence of the place a contact tells: the law of places of friends in the file against that of all others."""
    agrees, differs = told_ratios(search, laid.cards, model)
    card = laid.features.card
    return np.where(laid.features.place == AGREES, agrees[card], differs[card])


def told_ratios(search: Search, cards: Cards, model: MatchModel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """By person the evidence of the place he is told to live at, for voters there and for all others; 1 where none is told."""
    token = place_tokens(search, cards)
    wrong, outside = place_laws(search, model)
    agrees = (model.place_right + (1 - model.place_right) * wrong[token]) / outside[token]
    differs = (1 - model.place_right) * wrong[token] / outside[token]
    return np.where(token < 0, 1.0, agrees), np.where(token < 0, 1.0, differs)


def place_tokens(search: Search, cards: Cards) -> NDArray[np.int64]:
    """By person: the city of the first place told, or "elsewhere in the state", "another state"; -1 when none is told.

    A ZIP code that voters have stands for its own place in the list after the cities.
    """
    cities, main_city = len(search.columns.city.values), search.index.facts.city_of_postal_code
    tokens = np.full(len(cards), -1, dtype=np.int64)
    for owner, city, postal_code in zip(
        cards.places.owner[::-1], cards.places.city[::-1], cards.places.postal_code[::-1], strict=True
    ):
        code = city if city != -1 else postal_code
        if code >= 0:
            tokens[owner] = code if city >= 0 else main_city[postal_code]
        elif code < -1:
            tokens[owner] = cities + (0 if code == -2 else 1)
    return tokens


def place_laws(search: Search, model: MatchModel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """By place token: P(told | friend in the file who lives elsewhere) and P(told | not in the file)."""
    share = search.index.facts.cities / max(len(search.columns), 1)
    wrong, outside = np.append(0.3 * share, [0.5, 0.2]), np.append(0.3 * share, [0.4, 0.3])
    for at, name in enumerate([*search.columns.city.values, "in state", "other state"]):
        if name in model.place_odds:
            wrong[at], outside[at] = model.place_odds[name]
    return np.append(np.maximum(wrong, 1e-4), 1.0), np.append(np.maximum(outside, 1e-4), 1.0)
