"""What a new voter file says of voters whom an older one named: still there, moved, renamed, registered anew, or gone.

Voters are known by the state's id, so that what a supporter confirmed stands. Where the id is gone and the person had a
second registration that is still there, that one takes its place: double registrations are one person.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.model import VoterRef
from graph.voters import Coded, VoterColumns

_NAMES = ("first_name", "last_name")
_HOMES = ("street", "city", "postal_code")


class Renewed(NamedTuple):
    """A voter of the older file: who he is in the new one (``None``: not there), and what else is new of him."""

    before: VoterRef
    now: VoterRef | None
    is_moved: bool = False
    is_renamed: bool = False


@dataclass(frozen=True, slots=True)
class RenewalCounts:
    """How many voters are still there, moved, have another name, go by another registration, and are gone."""

    still_there: int = 0
    moved: int = 0
    renamed: int = 0
    other_registration: int = 0
    gone: int = 0


def renew(
    before: VoterColumns, after: VoterColumns, voters: Collection[VoterRef], *, person: NDArray[Any]
) -> list[Renewed]:
    """What became of each of these voters, by id.

    Args:
        before: the file that named them; whoever is not in it counts by his id alone, as neither moved nor renamed.
        after: the new file.
        voters: whom to look for; none give an empty list.
        person: for each row of ``before`` the row that stands for the same person (``matching.index.same_person``).
    """
    return [_renewed(before, after, voter, person) for voter in sorted(voters)]


def count(renewed: Sequence[Renewed]) -> RenewalCounts:
    """The counts; moved and renamed are of those who are there by any registration."""
    there = [one for one in renewed if one.now is not None]
    return RenewalCounts(
        still_there=sum(one.now == one.before for one in there),
        moved=sum(one.is_moved for one in there),
        renamed=sum(one.is_renamed for one in there),
        other_registration=sum(one.now != one.before for one in there),
        gone=len(renewed) - len(there),
    )


def _renewed(before: VoterColumns, after: VoterColumns, voter: VoterRef, person: NDArray[Any]) -> Renewed:
    old = before.row(voter)
    now = next((ref for ref in (voter, *_others(before, old, person)) if after.row(ref) is not None), None)
    new = after.row(now) if now else None
    if old is None or new is None:
        return Renewed(voter, now)
    return Renewed(voter, now, _differs(before, after, old, new, _HOMES), _differs(before, after, old, new, _NAMES))


def _others(before: VoterColumns, row: int | None, person: NDArray[Any]) -> list[VoterRef]:
    """The person's other registrations, the one that stands for all first."""
    if row is None:
        return []
    head = int(person[row])
    rows = [head, *(int(other) for other in np.flatnonzero(person == head) if other != head)]
    return [before.ref(other) for other in rows if other != row]


def _differs(before: VoterColumns, after: VoterColumns, old: int, new: int, parts: Sequence[str]) -> bool:
    def of(columns: VoterColumns, part: str, row: int) -> str:
        column: Coded = getattr(columns, part)
        return column[row]

    return any(of(before, part, old) != of(after, part, new) for part in parts)
