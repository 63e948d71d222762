"""A campaign moved from one store to another. Each step may be repeated: a move that was cut off is simply run again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass

from graph.errors import StoreError
from graph.model import Supporter
from graph.records import RecordStore
from graph.store import Brought, GraphStore

Say = Callable[[str], None]

_BATCH, _PEOPLE, _CONTACTS = 500, 50, 10_000
"""So much at once: records, supporters, contacts of theirs."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How much a store holds of a campaign."""

    supporters: int = 0
    contacts: int = 0
    voters: int = 0
    matches: int = 0
    asks: int = 0
    events: int = 0
    records: int = 0
    entries: int = 0


def count(graph: GraphStore, *records: RecordStore) -> Counted:
    """Count what is there, in the campaign and in the given spaces of records."""
    hers = [supporter.supporter_id for supporter in graph.supporters()]
    return Counted(
        supporters=len(hers),
        contacts=sum(len(graph.contacts_of(one)) for one in hers),
        voters=len(graph.voters()),
        matches=sum(len(graph.matches_of(one)) for one in hers),
        asks=sum(len(graph.asks_of(one)) for one in hers),
        events=len(graph.events()),
        records=sum(len(space.all(kind)) for space in records for kind in space.kinds()),
        entries=sum(len(space.read(stream)) for space in records for stream in space.streams()),
    )


def copy_graph(source: GraphStore, target: GraphStore, *, say: Say) -> None:
    """People and ties; what the target has besides stays."""
    supporters = source.supporters()
    say(f"Copying {len(supporters):,} supporters with their contacts and matches")
    for part in _parts(_brought(source, one) for one in supporters):
        target.put_brought(part)
    target.put_voters(source.voters())
    events = source.events()
    say(f"Copying {len(events):,} events")
    for event in set(events) - set(target.events()):
        target.record_event(event)


def _brought(source: GraphStore, supporter: Supporter) -> Brought:
    her = supporter.supporter_id
    return Brought(supporter, source.contacts_of(her), source.matches_of(her), source.asks_of(her))


def _parts(brought: Iterable[Brought]) -> Iterator[list[Brought]]:
    """What goes into one transaction each: some supporters, as long as a server can hold all of their contacts in memory."""
    part: list[Brought] = []
    for one in brought:
        contacts = sum(len(each.contacts) for each in (*part, one))
        if part and (len(part) == _PEOPLE or contacts > _CONTACTS):
            yield part
            part = []
        part.append(one)
    if part:
        yield part


def copy_records(source: RecordStore, target: RecordStore, *, say: Say) -> None:
    """Records with their versions, and streams from where the target's end.

    Raises ``StoreError`` when a stream of the target says something else than the source's.
    """
    for kind in source.kinds():
        records = source.all(kind)
        say(f"Copying {len(records):,} records of kind {kind}")
        for start in range(0, len(records), _BATCH):
            target.restore(records[start : start + _BATCH])
    for stream in source.streams():
        _copy_stream(source, target, stream)


def refuse_difference(before: Counted, after: Counted) -> None:
    """Raise ``StoreError`` that says which counts differ."""
    there = asdict(after)
    odd = [f"{name} {number:,} and {there[name]:,}" for name, number in asdict(before).items() if number != there[name]]
    if odd:
        raise StoreError(
            f"The two stores do not hold the same: {', '.join(odd)}.",
            next_step="Stop what writes to either, then copy again; if it stays so, the target was not empty before.",
        )


def _copy_stream(source: RecordStore, target: RecordStore, stream: str) -> None:
    entries, there = source.read(stream), target.read(stream)
    if there != entries[: len(there)]:
        raise StoreError(
            "The target has a stream of this name that says something else.",
            thing=stream.partition(":")[0],
            next_step="Copy into a store in which this campaign has no records.",
        )
    for entry in entries[len(there) :]:
        target.append(stream, entry.value, at=entry.at, if_sequence=entry.sequence)
