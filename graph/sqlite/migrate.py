"""Forward-only, numbered migrations: each runs once, in one transaction, and leaves its hash behind.

A file that was changed after it ran, or data that a newer program wrote, is refused with a sentence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import apsw

from graph.errors import StoreError

_LEDGER = """
CREATE TABLE IF NOT EXISTS migration (
  family TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (family, number)
) STRICT, WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of a schema; ``number`` counts up from 1 without gaps."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """The hash of its text, the same whatever ends the lines."""
        return hashlib.sha256(self.sql.replace("\r\n", "\n").encode()).hexdigest()


def known_migrations(family: str) -> tuple[Migration, ...]:
    """The migrations that this program brings for a family (``graph`` or ``records``), in order."""
    folder = resources.files("graph.sqlite").joinpath("migrations", family)
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return tuple(Migration(int(file.name[:4]), file.name, file.read_text(encoding="utf-8")) for file in files)


def migrate(connection: apsw.Connection, family: str, migrations: Sequence[Migration]) -> int:
    """Bring a database up to the newest migration; how many ran. Safe when several processes open it at once.

    Raises ``StoreError`` when the data are newer than the program, or when a migration that ran was changed since.
    """
    return _run(connection, family, migrations) if _pending(connection, family, migrations) else 0


def missing_names(connection: apsw.Connection) -> list[str]:
    """The tables and indexes that the migrations of this file made and that are not there any more, in order."""
    fresh = apsw.Connection(":memory:")
    for (family,) in connection.execute("SELECT DISTINCT family FROM migration"):
        migrate(fresh, str(family), known_migrations(str(family)))
    wanted, there = (
        {str(name) for (name,) in each.execute("SELECT name FROM sqlite_schema")} for each in (fresh, connection)
    )
    fresh.close()
    return sorted(wanted - there)


def _run(connection: apsw.Connection, family: str, migrations: Sequence[Migration]) -> int:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(_LEDGER)
        pending = _pending(connection, family, migrations)
        for migration in pending:
            connection.execute(migration.sql)
            row = (family, migration.number, migration.name, migration.sha256)
            connection.execute("INSERT INTO migration VALUES (?, ?, ?, ?)", row)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return len(pending)


def _pending(connection: apsw.Connection, family: str, migrations: Sequence[Migration]) -> list[Migration]:
    ran = _ran(connection, family)
    _refuse_newer(family, ran, migrations)
    for migration in migrations:
        if ran.get(migration.number, migration.sha256) != migration.sha256:
            raise StoreError(
                "This migration was changed after it had run here.",
                thing=f"{family}/{migration.name}",
                next_step="Install the release that these data were last opened with, or put back its migration file.",
            )
    return [migration for migration in migrations if migration.number not in ran]


def _refuse_newer(family: str, ran: dict[int, str], migrations: Sequence[Migration]) -> None:
    newest = max((migration.number for migration in migrations), default=0)
    if max(ran, default=0) > newest:
        raise StoreError(
            f"These data are at schema {max(ran)}; this program knows up to {newest}.",
            thing=family,
            next_step="Update Kith to the release that wrote them, or open a backup from before the update.",
        )


def _ran(connection: apsw.Connection, family: str) -> dict[int, str]:
    if not connection.table_exists(None, "migration"):
        return {}
    rows = connection.execute("SELECT number, sha256 FROM migration WHERE family = ?", (family,))
    return {int(str(number)): str(sha256) for number, sha256 in rows}
