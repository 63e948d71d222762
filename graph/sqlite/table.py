"""Tables as values: the few statements that every table needs, written once. Names are ours, never an input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import apsw

from graph.rules import counted
from graph.store import Upserted

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its key's columns first; rows hold the columns in this order."""

    name: str
    key: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def columns(self) -> str:
        """All columns, as a statement lists them."""
        return ", ".join((*self.key, *self.values))

    def select(self, rest: str = "") -> str:
        """A query of whole rows; ``rest`` holds its conditions and order."""
        return f"SELECT {self.columns} FROM {self.name} {rest}"  # noqa: S608 - names of our own

    def insert(self, rest: str = "") -> str:
        """An insertion of a whole row; ``rest`` says what to do about one that is there."""
        places = ", ".join("?" * (len(self.key) + len(self.values)))
        return f"INSERT INTO {self.name} ({self.columns}) VALUES ({places}) {rest}"  # noqa: S608 - names of our own

    def delete(self, columns: Iterable[str]) -> str:
        """A deletion of the rows that have given values in these columns."""
        return f"DELETE FROM {self.name} WHERE {_equal(columns)}"  # noqa: S608 - names of our own

    def keep(self, connection: apsw.Connection, rows: Iterable[Row]) -> Upserted:
        """Put rows in the place of those with the same key; of two with one key the later counts."""
        new = {row[: len(self.key)]: row for row in rows}
        query = self.select(f"WHERE {_equal(self.key)}")
        found = (connection.execute(query, key).fetchone() for key in new)
        old = {row[: len(self.key)]: row for row in found if row is not None}
        changes = ", ".join(f"{column} = excluded.{column}" for column in self.values)
        changed = [row for key, row in new.items() if old.get(key) != row]
        connection.executemany(self.insert(f"ON CONFLICT DO UPDATE SET {changes}"), changed)
        return counted(old, new)


def fetched(connection: apsw.Connection, query: str, values: Sequence[Any] = ()) -> list[Row]:
    """All rows of a query."""
    return list(connection.execute(query, values))


def _equal(columns: Iterable[str]) -> str:
    return " AND ".join(f"{column} = ?" for column in columns)
