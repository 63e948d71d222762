"""The campaign's own pilot as a file, ``supporter_id,ncid,treated,voted``, held against its friends and its voter file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app import steps
from app.run.experiments import PERSON_COLUMNS, Columns, columns_of, read_cells, read_experiment
from graph.errors import InputError, UsageError
from graph.model import Circle, Election, SupporterId, VoterRef
from graph.voters import Ballots, VoterColumns
from prioritization.alone import plan_factor
from prioritization.effect import EffectModel, tie_factor
from prioritization.pilot import learned_from_pilot, signs_of_pilot
from prioritization.tie_weights import slope_of, with_signs
from prioritization.ties import SIGNS, Tie, tie_strengths
from prioritization.turnout import turnout_probability

_WHO = "supporter_id"
_Pair = tuple[SupporterId, int]


def effect_of_pilot(
    path: Path,
    day: date,
    circles: Sequence[Circle],
    known: steps.Known,
    columns: VoterColumns,
    *,
    as_of: date,
    model: EffectModel,
) -> EffectModel:
    """What one ask changes after the pilot of ``path``, which was held before the election of ``day``, and which signs of closeness count
    for more or less than was published, where the pilot is large enough to tell.

    A supporter or voter who is not known any more counts with the average turnout and an unknown tie.

    Raises:
        InputError: it cannot be read, has no control or more than one treated arm, or an outcome that is no yes or no.
        UsageError: it names no voters.
    """
    trials = read_experiment(path, Columns())
    if len(trials) != 1:
        raise InputError(
            f"The pilot has {len(trials)} treated arms.", thing=path.name, next_step="Give the rows of one arm and the control."
        )  # fmt: skip
    ((name, trial),) = trials.items()
    row = _rows(path, name, columns)
    asker = _words(path, name, _WHO) if _WHO in columns_of(path) else np.full(len(trial), "", dtype=np.str_)
    forecast = turnout_probability(columns, Election("", day, columns.state), as_of=day, ballots=Ballots())
    turnout = np.where(row >= 0, forecast.probability[row], np.nan)
    close = _closeness(set(asker.tolist()), circles, known, columns, as_of=as_of, model=model)
    ties = [close.get((SupporterId(who), at)) for who, at in zip(asker, row.tolist(), strict=True)]
    strength = np.array([np.nan if tie is None or tie.strength is None else tie.strength for tie in ties])
    plan = np.where(row >= 0, plan_factor(columns, row), 1.0)
    part = tie_factor(strength, model) * plan
    learned = learned_from_pilot(trial, turnout=turnout, part=part, day=day, model=model)
    carried = {name: np.array([tie is not None and name in tie.signs for tie in ties]) for name in SIGNS}
    slope = slope_of(strength, model) * plan
    told = signs_of_pilot(
        trial, carried, turnout=turnout, part=part, slope=slope, day=day, model=model, learned=learned
    )
    learned = with_signs(learned, told)
    with path.open("rb") as file:
        return replace(learned, learned_from=hashlib.file_digest(file, "sha256").hexdigest())


def _words(path: Path, arm: str, column: str) -> NDArray[np.str_]:
    return read_cells(path, Columns(), [column])[arm]


def _rows(path: Path, arm: str, columns: VoterColumns) -> NDArray[np.int64]:
    """The row of each person in the voter file, -1 for who is not there."""
    held = columns_of(path)
    named = next((name for name in PERSON_COLUMNS if name in held), "")
    if not named:
        raise UsageError("The pilot names no voters.", thing=path.name, next_step=f"It takes a column {PERSON_COLUMNS[0]} or {PERSON_COLUMNS[1]}.")  # fmt: skip
    found = (columns.row(VoterRef(columns.state, str(voter_id))) for voter_id in _words(path, arm, named))
    return np.array([-1 if row is None else row for row in found], dtype=np.int64)


def _closeness(
    askers: set[str],
    circles: Sequence[Circle],
    known: steps.Known,
    columns: VoterColumns,
    *,
    as_of: date,
    model: EffectModel,
) -> Mapping[_Pair, Tie]:
    """The tie of each supporter of the pilot to each friend of hers who is linked."""
    close: dict[_Pair, Tie] = {}
    for circle in (circle for circle in circles if circle.supporter.supporter_id in askers):
        name = circle.supporter.supporter_id
        own, matches = known.own_voter.get(name), known.matches.get(name, ())
        own_row = None if own is None else columns.row(own)
        ties = tie_strengths(
            circle, known.relationships, columns, own_row, matches, as_of=as_of, learned=model.change_of_sign
        )
        for match in matches:
            row = None if match.voter is None else columns.row(match.voter)
            if row is not None and match.contact_key in ties:
                close[name, row] = ties[match.contact_key]
    return close
