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
from graph.voters import Coded, RegistrationStatus, VoterColumns

_NAMES = ("first_name", "last_name")
_OUT = (RegistrationStatus.REMOVED, RegistrationStatus.DENIED)
_HOMES = ("street", "city", "postal_code")


class Renewed(NamedTuple):
    """A voter of the older file: who he is in the new one (``None``: not there), and what else is new of him.

    ``is_removed``: the new file has him as removed from the list or denied, which the older one did not.
    """

    before: VoterRef
    now: VoterRef | None
    is_moved: bool = False
    is_renamed: bool = False
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class RenewalCounts:
    """How many voters are still there, moved, have another name, go by another registration, are gone, are marked as removed."""

    still_there: int = 0
    moved: int = 0
    renamed: int = 0
    other_registration: int = 0
    gone: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class FileChanges:
    """Two files side by side: voters before and now, ids that are new, that are gone, and that are newly marked as removed.

    ``double_registrations`` counts registrations of the new file that stand for somebody who has another one in it.
    """

    before: int = 0
    now: int = 0
    new: int = 0
    gone: int = 0
    removed: int = 0
    double_registrations: int = 0


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
    """The counts; moved, renamed and removed are of those who are there by any registration."""
    there = [one for one in renewed if one.now is not None]
    return RenewalCounts(
        still_there=sum(one.now == one.before for one in there),
        moved=sum(one.is_moved for one in there),
        renamed=sum(one.is_renamed for one in there),
        other_registration=sum(one.now != one.before for one in there),
        gone=len(renewed) - len(there),
        removed=sum(one.is_removed for one in there),
    )


def compare_files(before: VoterColumns, after: VoterColumns, *, person: NDArray[Any]) -> FileChanges:
    """What is new of the file as a whole; ``person`` is for each row of ``after`` the row that stands for the same person."""
    stays_in = np.isin(after.voter_ids, before.voter_ids)
    rows = np.flatnonzero(stays_in)
    was = np.searchsorted(before.voter_ids, after.voter_ids[rows])
    removed = _is_out(after)[rows] & ~_is_out(before)[was]
    return FileChanges(
        before=len(before),
        now=len(after),
        new=len(after) - len(rows),
        gone=len(before) - len(rows),
        removed=int(removed.sum()),
        double_registrations=int((person != np.arange(len(after))).sum()),
    )


def _renewed(before: VoterColumns, after: VoterColumns, voter: VoterRef, person: NDArray[Any]) -> Renewed:
    old = before.row(voter)
    now = voter if after.row(voter) is not None else _other(before, after, old, person)
    new = after.row(now) if now else None
    if old is None or new is None:
        return Renewed(voter, now)
    is_moved, is_renamed = (_differs(before, after, old, new, parts) for parts in (_HOMES, _NAMES))
    return Renewed(voter, now, is_moved, is_renamed, _is_out_at(after, new) and not _is_out_at(before, old))


def _is_out(columns: VoterColumns) -> NDArray[np.bool_]:
    return np.isin(columns.status, _OUT)


def _is_out_at(columns: VoterColumns, row: int) -> bool:
    return int(columns.status[row]) in _OUT


def _other(before: VoterColumns, after: VoterColumns, row: int | None, person: NDArray[Any]) -> VoterRef | None:
    """The person's registration that is still there, the one that stands for all first."""
    if row is None:
        return None
    head = int(person[row])
    rows = [head, *(int(other) for other in np.flatnonzero(person == head) if other != head)]
    others = (before.ref(other) for other in rows if other != row)
    return next((ref for ref in others if after.row(ref) is not None), None)


def _differs(before: VoterColumns, after: VoterColumns, old: int, new: int, parts: Sequence[str]) -> bool:
    def of(columns: VoterColumns, part: str, row: int) -> str:
        column: Coded = getattr(columns, part)
        return column[row]

    return any(of(before, part, old) != of(after, part, new) for part in parts)
