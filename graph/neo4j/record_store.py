"""Records of one space in Neo4j, behind ``graph.records.RecordStore``."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from graph.model import CampaignId
from graph.neo4j.connection import INSTALL, Bound, Row, Server, Space, digest_of, whole
from graph.records import Entry, JsonObject, Record
from graph.rules import (
    claimed,
    conflict,
    instant,
    instant_or_never,
    microseconds,
    microseconds_or_never,
    ready_at,
    value_text,
)

PART = "records"

GET: Final = """
MATCH (r:Record {campaign: $campaign, kind: $kind, key: $key})
RETURN r.kind, r.key, r.value, r.version, r.expires_at, r.digest
"""
ALL: Final = """
MATCH (r:Record {campaign: $campaign, kind: $kind})
RETURN r.kind, r.key, r.value, r.version, r.expires_at, r.digest
"""
READY: Final = """
MATCH (r:Record {campaign: $campaign, kind: $kind})
WHERE r.ready_at <= $now AND (r.expires_at IS NULL OR r.expires_at > $now)
RETURN r.kind, r.key, r.value, r.version, r.expires_at, r.digest
ORDER BY r.ready_at, r.key
LIMIT 1
"""
PUT: Final = """
MERGE (r:Record {campaign: $campaign, kind: $kind, key: $key})
SET r.value = $value, r.version = $version, r.expires_at = $expires_at, r.ready_at = $ready_at, r.digest = $digest
"""
RESTORE: Final = """
UNWIND $rows AS row
MERGE (r:Record {campaign: $campaign, kind: row[0], key: row[1]})
SET r.value = row[2], r.version = row[3], r.expires_at = row[4], r.ready_at = row[5], r.digest = row[6]
"""
KINDS: Final = "MATCH (r:Record {campaign: $campaign}) RETURN DISTINCT r.kind"
STREAMS: Final = "MATCH (e:Entry {campaign: $campaign}) RETURN DISTINCT e.stream"
DELETE: Final = """
MATCH (r:Record {campaign: $campaign, kind: $kind, key: $key})
DELETE r
RETURN count(*)
"""
EXPIRE: Final = """
MATCH (r:Record {campaign: $campaign})
WHERE r.expires_at <= $now
DELETE r
RETURN count(*)
"""
LAST: Final = """
MATCH (e:Entry {campaign: $campaign, stream: $stream}) RETURN max(e.sequence)
"""
APPEND: Final = """
CREATE (e:Entry {campaign: $campaign, stream: $stream, sequence: $sequence, at: $at, value: $value})
"""
READ: Final = """
MATCH (e:Entry {campaign: $campaign, stream: $stream})
WHERE e.sequence > $after
RETURN e.sequence, e.at, e.value
ORDER BY e.sequence
"""
ERASE_STREAM: Final = """
MATCH (e:Entry {campaign: $campaign, stream: $stream})
DELETE e
RETURN count(*)
"""


class Neo4jRecordStore:
    """Records of one space."""

    def __init__(self, space: Space) -> None:
        self._space = space

    def get(self, kind: str, key: str, *, now: datetime | None = None) -> Record | None:
        """The record, or ``None`` when there is none or it had expired."""
        found = self._whole(lambda bound: bound.rows(GET, kind=kind, key=key))
        return next((record for record in found if _stands(record, now)), None)

    def all(self, kind: str, *, now: datetime | None = None) -> list[Record]:
        """All records of a kind that had not expired, by key."""
        found = self._whole(lambda bound: bound.rows(ALL, kind=kind))
        return sorted((record for record in found if _stands(record, now)), key=lambda record: record.key)

    def put(
        self,
        kind: str,
        key: str,
        value: JsonObject,
        *,
        if_version: int | None = None,
        expires_at: datetime | None = None,
    ) -> Record:
        """Keep a record; raises ``ConflictError`` when it does not stand at the version demanded."""
        text, expires, ready = value_text(value), microseconds_or_never(expires_at), ready_at(value)

        def keep(bound: Bound) -> Record:
            version = _demand(bound, kind, key, if_version) + 1
            row = (kind, key, text, version, expires)
            _keep(bound, row, ready)
            return _record(row)

        return self._space.write(keep)

    def delete(self, kind: str, key: str, *, if_version: int | None = None) -> bool:
        """Remove a record; whether there was one."""

        def remove(bound: Bound) -> bool:
            _demand(bound, kind, key, if_version)
            return bound.number(DELETE, kind=kind, key=key) > 0

        return self._space.write(remove)

    def append(self, stream: str, value: JsonObject, *, at: datetime, if_sequence: int | None = None) -> Entry:
        """Add an entry to a stream; raises ``ConflictError`` when it would not get the sequence demanded."""
        text, when = value_text(value), microseconds(at)

        def add(bound: Bound) -> Entry:
            sequence = bound.number(LAST, stream=stream) + 1
            if if_sequence not in (None, sequence):
                raise conflict("Somebody else added to this stream first.", stream)
            bound.rows(APPEND, stream=stream, sequence=sequence, at=when, value=text)
            return _entry((sequence, when, text))

        return self._space.write(add)

    def read(self, stream: str, *, after: int = 0) -> list[Entry]:
        """Entries of a stream with a greater sequence, in order."""
        return [_entry(row) for row in self._space.read(lambda bound: bound.rows(READ, stream=stream, after=after))]

    def erase_stream(self, stream: str) -> int:
        """Remove a whole stream; how many entries went."""
        return self._space.write(lambda bound: bound.number(ERASE_STREAM, stream=stream))

    def claim(self, kind: str, *, worker: str, now: datetime, lease_seconds: int) -> Record | None:
        """Take the oldest ready record of a kind for a worker, or ``None``. Looking alone waits for no writer."""
        when = microseconds(now)

        def take(bound: Bound) -> Record | None:
            row = bound.one(READY, kind=kind, now=when)
            if row is None:
                return None
            taken = claimed(_record(row[:5]), worker=worker, now=now, lease_seconds=lease_seconds)
            _keep(bound, _row(taken), ready_at(taken.value))
            return taken

        if self._space.read(lambda bound: bound.one(READY, kind=kind, now=when)) is None:
            return None
        return self._space.write(take)

    def expire(self, *, now: datetime) -> int:
        """Remove what had expired at ``now``; how many."""
        return self._space.write(lambda bound: bound.number(EXPIRE, now=microseconds(now)))

    def kinds(self) -> list[str]:
        """The kinds of which there is a record, in order."""
        return sorted(str(row[0]) for row in self._space.read(lambda bound: bound.rows(KINDS)))

    def streams(self) -> list[str]:
        """The streams that have an entry, in order."""
        return sorted(str(row[0]) for row in self._space.read(lambda bound: bound.rows(STREAMS)))

    def restore(self, records: Sequence[Record]) -> None:
        """Keep records just as they stood elsewhere, their versions too."""
        kept = [(_row(record), ready_at(record.value)) for record in records]

        def put(bound: Bound) -> None:
            bound.keep(RESTORE, [[*row, ready, digest_of([row])] for row, ready in kept])

        self._space.write(put)

    def scrub(self) -> None:
        """Do nothing: Community gives no way to rewrite its files, so that erased values linger until they are reused.

        That is the one promise of the port which this adapter cannot keep. Details are sealed before they are kept;
        keep ``db.tx_log.rotation.size`` and ``db.tx_log.rotation.retention_policy`` small (docs/neo4j.md).
        """

    def close(self) -> None:
        """Release the store; a second call does nothing."""
        self._space.close()

    def _whole(self, find: Callable[[Bound], list[Row]]) -> list[Record]:
        """Records each as one write left it: read again while one does not fit its digest, at last with the writers."""
        found = whole(self._space, lambda bound: _sum_and_rows(find(bound)))
        return [_record(row) for row in found]


class Neo4jRecordStores:
    """Record stores on one server; whoever made the server closes it."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def for_campaign(self, campaign_id: CampaignId) -> Neo4jRecordStore:
        """The records of one campaign."""
        return Neo4jRecordStore(Space.of_campaign(self._server, campaign_id, PART))

    def install(self) -> Neo4jRecordStore:
        """The records that span campaigns."""
        self._server.make_ready()
        return Neo4jRecordStore(Space(self._server, INSTALL, PART))


def _keep(bound: Bound, row: Row, ready: int | None) -> None:
    kind, key, value, version, expires_at = row
    bound.rows(
        PUT, kind=kind, key=key, value=value, version=version, expires_at=expires_at, ready_at=ready,
        digest=digest_of([row]),
    )  # fmt: skip


def _sum_and_rows(found: list[Row]) -> tuple[int, list[Row]]:
    """The sum of the digests that stand beside the records, and the records."""
    return sum(row[5] for row in found), [row[:5] for row in found]


def _demand(bound: Bound, kind: str, key: str, if_version: int | None) -> int:
    """The version that stands (0: none). Raises ``ConflictError`` when it is not the one demanded."""
    found = bound.one(GET, kind=kind, key=key)
    version = int(found[3]) if found else 0
    if if_version not in (None, version):
        raise conflict("Somebody else changed this record first.", kind)
    return version


def _stands(record: Record, now: datetime | None) -> bool:
    return now is None or record.expires_at is None or record.expires_at > now


def _row(record: Record) -> Row:
    expires = microseconds_or_never(record.expires_at)
    return (record.kind, record.key, value_text(record.value), record.version, expires)


def _record(row: Row) -> Record:
    kind, key, value, version, expires_at = row
    return Record(kind, key, json.loads(value), version, instant_or_never(expires_at))


def _entry(row: Row) -> Entry:
    sequence, at, value = row
    return Entry(sequence, instant(at), json.loads(value))
