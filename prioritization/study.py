"""What a campaign's own hold-out says when the next history file is there: who was assigned, who was written to, who voted.

Analysed as assigned. Differences are of weighted means, each person by one over the probability of her arm (Hájek 1971), with
errors that take a household as one (Liang and Zeger 1986). What it did to those who were really written to is the difference in votes
over the difference in words written (Angrist, Imbens and Rubin 1996), its error by the delta method on both together; with
equal weights that is two-stage least squares with errors by household.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from prioritization.effect import EffectModel, tie_factor
from prioritization.experiment import Belief, Trial, measure, pooled, sample_needed, updated

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Truths = NDArray[np.bool_]

TIES = {"unknown": None, "weak": 0.15, "normal": 0.40, "close": 0.65}
"""The cells of closeness with the strength that stands for each."""
_BOUNDS = (("weak", 0.275), ("normal", 0.525), ("close", 1.01))
_FEWEST_IN_ARM = 30
_WEAK = 3.2
"""A difference in words written that is less than this many of its own errors says nothing of those reached (Stock and Yogo 2005)."""


@dataclass(frozen=True, slots=True)
class Study:
    """Rows of the study, arrays of equal length. ``chance`` is the probability of having been set aside; ``turnout`` the forecast at
    the draw; ``tie`` a word of ``TIES``; ``home`` numbers of households.
    """

    voted: Truths
    set_aside: Truths
    written_to: Truths
    home: Whole
    chance: Floats
    turnout: Floats
    tie: NDArray[np.str_]

    def __len__(self) -> int:
        """How many people."""
        return len(self.voted)

    def part(self, kept: Truths) -> Study:
        """Some of its rows."""
        return Study(
            self.voted[kept], self.set_aside[kept], self.written_to[kept], self.home[kept], self.chance[kept],
            self.turnout[kept], self.tie[kept],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """What the study found, in percentage points; ``reached`` and ``shift`` are ``None`` where too few were written to.

    ``cells`` are drawn towards the common shift; ``alone`` are the same as each was found, for whoever pools several campaigns.
    """

    people: int
    set_aside: int
    homes: int
    written_share: float
    written_share_aside: float
    voted: float
    voted_aside: float
    intent: Belief | None
    reached: Belief | None
    shift: Belief | None
    cells: tuple[tuple[str, int, Belief], ...]
    gap: float
    needed: int
    alone: tuple[tuple[str, int, Belief], ...] = ()

    @property
    def verdict(self) -> str:
        """In words what it may claim."""
        if self.intent is None:
            return "not enough yet: too few people in one of the arms"
        if self.people < self.needed:
            return "not enough yet to see two points"
        return "enough to see two points"


def tie_cell(strength: float | None) -> str:
    """The word for a tie's strength."""
    return "unknown" if strength is None else next(word for word, below in _BOUNDS if strength < below)


def difference(study: Study, outcome: Truths | Floats) -> tuple[float, Floats]:
    """The mean of an outcome among those who might be suggested less that among those set aside, and what each home adds to its
    error: the square root of the sum of their squares is the error.
    """
    aside = study.set_aside
    weight = np.where(aside, 1.0 / study.chance, 1.0 / (1.0 - study.chance))
    value = np.asarray(outcome, dtype=np.float64)
    means, pull = [], np.zeros(len(study))
    for arm, sign in ((~aside, 1.0), (aside, -1.0)):
        share = np.where(arm, weight, 0.0) / weight[arm].sum()
        mean = float(share @ value)
        means.append(mean)
        pull += sign * share * (value - mean)
    homes = np.bincount(np.unique(study.home, return_inverse=True)[1], weights=pull)
    return means[0] - means[1], homes * np.sqrt(len(homes) / max(len(homes) - 1, 1))


def intent_to_treat(study: Study) -> Belief:
    """The difference in turnout by assignment, in percentage points, both arms not empty."""
    mean, pull = difference(study, study.voted)
    return Belief(100.0 * mean, 100.0 * float(np.sqrt(pull @ pull)))


def effect_on_reached(study: Study) -> Belief | None:
    """The difference for those written to because they might be suggested, in points; ``None`` where that is too few to tell."""
    votes, votes_pull = difference(study, study.voted)
    words, words_pull = difference(study, study.written_to)
    if words <= 0.0 or words < _WEAK * float(np.sqrt(words_pull @ words_pull)):
        return None
    ratio = votes / words
    pull = (votes_pull - ratio * words_pull) / words
    return Belief(100.0 * ratio, 100.0 * float(np.sqrt(pull @ pull)))


def find(study: Study, *, model: EffectModel, salience: float) -> Finding:
    """All of it. Rows of certain arms (probability 0 or 1) teach nothing and are left out; none at all gives zeros."""
    drawn = study.part((study.chance > 0.0) & (study.chance < 1.0))
    aside = drawn.set_aside
    is_told = min(int(aside.sum()), int((~aside).sum())) >= _FEWEST_IN_ARM
    alone = _cells(drawn, model, salience) if is_told else ()
    share = float(drawn.chance.mean()) if len(drawn) else 0.0
    return Finding(
        len(drawn), int(aside.sum()), len(np.unique(drawn.home)), _mean(drawn.written_to[~aside]),
        _mean(drawn.written_to[aside]), _mean(drawn.voted[~aside]), _mean(drawn.voted[aside]),
        intent_to_treat(drawn) if is_told else None, effect_on_reached(drawn) if is_told else None,
        _shift(drawn, model, salience) if is_told else None, _drawn(alone, model), _gap(drawn),
        sample_needed(_mean(drawn.voted), points=2.0, share_held_out=share) if len(drawn) else 0, alone,
    )  # fmt: skip


def learned(found: Finding, model: EffectModel) -> EffectModel:
    """The model with what was found in it; as it was where nothing could be told."""
    if found.shift is None:
        return model
    after = updated(Belief(model.shift, model.shift_deviation), found.shift)
    return replace(model, shift=after.mean, shift_deviation=after.deviation)


def _shift(study: Study, model: EffectModel, salience: float) -> Belief | None:
    """The shift of one full ask: what assignment moved the log-odds by, over how much of a full ask assignment was."""
    dose = (
        _dose(study, model)
        * salience
        * (_mean(study.written_to[~study.set_aside]) - _mean(study.written_to[study.set_aside]))
    )
    aside = study.voted[study.set_aside]
    others = study.voted[~study.set_aside]
    if dose <= 0.0 or aside.all() or not aside.any() or others.all() or not others.any():
        return None
    clipped = np.clip(study.turnout, 0.02, 0.98)
    known = np.log(clipped / (1.0 - clipped))[:, None]
    lift = measure(Trial(study.voted, ~study.set_aside, study.home, known))
    return Belief(lift.shift.mean / dose, lift.shift.deviation / dose)


def _dose(study: Study, model: EffectModel) -> float:
    strengths = [np.nan if TIES[word] is None else TIES[word] for word in study.tie.tolist()]
    return float(tie_factor(np.array(strengths, dtype=np.float64), model).mean())


def _cells(study: Study, model: EffectModel, salience: float) -> tuple[tuple[str, int, Belief], ...]:
    """Of each cell of closeness its shift of a full ask, as it was found."""
    found: list[tuple[str, int, Belief]] = []
    for word in TIES:
        hers = study.part(study.tie == word)
        enough = min(int(hers.set_aside.sum()), int((~hers.set_aside).sum())) >= _FEWEST_IN_ARM
        shift = _shift(hers, model, salience) if enough else None
        if shift is not None:
            found.append((word, len(hers), shift))
    return tuple(found)


def _drawn(found: Sequence[tuple[str, int, Belief]], model: EffectModel) -> tuple[tuple[str, int, Belief], ...]:
    """The same, each drawn towards the common one as far as it is unsure."""
    _, drawn = pooled([shift for *_, shift in found], Belief(model.shift, model.shift_deviation))
    return tuple((word, people, shift) for (word, people, _), shift in zip(found, drawn, strict=True))


def _gap(study: Study) -> float:
    """How far the forecasts of the two arms were apart at the draw, in standard deviations: beyond .1 chance was not fair."""
    aside = study.turnout[study.set_aside]
    others = study.turnout[~study.set_aside]
    spread = float(study.turnout.std()) if len(study) else 0.0
    return (float(others.mean()) - float(aside.mean())) / spread if spread and len(aside) and len(others) else 0.0


def _mean(values: Truths | Floats | Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else 0.0
