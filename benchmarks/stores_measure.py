"""What the benchmarks of both stores share: what is kept, how it is timed, and a row of the table."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from graph.model import (
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
from graph.store import Brought, GraphStore

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


def shown(line: Line) -> Line:
    """The line, printed."""
    print(line, flush=True)
    return line


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


def moved(number: int, turn: int) -> list[Contact]:
    """Three hundred friends of one supporter, all changed since the last turn."""
    return [replace(contact, position=contact.position + turn % 97 + 1) for contact in contacts_of(number, FRIENDS)]
