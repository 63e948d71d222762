"""One search: the voter file, the names seen in a run, and the people of some supporters laid out as pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.voters import VoterColumns
from matching.candidates import SeenNames, find_pairs, with_known_friends
from matching.cards import CardMaker, Cards, Tokens
from matching.channels import family_entries, given_entries
from matching.evidence import Evidence
from matching.features import AGREES, Features, compare
from matching.file_arrays import FileArrays
from matching.housemates import unregistered_share
from matching.index import MatchIndex
from matching.kept_entries import remembered
from matching.model import MatchModel
from matching.mutual import Homes, home_density, known_density
from matching.names.law import family_share, given_share
from matching.names.nicknames import formal_names, has_short_form
from matching.posterior import posterior
from matching.prior import (
    PairPlaces,
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
    pair_places,
    place_and_age_law,
    place_law,
    years_counted,
)
from matching.prior_kernel import numbered, spread
from matching.relatives import beside_relatives, is_hers, surnames_of
from matching.score import NameRatios, TokenRatios, field_ratios, name_ratios
from matching.shared_friends import SharedFriends

NOT_ASKED, NOBODY = -1, -2
"""What a supporter said of a person, where she named no row."""
_CERTAIN = 1e9
_UNEXPLAINED = 0.06
"""The share of friends in the file whose name no candidate explains (a changed surname, an unknown nickname)."""
_OWN_CARD_DENSITY = 0.01
_IN_FILE_PRIOR_FRIENDS = 40.0
_INNER_ROUNDS = 3
_NO_CHANCE = 1e-6
_KNOWN_LEAST = 0.5


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


def seen_names(index: MatchIndex, tokens: Tokens) -> SeenNames:
    """What each name of a run may stand for in this file."""

    def given_law(word: str) -> float:
        return given_share(word) / 100

    def family_law(word: str) -> float:
        return family_share(word) / 100

    middle = index.middle.code_of
    given_of = partial(given_entries, formal_names=formal_names, has_short_form=has_short_form, outside=given_law)
    return SeenNames(
        given=remembered(tokens.given, index.first, partial(given_of, vocabulary=index.first)),
        given_as_middle=remembered(
            [t if len(t) > 1 else "" for t in tokens.given], index.middle, partial(given_of, vocabulary=index.middle)
        ),
        family=remembered(
            tokens.family, index.last, partial(family_entries, vocabulary=index.last, outside=family_law)
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
    features = compare(cards, pairs, search.file, names=search.names)
    laid = _laid_out(cards, features, around, answers)
    first = resolve(search, laid, MatchModel(), search.first_look, rounds=1)
    is_told = (features.phone == AGREES) | (features.email == AGREES) | (features.street == AGREES)
    keep = is_told | (first.probability >= _NO_CHANCE)
    known = (first.probability >= _KNOWN_LEAST) & ~laid.is_own
    more = with_known_friends(cards, pairs, search.file, names=search.names, keep=keep, is_known=known)
    compared = compare(cards, more, search.file, names=search.names)
    return _laid_out(cards, compared, around, answers)


def _laid_out(cards: Cards, features: Features, around: Surroundings, told: NDArray[np.int64]) -> LaidOut:
    claim = numbered(features.supporter, features.row) - 1
    own = around.own_rows[features.supporter] if len(around.own_rows) else np.zeros(0, np.int32)
    places = pair_places(around, features.supporter, features.row)
    homes = Homes.of(features.supporter, features.card, places.household, around.sizes[0])
    return LaidOut(cards, features, places, homes, around, claim, _fits(features), own == features.row, told)


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
    before = _Before.of(laid, model)
    probability = np.zeros(len(name))
    density = np.zeros(len(name))
    for _ in range(rounds):
        density = prior_density(laid, model, before, probability, shared=shared)
        odds = in_file_odds(laid, model, probability)
        nobody = 1 + odds * (_UNEXPLAINED + 0.5 * features.missed)
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
    """The odds of pairs after the supporter's answers: whom she confirmed is certain, whom she did not is out."""
    told = laid.told[laid.features.card]
    answered = np.where(told == laid.features.row, _CERTAIN, 0.0)
    return np.where(told == NOT_ASKED, odds, answered)


@dataclass(frozen=True, slots=True)
class _Before:
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
    def of(cls, laid: LaidOut, model: MatchModel) -> _Before:
        """Weigh places and ages under a model."""
        places, first = laid.places, int(laid.features.supporter.min(initial=len(laid.around.own_rows)))
        around = narrowed(laid.around, first, int(laid.features.supporter.max(initial=first)) + 1)
        supporter = laid.features.supporter - np.int32(first)
        laws = age_laws(model.age_gaps)
        by_level, gaps = level_ages(around, laws), friends_law(laws, model.levels)
        factors = age_factors(around, gaps, np.zeros((len(around.own_rows), years_counted())))
        shares, kin_shares = (level_shares(np.array(levels), around) for levels in (model.levels, model.kin_levels))
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
            kin=place_law(places, supporter, kin_shares) * by_level[0, supporter, places.year],
            is_kin=laid.cards.is_kin[laid.features.card],
            status=np.array(model.status_factors)[laid.features.status],
            herself=np.where(_names_herself(laid), _OWN_CARD_DENSITY, 0.0),
        )


def prior_density(
    laid: LaidOut,
    model: MatchModel,
    before: _Before,
    probability: NDArray[np.float64],
    *,
    shared: SharedFriends | None = None,
) -> NDArray[np.float64]:
    """P(voter | supporter) of each pair, given who is already believed to be her friend, or others'."""
    around, supporter, places = before.around, before.supporter, laid.places
    supporters, precincts = len(around.own_rows), len(around.sizes[1])
    believed = np.where(laid.is_own, 0.0, probability)
    friends = spread(supporter, places.year, believed, (supporters, years_counted()))
    by_precinct = spread(supporter, places.precinct, believed, (supporters, precincts))
    factors = age_factors(around, before.gaps, friends) if probability.any() else before.factors
    ages = others_age_factors(around, factors, supporter, year=places.year, friends=friends, own=believed)
    law = nearer_friends(
        before.others, places, supporter, friends=by_precinct, sizes=around.sizes[1], own=believed, mass=before.mass
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
    shares = np.array(
        [model.in_file_share.get(kind, model.default_in_file_share) for kind in cards.source_kinds] or [0.5]
    )
    share = shares[cards.source_kind]
    if probability.any():
        supporters = len(laid.around.own_rows)
        found = np.bincount(features.supporter, weights=np.where(laid.is_own, 0, probability), minlength=supporters)
        expected = np.bincount(cards.supporter, weights=share, minlength=supporters)
        lift = (found + _IN_FILE_PRIOR_FRIENDS) / (expected + _IN_FILE_PRIOR_FRIENDS)
        share = np.clip(share * lift[cards.supporter], 0.01, 0.95)
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


def place_ratio(search: Search, laid: LaidOut, model: MatchModel) -> NDArray[np.float64]:
    """The evidence of the place a contact tells: the law of places of friends in the file against that of all others."""
    tokens = place_tokens(search, laid.cards)
    wrong, outside = place_laws(search, model)
    token = tokens[laid.features.card]
    agrees = (model.place_right + (1 - model.place_right) * wrong[token]) / outside[token]
    differs = (1 - model.place_right) * wrong[token] / outside[token]
    return np.where(token < 0, 1.0, np.where(laid.features.place == 2, agrees, differs))


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


def seen_tokens(laid: LaidOut) -> tuple[NDArray[Any], NDArray[Any]]:
    """The tokens of given name and surname of each reading of each pair."""
    readings = np.bincount(laid.cards.reading_owner, minlength=len(laid.cards))
    starts = (np.cumsum(readings) - readings)[laid.features.card]
    pair = laid.features.read.pair
    first = np.searchsorted(pair, np.arange(len(laid.features.card)))
    reading = starts[pair] + np.arange(len(pair)) - first[pair]
    return laid.cards.given[reading], laid.cards.family[reading]


def _summed(features: Features, cards: Cards, names: NameRatios) -> NDArray[np.float64]:
    ratio = np.bincount(
        features.read.pair, weights=features.read.weight * names.of_reading(), minlength=len(features.card)
    )
    has_name = np.bincount(cards.reading_owner, minlength=len(cards)) > 0
    return np.where(has_name[features.card], ratio, 1.0)


def _fits(features: Features) -> NDArray[np.bool_]:
    """Pairs of which the name as seen may be the voter's, through any reading."""
    read = features.read
    given = (read.given >= 0) | (read.given_as_middle >= 0) | ~read.tells_given
    family = (read.family >= 0) | read.family_is_middle | ~read.tells_family
    return np.bincount(read.pair, weights=given & family, minlength=len(features.card)) > 0
