"""Whose mind a call may change: assumed from support and turnout, or learned from the campaign's own randomised calls.

Assumed, a call can change a mind where it could go either way, and counts where its owner votes: ``4 s (1 - s) p`` with support s and
turnout p. Published calls changed next to no minds in general elections and a few points of them elsewhere (Kalla and Broockman 2018), so
that what a campaign learns of its own stays near that shape until many answers say otherwise. No score says how somebody will vote.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from graph.errors import InputError
from graph.voters import VoterColumns
from prioritization.alone import plan_factor

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_VERSION = 1
_PARTY = "party "
_SURE = 0.02
_COMMON = 0.05
"""A party that fewer of the called are in has no part of its own in what is learned."""


@dataclass(frozen=True, slots=True)
class Trait:
    """One thing known of a voter before a call, how it is scaled, and what one spread more of it adds to the effect of a call."""

    name: str
    centre: float
    spread: float
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class PersuasionModel:
    """What a call changes in the probability of support, learned from an experiment.

    ``middle`` is the effect on somebody who could go either way, falling to both sides as ``4 s (1 - s)`` does; ``traits`` bend that.
    ``largest`` is an effect that only one called voter in a hundred passes: it is the score's 1. Where the experiment could not
    tell, ``is_learned`` is false and the assumed score stands; ``verdict`` says why in words.
    """

    is_learned: bool
    verdict: str
    middle: float = 0.0
    largest: float = 1.0
    traits: tuple[Trait, ...] = ()
    learned_from: str = ""
    """The hash of the experiment."""

    def effect(self, columns: VoterColumns, *, support: Floats, turnout: Floats) -> Floats:
        """The change in each row's probability of support, 0 to 1 and below 0 where a call does harm."""
        seen = described(self.traits, columns, support=support, turnout=turnout)
        weights = np.array([trait.weight for trait in self.traits], dtype=np.float64)
        return self.middle * either_way(support) + seen @ weights

    def score(self, columns: VoterColumns, *, support: Floats, turnout: Floats) -> Floats:
        """What orders a call list, 0 to 1 for each row: the effect beside the largest, times the chance that its owner votes."""
        effect = self.effect(columns, support=support, turnout=turnout)
        return np.clip(effect / self.largest, 0.0, 1.0) * turnout

    def to_json(self) -> str:
        """As text, the same for the same values."""
        return json.dumps({"persuasion_version": _VERSION, **asdict(self)}, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The model in a text that ``to_json`` made. Raises ``InputError`` for another or an impossible one."""
        try:
            told = json.loads(text)
            if told.pop("persuasion_version") != _VERSION or not isinstance(told["is_learned"], bool):
                raise ValueError
            told["traits"] = tuple(Trait(**trait) for trait in told["traits"])
            model = cls(**told)
            if not model._is_possible():
                raise ValueError
        except (ValueError, TypeError, KeyError, AttributeError):
            raise InputError(
                "What the calls taught cannot be read.",
                next_step="Make it again: kith calls learn --experiment FILE --out FILE.",
            ) from None
        return model

    def _is_possible(self) -> bool:
        numbers = [self.middle, self.largest, *(n for t in self.traits for n in (t.centre, t.spread, t.weight))]
        return (
            all(math.isfinite(number) for number in numbers)
            and self.largest > 0.0
            and all(trait.spread > 0.0 for trait in self.traits)
        )


def persuasion_probability(
    columns: VoterColumns, *, support: Floats, turnout: Floats, model: PersuasionModel | None = None
) -> Floats:
    """The score of each row, 0 to 1: the campaign's own experiment where it could tell, else the file's ``persuasion`` where it has one,
    else ``4 s (1 - s) p``.
    """
    if model is not None and model.is_learned:
        return model.score(columns, support=support, turnout=turnout)
    assumed = either_way(support) * turnout
    score = columns.scores.get("persuasion")
    return assumed if score is None else np.where(np.isnan(score), assumed, score).astype(np.float64)


def either_way(support: Floats) -> Floats:
    """How open a mind is: 1 at a support of one half, 0 where it is settled."""
    return 4.0 * support * (1.0 - support)


def traits_of(columns: VoterColumns, rows: Whole, *, support: Floats, turnout: Floats) -> tuple[Trait, ...]:
    """What is known of these rows and differs among them, scaled to a spread of 1; the first is the same for everybody."""
    shares = np.bincount(columns.party.codes[rows], minlength=len(columns.party.values)) / max(len(rows), 1)
    parties = [_PARTY + columns.party.values[code] for code in np.flatnonzero(shares >= _COMMON).tolist()]
    found = [Trait("everybody", 0.0, 1.0)]
    for name in ("support", "turnout", "age", "women", "lives alone", *parties):
        values = _values(name, columns, support=support, turnout=turnout)[rows]
        known = values[~np.isnan(values)]
        if len(known) and known.std() > 0.0:
            found.append(Trait(name, float(known.mean()), float(known.std())))
    return tuple(found)


def described(traits: Sequence[Trait], columns: VoterColumns, *, support: Floats, turnout: Floats) -> Floats:
    """A column for each trait, a line for each row of the file; what is unknown counts as the average."""
    seen = np.zeros((len(columns), len(traits)))
    for at, trait in enumerate(traits):
        values = (_values(trait.name, columns, support=support, turnout=turnout) - trait.centre) / trait.spread
        seen[:, at] = np.nan_to_num(values, nan=0.0)
    return seen


def _values(name: str, columns: VoterColumns, *, support: Floats, turnout: Floats) -> Floats:
    if name == "everybody":
        return np.ones(len(columns))
    if name == "support":
        clipped = np.clip(support, _SURE, 1.0 - _SURE)
        return np.asarray(np.log(clipped / (1.0 - clipped)), dtype=np.float64)
    if name == "turnout":
        return turnout
    if name == "age":  # the year of birth tells it, and stays the same from year to year
        return np.where(columns.birth_year > 0, -columns.birth_year.astype(np.float64), np.nan)
    if name == "women":
        return _is(columns.gender.codes, columns.gender.values, "F")
    if name == "lives alone":
        return (plan_factor(columns, np.arange(len(columns), dtype=np.int64)) > 1.0).astype(np.float64)
    if name.startswith(_PARTY):
        return _is(columns.party.codes, columns.party.values, name.removeprefix(_PARTY))
    raise InputError(
        f"What the calls taught speaks of {name[:40]}, which is not known here.",
        next_step="Make it again: kith calls learn --experiment FILE --out FILE.",
    )


def _is(codes: NDArray[np.int32], values: Sequence[str], wanted: str) -> Floats:
    return np.array([value == wanted for value in values] or [False], dtype=np.float64)[codes]
