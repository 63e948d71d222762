"""The evidence for each pair as a likelihood ratio against "somebody who is not this voter"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.compiled import borrowing, compiled
from graph.voters import VoterColumns
from matching.candidates import SeenNames
from matching.channels import Channel, Entries, likelihoods, marginals
from matching.features import AGREES, DIFFERS, HOUSEMATE, NOT_TOLD, Features, Said
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

    def columns(self) -> tuple[Ratio, ...]:
        """All of them in order, as compiled code takes them."""
        return (
            self.given, self.given_as_middle, self.family, self.family_marginal,
            self.given_classes, self.family_classes,
        )  # fmt: skip


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


class Rates(NamedTuple):
    """The rates that a name's evidence is weighed with, as compiled code takes them."""

    other_given: float
    other_family_women: float
    other_family_men: float
    middle_as_given: float
    middle_as_family: float
    same_middle: float

    @classmethod
    def of(cls, model: MatchModel) -> Rates:
        """The rates of a model."""
        return cls(
            model.given_rates[Channel.OTHER], model.other_family_women, model.other_family_men,
            model.middle_as_given, model.middle_as_family, model.same_middle,
        )  # fmt: skip


def name_ratios(
    features: Features, tokens: TokenRatios, cards_given: NDArray[Any], cards_family: NDArray[Any], model: MatchModel
) -> NameRatios:
    """The name's evidence; a name that is not told counts 1, one that nothing explains its rate of ``OTHER``."""
    read = features.read
    of_read = (
        read.pair, read.given, read.given_as_middle, read.family, read.family_is_middle,
        read.tells_given, read.tells_family, read.middle, read.middle_initial_share,
    )  # fmt: skip
    ratios = np.empty((6, len(read.pair)))
    _name_ratios(of_read, tokens.columns(), cards_given, cards_family, features.is_woman, Rates.of(model), ratios)
    return NameRatios(*ratios)


@borrowing
def _name_ratios(
    of_read: tuple[NDArray[Any], ...],
    of_tokens: tuple[Ratio, ...],
    cards_given: NDArray[np.int32],
    cards_family: NDArray[np.int32],
    is_woman: NDArray[np.bool_],
    rates: Rates,
    ratios: Ratio,
) -> None:
    """Fill in the parts of ``NameRatios`` (6 by readings), from columns of ``ReadPairs`` and ``TokenRatios``."""
    pair, given, given_as_middle, family, is_middle, tells_given, tells_family, middle, share = of_read
    for at in range(len(pair)):
        said = given[at], given_as_middle[at], family[at], is_middle[at], middle[at], share[at]
        tells = tells_given[at], tells_family[at]
        parts = parts_of(said, tells, cards_given[at], cards_family[at], is_woman[pair[at]], of_tokens, rates)
        for part, ratio in enumerate(parts):
            ratios[part, at] = ratio


@borrowing
def parts_of(
    said: Said,
    tells: tuple[bool, bool],
    given_token: int,
    family_token: int,
    is_woman: bool,
    of_tokens: tuple[Ratio, ...],
    rates: Rates,
) -> tuple[float, ...]:
    """The parts of ``NameRatios`` of one reading of one pair; ``said`` is what ``matching.features.read_of`` gives."""
    given, given_as_middle, family, is_middle, middle, share = said
    of_given, of_middle, of_family, marginal, given_classes, family_classes = of_tokens
    other = rates.other_family_women if is_woman else rates.other_family_men
    by_first, by_middle, by_last, of_same_middle = 1.0, 0.0, 1.0, 1.0
    if tells[0]:
        by_first = (1 - rates.middle_as_given) * (of_given[given] if given >= 0 else rates.other_given)
        by_middle = rates.middle_as_given * of_middle[given_as_middle] if given_as_middle >= 0 else 0.0
    if tells[1]:
        by_last = (1 - other) * of_family[family] if family >= 0 else other
    if middle == AGREES:
        of_same_middle = rates.same_middle / max(share, 1e-5)
    elif middle == DIFFERS:
        of_same_middle = 1 - rates.same_middle
    together = 0.0
    for one in range(given_classes.shape[1]):
        together += given_classes[given_token, one] * family_classes[family_token, one]
    by_family_middle = rates.middle_as_family / marginal[family_token] if is_middle else 0.0
    return by_first, by_middle, by_last, by_family_middle, of_same_middle, 1 / together


class Fields(NamedTuple):
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
    common: Ratio
    """The share of voters born in each year."""

    @classmethod
    def of(cls, columns: VoterColumns, facts: FileFacts, model: MatchModel) -> Fields:
        """The ratios in one voter file under one model."""
        phones, emails = (int(number) for number in facts.distinct)
        return cls(
            np.array(model.phone_right),
            model.phone_chance,
            phones,
            max(model.phone_housemate * phones / model.phone_chance, 1.0),
            _coded(model.email_right, model.email_chance, emails),
            _coded(model.street_right, model.street_chance, max(len(columns.street.values), 1)),
            (model.birthday_right * _DAYS, (1 - model.birthday_right) / (1 - 1 / _DAYS)),
            model.birth_year_right,
            model.email_year_right,
            model.same_gender,
            facts.birth_years / max(len(columns), 1),
        )


def field_ratios(features: Features, columns: VoterColumns, facts: FileFacts, model: MatchModel, place: Ratio) -> Ratio:
    """The evidence of everything but names; ``place`` is the ratio of each pair's place."""
    codes = (
        features.phone, features.email, features.street, features.place, features.birth_year, features.birthday,
        features.email_year, features.gender,
    )  # fmt: skip
    ratios = np.empty(len(place))
    _field_ratios(codes, features.phone_kind, features.born, Fields.of(columns, facts, model), place, ratios)
    return ratios


@borrowing
def _field_ratios(
    codes: tuple[NDArray[np.int8], ...],
    phone_kind: NDArray[np.int8],
    born: NDArray[np.int16],
    fields: Fields,
    place: Ratio,
    ratios: Ratio,
) -> None:
    """Fill in the product of the fields' ratios by pair."""
    phone, email, street, near, birth_year, birthday, email_year, gender = codes
    for pair in range(len(place)):
        one = (
            phone[pair], email[pair], street[pair], near[pair], birth_year[pair], birthday[pair],
            email_year[pair], gender[pair],
        )  # fmt: skip
        ratios[pair] = place[pair] * ratio_of_fields(one, phone_kind[pair], born[pair], fields)


@borrowing
def ratio_of_fields(codes: tuple[int, ...], phone_kind: int, born: int, fields: Fields) -> float:
    """The evidence of one pair's fields but its place; ``codes`` are what ``matching.features.codes_of`` gives."""
    phone, email, street, _, birth_year, birthday, email_year, gender = codes
    ratio = _chosen(phone, _coded(fields.phone_right[phone_kind], fields.phone_chance, fields.phones))
    if phone == HOUSEMATE:
        ratio *= fields.housemate
    ratio *= _chosen(email, fields.email) * _chosen(street, fields.street) * _chosen(birthday, fields.day)
    share = fields.common[max(born, 0)]
    ratio *= _chosen(birth_year, _coded_year(share, fields.birth_year_right))
    if birth_year == NOT_TOLD:  # else the year in an address says the same once more
        ratio *= _chosen(email_year, _coded_year(share, fields.email_year_right))
    return ratio * _chosen(gender, (2 * fields.same_gender, 2 * (1 - fields.same_gender)))


@borrowing
def _coded(right: float, chance: float, values: int) -> tuple[float, float]:
    """Ratios of agreement and of difference among ``values`` equally likely ones.

    A stranger shows one of them with probability ``chance``.
    """
    return right * values / chance, min((1 - right) / max(1 - chance, 0.05), 1.0)


@borrowing
def _coded_year(common: float, right: float) -> tuple[float, float]:
    """The same for a year, by how common the voter's is in the file."""
    return right / max(common, 1e-3) + (1 - right), 1 - right


@borrowing
def _chosen(code: int, ratios: tuple[float, float]) -> float:
    if code == AGREES:
        return ratios[0]
    return ratios[1] if code == DIFFERS else 1.0
