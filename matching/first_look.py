"""The first look at all candidates of a batch, in one compiled pass: who has a chance at all, and who is likely a friend.

More than half of them are left out after it, so nothing is kept of a pair but its posterior under the default model, before
anything is known of the supporter's other friends.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.compiled import borrowing
from matching.candidates import Pairs
from matching.cards import Cards
from matching.densities import OWN_CARD_DENSITY, first_odds, kins_places_and_ages, nobody_odds
from matching.features import (
    AGREES,
    Opened,
    Readings,
    Seen,
    Told,
    close_reading,
    codes_of,
    found_by,
    middle_names_told,
    open_reading,
    read_of,
    same_card,
)
from matching.file_arrays import FileArrays
from matching.kin import SPOUSE
from matching.model import MatchModel
from matching.prior import Surroundings, age_laws, level_ages, level_shares, narrowed, own_places, sizes
from matching.prior_kernel import Living, Own, Sizes, densities_of, year_place
from matching.score import Fields, Rates, parts_of, ratio_of_fields
from matching.search import Search
from matching.told_places import told_ratios

_Numbers = NDArray[np.float64]
_PLACE = 3


def first_look(search: Search, cards: Cards, pairs: Pairs, around: Surroundings) -> _Numbers:
    """P(person is this voter) of each pair, before one voter is kept from being two friends."""
    model = MatchModel()
    seen = Seen.of(search.names)
    names = _Names(
        Readings.of(cards), seen, Opened.of(seen), middle_names_told(search.file), search.first_look.columns(),
        Rates.of(model),
    )  # fmt: skip
    rest = _Rest(
        Told.of(cards), Fields.of(search.columns, search.index.facts, model), *told_ratios(search, cards, model)
    )
    persons = _Persons.of(cards, pairs, model)
    near, probability = search.file.of_rows(pairs.row), np.zeros(len(pairs.card))
    prior = _Prior.of(around, near, cards, model)
    _look(pairs.card, pairs.row, found_by(pairs), persons, names, rest, prior, near, probability)
    return probability


class _Persons(NamedTuple):
    """By person: the supporter, whether a word for kin is told and which generation it tells, the odds of being in the file,
    what speaks for nobody.
    """

    supporter: NDArray[np.int32]
    is_kin: NDArray[np.bool_]
    generation: NDArray[np.int8]
    odds: _Numbers
    nobody: _Numbers

    @classmethod
    def of(cls, cards: Cards, pairs: Pairs, model: MatchModel) -> _Persons:
        odds = first_odds(cards, model)
        nobody = nobody_odds(cards, odds, pairs.missed)
        return cls(cards.supporter - np.int32(_first(cards)), cards.is_kin, cards.generation, odds, nobody)


def _first(cards: Cards) -> int:
    """The supporter whom the numbers of the batch start with."""
    return int(cards.supporter.min(initial=np.iinfo(np.int32).max)) if len(cards) else 0


class _Names(NamedTuple):
    """The names told, what they may stand for, and what that is worth."""

    readings: Readings
    seen: Seen
    opened: Opened
    told: int
    of_tokens: tuple[_Numbers, ...]
    rates: Rates


class _Rest(NamedTuple):
    """What else is told, and what it is worth; the place by person, for voters who live there and all others."""

    told: Told
    fields: Fields
    there: _Numbers
    elsewhere: _Numbers


class _Prior(NamedTuple):
    """Where and how old friends are: shares of levels (levels by supporters) and ages (levels, supporters, years).

    Those of kin are as ``kins_places_and_ages`` gives them, empty where nobody has a word for it.
    """

    own: Own
    living: Living
    sizes: Sizes
    shares: _Numbers
    ages: _Numbers
    kin_shares: _Numbers
    kin_ages: _Numbers
    status: _Numbers

    @classmethod
    def of(cls, around: Surroundings, near: FileArrays, cards: Cards, model: MatchModel) -> _Prior:
        some = narrowed(around, _first(cards), int(cards.supporter.max(initial=0)) + 1)
        mutual = 1 - model.known_share - model.home_share
        shares, laws = mutual * level_shares(np.array(model.levels), some), age_laws(model.age_gaps)
        kin_shares, kin_ages = np.zeros((0, 0, 0)), np.zeros((0, 0, 0))
        if cards.is_kin.any():
            kin_shares, kin_ages = kins_places_and_ages(some, model, laws[0])
        living = Living(near.household, near.precinct, near.city, near.county, near.last, near.birth_year)
        ages, status = level_ages(some, laws), np.array(model.status_factors)
        return cls(own_places(some), living, sizes(some), shares, ages, mutual * kin_shares, kin_ages, status)


@borrowing
def _look(
    card: NDArray[np.int32],
    row: NDArray[np.int32],
    found: NDArray[np.bool_],
    persons: _Persons,
    names: _Names,
    rest: _Rest,
    prior: _Prior,
    near: FileArrays,
    odds: _Numbers,
) -> None:
    """Fill in ``first_look`` of pairs sorted by person; ``found`` as ``matching.features.found_by`` has it.

    ``near`` are the voters of the pairs brought together.
    """
    start = 0
    while start < len(card):
        one, stop = card[start], same_card(card, start)
        _add_names(odds, start, stop, one, names, near)
        total = persons.nobody[one]
        for pair in range(start, stop):
            codes = codes_of(pair, one, found, rest.told, near)
            odds[pair] *= ratio_of_fields(codes, near.phone_kind[pair], near.birth_year[pair], rest.fields)
            odds[pair] *= rest.there[one] if codes[_PLACE] == AGREES else rest.elsewhere[one]
            supporter = persons.supporter[one]
            if row[pair] == prior.own.row[supporter]:
                density = OWN_CARD_DENSITY  # her own row is as likely as an own card is
            else:
                kin, generation = persons.is_kin[one], persons.generation[one]
                density = _density(supporter, pair, kin, generation, prior, near.status[pair])
            odds[pair] *= persons.odds[one] * density
            total += odds[pair]
        for pair in range(start, stop):
            odds[pair] /= total
        start = stop


@borrowing
def _add_names(
    odds: _Numbers,
    start: int,
    stop: int,
    one: int,
    names: _Names,
    near: FileArrays,
) -> None:
    """Write the evidence of a person's name, summed over its readings, into ``odds[start:stop]``; 1 where no name is told."""
    readings = names.readings
    if readings.starts[one] == readings.starts[one + 1]:
        odds[start:stop] = 1.0
    for reading in range(readings.starts[one], readings.starts[one + 1]):
        given, family = readings.given[reading], readings.family[reading]
        open_reading(names.opened, names.seen, given, family)
        for pair in range(start, stop):
            said = read_of(pair, reading, readings, names.seen, names.opened, near, names.told)
            is_woman = near.gender[pair] == 1
            parts = parts_of(said, (given >= 0, family >= 0), given, family, is_woman, names.of_tokens, names.rates)
            ratio = (parts[0] + parts[1]) * (parts[2] + parts[3]) * parts[4] * parts[5]
            odds[pair] += readings.weight[reading] * ratio
        close_reading(names.opened, names.seen, given, family)


@borrowing
def _density(supporter: int, pair: int, is_kin: bool, generation: int, prior: _Prior, status: int) -> float:
    """P(voter | supporter) by place and age alone."""
    year, density = year_place(prior.living.birth_year[pair]), 0.0
    for level, inside in enumerate(densities_of(supporter, pair, prior.own, prior.living, prior.sizes)):
        if is_kin:
            share = prior.kin_shares[1 if generation == SPOUSE else 0, level, supporter]
            density += inside * share * prior.kin_ages[generation, supporter, year]
        else:
            density += inside * prior.shares[level, supporter] * prior.ages[level, supporter, year]
    return float(density * prior.status[status])
