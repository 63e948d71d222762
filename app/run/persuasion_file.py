"""A campaign's own randomised calls as a file: who was called by chance, and what was said when both arms were asked later.

``voter_id``, the arm, and support as levels from 1 (strong support) to 5 (strong opposition) or as yes and no; an empty cell is somebody who
did not answer. Who was drawn together stands in a column ``household``; else it is the voter file's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.run.experiments import PERSON_COLUMNS, Columns, read_called, refuse_missing, refuse_mixed_homes
from graph.errors import InputError, UsageError
from graph.model import VoterRef
from graph.voters import VoterColumns
from prioritization.persuasion_trial import SupportTrial
from prioritization.support_levels import LEVELS

OUTCOME_COLUMNS = ("level", "support_level", "support", "answer", "supports")
_LEVELS = {str(level): chance for level, chance in LEVELS.items()}
_ANSWERS = {"yes": 1.0, "no": 0.0, "true": 1.0, "false": 0.0, "y": 1.0, "n": 0.0, "1": 1.0, "0": 0.0}


@dataclass(frozen=True, slots=True)
class CallsRead:
    """The trial, and how many of its people are no more in the voter file."""

    trial: SupportTrial
    unknown: int


def read_call_trial(path: Path, columns: Columns, voters: VoterColumns, *, treated: str = "") -> CallsRead:
    """The trial of the arm that is named, or of the only one.

    Raises:
        InputError: it cannot be read, has no control arm, two arms in one household, an answer that is none, scales that are mixed,
            a voter twice, or nobody of the voter file.
        UsageError: a column is not there, or must be named because several could be meant.
    """
    called = read_called(path, columns, treated)
    person = next((name for name in PERSON_COLUMNS if name in called.table), "")
    if not person:
        raise UsageError("The experiment names no voters.", thing=path.name, next_step="It takes a column voter_id.")
    support = _support(called.table[_outcome(called.table, columns.outcome)].str.strip(), path)
    ids = called.table[person].str.strip()
    _refuse_twice(ids, path)
    row = np.array([_row(voters, voter_id) for voter_id in ids], dtype=np.int64)
    held = row >= 0
    if not held.any():
        raise InputError(
            "None of its people is in the current voter file.", thing=path.name, next_step=f"Check the column {person}."
        )
    home = _homes(called.table[called.home].str.strip() if called.home else None, row, voters)
    if not called.home:
        arms = pd.Series(called.assigned[held])
        refuse_mixed_homes(pd.Series(home[held]), arms, path)
    return CallsRead(SupportTrial(row[held], called.assigned[held], support[held], home[held]), int((~held).sum()))


def _outcome(table: pd.DataFrame, asked: str) -> str:
    if asked:
        refuse_missing(table, asked)
        return asked
    found = [name for name in OUTCOME_COLUMNS if name in table]
    if len(found) != 1:
        many = f"{len(found)} columns look" if found else "No column looks"
        raise UsageError(f"{many} like the answer.", next_step="Name it: --outcome COLUMN.")
    return found[0]


def _support(words: pd.Series[str], path: Path) -> NDArray[np.float64]:
    """Answers as 0 to 1, NaN for an empty cell; one scale for all of them."""
    said = words.str.lower()
    given = said[said.ne("")]
    scale = _LEVELS if given.isin(_LEVELS).all() and not given.isin(_ANSWERS).all() else _ANSWERS
    odd = ~given.isin(scale)
    if odd.any():
        line = int(np.asarray(odd.index)[int(odd.to_numpy().argmax())]) + 2
        is_mixed = bool((given.isin(_LEVELS) | given.isin(_ANSWERS)).all())
        raise InputError(
            "Two scales are mixed: levels from 1 to 5, and yes and no." if is_mixed else "This is no answer on support.",
            thing=f"{path.name}, line {line}",
            next_step="Write levels from 1 (strong support) to 5, or yes and no; leave the cell empty where nobody answered.",
        )  # fmt: skip
    return np.array([scale.get(word, np.nan) for word in said], dtype=np.float64)


def _refuse_twice(ids: pd.Series[str], path: Path) -> None:
    twice = ids.duplicated()
    if twice.any():
        line = int(np.asarray(ids.index)[int(twice.to_numpy().argmax())]) + 2
        raise InputError(
            "A voter stands in two rows.", thing=f"{path.name}, line {line}", next_step="Keep one of them."
        )


def _row(voters: VoterColumns, voter_id: str) -> int:
    row = voters.row(VoterRef(voters.state, voter_id))
    return -1 if row is None else row


def _homes(named: pd.Series[str] | None, row: NDArray[np.int64], voters: VoterColumns) -> NDArray[np.int64]:
    """Numbers of what was drawn together: the file's own, else the voter file's households, alone where none is known."""
    if named is not None:
        own = pd.Series([word or f"row {at}" for at, word in enumerate(named)])
        return np.asarray(pd.factorize(own)[0], dtype=np.int64)
    home = voters.household[row].astype(np.int64)
    return np.where(home >= 0, home, len(voters) + row)
