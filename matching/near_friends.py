"""How far a supporter's friends live in a few precincts only, learned from where they were found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.model import MatchModel
from matching.prior import FAMILY, family_apart, level_shares, nearer_friends, place_law
from matching.prior_kernel import spread
from matching.resolve import Resolved
from matching.search import LaidOut
from matching.shared_friends import SURENESS

_Numbers = NDArray[np.float64]
_STRENGTH = 100.0
"""The default counts as so many friends."""
_LEAST = 1e-3
"""Pairs less likely than this teach nothing."""
_FEWEST, _MOST, _HALVINGS = 1.0, 1e5, 40


def law_friends(believed: Sequence[tuple[LaidOut, Resolved]], model: MatchModel, default: MatchModel) -> float:
    """How many friends the law of places counts as, against those who were found (see ``nearer_friends``).

    The likeliest strength of a law that friends are drawn from one after the other, each as the law says or where one of the
    others lives (Blackwell and MacQueen 1973), from 1 to 100,000. Nobody found gives the default.
    """
    near, weight, others = (
        np.concatenate(parts) for parts in zip(*(_near_others(*one, model) for one in believed), strict=True)
    )
    usual = float(weight @ others) / max(float(weight.sum()), 1e-9)
    if not usual:
        return default.law_friends
    weight, others = np.append(weight, _STRENGTH), np.append(others, usual)
    return _strength(weight, others, float(near.sum()) + _STRENGTH * usual / (usual + default.law_friends))


def _strength(weight: _Numbers, others: _Numbers, near: float) -> float:
    """The strength under which as many friends are expected to be drawn near others as were; by halving its logarithm."""
    low, high = _FEWEST, _MOST
    for _ in range(_HALVINGS):
        middle = (low * high) ** 0.5
        is_more = float(weight @ (others / (others + middle))) > near
        low, high = (middle, high) if is_more else (low, middle)
    return float((low * high) ** 0.5)


def _near_others(laid: LaidOut, resolved: Resolved, model: MatchModel) -> tuple[_Numbers, _Numbers, _Numbers]:
    """By likely pair that is no relative: friends drawn near others, friends, and how many others of hers are found."""
    supporter, places = laid.features.supporter, laid.places
    weight = np.where(laid.is_own, 0.0, resolved.probability)
    sure, shape = weight**SURENESS, (len(laid.around.own_rows), len(laid.around.sizes[1]))
    friends = spread(supporter, places.precinct, sure, shape)
    shares = family_apart(level_shares(np.array(model.levels), laid.around))[1]
    law, mass = place_law(places, supporter, shares), shares.sum(axis=0)[supporter]
    moved = nearer_friends(
        law, places, supporter, friends=friends, sizes=laid.around.sizes[1], own=sure, mass=mass,
        law_friends=model.law_friends,
    )  # fmt: skip
    others = np.maximum(friends.sum(axis=1)[supporter] - sure, 0.0)
    by_law = model.law_friends / (model.law_friends + others) * law / np.maximum(moved, 1e-300)
    is_family = (places.densities[list(FAMILY)] > 0).any(axis=0) | laid.cards.is_kin[laid.features.card]
    keep = ~is_family & (weight >= _LEAST)
    return ((1 - by_law) * weight)[keep], weight[keep], others[keep]
