"""The parameters of matching: what a campaign's own contacts taught, kept as JSON.

Every rate starts from a default that is sane without any data and counts as that many observations, so that a small
campaign stays near the defaults and a large one follows its data.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from graph.errors import InputError

MODEL_VERSION = 4
_AGE_GAPS = 161
"""From 80 years younger to 80 years older."""
_GENERATIONS = 5
_LAWS = ("age_gaps", "kin_age_gaps")


@dataclass(frozen=True, slots=True)
class MatchModel:
    """Learned parameters. Rates are probabilities; tuples indexed by ``Channel`` or by the levels of ``matching.prior``.
    ``known_share`` is the share of people who are a friend that another card of the same supporter shows,
    ``home_share`` of those who live with another friend. ``law_friends`` is how many friends must be
    found for where they live to count as much as the law of places.

    ``age_gaps`` are the laws of age gaps by level, ``kin_age_gaps`` those of people with a word for kin (``matching.kin``).

    ``outside_share`` says how far the names of people who are not in the file follow the country's rather than the file's,
    ``relatives_outside`` how many of them are relatives of the supporter's surname, by whether the card has a word for kin.

    ``in_file_share`` is the share of a source's people who are in the voter file. ``traits_in_file`` and
    ``traits_outside`` are how many of those who are, and are not, have each trait of ``matching.cards.TRAITS``. ``*_right`` is the probability that a
    field agrees when the contact is the voter (``phone_right``: by the kind of the voter's numbers, see
    ``matching.features``), ``*_chance`` that it agrees with some voter who he is not.
    """

    version: int = MODEL_VERSION
    given_rates: tuple[float, ...] = (0.70, 0.94, 0.22, 0.02, 0.004, 0.5, 0.02, 0.012)
    family_rates: tuple[float, ...] = (0.90, 0.90, 0.0, 0.02, 0.004, 0.9, 0.05, 0.03)
    other_family_women: float = 0.09
    other_family_men: float = 0.012
    middle_as_given: float = 0.03
    middle_as_family: float = 0.015
    same_middle: float = 0.9
    outside_share: float = 0.4
    relatives_outside: tuple[float, ...] = (0.02, 0.4)
    in_file_share: Mapping[str, float] = field(default_factory=dict)
    default_in_file_share: float = 0.35
    traits_in_file: tuple[float, ...] = (0.05, 0.02, 0.08, 0.1)
    traits_outside: tuple[float, ...] = (0.05, 0.02, 0.08, 0.1)
    phone_right: tuple[float, ...] = (0.4, 0.6, 0.8)
    phone_chance: float = 0.03
    phone_housemate: float = 0.04
    email_right: float = 0.6
    email_chance: float = 0.01
    place_right: float = 0.8
    street_right: float = 0.6
    street_chance: float = 0.06
    birth_year_right: float = 0.95
    birthday_right: float = 0.95
    email_year_right: float = 0.5
    same_gender: float = 0.98
    levels: tuple[float, ...] = (0.02, 0.01, 0.2, 0.35, 0.31, 0.1, 0.01)
    kin_levels: tuple[float, ...] = (0.25, 0.2, 0.1, 0.2, 0.1, 0.05, 0.1)
    known_share: float = 0.05
    home_share: float = 0.04
    law_friends: float = 40.0
    status_factors: tuple[float, ...] = (1.0, 0.8, 0.4, 0.5, 1.0)
    age_gaps: tuple[tuple[float, ...], ...] = ()
    kin_age_gaps: tuple[tuple[float, ...], ...] = ()
    area_code_odds: Mapping[str, float] = field(default_factory=dict)
    default_area_code_odds: float = 0.0
    place_odds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    auto_threshold: float = 0.9
    unsure_threshold: float = 0.1

    def to_json(self) -> str:
        """The model as JSON, keys sorted, so that equal models are equal bytes."""
        return json.dumps(asdict(self), sort_keys=True, indent=1)

    @classmethod
    def from_json(cls, text: str) -> MatchModel:
        """Read a model. Raises ``InputError`` when the text is no model, or is one of another version."""
        try:
            stored = json.loads(text)
            known = {part.name for part in fields(cls)}
            if stored.get("version") != MODEL_VERSION or not set(stored) <= known:
                raise ValueError
            model = cls(**{name: _frozen(value) for name, value in stored.items()})
            if not model._has_all_rates():
                raise ValueError
            return model
        except (ValueError, TypeError, AttributeError) as error:
            happened = "this is not a matching model of the version that is in use"
            raise InputError(
                happened, thing="model", next_step="Leave it out to learn one from your contacts."
            ) from error

    def _has_all_rates(self) -> bool:
        default = MatchModel()
        lists = [part.name for part in fields(self) if isinstance(getattr(default, part.name), tuple)]
        same = all(len(getattr(self, name)) == len(getattr(default, name)) for name in lists if name not in _LAWS)
        laws = (self.age_gaps, len(self.levels)), (self.kin_age_gaps, _GENERATIONS)
        return same and all(not gaps or [len(law) for law in gaps] == [_AGE_GAPS] * size for gaps, size in laws)


def _frozen(value: object) -> Any:  # noqa: ANN401 -- what JSON holds is checked by the constructor of the model
    if isinstance(value, list):
        return tuple(_frozen(inner) for inner in value)
    if isinstance(value, dict):
        return {key: _frozen(inner) for key, inner in value.items()}
    return value
