"""Both stores beside the bare work: hand-written SQL on the same file, plain queries through the driver on the same server.

    python -m benchmarks.stores                                  # a tenth: 2,000 supporters, 200,000 ties
    python -m benchmarks.stores --full                           # 20,000 supporters, 2,000,000 ties, 300,000 voters

Every supporter knows equally many of a shared set of voters. Times are medians in milliseconds of calls by turns, the first sixth
left out; loads are in seconds, done by turns, a twentieth at a time, as a server that has run for a while is faster than a fresh
one. Neo4j is booted for the run (2 GB heap), loaded to a tenth, asked, loaded fully, asked again.
"bare" keeps and reads the same columns; it makes no Python objects, checks no digest and takes no turn.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import apsw

from graph.model import (
    CampaignId,
    Candidate,
    Contact,
    ContactKey,
    Match,
    MatchStatus,
    Supporter,
    SupporterId,
    Voter,
    VoterRef,
)
from graph.sqlite.graph_store import SqliteGraphStores
from graph.store import Brought, GraphStore

CAMPAIGN = CampaignId("bench")
Work = Callable[[int], object]
FRIENDS, ROUNDS, TOGETHER = 300, 120, 50
SEALED = bytes(range(120))
MOST_OF_SQL, MOST_OF_DRIVER, MOST_GROWTH, MOST_EXPORT_SECONDS = 2.0, 1.5, 1.5, 5.0
MOST_OF_BARE_EXPORT = 2.5
"""Of the plain query that reads two lists a supporter, which takes 2 s for two million ties on a quiet machine of two cores: 5 s."""


@dataclass(frozen=True)
class Size:
    """How much is kept."""

    supporters: int
    ties: int

    @property
    def each(self) -> int:
        """Friends of one supporter."""
        return self.ties // self.supporters

    @property
    def voters(self) -> int:
        """Voters who are matched; some are known to many."""
        return max(self.ties * 3 // 20, self.each)


FULL = Size(20_000, 2_000_000)


@dataclass(frozen=True)
class Line:
    """One figure beside the bare one, and the ratio that it may have."""

    what: str
    ours: float
    bare: float
    most: float
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """Ours in bare ones."""
        return self.ours / self.bare

    def __str__(self) -> str:
        """Render as a row of the table."""
        kept = "yes" if self.ratio <= self.most else "NO"
        return (
            f"{self.what:44}{self.ours:10.2f}{self.bare:10.2f} {self.unit:3}{self.ratio:8.2f}{self.most:7.1f}  {kept}"
        )


def main() -> int:
    """Print the table; 1 when a ratio is above its promise."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--supporters", type=int, default=2_000)
    options.add_argument("--ties", type=int, default=200_000)
    options.add_argument("--full", action="store_true", help="the size of a large campaign; a quarter of an hour, 4 GB")
    options.add_argument("--without-neo4j", action="store_true")
    chosen = options.parse_args()
    size = FULL if chosen.full else Size(chosen.supporters, chosen.ties)
    print(f"{size.supporters:,} supporters, {size.ties:,} ties, {size.voters:,} voters")
    print(f"{'':44}{'ours':>10}{'bare':>10}{'':4}{'ratio':>8}{'most':>7}  kept")
    lines = list(of_sqlite(size))
    if not chosen.without_neo4j:
        from benchmarks.stores_neo4j import of_neo4j  # the server is looked for only when it is wanted

        lines += of_neo4j(size)
    return int(any(line.ratio > line.most for line in lines))


# --- what is kept -------------------------------------------------------------------------------------------------------


def supporter_of(number: int) -> Supporter:
    """One of the supporters."""
    return Supporter(SupporterId(f"s{number:06}"), f"Supporter {number}", postal_code="27701")


def contacts_of(number: int, count: int) -> list[Contact]:
    """Her contacts."""
    her = SupporterId(f"s{number:06}")
    return [Contact(ContactKey(f"c{number:06}-{at:04}"), her, "book.vcf", at, SEALED) for at in range(count)]


def matches_of(number: int, count: int, voters: int) -> list[Match]:
    """What each of her contacts is taken for."""
    return [
        Match(
            ContactKey(f"c{number:06}-{at:04}"),
            MatchStatus.AUTO,
            (Candidate(known_voter(number, at, voters), 0.9, ("phone",)),),
        )
        for at in range(count)
    ]


def known_voter(number: int, at: int, voters: int) -> VoterRef:
    """Whom her contact is: spread over all voters, so that most are known to several supporters."""
    return VoterRef("NC", f"V{(number * 7919 + at * 104_729) % voters:07}")


def voter_of(number: int) -> Voter:
    """One of the voters."""
    return Voter(VoterRef("NC", f"V{number:07}"), f"P-{number % 1000:04}", "DURHAM", f"NC:{number // 2}")


def load(store: GraphStore, size: Size, numbers: Sequence[int]) -> float:
    """Keep these supporters with all that is theirs, fifty in a transaction; seconds."""
    started = time.perf_counter()
    for start in range(0, len(numbers), TOGETHER):
        store.put_brought([brought_of(number, size) for number in numbers[start : start + TOGETHER]])
    return time.perf_counter() - started


def brought_of(number: int, size: Size) -> Brought:
    """A supporter with all that is hers."""
    return Brought(supporter_of(number), contacts_of(number, size.each), matches_of(number, size.each, size.voters))


def medians(ours: Work, bare: Work, numbers: Sequence[int]) -> tuple[float, float]:
    """Milliseconds of ours and of the bare work, called by turns so that both meet the same machine."""
    taken: dict[Work, list[float]] = {ours: [], bare: []}
    for turn, number in enumerate(numbers):
        for work in (ours, bare) if turn % 2 else (bare, ours):
            started = time.perf_counter()
            work(number)
            taken[work].append((time.perf_counter() - started) * 1e3)
    skip = len(numbers) // 6
    return statistics.median(taken[ours][skip:]), statistics.median(taken[bare][skip:])


def asked(size: Size, seed: int) -> list[int]:
    """Supporters to ask about, drawn at random."""
    return random.Random(seed).choices(range(size.supporters), k=ROUNDS)  # noqa: S311 (no secret)


# --- SQLite -------------------------------------------------------------------------------------------------------------


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


def moved(number: int, turn: int) -> list[Contact]:
    """Three hundred friends of one supporter, all changed since the last turn."""
    return [replace(contact, position=contact.position + turn % 97 + 1) for contact in contacts_of(number, FRIENDS)]


def export_line(store: GraphStore) -> Line:
    """The whole network as arrays, in CPU seconds, beside those that it may take."""
    started = time.process_time()
    ties = store.export_edges()
    taken = time.process_time() - started
    return Line(f"SQLite: export of {len(ties):,} ties, CPU", taken, MOST_EXPORT_SECONDS, 1.0, "s")


def shown(line: Line) -> Line:
    """The line, printed."""
    print(line, flush=True)
    return line


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


if __name__ == "__main__":
    sys.exit(main())
