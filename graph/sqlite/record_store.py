"""Records of one space in SQLite: the embedded default behind ``graph.records.RecordStore``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import apsw

from graph.model import CampaignId
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
from graph.sqlite.connection import BUSY_SECONDS
from graph.sqlite.shared import Lease, SharedFiles
from graph.sqlite.table import Row, Table

RECORD = Table("record", ("kind", "key"), ("value", "version", "expires_at", "ready_at"))
ENTRY = Table("entry", ("stream", "sequence"), ("at", "value"))

_STANDS = "(?{0} IS NULL OR expires_at IS NULL OR expires_at > ?{0})"
_GET = RECORD.select(f"WHERE kind = ?1 AND key = ?2 AND {_STANDS.format(3)}")
_ALL = RECORD.select(f"WHERE kind = ?1 AND {_STANDS.format(2)} ORDER BY key")
_READY = RECORD.select(f"WHERE kind = ?1 AND ready_at <= ?2 AND {_STANDS.format(2)} ORDER BY ready_at, key LIMIT 1")
_READ = ENTRY.select("WHERE stream = ? AND sequence > ? ORDER BY sequence")


class SqliteRecordStore:
    """Records of one space."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease

    def get(self, kind: str, key: str, *, now: datetime | None = None) -> Record | None:
        """The record, or ``None`` when there is none or it had expired."""
        with self._lease.database.reading() as connection:
            row = connection.execute(_GET, (kind, key, microseconds_or_never(now))).fetchone()
        return None if row is None else _record(row)

    def all(self, kind: str, *, now: datetime | None = None) -> list[Record]:
        """All records of a kind that had not expired, by key."""
        with self._lease.database.reading() as connection:
            return [_record(row) for row in connection.execute(_ALL, (kind, microseconds_or_never(now)))]

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
        text = value_text(value)
        with self._lease.database.writing() as connection:
            version = _demand(connection, kind, key, if_version) + 1
            row = (kind, key, text, version, microseconds_or_never(expires_at), ready_at(value))
            RECORD.keep(connection, [row])
        return _record(row)

    def delete(self, kind: str, key: str, *, if_version: int | None = None) -> bool:
        """Remove a record; whether there was one."""
        with self._lease.database.writing() as connection:
            _demand(connection, kind, key, if_version)
            connection.execute(RECORD.delete(RECORD.key), (kind, key))
            return connection.changes() > 0

    def append(self, stream: str, value: JsonObject, *, at: datetime, if_sequence: int | None = None) -> Entry:
        """Add an entry to a stream; raises ``ConflictError`` when it would not get the sequence demanded."""
        text = value_text(value)
        with self._lease.database.writing() as connection:
            last = connection.execute("SELECT max(sequence) FROM entry WHERE stream = ?", (stream,)).fetchone()
            sequence = (last[0] if last and last[0] else 0) + 1
            if if_sequence not in (None, sequence):
                raise conflict("Somebody else added to this stream first.", stream)
            row = (stream, sequence, microseconds(at), text)
            connection.execute(ENTRY.insert(), row)
        return _entry(row)

    def read(self, stream: str, *, after: int = 0) -> list[Entry]:
        """Entries of a stream with a greater sequence, in order."""
        with self._lease.database.reading() as connection:
            return [_entry(row) for row in connection.execute(_READ, (stream, after))]

    def erase_stream(self, stream: str) -> int:
        """Remove a whole stream; how many entries went."""
        with self._lease.database.erasing() as connection:
            connection.execute(ENTRY.delete(("stream",)), (stream,))
            return connection.changes()

    def claim(self, kind: str, *, worker: str, now: datetime, lease_seconds: int) -> Record | None:
        """Take the oldest ready record of a kind for a worker, or ``None``. Looking alone waits for no writer."""
        asked = (kind, microseconds(now))
        with self._lease.database.reading() as connection:
            if connection.execute(_READY, asked).fetchone() is None:
                return None
        with self._lease.database.writing() as connection:
            row = connection.execute(_READY, asked).fetchone()
            if row is None:
                return None
            taken = claimed(_record(row), worker=worker, now=now, lease_seconds=lease_seconds)
            RECORD.keep(connection, [_row(taken)])
        return taken

    def expire(self, *, now: datetime) -> int:
        """Remove what had expired at ``now``; how many."""
        with self._lease.database.writing() as connection:
            connection.execute("DELETE FROM record WHERE expires_at <= ?", (microseconds(now),))
            return connection.changes()

    def kinds(self) -> list[str]:
        """The kinds of which there is a record, in order."""
        with self._lease.database.reading() as connection:
            return [row[0] for row in connection.execute("SELECT DISTINCT kind FROM record ORDER BY kind")]

    def streams(self) -> list[str]:
        """The streams that have an entry, in order."""
        with self._lease.database.reading() as connection:
            return [row[0] for row in connection.execute("SELECT DISTINCT stream FROM entry ORDER BY stream")]

    def restore(self, records: Sequence[Record]) -> None:
        """Keep records just as they stood elsewhere, their versions too."""
        with self._lease.database.writing() as connection:
            RECORD.keep(connection, map(_row, records))

    def scrub(self) -> None:
        """Leave no byte of what was deleted, overwritten or expired in any file."""
        self._lease.database.scrub()

    def close(self) -> None:
        """Release the store; a second call does nothing."""
        self._lease.close()


class SqliteRecordStores:
    """Record stores under one data folder: a file for each campaign, and one for the install."""

    def __init__(self, folder: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self._files = SharedFiles(folder, families=("records",), busy_seconds=busy_seconds)

    def for_campaign(self, campaign_id: CampaignId) -> SqliteRecordStore:
        """The records of one campaign."""
        return SqliteRecordStore(self._files.of_campaign(campaign_id))

    def install(self) -> SqliteRecordStore:
        """The records that span campaigns."""
        return SqliteRecordStore(self._files.of_install())


def _demand(connection: apsw.Connection, kind: str, key: str, if_version: int | None) -> int:
    """The version that stands (0: none). Raises ``ConflictError`` when it is not the one demanded."""
    found = connection.execute("SELECT version FROM record WHERE kind = ? AND key = ?", (kind, key)).fetchone()
    version = int(found[0]) if found else 0
    if if_version not in (None, version):
        raise conflict("Somebody else changed this record first.", kind)
    return version


def _row(record: Record) -> Row:
    when = microseconds_or_never(record.expires_at)
    return (record.kind, record.key, value_text(record.value), record.version, when, ready_at(record.value))


def _record(row: Row) -> Record:
    kind, key, value, version, expires_at, _ = row
    return Record(kind, key, json.loads(value), version, instant_or_never(expires_at))


def _entry(row: Row) -> Entry:
    _, sequence, at, value = row
    return Entry(sequence, instant(at), json.loads(value))
