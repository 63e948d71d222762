"""The embedded part of ``benchmarks.stores``: ours beside hand-written SQL on the same file."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import apsw

from benchmarks.stores_measure import (
    MOST_EXPORT_SECONDS,
    MOST_OF_SQL,
    Line,
    Size,
    asked,
    load,
    medians,
    moved,
    shown,
    supporter_of,
)
from graph.model import CampaignId, Contact
from graph.sqlite.graph_store import SqliteGraphStores
from graph.store import GraphStore

CAMPAIGN = CampaignId("bench")


def of_sqlite(size: Size) -> Iterator[Line]:
    """Upsert of 300 friends and friends of one supporter, beside SQL on the same file; the export."""
    with (
        tempfile.TemporaryDirectory(prefix="kith-bench-") as folder,
        SqliteGraphStores(Path(folder)).for_campaign(CAMPAIGN) as store,
    ):
        took = load(store, size, range(size.supporters))
        print(f"{'SQLite: load':44}{took:10.1f}{'':10} s")
        bare = BareSql(Path(folder) / "campaigns" / CAMPAIGN / "kith.db")
        newcomer = size.supporters
        for one in (newcomer, newcomer + 1):
            store.put_supporter(supporter_of(one))
        upsert = medians(
            lambda turn: store.put_contacts(supporter_of(newcomer).supporter_id, moved(newcomer, turn)),
            lambda turn: bare.upsert(moved(newcomer + 1, turn)),
            asked(size, 1),
        )
        yield shown(Line("SQLite: upsert of 300 friends, p50", *upsert, MOST_OF_SQL))
        friends = medians(
            lambda number: store.contacts_of(supporter_of(number).supporter_id), bare.friends_of, asked(size, 2)
        )
        yield shown(Line("SQLite: friends of one, p50", *friends, MOST_OF_SQL))
        yield shown(export_line(store))


def export_line(store: GraphStore) -> Line:
    """The whole network as arrays, in CPU seconds, beside those that it may take."""
    started = time.process_time()
    ties = store.export_edges()
    taken = time.process_time() - started
    return Line(f"SQLite: export of {len(ties):,} ties, CPU", taken, MOST_EXPORT_SECONDS, 1.0, "s")


class BareSql:
    """The same work as statements on the same file, with the same care for what is kept and what is erased."""

    def __init__(self, path: Path) -> None:
        self._connection = apsw.Connection(str(path))
        for pragma in ("journal_mode = wal", "synchronous = full", "secure_delete = on", "temp_store = memory"):
            self._connection.execute(f"PRAGMA {pragma}").fetchall()

    def upsert(self, contacts: Sequence[Contact]) -> None:
        """Keep contacts in one transaction."""
        rows = [
            (c.supporter_id, c.key, c.source, c.position, c.sealed_details, c.relationship_type.value, c.tie_strength)
            for c in contacts
        ]
        with self._connection:
            self._connection.executemany(
                "INSERT INTO contact VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET source = excluded.source,"
                " position = excluded.position, sealed_details = excluded.sealed_details,"
                " relationship_type = excluded.relationship_type, tie_strength = excluded.tie_strength",
                rows,
            )

    def friends_of(self, number: int) -> list[Any]:
        """A supporter's contacts as rows."""
        return self._connection.execute(
            "SELECT * FROM contact WHERE supporter_id = ? ORDER BY source, position, contact_key", (f"s{number:06}",)
        ).fetchall()
