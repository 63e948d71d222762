"""The files of a call list: whom it may hold, which calls were made, and the list itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.run.inputs import check_file, read_table
from graph.errors import InputError
from graph.model import VoterRef
from graph.voters import VoterColumns
from prioritization.calls import Call, CallList, Disposition
from prioritization.persuasion import PersuasionModel

HEADER = ("rank", "voter_id", "precinct", "persuasion_score", "support_score", "turnout_score")


def read_universe(path: Path, columns: VoterColumns) -> NDArray[np.bool_]:
    """Which rows a CSV with ``voter_id`` names. Raises ``InputError`` when it cannot be read or names nobody of the file."""
    wanted = np.array(
        sorted({row["voter_id"].strip() for row in read_table(path, needs=("voter_id",))}), dtype=np.bytes_
    )
    held = np.isin(columns.voter_ids, wanted)
    if not held.any():
        raise InputError(
            "None of its voters is in the current voter file.", thing=str(path), next_step="Check the column voter_id."
        )
    return held


def read_calls(path: Path, columns: VoterColumns) -> list[Call]:
    """The calls that were made: ``voter_id``, ``date`` (YYYY-MM-DD), ``disposition``. Raises ``InputError`` with the line."""
    rows = read_table(path, needs=("voter_id", "date", "disposition"))
    return [_call(row, columns.state, f"{path.name}, line {line}") for line, row in enumerate(rows, start=2)]


def read_persuasion(path: Path) -> PersuasionModel:
    """What ``kith calls learn`` wrote. Raises ``InputError`` for a file that is not there or none of these."""
    check_file(path)
    return PersuasionModel.from_json(path.read_text("utf-8", "replace"))


def _call(row: Mapping[str, str], state: str, thing: str) -> Call:
    try:
        on = date.fromisoformat(row["date"].strip())
    except ValueError:
        raise InputError("The date of a call is none.", thing=thing, next_step="Write it as YYYY-MM-DD.") from None
    try:
        disposition = Disposition(row["disposition"].strip().lower().replace("_", " "))
    except ValueError:
        known = ", ".join(Disposition)
        raise InputError("This is no disposition.", thing=thing, next_step=f"Write one of: {known}.") from None
    return Call(VoterRef(state, row["voter_id"].strip()), on, disposition)


def call_rows(found: CallList) -> Iterator[tuple[object, ...]]:
    """The list's rows, scores from 0 to 100."""
    for line in found.lines:
        scores = (round(100 * part) for part in (line.persuasion, line.support, line.turnout))
        yield (line.rank, line.voter.voter_id, line.precinct, *scores)
