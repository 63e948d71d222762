"""What a campaign's own randomised calls taught of whose mind a call changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.house import House
from app.run.experiments import Columns
from app.run.persuasion_file import read_call_trial
from app.run.support_file import with_support
from app.voter_file import turnout_of, voters_of
from prioritization.persuasion_trial import Persuaded, learned_persuasion
from prioritization.support import believed_support


@dataclass(frozen=True, slots=True)
class CallsTaught:
    """What was found, and how many of the experiment's people are no more in the voter file."""

    found: Persuaded
    unknown: int


def learn_from_calls(house: House, path: Path, columns: Columns, *, treated: str = "") -> CallsTaught:
    """Learn from the file of an experiment beside the current voter file; nothing is kept.

    What its people said is left out of what is believed of their support before. Raises ``NotFoundError`` before the first import, and
    ``InputError`` and ``UsageError`` for a file that teaches nothing.
    """
    voters = voters_of(house).columns
    read = read_call_trial(path, columns, voters, treated=treated)
    parties = frozenset(house.campaign.supportive_parties)
    before = house.voters.columns()
    if house.support_levels is not None:
        asked = frozenset(read.trial.rows.tolist())
        before = with_support(before, house.support_levels, own_parties=parties, leaving_out=asked)
    found = learned_persuasion(
        read.trial,
        before,
        support=believed_support(before, own_parties=parties),
        turnout=turnout_of(house, voters).probability.astype(np.float64),
    )
    with path.open("rb") as file:
        model = replace(found.model, learned_from=hashlib.file_digest(file, "sha256").hexdigest())
    return CallsTaught(replace(found, model=model), read.unknown)
