"""One driver for the process, and what a campaign may do with it.

Neo4j lets a reader see a write that is half done, and two writers overtake each other. So writers of one campaign queue on
its ``Turn`` node, as they queue on the file in SQLite; readers of one supporter compare what they read with a digest
(``whole``), readers of the whole network look whether somebody wrote meanwhile (``read_still``).
A write leaves its receipt on that node: when the connection breaks in the middle of a commit, the receipt tells whether
it happened.
"""

from __future__ import annotations

import logging
import re
import secrets
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, LiteralString, TypeVar

from neo4j import Driver, GraphDatabase, ManagedTransaction, NotificationMinimumSeverity, Session
from neo4j.exceptions import IncompleteCommit

from graph.errors import InputError, StoreError
from graph.neo4j import migrate
from graph.neo4j.address import USUAL_PATIENCE, Address, Patience
from graph.neo4j.faults import translated

Row = tuple[Any, ...]
T = TypeVar("T")

INSTALL = "*install*"
"""What spans campaigns is kept under this; no campaign may have it as its id."""
BATCH_ROWS = 2000
RECEIPTS = 64
_NODE = re.compile(r"\(\s*\w*\s*:\s*\w+\s*([^)]*)\)")
_BOUND = re.compile(r"\{\s*campaign\s*:\s*\$campaign\b")
_PAUSES = tuple(0.002 * 1.4**turn for turn in range(12))
_OLDEST_SERVER = (5, 13)

logging.getLogger("neo4j").setLevel(logging.WARNING)  # more than that holds every value that is sent

_TAKE_TURN = """
MERGE (t:Turn {campaign: $campaign, part: $part})
SET t.is_held = true
WITH t
SET t.number = coalesce(t.number, 0) + 1, t.receipts = ($receipt + coalesce(t.receipts, []))[..64]
RETURN t.number
"""
_READ_TURN = """
MATCH (t:Turn {campaign: $campaign, part: $part})
SET t.is_held = true
WITH t
RETURN t.number, t.receipts
"""
"""It waits for the turn, so that a commit which is still on its way has ended."""


class Server:
    """A Neo4j server. Safe from any thread; made once in a process, closed by whoever made it.

    The driver connects when it is first used; the migrations run then.
    """

    def __init__(
        self, address: Address, password: str, *, database: str = "neo4j", patience: Patience = USUAL_PATIENCE
    ) -> None:
        self.thing = str(address)
        self._database = database
        self._guard = threading.Lock()
        self._is_ready = False
        self._is_closed = False
        with translated(self.thing):
            self._driver = _driver(address, password, patience)

    def session(self) -> Session:
        """A session for one piece of work, on a server that is migrated. Raises ``StoreError`` when it is closed."""
        if self._is_closed:
            raise StoreError("This store was closed.", thing=self.thing, next_step="Open it again.")
        self.make_ready()
        return self._driver.session(database=self._database)

    def version(self) -> str:
        """The server's version, such as ``5.26.30``; the connection, the user and the password are tried."""
        with translated(self.thing):
            return str(self._driver.get_server_info().agent).rpartition("/")[2]

    def close(self) -> None:
        """Close every connection; a second call does nothing."""
        self._is_closed = True
        self._driver.close()

    def make_ready(self) -> None:
        """Connect and migrate, once. Raises ``StoreError`` when the server cannot be used."""
        with self._guard:
            if self._is_ready:
                return
            refuse_old(self.version(), self.thing)
            with translated(self.thing):
                migrate.migrate(lambda: self._driver.session(database=self._database), migrate.known_migrations())
            self._is_ready = True


class Bound:
    """A transaction that can reach one campaign only: every query is given the campaign and must name it."""

    def __init__(self, transaction: ManagedTransaction, campaign: str) -> None:
        self._transaction = transaction
        self._campaign = campaign

    def rows(self, query: LiteralString, **parameters: object) -> list[Row]:
        """All rows of a query."""
        refuse_unbound(query)
        found = self._transaction.run(query, {**parameters, "campaign": self._campaign})
        return [tuple(values) for values in found.values()]

    def one(self, query: LiteralString, **parameters: object) -> Row | None:
        """The first row, or ``None``."""
        found = self.rows(query, **parameters)
        return found[0] if found else None

    def number(self, query: LiteralString, **parameters: object) -> int:
        """The number that a query answers with; 0 when it answers nothing."""
        found = self.one(query, **parameters)
        return int(found[0]) if found and found[0] is not None else 0

    def keep(self, query: LiteralString, rows: Sequence[object], **parameters: object) -> None:
        """Run a query that unwinds ``$rows``, in batches; once, with none, when there are none."""
        for batch in _batches(rows):
            self.rows(query, rows=batch, **parameters)


class Space:
    """One campaign's part of a server: its people and ties, or its records."""

    def __init__(self, server: Server, campaign: str, part: str) -> None:
        self._server = server
        self._campaign = campaign
        self._part = part
        self._is_closed = False

    @classmethod
    def of_campaign(cls, server: Server, campaign_id: str, part: str) -> Space:
        """The space of a campaign, on a server that is ready. Raises ``InputError`` for an id that cannot be one."""
        if not campaign_id or campaign_id == INSTALL:
            raise InputError("A campaign needs an id.", next_step="Give it a short name, such as rivera-2026.")
        server.make_ready()
        return cls(server, campaign_id, part)

    @property
    def thing(self) -> str:
        """What errors call this place."""
        return self._server.thing

    def read(self, work: Callable[[Bound], T]) -> T:
        """What ``work`` finds; it is sent to a server for reading and may be repeated."""
        with translated(self.thing), self._session() as session:
            return session.execute_read(lambda transaction: work(Bound(transaction, self._campaign)))

    def read_still(self, work: Callable[[Bound], T]) -> T:
        """What ``work`` finds while nobody writes here: for what spans supporters and so has no digest to fit.

        Each look at the turn waits for a write that is under way. Where another one came between the two looks, ``work``
        is done again in turn with the writers, who wait for it.
        """
        before = self._turn()
        found = self.read(work)
        return found if before and before == self._turn() else self.write(work)

    def write(self, work: Callable[[Bound], T]) -> T:
        """Do ``work`` in one transaction, whole or not at all, while no other writes in this space.

        It may be repeated until it is kept; once it is kept it is not repeated, even if the answer was lost on the way.
        """
        receipt = secrets.randbits(62)
        answers: list[tuple[int, T]] = []

        def in_turn(transaction: ManagedTransaction) -> None:
            bound = Bound(transaction, self._campaign)
            number = bound.number(_TAKE_TURN, part=self._part, receipt=receipt)
            answers.append((number, work(bound)))

        with translated(self.thing):
            while True:
                try:
                    with self._session() as session:
                        session.execute_write(in_turn)
                except IncompleteCommit:
                    if not self._was_kept(receipt, answers[-1][0]):
                        continue
                return answers[-1][1]

    def write_out_of_turn(self, work: Callable[[Bound], T]) -> T:
        """Do ``work``, which may be repeated at will, without waiting for others who write here."""
        with translated(self.thing), self._session() as session:
            return session.execute_write(lambda transaction: work(Bound(transaction, self._campaign)))

    def close(self) -> None:
        """Let go; a second call does nothing."""
        self._is_closed = True

    def _session(self) -> Session:
        if self._is_closed:
            raise StoreError("This store was closed.", thing=self.thing, next_step="Open it again.")
        return self._server.session()

    def _turn(self) -> int:
        """How many writes have ended here; 0 when none has."""
        return self.write_out_of_turn(lambda bound: bound.number(_READ_TURN, part=self._part))

    def _was_kept(self, receipt: int, number: int) -> bool:
        """Whether a write whose commit was cut off is there. Raises ``IncompleteCommit`` when its receipt is too old."""
        found = self.write_out_of_turn(lambda bound: bound.one(_READ_TURN, part=self._part))
        number_now, receipts = found or (0, [])
        if receipt in receipts:
            return True
        if number_now >= number + RECEIPTS:
            raise IncompleteCommit("Others wrote so much meanwhile that the receipt is gone.")
        return False


def digest_of(rows: Iterable[Row]) -> int:
    """A sum over rows in any order, to tell that all of them were read as one write left them."""
    return sum(zlib.crc32(repr(row).encode("utf-8", "surrogatepass")) for row in rows)


def whole(space: Space, read: Callable[[Bound], tuple[int | None, list[Row]]]) -> list[Row]:
    """Rows as one write left them: read again while they do not fit their digest, at last in turn with the writers."""
    for pause in _PAUSES:
        digest, rows = space.read(read)
        if (digest or 0) == digest_of(rows):
            return rows
        time.sleep(pause)
    return space.write(read)[1]


def _driver(address: Address, password: str, patience: Patience) -> Driver:
    return GraphDatabase.driver(
        address.uri,
        auth=(address.user, password),
        max_connection_pool_size=patience.pool_size,
        connection_timeout=patience.connect_seconds,
        connection_acquisition_timeout=patience.acquire_seconds,
        max_transaction_retry_time=patience.retry_seconds,
        liveness_check_timeout=patience.idle_seconds,
        notifications_min_severity=NotificationMinimumSeverity.OFF,
        telemetry_disabled=True,
        user_agent="kith",
    )


def refuse_old(version: str, thing: str) -> None:
    """Refuse a server whose Cypher lacks what the queries need. Raises ``StoreError``."""
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    if numbers < _OLDEST_SERVER:
        raise StoreError(
            f"The server is Neo4j {version}; Kith needs 5.13 or newer.",
            thing=thing,
            next_step="Use the 5.26 line, which is supported for long.",
        )


@lru_cache(maxsize=256)
def refuse_unbound(query: LiteralString) -> None:
    """Refuse a query that names a node by its label without the campaign: it could make or find one of nobody's."""
    unbound = [pattern for pattern in _NODE.findall(query) if not _BOUND.search(pattern)]
    if unbound:
        raise StoreError("A query names a node without its campaign.", next_step="Bind it with {campaign: $campaign}.")


def _batches(rows: Sequence[object]) -> Iterator[Sequence[object]]:
    for start in range(0, max(1, len(rows)), BATCH_ROWS):
        yield rows[start : start + BATCH_ROWS]
