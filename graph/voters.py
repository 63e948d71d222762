"""The port for the voter file: columns, in generations.

A generation is an immutable folder that was built aside from one import; one record says which is current. Row numbers
are valid inside one generation only; whatever is kept outside names a voter by ``VoterRef``.
Texts are upper-cased, without diacritics, as ``matching.names.normalise`` gives them, except ``Coded`` values marked as
labels (precinct, county). Dates are days since 1970-01-01, unknown is ``UNKNOWN_DAY``; years are 0 when unknown.
Confidential voters are not in a generation at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from graph.model import BallotStatus, VoterRef

UNKNOWN_DAY = -(2**31)


class RegistrationStatus(IntEnum):
    """Whether a voter may vote, as the state says."""

    ACTIVE = 0
    INACTIVE = 1
    REMOVED = 2
    DENIED = 3
    PREREGISTERED = 4


class ElectionKind(IntEnum):
    """Elections of one kind are like each other in who turns out."""

    GENERAL = 0
    PRIMARY = 1
    MUNICIPAL = 2
    SPECIAL = 3


@dataclass(frozen=True, slots=True)
class Coded:
    """A text column: ``values[codes[row]]``. Values are distinct and sorted; ``""`` stands for unknown."""

    codes: NDArray[np.int32]
    values: Sequence[str]

    def __getitem__(self, row: int) -> str:
        """The text of one row."""
        return self.values[int(self.codes[row])]


@dataclass(frozen=True, slots=True)
class PastElection:
    """An election that the history knows; its place in ``VoterColumns.elections`` is its bit."""

    day: date
    kind: ElectionKind
    label: str = ""


@dataclass(frozen=True, slots=True)
class ContactDigests:
    """Keyed digests of phones or e-mails, sorted by digest, each with its row. Several rows may share one."""

    digests: NDArray[np.uint64]
    rows: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class VoterColumns:
    """A voter file as columns of equal length, in the order of ``voter_ids`` (sorted).

    ``voted`` and ``eligible`` are bit masks over ``elections`` (oldest first, at most 64): bit i of ``voted[row]`` says that
    she voted in ``elections[i]``, of ``eligible[row]`` that she could have (registered and of age). Voted implies eligible.
    ``household`` numbers equal addresses from 0; -1 is unknown. ``scores`` holds a vendor's scores as probabilities (0 to
    1, NaN unknown) by name: ``turnout``, ``support``, ``persuasion``.
    """

    state: str
    voter_ids: NDArray[np.bytes_]
    last_name: Coded
    first_name: Coded
    middle_name: Coded
    name_suffix: Coded
    street: Coded
    city: Coded
    postal_code: Coded
    county: Coded
    precinct: Coded
    party: Coded
    gender: Coded
    birth_year: NDArray[np.int16]
    birth_month: NDArray[np.int8]
    birth_day: NDArray[np.int8]
    registered_on: NDArray[np.int32]
    status: NDArray[np.int8]
    household: NDArray[np.int32]
    area_code: NDArray[np.int16]
    elections: tuple[PastElection, ...]
    voted: NDArray[np.uint64]
    eligible: NDArray[np.uint64]
    phones: ContactDigests
    emails: ContactDigests
    scores: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    snapshot: date | None = None

    def __len__(self) -> int:
        """How many voters."""
        return len(self.voter_ids)

    def ref(self, row: int) -> VoterRef:
        """The lasting name of the voter in a row."""
        return VoterRef(self.state, self.voter_ids[row].decode("ascii"))

    def refs(self, rows: NDArray[np.integer]) -> list[VoterRef]:
        """The lasting names of the voters in some rows, in their order."""
        return [VoterRef(self.state, voter_id.decode("ascii")) for voter_id in self.voter_ids[rows].tolist()]

    def row(self, ref: VoterRef) -> int | None:
        """The row of a voter, or ``None`` when she is not in this generation."""
        wanted = ref.voter_id.encode("ascii", "replace")
        at = int(np.searchsorted(self.voter_ids, wanted))
        found = ref.state == self.state and at < len(self.voter_ids) and self.voter_ids[at] == wanted
        return at if found else None


@dataclass(frozen=True, slots=True)
class Generation:
    """What a generation's manifest says: its id, what it was made from and how much is in it."""

    generation_id: str
    state: str
    layout: str
    voters: int
    elections: int
    created_from: Mapping[str, str]
    """Digest (SHA-256) of each input file, by its role (``voters``, ``history``, ``append``)."""
    snapshot: date | None = None


@dataclass(frozen=True, slots=True)
class Ballots:
    """Returned ballots of the coming election by state id, and the newest return date in the file."""

    status: Mapping[str, BallotStatus] = field(default_factory=dict)
    as_of: date | None = None


class VoterFile(Protocol):
    """The voter file of one campaign.

    Reading is safe from any thread and process; ``build`` writes aside and ``switch`` makes it current in one act, so a
    reader sees the old or the new, never half. Raises ``StoreError`` when a generation is missing or its manifest does not
    fit its files, with the next step.
    """

    def current(self) -> Generation | None:
        """The current generation, or ``None`` when nothing was imported yet."""

    def generations(self) -> list[Generation]:
        """All complete generations, oldest first."""

    def columns(self, generation_id: str | None = None) -> VoterColumns:
        """The columns of a generation (the current one when not named), memory-mapped, read only."""

    def build(self, columns: VoterColumns, *, layout: str, created_from: Mapping[str, str]) -> Generation:
        """Write a new generation aside. The same columns and inputs give the same id, and a second build does nothing."""

    def switch(self, generation_id: str) -> None:
        """Make a complete generation the current one."""

    def remove(self, generation_id: str) -> None:
        """Erase a generation that is not current."""

    def index_folder(self, generation_id: str) -> Path:
        """Where a generation's index may be kept by whoever can build it again; it goes with the generation."""

    def put_ballots(self, ballots: Ballots) -> None:
        """Replace the returned ballots of the coming election."""

    def ballots(self) -> Ballots:
        """The returned ballots; empty when none were given."""
