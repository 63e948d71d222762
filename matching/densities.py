"""P(voter | supporter) of each pair and the odds that a person is in the file, given who is believed to be her friend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.cards import Cards
from matching.features import AGREES
from matching.kin import SPOUSE, SPOUSES_LEVELS, kin_age_laws
from matching.model import MatchModel
from matching.mutual import home_density, known_density
from matching.prior import (
    Surroundings,
    age_factors,
    age_laws,
    family_apart,
    friends_law,
    level_ages,
    level_shares,
    narrowed,
    nearer_friends,
    others_age_factors,
    place_and_age_law,
    place_law,
    years_counted,
)
from matching.prior_kernel import spread
from matching.search import LaidOut
from matching.shared_friends import SURENESS, SharedFriends

OWN_CARD_DENSITY = 0.01
_IN_FILE_PRIOR_FRIENDS = 40.0
_UNEXPLAINED = 0.06
"""The share of friends in the file whose name no candidate explains (a changed surname, an unknown nickname)."""
_ANYBODY = 0.6
"""Of friends in the file whose name is not told, how many would not be found by the phone or e-mail that they were kept under."""


@dataclass(frozen=True, slots=True)
class Before:
    """The parts of P(voter | supporter) that do not depend on who is believed to be her friend already, by pair.

    Supporters are numbered from the first one of the batch; ``around`` is theirs alone.
    """

    around: Surroundings
    supporter: NDArray[np.int32]
    gaps: NDArray[np.float64]
    factors: NDArray[np.float64]
    others: NDArray[np.float64]
    mass: NDArray[np.float64]
    ages: NDArray[np.float64]
    family: NDArray[np.float64]
    kin: NDArray[np.float64]
    is_kin: NDArray[np.bool_]
    status: NDArray[np.float64]
    herself: NDArray[np.float64]

    @classmethod
    def of(cls, laid: LaidOut, model: MatchModel) -> Before:
        """Weigh places and ages under a model."""
        places, first = laid.places, int(laid.features.supporter.min(initial=len(laid.around.own_rows)))
        around = narrowed(laid.around, first, int(laid.features.supporter.max(initial=first)) + 1)
        supporter = laid.features.supporter - np.int32(first)
        laws = age_laws(model.age_gaps)
        by_level, gaps = level_ages(around, laws), friends_law(laws, model.levels)
        factors = age_factors(around, gaps, np.zeros((len(around.own_rows), years_counted())))
        shares = level_shares(np.array(model.levels), around)
        family, others = family_apart(shares)
        law = place_law(places, supporter, others)
        ages = place_and_age_law(places, supporter, others, by_level) / (law * factors[supporter, places.year])
        return cls(
            around,
            supporter,
            gaps,
            factors,
            others=law,
            mass=others.sum(axis=0)[supporter],
            ages=ages,
            family=place_and_age_law(places, supporter, family, by_level),
            kin=_kins_density(laid, supporter, around, model, laws[0]),
            is_kin=laid.cards.is_kin[laid.features.card],
            status=np.array(model.status_factors)[laid.features.status],
            herself=np.where(_names_herself(laid), OWN_CARD_DENSITY, 0.0),
        )


def _kins_density(
    laid: LaidOut, supporter: NDArray[np.int32], around: Surroundings, model: MatchModel, family: NDArray[np.float64]
) -> NDArray[np.float64]:
    """P(voter | supporter) of each pair of a person with a word for kin, by place and age; 0 of all others.

    ``family`` is the law of age gaps of those whose word tells none.
    """
    density = np.zeros(len(supporter))
    kin = np.flatnonzero(laid.cards.is_kin[laid.features.card])
    if not len(kin):
        return density
    who, generation = supporter[kin], laid.cards.generation[laid.features.card[kin]]
    shares, ages = kins_places_and_ages(around, model, family)
    of_pair = shares[(generation == SPOUSE).astype(int), :, who].T
    density[kin] = (laid.places.densities[:, kin] * of_pair).sum(axis=0) * ages[generation, who, laid.places.year[kin]]
    return density


def kins_places_and_ages(
    around: Surroundings, model: MatchModel, family: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where people with a word for kin live and how old they are, by supporter.

    The shares of levels for most, then for husbands and wives (2 by levels by supporters), and the factors of ages by
    generation, last of those whose word tells none (``GENERATIONS`` + 1 by supporters by years); ``family`` is their law.
    """
    shares = np.stack([level_shares(np.array(levels), around) for levels in (model.kin_levels, SPOUSES_LEVELS)])
    return shares, level_ages(around, kin_age_laws(model.kin_age_gaps, family))


def prior_density(
    laid: LaidOut,
    model: MatchModel,
    before: Before,
    probability: NDArray[np.float64],
    *,
    shared: SharedFriends | None = None,
) -> NDArray[np.float64]:
    """P(voter | supporter) of each pair, given who is already believed to be her friend, or others'."""
    around, supporter, places = before.around, before.supporter, laid.places
    supporters, precincts = len(around.own_rows), len(around.sizes[1])
    believed = np.where(laid.is_own, 0.0, probability)
    friends = spread(supporter, places.year, believed, (supporters, years_counted()))
    sure = believed**SURENESS  # lest two doubtful namesakes in one far precinct vouch for each other
    by_precinct = spread(supporter, places.precinct, sure, (supporters, precincts))
    factors = age_factors(around, before.gaps, friends) if probability.any() else before.factors
    ages = others_age_factors(around, factors, supporter, year=places.year, friends=friends, own=believed)
    law = nearer_friends(
        before.others,
        places,
        supporter,
        friends=by_precinct,
        sizes=around.sizes[1],
        own=sure,
        mass=before.mass,
        law_friends=model.law_friends,
    )
    density = np.where(before.is_kin, before.kin, before.family + law * (ages * before.ages))
    mutual = 1 - model.known_share - model.home_share
    density = mutual * density + model.known_share * known_density(supporter, laid.claim, believed)
    density += model.home_share * home_density(supporter, laid.claim, laid.homes, believed)
    if shared:
        density = shared.mixed(laid.features.supporter, laid.features.row, density, believed)
    density *= before.status
    return np.where(laid.is_own, before.herself, density)


def _names_herself(laid: LaidOut) -> NDArray[np.bool_]:
    """Pairs that may be the supporter's own card: phone or e-mail agrees, or a whole name is told; never a kin label."""
    features, read = laid.features, laid.features.read
    told = np.bincount(read.pair, weights=read.tells_given & read.tells_family, minlength=len(features.card)) > 0
    agrees = (features.phone == AGREES) | (features.email == AGREES)
    herself: NDArray[np.bool_] = (agrees | told) & ~laid.cards.is_kin[features.card]
    return herself


def in_file_odds(laid: LaidOut, model: MatchModel, probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """By person: the odds that he is in the file at all, by his source, area code and what the supporter's others show."""
    cards, features = laid.cards, laid.features
    share = _source_shares(cards, model)
    if probability.any():
        supporters = len(laid.around.own_rows)
        found = np.bincount(features.supporter, weights=np.where(laid.is_own, 0, probability), minlength=supporters)
        expected = np.bincount(cards.supporter, weights=share, minlength=supporters)
        lift = (found + _IN_FILE_PRIOR_FRIENDS) / (expected + _IN_FILE_PRIOR_FRIENDS)
        share = np.clip(share * lift[cards.supporter], 0.01, 0.95)
    return _told_odds(cards, share, model)


def first_odds(cards: Cards, model: MatchModel) -> NDArray[np.float64]:
    """The same before anything is known of the supporter's others."""
    return _told_odds(cards, _source_shares(cards, model), model)


def nobody_odds(cards: Cards, odds: NDArray[np.float64], missed: NDArray[np.float64]) -> NDArray[np.float64]:
    """By person the odds of nobody among the candidates: not in the file, or in it without being laid out."""
    is_nameless = np.bincount(cards.reading_owner, minlength=len(cards)) == 0
    return 1 + odds * np.where(is_nameless, _ANYBODY, _UNEXPLAINED + 0.5 * missed)


def _source_shares(cards: Cards, model: MatchModel) -> NDArray[np.float64]:
    """By person: how many of his source's people are in the file."""
    shares = [model.in_file_share.get(kind, model.default_in_file_share) for kind in cards.source_kinds]
    return np.array(shares or [0.5], dtype=np.float64)[cards.source_kind]


def _told_odds(cards: Cards, share: NDArray[np.float64], model: MatchModel) -> NDArray[np.float64]:
    """By person the odds that ``share`` gives, moved by his area codes and traits."""
    odds = share / (1 - share)
    area = np.array(
        [model.area_code_odds.get(str(code), model.default_area_code_odds) for code in cards.area_codes.values]
    )
    log = np.full(len(cards), -np.inf)
    np.maximum.at(log, cards.area_codes.owner, area)
    log = np.where(np.isinf(log), 0.0, log) + _trait_odds(cards, model)
    return np.asarray(odds * np.exp(log), dtype=np.float64)


def _trait_odds(cards: Cards, model: MatchModel) -> NDArray[np.float64]:
    """By person: the log of how much likelier somebody in the file has his traits, and lacks the others, than anybody else."""
    inside, outside = np.array(model.traits_in_file), np.array(model.traits_outside)
    has, lacks = np.log(inside / outside), np.log((1 - inside) / (1 - outside))
    return np.asarray(np.where(cards.traits, has, lacks).sum(axis=1), dtype=np.float64)
