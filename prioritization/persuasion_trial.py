"""What a campaign's own randomised calls teach of whose mind a call changes, and whether they can tell at all.

Support is asked afterwards, in both arms; some do not answer. Each person's effect is estimated without bias where answering depends on
what is known of her (doubly robust, with the chance of an answer: Robins, Rotnitzky and Zhao 1994), by models that have not seen her
household. These effects are explained by the assumed shape, 4 s (1 - s), and by what is known of the voter, everything drawn hard to
what is published: a ridge whose penalties are the ratio of the noise to what such things are worth (a normal prior; Kennedy 2023 for
the learner). The learned order is used only where, on people it has not seen, it collects more than the order that stands by more than
chance explains; even the largest open experiment could not tell good orders apart (see ``benchmarks.prioritization``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, Ridge

from graph.errors import InputError
from graph.voters import VoterColumns
from prioritization.experiment import Belief
from prioritization.persuasion import PersuasionModel, described, either_way, persuasion_probability, traits_of
from prioritization.uplift import Estimate, Ranking, bootstrapped, personal_effects

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Truths = NDArray[np.bool_]

FEWEST_ANSWERS = 100
"""In each arm; with fewer the assumed score stands without more ado."""
_MIDDLE = Belief(0.01, 0.03)
"""What a call does to whoever could go either way, before the experiment: a point, give or take three (Kalla and Broockman 2018)."""
_TRAIT = 0.015
"""How much one spread of a trait bends that, give or take: half of the above, for few such differences were ever found twice."""
_FOLDS, _DRAWS = 5, 200
_LEAST_ANSWERING = 0.05
_PLAIN_RIDGE = 50.0
_UNFAIR = 2.58
"""Errors by which the arms may differ in who answers (two-sided 1%) before their answers no longer compare."""


@dataclass(frozen=True, slots=True)
class SupportTrial:
    """People of a voter file who were called by chance, or not, and what they said later; arrays of equal length.

    ``support`` is 0 to 1, NaN for who did not answer; ``home`` numbers what was drawn together.
    """

    rows: Whole
    assigned: Truths
    support: Floats
    home: Whole

    def __len__(self) -> int:
        """How many people."""
        return len(self.rows)

    @property
    def answered(self) -> Truths:
        """Who said something."""
        return ~np.isnan(self.support)


@dataclass(frozen=True, slots=True)
class Persuaded:
    """What was found: the model, the share that answered in each arm, the effect of a call on everybody called, in points.

    ``bounds`` hold the effect on those who answer either way even if calls chose who answers (Lee 2009). ``gain`` is what the learned
    order collects more than the one that stands, in votes for each thousand people; ``None`` where it was not tried.
    """

    model: PersuasionModel
    people: int
    answered_called: float
    answered_alone: float
    effect: Belief
    bounds: tuple[float, float]
    gain: Estimate | None


@dataclass(frozen=True, slots=True)
class _Known:
    """What the estimates see of the trial's people: columns known before, openness, turnout, the score that stands."""

    seen: Floats
    open_mind: Floats
    turnout: Floats
    standing: Floats


def learned_persuasion(
    trial: SupportTrial, columns: VoterColumns, *, support: Floats, turnout: Floats, seed: int = 0
) -> Persuaded:
    """The model of these calls. ``support`` and ``turnout`` are of every row, believed without the trial's own answers.

    The order of the trial's rows changes nothing. Raises ``InputError`` where an arm or its answers are missing, or all said the same.
    """
    refuse_silence(trial)
    traits = traits_of(columns, trial.rows, support=support, turnout=turnout)
    known = _Known(
        described(traits, columns, support=support, turnout=turnout)[trial.rows],
        either_way(support)[trial.rows],
        turnout[trial.rows],
        persuasion_probability(columns, support=support, turnout=turnout)[trial.rows],
    )
    fold = _folds(trial.home, seed)
    effect = _personal(trial, known, fold)
    called, alone = (float(trial.answered[trial.assigned == arm].mean()) for arm in (True, False))
    average, bounds = _average(effect, trial.home), _bounds(trial, called, alone)
    why_not = _why_not(trial)
    gain = None if why_not else _gain(trial, known, effect, fold, seed)
    middle, weights = _explained(known, effect, trial.home)
    fitted = PersuasionModel(
        is_learned=False, verdict=why_not, middle=middle,
        traits=tuple(replace(trait, weight=float(weight)) for trait, weight in zip(traits, weights, strict=True)),
    )  # fmt: skip
    largest = float(np.percentile(middle * known.open_mind + known.seen @ weights, 99.0))
    model = _judged(fitted, gain, largest, average) if gain else replace(fitted, verdict=why_not)
    return Persuaded(model, len(trial), called, alone, average, bounds, gain)


def refuse_silence(trial: SupportTrial) -> None:
    """Raise ``InputError`` for an arm without people or answers, and where everybody said the same."""
    for arm, name in ((True, "called"), (False, "control")):
        if not (trial.assigned == arm).any():
            raise InputError(f"The experiment has no {name} arm.", next_step="It takes people of both arms to learn from.")  # fmt: skip
        if not (trial.answered & (trial.assigned == arm)).any():
            raise InputError(
                f"Nobody of the {name} arm answered.",
                next_step="Ask both arms the same question in the same way, whoever was called and whoever was not.",
            )
    said = trial.support[trial.answered]
    if said.min() == said.max():
        raise InputError("Everybody answered the same, so that nothing can be told.", next_step="Check the column.")


def _why_not(trial: SupportTrial) -> str:
    """Why these calls cannot teach an order, in words; nothing where they may."""
    for arm, name in ((True, "called"), (False, "control")):
        answers = int((trial.answered & (trial.assigned == arm)).sum())
        if answers < FEWEST_ANSWERS:
            return (
                f"The assumed score stands: only {answers} of the {name} arm answered, and it takes {FEWEST_ANSWERS}."
            )
    answering = _difference(trial.answered.astype(np.float64), trial.assigned, trial.home)
    if abs(answering.mean) > _UNFAIR * answering.deviation:
        return (
            f"The assumed score stands: calls changed who answered, by {100 * answering.mean:+.1f} points, "
            "so that the answers of the two arms do not compare."
        )
    return ""


def _judged(fitted: PersuasionModel, gain: Estimate, largest: float, average: Belief) -> PersuasionModel:
    """The model in use where it did better on people it has not seen, beyond chance; else in words why not."""
    if gain.low > 0.0 and largest > 0.0:
        return replace(
            fitted, is_learned=True, largest=largest,
            verdict="Learned: on people it had not seen, this order found more changed minds than the one that stood, beyond chance.",
        )  # fmt: skip
    low, high = average.interval()
    if high < 0.0:
        return replace(fitted, verdict="The assumed score stands, but these calls lost support: change what is said before you call on.")  # fmt: skip
    nothing = " It cannot tell whether calls changed minds at all." if low <= 0.0 else ""
    return replace(
        fitted, verdict=f"The assumed score stands: the experiment cannot tell whose mind a call changes.{nothing}"
    )


def _folds(home: Whole, seed: int) -> Whole:
    """A fold for each person, whole households together, by chance."""
    homes, at = np.unique(home, return_inverse=True)
    return np.asarray(np.random.default_rng(seed).permutation(len(homes))[at] % _FOLDS, dtype=np.int64)


def _crossed(fold: Whole, fit: Callable[[Truths], Callable[[Truths], Floats]]) -> Floats:
    """A forecast for everybody by a model that was fitted without her fold."""
    made = np.zeros(len(fold))
    for one in np.unique(fold):
        made[fold == one] = fit(fold != one)(fold == one)
    return made


def _personal(trial: SupportTrial, known: _Known, fold: Whole) -> Floats:
    """Each person's effect on her support, right on average for everybody called: who answers stands for those like her who do not."""
    answered, assigned = trial.answered, trial.assigned
    alone = _crossed(fold, lambda rows: _support_in(False, rows, trial, known))
    called = _crossed(fold, lambda rows: _support_in(True, rows, trial, known))
    chance = np.clip(_crossed(fold, lambda rows: _answering(rows, trial, known)), _LEAST_ANSWERING, 1.0)
    own = np.where(assigned, called, alone)
    said = np.where(answered, own + (np.where(answered, trial.support, 0.0) - own) / chance, own)
    return personal_effects(said, assigned, share=float(assigned.mean()), without=alone, treated=called)


def _support_in(arm: bool, rows: Truths, trial: SupportTrial, known: _Known) -> Callable[[Truths], Floats]:
    taught = rows & trial.answered & (trial.assigned == arm)
    if not taught.any():
        said = trial.support[trial.answered & (trial.assigned == arm)]
        return lambda part: np.full(int(part.sum()), float(said.mean()))
    seen = np.column_stack([known.seen, known.open_mind])
    model = Ridge(alpha=_PLAIN_RIDGE).fit(seen[taught], trial.support[taught])
    return lambda part: np.clip(model.predict(seen[part]), 0.0, 1.0)


def _answering(rows: Truths, trial: SupportTrial, known: _Known) -> Callable[[Truths], Floats]:
    answered = trial.answered
    if answered[rows].all() or not answered[rows].any():
        return lambda part: np.ones(int(part.sum()))
    seen = np.column_stack([known.seen, trial.assigned])
    model = LogisticRegression(C=0.1, max_iter=500).fit(seen[rows], answered[rows])
    return lambda part: np.asarray(model.predict_proba(seen[part])[:, 1], dtype=np.float64)


def _explained(known: _Known, effect: Floats, home: Whole) -> tuple[float, Floats]:
    """The middle effect and a weight for each trait, drawn to the prior by how noisy the effects are; a household counts as one."""
    by_home = np.bincount(np.unique(home, return_inverse=True)[1], weights=effect - effect.mean())
    noise = float((by_home**2).sum()) / len(effect)
    reach = _MIDDLE.deviation / _TRAIT
    design = np.column_stack([known.open_mind * reach, known.seen])
    left = effect - _MIDDLE.mean * known.open_mind
    model = Ridge(alpha=max(noise, 1e-9) / _TRAIT**2, fit_intercept=False).fit(design, left)
    return _MIDDLE.mean + float(model.coef_[0]) * reach, np.asarray(model.coef_[1:], dtype=np.float64)


def _gain(trial: SupportTrial, known: _Known, effect: Floats, fold: Whole, seed: int) -> Estimate:
    """What the learned order collects more than the one that stands, for people it has not seen; in votes for each thousand."""

    def order(rows: Truths) -> Callable[[Truths], Floats]:
        part = _Known(known.seen[rows], known.open_mind[rows], known.turnout[rows], known.standing[rows])
        middle, weights = _explained(part, effect[rows], trial.home[rows])
        return lambda others: np.maximum(middle * known.open_mind[others] + known.seen[others] @ weights, 0.0)

    votes = effect * known.turnout
    learned = Ranking(_crossed(fold, order) * known.turnout, votes)
    stands = Ranking(known.standing, votes)
    return bootstrapped(
        lambda weight: 1000.0 * (learned.gained(weight) - stands.gained(weight)), trial.home, draws=_DRAWS, seed=seed
    )


def _average(effect: Floats, home: Whole) -> Belief:
    """The mean effect in points, its error by household."""
    by_home = np.bincount(np.unique(home, return_inverse=True)[1], weights=effect - effect.mean())
    return Belief(100.0 * float(effect.mean()), 100.0 * float(np.sqrt((by_home**2).sum())) / len(effect))


def _difference(value: Floats, assigned: Truths, home: Whole) -> Belief:
    """The mean among the called less that in the control, its error by household (Liang and Zeger 1986)."""
    means = [float(value[assigned == arm].mean()) for arm in (True, False)]
    pull = np.where(assigned, (value - means[0]) / assigned.sum(), (means[1] - value) / (~assigned).sum())
    by_home = np.bincount(np.unique(home, return_inverse=True)[1], weights=pull)
    return Belief(means[0] - means[1], float(np.sqrt((by_home**2).sum())))


def _bounds(trial: SupportTrial, called: float, alone: float) -> tuple[float, float]:
    """The least and the most that the effect can be, in points, for those who answer called or not (Lee 2009).

    The arm in which more answered loses its lowest, then its highest answers, until as many are left as in the other.
    """
    hers, others = (np.sort(trial.support[trial.answered & (trial.assigned == arm)]) for arm in (True, False))
    more, fewer = (hers, others) if called > alone else (others, hers)
    kept = max(1, round(len(more) * min(called, alone) / max(called, alone)))
    sign = 1.0 if called > alone else -1.0
    ends = sorted(sign * (float(part.mean()) - float(fewer.mean())) for part in _ends(more, kept))
    return 100.0 * ends[0], 100.0 * ends[1]


def _ends(answers: Floats, kept: int) -> Iterator[Floats]:
    yield answers[:kept]
    yield answers[len(answers) - kept :]
