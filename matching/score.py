"""The evidence for each pair as a likelihood ratio against "somebody who is not this voter"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.voters import VoterColumns
from matching.candidates import SeenNames
from matching.channels import Channel, Entries, likelihoods, marginals
from matching.features import AGREES, DIFFERS, HOUSEMATE, Features
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
    size = len(entries.tokens)
    sums = [np.bincount(entries.token, weights=rows * of[entries.codes], minlength=size) for of in of_name.T]
    told = np.stack(sums, axis=1) + shares
    return np.vstack([told / told.sum(axis=1, keepdims=True), shares])


def name_ratios(
    features: Features, tokens: TokenRatios, cards_given: NDArray[Any], cards_family: NDArray[Any], model: MatchModel
) -> NameRatios:
    """The name's evidence; a name that is not told counts 1, one that nothing explains its rate of ``OTHER``."""
    read = features.read
    is_woman = features.is_woman[read.pair]
    other_family = np.where(is_woman, model.other_family_women, model.other_family_men)
    given = np.where(read.given >= 0, tokens.given[read.given], model.given_rates[Channel.OTHER])
    middle = model.middle_as_given * tokens.given_as_middle[read.given_as_middle]
    family = np.where(read.family >= 0, (1 - other_family) * tokens.family[read.family], other_family)
    by_middle = np.where(read.family_is_middle, model.middle_as_family / tokens.family_marginal[cards_family], 0.0)
    same = model.same_middle / np.maximum(read.middle_initial_share, 1e-5)
    return NameRatios(
        np.where(read.tells_given, (1 - model.middle_as_given) * given, 1.0),
        np.where(read.tells_given, middle, 0.0),
        np.where(read.tells_family, family, 1.0),
        np.where(read.tells_family, by_middle, 0.0),
        np.where(read.middle == AGREES, same, np.where(read.middle == DIFFERS, 1 - model.same_middle, 1.0)),
        1 / (tokens.given_classes[cards_given] * tokens.family_classes[cards_family]).sum(axis=1),
    )


def field_ratios(features: Features, columns: VoterColumns, facts: FileFacts, model: MatchModel, place: Ratio) -> Ratio:
    """The evidence of everything but names; ``place`` is the ratio of each pair's place."""
    phones, emails = max(len(columns.phones.digests), 1), max(len(columns.emails.digests), 1)
    streets = max(len(columns.street.values), 1)
    ratio = place * _coded(features.phone, np.array(model.phone_right)[features.phone_kind], model.phone_chance, phones)
    housemate = max(model.phone_housemate * phones / model.phone_chance, 1.0)
    ratio *= np.where(features.phone == HOUSEMATE, housemate, 1.0)
    ratio *= _coded(features.email, model.email_right, model.email_chance, emails)
    ratio *= _coded(features.street, model.street_right, model.street_chance, streets)
    ratio *= _day_ratio(features.birthday, model.birthday_right)
    common = facts.birth_years[np.maximum(columns.birth_year[features.row], 0)] / max(len(columns), 1)
    ratio *= _year_ratio(features.birth_year, common, model.birth_year_right)
    ratio *= _year_ratio(features.email_year, common, model.email_year_right)
    ratio *= np.array([1.0, 2 * (1 - model.same_gender), 2 * model.same_gender])[features.gender]
    return ratio


def _coded(codes: NDArray[np.int8], right: float | Ratio, chance: float, values: int) -> Ratio:
    """Agreement among ``values`` equally likely ones, of which a stranger shows one with probability ``chance``."""
    differs = np.minimum((1 - right) / max(1 - chance, 0.05), 1.0)
    return np.where(codes == DIFFERS, differs, np.where(codes == AGREES, right * values / chance, 1.0))


def _day_ratio(codes: NDArray[np.int8], right: float) -> Ratio:
    """Whether a birthday agrees: every contact that tells one tells some day of the year."""
    differs = (1 - right) / (1 - 1 / _DAYS)
    return np.where(codes == DIFFERS, differs, np.where(codes == AGREES, right * _DAYS, 1.0))


def _year_ratio(codes: NDArray[np.int8], common: Ratio, right: float) -> Ratio:
    """Agreement of a year counts by how common the voter's year is in the file."""
    agrees = right / np.maximum(common, 1e-3) + (1 - right)
    return np.where(codes == AGREES, agrees, np.where(codes == DIFFERS, 1 - right, 1.0))
