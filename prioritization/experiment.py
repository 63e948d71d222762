"""What a randomised experiment says of an ask, and what is believed after it.

The effect is a shift of the log-odds of voting (Gerber, Green and Larimer 2008 measured four; a constant shift fits best). It is estimated by
logistic regression of the vote on what was known before and on what was assigned, analysed as assigned, with errors that
allow for people of one household voting alike (Liang and Zeger 1986). What is believed before and after is a normal
distribution: prior and estimate weigh by their precision (Gelman and others 2013, section 2.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from graph.errors import InputError

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Truths = NDArray[np.bool_]

_MOST_STEPS, _CLOSE = 60, 1e-10
_LEAST_EACH = 2
_CELLS_BEFORE = 10
"""How many cells or campaigns the published spread between campaigns is worth."""


@dataclass(frozen=True, slots=True)
class Belief:
    """A shift in log-odds as a normal distribution."""

    mean: float
    deviation: float

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """The middle ``level`` of it."""
        reach = NormalDist().inv_cdf(0.5 + level / 2) * self.deviation
        return self.mean - reach, self.mean + reach


@dataclass(frozen=True, slots=True)
class Trial:
    """Rows of an experiment: who voted, who was assigned, in which cluster (numbered in any way).

    ``known`` are columns known before (turnout as log-odds, past votes, age), a row for each person; none is allowed. ``dose`` is how
    much of a full ask an assigned one was (tie and salience), 1 for everybody when it is not given.
    """

    voted: Truths
    assigned: Truths
    cluster: Whole
    known: Floats
    dose: Floats | None = None

    def __len__(self) -> int:
        """How many people."""
        return len(self.voted)


@dataclass(frozen=True, slots=True)
class Lift:
    """What a trial found: the shift with its error, and the plain shares beside it."""

    shift: Belief
    assigned: int
    control: int
    clusters: int
    voted_assigned: float
    voted_control: float

    @property
    def points(self) -> float:
        """The difference between the two shares, in percentage points."""
        return 100.0 * (self.voted_assigned - self.voted_control)


def measure(trial: Trial) -> Lift:
    """The effect of being assigned. Raises ``InputError`` where an arm is missing or nothing can be told apart."""
    refuse_one_sided(trial)
    held = [trial.voted[trial.assigned == arm] for arm in (True, False)]
    dose = np.ones(len(trial)) if trial.dose is None else trial.dose
    design = np.column_stack([np.ones(len(trial)), _scaled(trial.known), np.where(trial.assigned, dose, 0.0)])
    mean, deviation = _logistic(design, trial.voted.astype(np.float64), trial.cluster)
    clusters = len(np.unique(trial.cluster))
    return Lift(
        Belief(mean, deviation), len(held[0]), len(held[1]), clusters, float(held[0].mean()), float(held[1].mean())
    )


def updated(prior: Belief, found: Belief) -> Belief:
    """What is believed once ``found`` is seen: both weighed by their precision; never less sure than before."""
    precision = prior.deviation**-2 + found.deviation**-2
    mean = (prior.mean * prior.deviation**-2 + found.mean * found.deviation**-2) / precision
    return Belief(mean, precision**-0.5)


def pooled(found: Sequence[Belief], prior: Belief) -> tuple[Belief, tuple[Belief, ...]]:
    """The common shift of several cells or campaigns, and each one's own, drawn towards the common one as far as it is unsure.

    The spread between them is estimated from the data (DerSimonian and Laird 1986) and from the prior's deviation, which weighs as much
    as ten of them: a few cells that agree by chance are not taken for one. Nothing found leaves the prior.
    """
    if not found:
        return prior, ()
    between = _between(found, prior)
    common = _common(found, prior, between)
    around = Belief(common.mean, float(np.hypot(common.deviation, between)))
    return common, tuple(_drawn_to(around, each, len(found)) for each in found)


def expected_next(found: Sequence[Belief], prior: Belief) -> Belief:
    """Where the shift of one more campaign is expected after those found: the common one, as wide as campaigns differ.

    Never wider than the prior unless the campaigns differ by more than it says, for its width holds both already. Nothing found leaves the
    prior.
    """
    if not found:
        return prior
    between = _between(found, prior)
    common = _common(found, prior, between)
    widest = max(prior.deviation, spread_between(found))
    return Belief(common.mean, min(float(np.hypot(common.deviation, between)), widest))


def _between(found: Sequence[Belief], prior: Belief) -> float:
    """How much true shifts differ: what is seen, and the prior's width as if it had been seen in ``_CELLS_BEFORE`` of them."""
    seen = spread_between(found) ** 2 * (len(found) - 1)
    return float(np.sqrt((_CELLS_BEFORE * prior.deviation**2 + seen) / (_CELLS_BEFORE + len(found) - 1)))


def _common(found: Sequence[Belief], prior: Belief, between: float) -> Belief:
    common = prior
    for each in found:
        common = updated(common, Belief(each.mean, float(np.hypot(each.deviation, between))))
    return common


def common_of(found: Sequence[Belief], spread: float) -> Belief:
    """Where one more of their kind is expected, when their true values spread by ``spread``. Of none nothing is known: raises ``ValueError``."""
    if not found:
        raise ValueError("nothing was found")
    precision = np.array([1.0 / (each.deviation**2 + spread**2) for each in found])
    mean = float((precision * np.array([each.mean for each in found])).sum() / precision.sum())
    return Belief(mean, float(np.hypot(spread, precision.sum() ** -0.5)))


def _drawn_to(around: Belief, found: Belief, cells: int) -> Belief:
    """One cell's own belief; wider where it was drawn far, because how far to draw was itself estimated (Morris 1983, section 5)."""
    own = updated(around, found)
    pull = found.deviation**2 / (found.deviation**2 + around.deviation**2)
    doubt = (2.0 / (_CELLS_BEFORE + cells - 1)) ** 0.5 * pull * abs(found.mean - around.mean)
    return Belief(own.mean, float(np.hypot(own.deviation, doubt)))


def of_those_reached(lift: Lift, delivered: float) -> Belief:
    """The difference in shares for those who really got the ask, in percentage points: assigned over delivered (Angrist and Imbens 1994).

    ``delivered`` is the share of the assigned whose ask was sent, above 0. Its error is that of two shares, for independent people.
    """
    shares = ((lift.voted_assigned, lift.assigned), (lift.voted_control, lift.control))
    error = np.sqrt(sum(share * (1.0 - share) / max(count, 1) for share, count in shares))
    return Belief(lift.points / delivered, float(100.0 * error / delivered))


def sample_needed(turnout: float, *, points: float, share_held_out: float = 0.1, power: float = 0.8) -> int:
    """How many people an experiment needs to see a lift of ``points`` percentage points (two-sided 5%, of independent people).

    ``turnout`` is that of the control arm, 0 to 1. Households that vote alike need more.
    """
    reach = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(power)
    spread = turnout * (1.0 - turnout) * (1.0 / share_held_out + 1.0 / (1.0 - share_held_out))
    return int(np.ceil(spread * (100.0 * reach / points) ** 2))


def refuse_one_sided(trial: Trial) -> None:
    """Raise ``InputError`` where an arm is missing, or everybody or nobody of an arm voted."""
    for arm, name in ((True, "treated"), (False, "control")):
        held = trial.voted[trial.assigned == arm]
        if len(held) < _LEAST_EACH:
            raise InputError(
                f"The experiment has no {name} arm.",
                thing=f"{len(held)} rows",
                next_step="It takes people of both arms to learn from.",
            )
        if held.all() or not held.any():
            raise InputError(
                f"In the {name} arm {'everybody' if held.all() else 'nobody'} voted, so that no shift can be told.",
                thing=f"{len(held)} rows", next_step="Check the column of the outcome, or wait for more people.",
            )  # fmt: skip


def _scaled(known: Floats) -> Floats:
    """Columns around 0 with a spread of 1; one that does not vary is left out, for it would be a second constant."""
    spread = known.std(axis=0) if len(known) else np.zeros(known.shape[1])
    varying = known[:, spread > 0]
    return np.asarray((varying - varying.mean(axis=0)) / varying.std(axis=0), dtype=np.float64)


def _logistic(design: Floats, outcome: Floats, cluster: Whole) -> tuple[float, float]:
    """The last coefficient and its error, by the sandwich over clusters."""
    weights = _fitted(design, outcome)
    chance = _chance(design, weights)
    _, at = np.unique(cluster, return_inverse=True)
    scores = np.zeros((int(at.max()) + 1, design.shape[1]))
    np.add.at(scores, at, design * (outcome - chance)[:, None])
    meat = scores.T @ scores * (len(scores) / max(len(scores) - 1, 1))
    bread = _bread(design, chance)
    return float(weights[-1]), float(np.sqrt((bread @ meat @ bread)[-1, -1]))


def _fitted(design: Floats, outcome: Floats) -> Floats:
    """The coefficients of the greatest likelihood, by Newton's steps."""
    weights = np.zeros(design.shape[1])
    for _ in range(_MOST_STEPS):
        chance = _chance(design, weights)
        step = _bread(design, chance) @ (design.T @ (outcome - chance))
        weights = weights + step
        if np.abs(step).max() < _CLOSE:
            break
    return weights


def _chance(design: Floats, weights: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(design @ weights, -30.0, 30.0))), dtype=np.float64)


def _bread(design: Floats, chance: Floats) -> Floats:
    return np.asarray(np.linalg.pinv(design.T @ (design * (chance * (1.0 - chance))[:, None])), dtype=np.float64)


def spread_between(found: Sequence[Belief]) -> float:
    """The standard deviation of the true shifts around their mean; 0 when they differ no more than their errors say."""
    precision = np.array([each.deviation**-2 for each in found])
    means = np.array([each.mean for each in found])
    centre = float((precision * means).sum() / precision.sum())
    excess = float((precision * (means - centre) ** 2).sum()) - (len(found) - 1)
    scale = float(precision.sum() - (precision**2).sum() / precision.sum())
    return float(np.sqrt(max(0.0, excess / scale))) if scale > 0 else 0.0
