"""Streams that show when a line was changed or taken out: each entry carries the hash of the one before.

A record beside the stream holds its length and last hash, so that lines missing at the end are noticed too.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from graph.errors import ConflictError
from graph.records import Entry, JsonObject, Record, RecordStore

_HEAD = "chain"
_CHAINED = frozenset({"audit", "consent"})
"""By name, so that a chain whose head was taken out does not pass for a stream of another kind."""
_START = "0" * 64
_TRIES = 50


def append_chained(records: RecordStore, stream: str, value: JsonObject, *, at: datetime) -> Entry:
    """Add an entry that carries the hash of the one before. Of two writers at once the slower tries again."""
    for _ in range(_TRIES):
        head = records.get(_HEAD, stream)
        sequence, previous = _end(records, stream, head)
        linked = {**value, "previous": previous, "hash": _hash(previous, sequence + 1, at, value)}
        try:
            entry = records.append(stream, linked, at=at, if_sequence=sequence + 1)
        except ConflictError:
            continue
        _note_end(records, stream, entry, head)
        return entry
    raise ConflictError("Too many others write to this stream.", thing=stream, next_step="Try again in a moment.")


def broken_links(records: RecordStore, stream: str) -> list[str]:
    """What was changed or taken out of a stream, in words; empty when it is whole."""
    problems, previous, last = [], _START, 0
    for entry in records.read(stream):
        value = {key: kept for key, kept in entry.value.items() if key not in ("previous", "hash")}
        if entry.sequence != last + 1:
            problems.append(f"{stream}: lines {last + 1} to {entry.sequence - 1} are missing")
        elif entry.value.get("previous") != previous:
            problems.append(f"{stream}: line {entry.sequence} does not follow the line before it")
        if entry.value.get("hash") != _hash(str(entry.value.get("previous")), entry.sequence, entry.at, value):
            problems.append(f"{stream}: line {entry.sequence} was changed")
        previous, last = str(entry.value.get("hash")), entry.sequence
    return problems + _missing_end(records, stream, last)


def chains(records: RecordStore) -> list[str]:
    """The chains that have lines, or had some, in order; other streams are no chains."""
    here = (stream for stream in records.streams() if stream.partition(":")[0] in _CHAINED)
    return sorted({*here, *(record.key for record in records.all(_HEAD))})


def erase_chain(records: RecordStore, stream: str) -> int:
    """Remove a stream and what is known of its end; how many entries went."""
    records.delete(_HEAD, stream)
    return records.erase_stream(stream)


def _missing_end(records: RecordStore, stream: str, last: int) -> list[str]:
    head = records.get(_HEAD, stream)
    expected = int(head.value["sequence"]) if head else 0
    return [f"{stream}: lines {last + 1} to {expected} are missing"] if expected > last else []


def _note_end(records: RecordStore, stream: str, entry: Entry, head: Record | None) -> None:
    """Keep beside a stream how far it goes. Where somebody noted a later line meanwhile, or erased it all, that stands."""
    end = {"sequence": entry.sequence, "hash": entry.value["hash"]}
    while head is None or head.value["sequence"] < entry.sequence:
        try:
            records.put(_HEAD, stream, end, if_version=head.version if head else 0)
            return
        except ConflictError:
            head = records.get(_HEAD, stream)
            if head is None:
                return


def _end(records: RecordStore, stream: str, head: Record | None) -> tuple[int, str]:
    """The last sequence and hash. The record beside the stream may lag by the lines that are being written."""
    sequence, previous = (int(head.value["sequence"]), str(head.value["hash"])) if head else (0, _START)
    for entry in records.read(stream, after=sequence):
        sequence, previous = entry.sequence, str(entry.value["hash"])
    return sequence, previous


def _hash(previous: str, sequence: int, at: datetime, value: JsonObject) -> str:
    text = json.dumps([previous, sequence, at.timestamp(), dict(value)], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
