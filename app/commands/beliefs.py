"""How commands tell a belief: a mean with its deviation and the interval that holds it, 95 times in a hundred."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prioritization.experiment import Belief


def belief_numbers(belief: Belief) -> dict[str, Any]:
    """For programs."""
    return {"mean": belief.mean, "deviation": belief.deviation, "interval": belief.interval()}


def shift_words(belief: Belief) -> str:
    """A shift in log-odds, for people."""
    low, high = belief.interval()
    return f"{belief.mean:.3f} (95%: {low:.3f} to {high:.3f})"
