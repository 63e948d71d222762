"""What every reader gives: the records, and what was left out with the reason and the place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from graph.errors import InputError
from graph.model import ContactRecord, SourceKind
from oauth.readers.limits import MOST_ENTRIES

NOTHING_USABLE: Final = "has neither a name nor a phone nor an e-mail"
NOT_AN_ENTRY: Final = "is not an entry of this format"
_FIRST_POSITIONS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry that was not read: its 0-based position in the file and the reason, without any of its text."""

    position: int
    reason: str


@dataclass(frozen=True, slots=True)
class ContactFile:
    """A contact file, read. Records and left-out entries are each in the order of their positions."""

    kind: SourceKind
    records: tuple[ContactRecord, ...]
    left_out: tuple[LeftOut, ...]
    entries: int


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many entries were left out for one reason, and the first five positions of them."""

    reason: str
    entries: int
    first_positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ContactFileCounts:
    """What a file held, in numbers: nothing in it names a person."""

    kind: SourceKind
    entries: int
    read: int
    with_phone: int
    with_email: int
    with_place: int
    with_birthday: int
    left_out: int
    reasons: tuple[ReasonCount, ...]


def gather(kind: SourceKind, entries: Iterable[ContactRecord | LeftOut]) -> ContactFile:
    """The entries of a file as one value; a record that names nobody and reaches nobody is left out."""
    judged = sorted(map(_judge, entries), key=lambda entry: entry.position)
    records = tuple(entry for entry in judged if isinstance(entry, ContactRecord))
    left_out = tuple(entry for entry in judged if isinstance(entry, LeftOut))
    return ContactFile(kind, records, left_out, len(judged))


def _judge(entry: ContactRecord | LeftOut) -> ContactRecord | LeftOut:
    if isinstance(entry, LeftOut):
        return entry
    has_name = entry.display_name or entry.given_name or entry.family_name or entry.nickname
    is_usable = bool(has_name or entry.phones or entry.emails)
    return entry if is_usable else LeftOut(entry.position, NOTHING_USABLE)


def refuse_too_many(entries: int, source: str) -> None:
    """Refuse a file with more than 20,000 entries.

    Raises:
        InputError: with the number of entries found.
    """
    if entries > MOST_ENTRIES:
        raise InputError(
            f"This file has {entries:,} entries; one address book of at most {MOST_ENTRIES:,} is read.",
            thing=source,
            next_step="Split it, or leave out the people whom you do not know yourself.",
        )


def describe(contact_file: ContactFile) -> ContactFileCounts:
    """Count what was read and what was left out, the most frequent reason first; an empty file gives zeros."""
    records = contact_file.records
    return ContactFileCounts(
        kind=contact_file.kind,
        entries=contact_file.entries,
        read=len(records),
        with_phone=sum(bool(record.phones) for record in records),
        with_email=sum(bool(record.emails) for record in records),
        with_place=sum(bool(record.places) for record in records),
        with_birthday=sum(record.birthday is not None for record in records),
        left_out=len(contact_file.left_out),
        reasons=_count_reasons(contact_file.left_out),
    )


def _count_reasons(left_out: tuple[LeftOut, ...]) -> tuple[ReasonCount, ...]:
    positions: dict[str, list[int]] = {}
    for entry in left_out:
        positions.setdefault(entry.reason, []).append(entry.position)
    counts = [ReasonCount(why, len(at), tuple(at[:_FIRST_POSITIONS_SHOWN])) for why, at in positions.items()]
    return tuple(sorted(counts, key=lambda count: (-count.entries, count.reason)))
