"""One SQLite file: its connections, its transactions, and what its errors mean to a person.

A ``Database`` lends each call a connection of its own, so that any thread may call at any time; writers of one process
queue on a lock, those of several processes on SQLite's. Commits are synchronous. After an erasure the file is rewritten
and its log cut to nothing, so that no erased byte stays (about 12 ms for each MB of the file).
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from graph.errors import InputError, StoreError
from graph.sqlite.migrate import known_migrations, migrate, missing_names

BUSY_SECONDS = 20.0
_PLAIN_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",  # a sort that spills must not leave names in a temporary file
    "PRAGMA mmap_size = 1073741824",
    "PRAGMA cache_size = -16000",
)
_MEANINGS: tuple[tuple[type[apsw.Error], str, str], ...] = (
    (
        apsw.BusyError,
        "Another program holds this file and does not let go.",
        "Wait a moment and try again; if it stays so, stop the other program.",
    ),
    (apsw.FullError, "The disk is full.", "Free some space and try again: nothing was half written."),
    (
        apsw.NotADBError,
        "This file is damaged, or is not one of Kith's.",
        "Put a backup in its place, or move the file away to begin anew.",
    ),
    (apsw.CorruptError, "This file is damaged.", "Put a backup in its place, or move the file away to begin anew."),
    (apsw.ReadOnlyError, "This file cannot be written.", "Give the program's user the right to write it."),
    (apsw.PermissionsError, "This file may not be opened.", "Give the program's user the right to write its folder."),
    (apsw.CantOpenError, "This file cannot be opened.", "Check that its folder is there and can be written."),
    (apsw.IOError, "The disk gave an error.", "Check the disk and try again: nothing was half written."),
    (apsw.ConstraintError, "These values do not fit what is kept.", "Read them again and decide again."),
    (apsw.ConnectionClosedError, "This store was closed.", "Open it again."),
)


def folder_name(campaign_id: str) -> str:
    """A campaign's folder: its id when that is a plain lower-case word, else a hash, so that no two ids share one."""
    if not campaign_id:
        raise InputError("A campaign needs an id.", next_step="Give it a short name, such as rivera-2026.")
    if _PLAIN_ID.fullmatch(campaign_id):
        return campaign_id
    return "_" + hashlib.sha256(campaign_id.encode()).hexdigest()[:40]


@contextmanager
def translated(thing: str) -> Iterator[None]:
    """Say a driver's error as ``StoreError`` with the next step."""
    try:
        yield
    except apsw.Error as error:
        for kind, happened, next_step in _MEANINGS:
            if isinstance(error, kind):
                raise StoreError(happened, thing=thing, next_step=next_step) from error
        happened = f"The store failed ({type(error).__name__})."
        raise StoreError(happened, thing=thing, next_step="Run kith doctor.") from error
    except UnicodeEncodeError:
        happened = "A text holds half a character and cannot be kept."
        raise InputError(happened, next_step="Clean the text first.") from None
    except OSError as error:
        happened = f"The folder cannot be used ({error.strerror})."
        raise StoreError(happened, thing=thing, next_step="Choose a folder that can be written.") from error


class Database:
    """One file with the schemas of the named families, made when it is new."""

    def __init__(self, path: Path, *, families: Sequence[str], busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self._busy_seconds = busy_seconds
        self._idle: list[apsw.Connection] = []
        self._guard = threading.Lock()
        self._writer = threading.Lock()
        self._is_closed = False
        self._owes_scrub = False
        with translated(str(path)):
            self._make_file()
            first = self._connect()
            for family in families:
                migrate(first, family, known_migrations(family))
        self._idle.append(first)

    @contextmanager
    def reading(self) -> Iterator[apsw.Connection]:
        """A connection that sees one moment, whatever others write meanwhile."""
        with translated(str(self.path)), self._lent() as lent, _transaction(lent, "BEGIN"):
            yield lent

    @contextmanager
    def writing(self) -> Iterator[apsw.Connection]:
        """A connection inside a transaction that happens whole or not at all."""
        with translated(str(self.path)), self._lent() as lent, self._turn(), _transaction(lent, "BEGIN IMMEDIATE"):
            yield lent

    @contextmanager
    def erasing(self) -> Iterator[apsw.Connection]:
        """Like ``writing``; afterwards the file is scrubbed if a row changed."""
        with translated(str(self.path)), self._lent() as connection, self._turn():
            before = connection.total_changes()
            with _transaction(connection, "BEGIN IMMEDIATE"):
                yield connection
            if connection.total_changes() > before or self._owes_scrub:
                self._scrub(connection)

    def scrub(self) -> None:
        """Rewrite the file and cut its log to nothing, so that no byte of a row that went stays."""
        with translated(str(self.path)), self._lent() as connection, self._turn():
            self._scrub(connection)

    def check(self) -> list[str]:
        """Problems in words; empty when all is well."""
        try:
            with self.reading() as connection:
                found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
                broken = connection.execute("PRAGMA foreign_key_check").fetchall()
                missing = missing_names(connection)
        except StoreError as error:
            return [str(error)]
        problems = [f"{self.path.name}: {line}" for line in found]
        problems += [f"{self.path.name}: a row of {row[0]} has lost its {row[2]}" for row in broken]
        if missing:
            words = ", ".join(missing)
            problems.append(f"{self.path.name}: tables or indexes are missing: {words}; put a backup in its place")
        if self._owes_scrub:
            problems.append(
                f"{self.path.name}: bytes of erased rows may still be in it; the next erasure takes them out"
            )
        return problems

    def close(self) -> None:
        """Close every connection; a second call does nothing."""
        with self._guard:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _make_file(self) -> None:
        """Make the file for its owner alone; the log beside it takes its rights from it."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))

    def _connect(self) -> apsw.Connection:
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
        connection = apsw.Connection(str(self.path), flags=flags)
        connection.set_busy_timeout(int(self._busy_seconds * 1000))
        _use_write_ahead_log(connection, self._busy_seconds)
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        return connection

    @contextmanager
    def _lent(self) -> Iterator[apsw.Connection]:
        with self._guard:
            if self._is_closed:
                raise apsw.ConnectionClosedError
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._connect()
        try:
            yield connection
        finally:
            self._take_back(connection)

    def _take_back(self, connection: apsw.Connection) -> None:
        with self._guard:
            if not self._is_closed:
                self._idle.append(connection)
                return
        connection.close()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._writer.acquire(timeout=self._busy_seconds):
            raise apsw.BusyError
        try:
            yield
        finally:
            self._writer.release()

    def _scrub(self, connection: apsw.Connection) -> None:
        """``secure_delete`` alone is not enough: when pages are split or joined, copies of rows stay in their gaps.

        The erasure before it stands already. What hinders the scrub (a long reader, a full disk) only delays it to the
        next erasure, and ``check`` tells.
        """
        self._owes_scrub = True
        with suppress(apsw.BusyError, apsw.LockedError, apsw.FullError, apsw.NoMemError, apsw.IOError):
            connection.execute("VACUUM")
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            self._owes_scrub = False


def _use_write_ahead_log(connection: apsw.Connection, busy_seconds: float) -> None:
    """Switch the log on. SQLite does not wait here when another process does the same, so we do."""
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
            return
        except apsw.BusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


@contextmanager
def _transaction(connection: apsw.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
