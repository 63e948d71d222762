"""The shift in each cell of an experiment, such as close and distant ties: its own where it is sure, the common one where it is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.errors import InputError
from prioritization.experiment import Belief, Trial, measure, pooled


@dataclass(frozen=True, slots=True)
class CellShift:
    """One cell; without a shift ``why_not`` says what is missing."""

    name: str
    people: int
    shift: Belief | None
    why_not: str = ""


def shifts_by_cell(trial: Trial, cells: NDArray[np.str_], prior: Belief, part: float = 1.0) -> tuple[CellShift, ...]:
    """Each cell's shift of a full ask, by name; ``part`` is how much of a full ask the experiment gave.

    Partially pooled (``experiment.pooled``): a small cell is drawn to the common shift, and not at all more than chance explains.
    A cell without both arms, or where all voted alike, has none.
    """
    alone = [_alone(trial, cells, name, part) for name in sorted(set(cells.tolist()))]
    known = [cell for cell in alone if cell.shift is not None]
    _, drawn = pooled([cell.shift for cell in known if cell.shift is not None], prior)
    together = {cell.name: shift for cell, shift in zip(known, drawn, strict=True)}
    return tuple(CellShift(cell.name, cell.people, together.get(cell.name), cell.why_not) for cell in alone)


def _alone(trial: Trial, cells: NDArray[np.str_], name: str, part: float) -> CellShift:
    here = cells == name
    dose = None if trial.dose is None else trial.dose[here]
    hers = Trial(trial.voted[here], trial.assigned[here], trial.cluster[here], trial.known[here], dose)
    try:
        found = measure(hers).shift
    except InputError as error:
        return CellShift(name, len(hers), None, f"not enough yet: {error.happened}")
    if not found.deviation > 0.0:
        return CellShift(name, len(hers), None, "not enough yet: too few households.")
    return CellShift(name, len(hers), Belief(found.mean / part, found.deviation / part))
