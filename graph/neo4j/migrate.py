"""Forward-only, numbered migrations: each runs once and leaves its hash behind, as for SQLite.

Neo4j changes a schema apart from data, so a step cannot be one transaction: every statement may be repeated
(``IF NOT EXISTS``), and the step is noted last. A lock node lets one program do it while others wait.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import LiteralString

from neo4j import ManagedTransaction, Session

from graph.errors import StoreError

_ONE_OF_EACH = """
CREATE CONSTRAINT kith_migration_once IF NOT EXISTS FOR (m:KithMigration) REQUIRE m.number IS UNIQUE
"""
_LOCK = "MERGE (m:KithMigration {number: 0}) SET m.is_held = true"
_RAN = "MATCH (m:KithMigration) WHERE m.number > 0 RETURN m.number, m.sha256"
_NOTE = "MERGE (m:KithMigration {number: $number}) SET m.name = $name, m.sha256 = $sha256"

Sessions = Callable[[], Session]


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema; ``number`` counts up from 1 without gaps."""

    number: int
    name: str
    cypher: str

    @property
    def sha256(self) -> str:
        """The hash of its text, the same whatever ends the lines."""
        return hashlib.sha256(self.cypher.replace("\r\n", "\n").encode()).hexdigest()

    @property
    def statements(self) -> list[LiteralString]:
        """What it runs, in order. The text is ours: it comes with the program."""
        lines = [line for line in self.cypher.splitlines() if not line.lstrip().startswith("//")]
        parts = (part.strip() for part in "\n".join(lines).split(";"))
        return [part for part in parts if part]


def known_migrations() -> tuple[Migration, ...]:
    """The migrations that this program brings, in order."""
    folder = resources.files("graph.neo4j").joinpath("migrations")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".cypher")), key=lambda file: file.name)
    return tuple(Migration(int(file.name[:4]), file.name, file.read_text(encoding="utf-8")) for file in files)


def migrate(sessions: Sessions, migrations: Sequence[Migration]) -> int:
    """Bring a database up to the newest migration; how many ran. Safe when several programs open it at once.

    Raises ``StoreError`` when the data are newer than the program, or when a migration that ran was changed since.
    """
    with sessions() as session:
        if not _pending(session.execute_read(_ran), migrations):
            return 0
        session.execute_write(lambda transaction: transaction.run(_ONE_OF_EACH).consume())
    with sessions() as lock, lock.begin_transaction() as held:
        held.run(_LOCK).consume()
        with sessions() as session:
            pending = _pending(session.execute_read(_ran), migrations)
            for migration in pending:
                _run(session, migration)
    return len(pending)


def _run(session: Session, migration: Migration) -> None:
    for statement in migration.statements:
        session.execute_write(_execute, statement)
    session.execute_write(_note, migration)


def _execute(transaction: ManagedTransaction, statement: LiteralString) -> None:
    transaction.run(statement).consume()


def _note(transaction: ManagedTransaction, migration: Migration) -> None:
    transaction.run(_NOTE, number=migration.number, name=migration.name, sha256=migration.sha256).consume()


def _ran(transaction: ManagedTransaction) -> dict[int, str]:
    return {int(record[0]): str(record[1]) for record in transaction.run(_RAN)}


def _pending(ran: dict[int, str], migrations: Sequence[Migration]) -> list[Migration]:
    newest = max((migration.number for migration in migrations), default=0)
    if max(ran, default=0) > newest:
        raise StoreError(
            f"These data are at schema {max(ran)}; this program knows up to {newest}.",
            next_step="Update Kith to the release that wrote them, or open a backup from before the update.",
        )
    for migration in migrations:
        if ran.get(migration.number, migration.sha256) != migration.sha256:
            raise StoreError(
                "This migration was changed after it had run here.",
                thing=migration.name,
                next_step="Install the release that these data were last opened with, or put back its migration file.",
            )
    return [migration for migration in migrations if migration.number not in ran]
