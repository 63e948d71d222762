"""Support levels from doors and phones, as a file: ``voter_id,level`` with levels 1 (strong support) to 5 (strong opposition)."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.run.inputs import check_file, read_table
from graph.errors import InputError
from graph.model import VoterRef
from graph.voters import VoterColumns
from prioritization.support import support_probability
from prioritization.support_levels import LEVELS, learned_support


def with_support(
    columns: VoterColumns, path: Path, *, own_parties: Collection[str] = (), leaving_out: AbstractSet[int] = frozenset()
) -> VoterColumns:
    """The voters with a support score that these answers taught, over the vendor's or the party's.

    Answers of the rows in ``leaving_out`` are not read: whoever judges by what these people said must not have believed it before.
    Raises ``InputError`` with the line of a level that is none or a second one that says otherwise, and when no id is in the file.
    """
    check_file(path)
    said = {row: level for row, level in _levels(columns, path).items() if row not in leaving_out}
    prior = support_probability(columns, own_parties=own_parties)
    clipped = np.clip(
        prior, 0.05, 0.95
    )  # a campaign that says nothing of parties is not certain of everybody once it asks
    learned = learned_support(columns, said, np.where(prior == 1.0, 0.55, clipped)).astype(np.float32)
    return replace(columns, scores={**columns.scores, "support": learned})


def _levels(columns: VoterColumns, path: Path) -> dict[int, int]:
    found: dict[int, int] = {}
    known = {str(level): level for level in LEVELS}
    for line, row in enumerate(read_table(path, needs=("voter_id", "level")), start=2):
        level = known.get(row["level"])
        if level is None:
            raise InputError(
                "This is no support level.", thing=f"{path.name}, line {line}",
                next_step="Write 1 (strong support), 2, 3, 4 or 5 (strong opposition); leave out who did not say.",
            )  # fmt: skip
        at = columns.row(VoterRef(columns.state, row["voter_id"]))
        if at is not None and found.setdefault(at, level) != level:
            raise InputError(
                "Another line says otherwise of this voter.", thing=f"{path.name}, line {line}", next_step="Keep the later one."
            )  # fmt: skip
    if not found:
        raise InputError(
            "None of its voters is in the voter file.", thing=path.name, next_step="Check the column voter_id."
        )
    return found
