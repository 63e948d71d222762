"""The evidence for each pair as a likelihood ratio against "somebody who is not this voter"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.compiled import compiled
from graph.voters import VoterColumns
from matching.candidates import SeenNames
from matching.channels import Channel, Entries, likelihoods, marginals
from matching.features import AGREES, DIFFERS, HOUSEMATE, NOT_TOLD, Features
from matching.file_arrays import plain
from matching.file_facts import FileFacts
from matching.index import MatchIndex
from matching.model import MatchModel

Ratio = NDArray[np.float64]
_DAYS = 365


@dataclass(frozen=True, slots=True)
class NameRatios:
    """The ratio of each reading of each pair, by part, before readings are summed."""

    given: Ratio
    given_by_middle: Ratio
    family: Ratio
    family_by_middle: Ratio
    middle: Ratio
    apart: Ratio
    """How much less often strangers show both names than each of them alone would make likely, or more often."""

    def of_reading(self) -> Ratio:
        """The ratio of the whole name in one reading."""
        return (self.given + self.given_by_middle) * (self.family + self.family_by_middle) * self.middle * self.apart


@dataclass(frozen=True, slots=True)
class TokenRatios:
    """Ratios of entries and marginals of tokens under one model; small, because they are of the vocabulary."""

    given: Ratio
    given_as_middle: Ratio
    family: Ratio
    family_marginal: Ratio
    given_classes: Ratio
    family_classes: Ratio
    """P(class | token), divided by P(class) for surnames; the last of each stands for no name."""

    @classmethod
    def of(cls, names: SeenNames, index: MatchIndex, model: MatchModel) -> TokenRatios:
        """Ratios of every entry."""
        given_rates, family_rates = np.array(model.given_rates), np.array(model.family_rates)
        given = marginals(names.given, given_rates, model.outside_share)
        family = marginals(names.family, family_rates, model.outside_share)
        as_middle = names.given_as_middle
        classes, by_given = index.classes, likelihoods(names.given, given_rates)
        by_family = likelihoods(names.family, family_rates)
        return cls(
            _over(names.given, by_given, given),
            _over(as_middle, likelihoods(as_middle, given_rates), given),
            _over(names.family, by_family, family),
            np.append(family, 1.0),
            _classes(names.given, by_given * index.first.counts[names.given.codes], classes.given, classes.shares),
            _classes(names.family, by_family * index.last.counts[names.family.codes], classes.family, classes.shares)
            / classes.shares,
        )


def _over(entries: Entries, likelihood: Ratio, marginal: Ratio) -> Ratio:
    """Ratios, with a last element 0 that stands for "no entry"."""
    return np.append(likelihood / marginal[entries.token], 0.0)


def _classes(entries: Entries, rows: Ratio, of_name: Ratio, shares: Ratio) -> Ratio:
    """P(class | token) through the ``rows`` that each entry speaks for; one more row, for no name, is everybody's."""
    told = _class_sums(entries.token, entries.codes, rows, plain(of_name, np.float64), len(entries.tokens)) + shares
    return np.vstack([told / told.sum(axis=1, keepdims=True), shares])


@compiled
def _class_sums(token: NDArray[np.int32], codes: NDArray[np.int32], rows: Ratio, of_name: Ratio, size: int) -> Ratio:
    """The rows that the entries of each token speak for, by class (tokens by classes)."""
    sums = np.zeros((size, of_name.shape[1]))
    for entry in range(len(token)):
        for one in range(of_name.shape[1]):
            sums[token[entry], one] += rows[entry] * of_name[codes[entry], one]
    return sums


class _Rates(NamedTuple):
    """The rates that a name's evidence is weighed with, as compiled code takes them."""

    other_given: float
    other_family_women: float
    other_family_men: float
    middle_as_given: float
    middle_as_family: float
    same_middle: float


def name_ratios(
    features: Features, tokens: TokenRatios, cards_given: NDArray[Any], cards_family: NDArray[Any], model: MatchModel
) -> NameRatios:
    """The name's evidence; a name that is not told counts 1, one that nothing explains its rate of ``OTHER``."""
    rates = _Rates(
        model.given_rates[Channel.OTHER], model.other_family_women, model.other_family_men,
        model.middle_as_given, model.middle_as_family, model.same_middle,
    )  # fmt: skip
    of_tokens = (
        tokens.given, tokens.given_as_middle, tokens.family, tokens.family_marginal,
        tokens.given_classes, tokens.family_classes,
    )  # fmt: skip
    read = features.read
    of_read = (
        read.pair, read.given, read.given_as_middle, read.family, read.family_is_middle,
        read.tells_given, read.tells_family, read.middle, read.middle_initial_share,
    )  # fmt: skip
    return NameRatios(*_name_ratios(of_read, of_tokens, cards_given, cards_family, features.is_woman, rates))


@compiled
def _name_ratios(
    of_read: tuple[NDArray[Any], ...],
    of_tokens: tuple[Ratio, ...],
    cards_given: NDArray[np.int32],
    cards_family: NDArray[np.int32],
    is_woman: NDArray[np.bool_],
    rates: _Rates,
) -> Ratio:
    """The parts of ``NameRatios`` (6 by readings), from columns of ``ReadPairs`` and ``TokenRatios``."""
    pair, given, given_as_middle, family, is_middle, tells_given, tells_family, middle, share = of_read
    of_given, of_middle, of_family, marginal, given_classes, family_classes = of_tokens
    ratios = np.ones((6, len(pair)))
    for at in range(len(pair)):
        other = rates.other_family_women if is_woman[pair[at]] else rates.other_family_men
        if tells_given[at]:
            by_first = of_given[given[at]] if given[at] >= 0 else rates.other_given
            ratios[0, at] = (1 - rates.middle_as_given) * by_first
            ratios[1, at] = rates.middle_as_given * of_middle[given_as_middle[at]] if given_as_middle[at] >= 0 else 0.0
        else:
            ratios[1, at] = 0.0
        if tells_family[at]:
            ratios[2, at] = (1 - other) * of_family[family[at]] if family[at] >= 0 else other
        ratios[3, at] = rates.middle_as_family / marginal[cards_family[at]] if is_middle[at] else 0.0
        if middle[at] == AGREES:
            ratios[4, at] = np.float32(rates.same_middle) / max(share[at], np.float32(1e-5))
        elif middle[at] == DIFFERS:
            ratios[4, at] = 1 - rates.same_middle
        together = 0.0
        for one in range(given_classes.shape[1]):
            together += given_classes[cards_given[at], one] * family_classes[cards_family[at], one]
        ratios[5, at] = 1 / together
    return ratios


class _Fields(NamedTuple):
    """The ratio of each field when it agrees and when it differs, as compiled code takes them."""

    phone_right: Ratio
    phone_chance: float
    phones: int
    housemate: float
    email: tuple[float, float]
    street: tuple[float, float]
    day: tuple[float, float]
    birth_year_right: float
    email_year_right: float
    same_gender: float


def field_ratios(features: Features, columns: VoterColumns, facts: FileFacts, model: MatchModel, place: Ratio) -> Ratio:
    """The evidence of everything but names; ``place`` is the ratio of each pair's place."""
    phones, emails = max(len(columns.phones.digests), 1), max(len(columns.emails.digests), 1)
    streets = max(len(columns.street.values), 1)
    fields = _Fields(
        np.array(model.phone_right),
        model.phone_chance,
        phones,
        max(model.phone_housemate * phones / model.phone_chance, 1.0),
        _coded(model.email_right, model.email_chance, emails),
        _coded(model.street_right, model.street_chance, streets),
        (model.birthday_right * _DAYS, (1 - model.birthday_right) / (1 - 1 / _DAYS)),
        model.birth_year_right,
        model.email_year_right,
        model.same_gender,
    )
    codes = (
        features.phone, features.phone_kind, features.email, features.street, features.birthday,
        features.birth_year, features.email_year, features.gender,
    )  # fmt: skip
    common = facts.birth_years / max(len(columns), 1)
    return _field_ratios(codes, features.born, common, fields, place)


@compiled
def _field_ratios(
    codes: tuple[NDArray[np.int8], ...], born: NDArray[np.int16], common: Ratio, fields: _Fields, place: Ratio
) -> Ratio:
    """The product of the fields' ratios by pair; ``common`` is the share of voters born in each year."""
    phone, phone_kind, email, street, birthday, birth_year, email_year, gender = codes
    ratios = np.empty(len(place))
    for pair in range(len(place)):
        by_phone = _coded(fields.phone_right[phone_kind[pair]], fields.phone_chance, fields.phones)
        ratio = place[pair] * _chosen(phone[pair], by_phone)
        if phone[pair] == HOUSEMATE:
            ratio *= fields.housemate
        ratio *= _chosen(email[pair], fields.email)
        ratio *= _chosen(street[pair], fields.street)
        ratio *= _chosen(birthday[pair], fields.day)
        share = common[max(born[pair], 0)]
        ratio *= _chosen(birth_year[pair], _coded_year(share, fields.birth_year_right))
        if birth_year[pair] == NOT_TOLD:  # else the year in an address says the same once more
            ratio *= _chosen(email_year[pair], _coded_year(share, fields.email_year_right))
        ratio *= _chosen(gender[pair], (2 * fields.same_gender, 2 * (1 - fields.same_gender)))
        ratios[pair] = ratio
    return ratios


@compiled
def _coded(right: float, chance: float, values: int) -> tuple[float, float]:
    """Ratios of agreement and of difference among ``values`` equally likely ones.

    A stranger shows one of them with probability ``chance``.
    """
    return right * values / chance, min((1 - right) / max(1 - chance, 0.05), 1.0)


@compiled
def _coded_year(common: float, right: float) -> tuple[float, float]:
    """The same for a year, by how common the voter's is in the file."""
    return right / max(common, 1e-3) + (1 - right), 1 - right


@compiled
def _chosen(code: int, ratios: tuple[float, float]) -> float:
    if code == AGREES:
        return ratios[0]
    return ratios[1] if code == DIFFERS else 1.0
