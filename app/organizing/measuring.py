"""What the campaign's own experiment says: before the election whether it will be enough, afterwards what it found."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from app.house import House
from app.organizing.study import read_study
from app.voter_file import voters_of
from graph.errors import InputError
from graph.voters import VoterColumns
from prioritization.effect import EffectModel, salience
from prioritization.history import age_on
from prioritization.holdouts import Balance, compared
from prioritization.study import Finding, Study, find, learned


@dataclass(frozen=True, slots=True)
class Measured:
    """The finding, whether chance was fair, rows whose voter is no more in the file, and what is believed now.

    ``has_votes``: whether the file knows who voted in this election; before that the finding speaks of assignment alone.
    """

    finding: Finding
    balance: tuple[Balance, ...]
    unknown: int
    has_votes: bool
    before: EffectModel
    after: EffectModel


def measured(house: House) -> Measured:
    """The experiment beside the current voter file. Raises ``NotFoundError`` before the first import."""
    columns = voters_of(house).columns
    read = read_study(house, columns)
    has_votes = knows(columns, house.election.day)
    found = find(read.study, model=house.effect, salience=salience(house.election.day, house.effect))
    after = learned(found, house.effect) if has_votes else house.effect
    if after != house.effect:
        after = _named(after, read.study)
    return Measured(
        found,
        _balance(columns, read.rows, read.study, house.election.day),
        read.unknown,
        has_votes,
        house.effect,
        after,
    )


def measured_today(house: House) -> Measured | None:
    """The same, looked at once a day; ``None`` before the first voter file."""
    current = house.voters.current()
    if current is None:
        return None
    return house.memory.once("experiment", (current.generation_id, house.today), lambda: measured(house))


def refuse_without_votes(told: Measured, day: date) -> None:
    """Raise ``InputError`` while there is nothing to measure."""
    if not told.has_votes:
        raise InputError(
            f"The voter file does not know yet who voted on {day}.",
            next_step="Import the file with its new history first: kith voters import.",
        )
    if not told.finding.people:
        raise InputError(
            "No row of the experiment belongs to anybody in this file.",
            thing=f"{told.unknown:,} rows", next_step="Check that it is the file of this campaign's state, and KITH_HOLDOUT.",
        )  # fmt: skip


def knows(columns: VoterColumns, day: date) -> bool:
    """Whether the file's history has this election."""
    return any(past.day == day for past in columns.elections)


def _named(model: EffectModel, study: Study) -> EffectModel:
    """The model with a digest of what it was learned from."""
    digest = hashlib.sha256()
    for part in (study.voted, study.set_aside, study.written_to, study.turnout):
        digest.update(np.ascontiguousarray(part).tobytes())
    return replace(model, learned_from=digest.hexdigest())


def _balance(columns: VoterColumns, rows: NDArray[np.int64], study: Study, day: date) -> tuple[Balance, ...]:
    if not study.set_aside.any() or study.set_aside.all():
        return ()
    before = {
        "age": age_on(columns, day)[rows].astype(np.float64),
        "past votes": _past_votes(columns, rows, day),
        "forecast of voting": study.turnout,
    }
    return tuple(compared(name, values, study.set_aside) for name, values in before.items())


def _past_votes(columns: VoterColumns, rows: NDArray[np.int64], day: date) -> NDArray[np.float64]:
    """Votes before this election: what the file learned since the draw is no baseline."""
    mask = np.uint64(sum(1 << place for place, past in enumerate(columns.elections) if past.day < day))
    return np.asarray(np.bitwise_count(columns.voted[rows] & mask), dtype=np.float64)
