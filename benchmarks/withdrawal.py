"""How long it takes to leave: a supporter with 5,000 friends, each linked to a voter, withdrawn whole.

    python -m benchmarks.withdrawal            # SQLite
    python -m benchmarks.withdrawal --neo4j    # a Neo4j server too, booted for the run

Withdrawing takes the grants back, erases rows, records and key, and truncates the log; the receipt is compared with
what was there. The promise is under 60 seconds; anything slower ends with exit code 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from app import journey
from app.friends.circles import seal_contacts
from app.house import House
from app.settings import Settings
from app.wiring import open_house
from graph.model import (
    Ask,
    AskKind,
    Candidate,
    ContactRecord,
    Event,
    Match,
    MatchStatus,
    Outcome,
    Purpose,
    SourceKind,
    SupporterId,
    Voter,
    VoterRef,
)

FRIENDS, LONGEST_SECONDS = 5_000, 60.0
NOW = datetime(2026, 10, 13, 15, tzinfo=UTC)


def house_in(folder: Path, *, store: str = "", password: str = "") -> House:
    """A campaign with nobody in it."""
    settings = Settings(
        data=folder, store=store, neo4j_password=password, campaign="withdrawal", campaign_name="Rivera for Council",
        candidate="Elena Rivera", disclaimer="Paid for by Rivera for Council.", privacy_contact="privacy@rivera.example",
        election=date(2026, 11, 3),
    )  # fmt: skip
    return open_house(settings, clock=lambda: NOW, providers=[])


def move_in(house: House, friends: int) -> SupporterId:
    """A supporter who brought so many friends; every one is linked, every fifth was written to."""
    who = journey.start_supporter(house, "Ana", email="", postal_code="", phone="", may_call=False)
    journey.agree(house, who, dict.fromkeys(Purpose, True), "en")
    records = [
        ContactRecord("ana.vcf", n, SourceKind.VCARD, f"Friend {n}", phones=(f"919211{n:04d}",)) for n in range(friends)
    ]
    contacts = seal_contacts(house, who, records)
    refs = [VoterRef("NC", f"AA{n:06d}") for n in range(friends)]
    pairs = list(zip(contacts, refs, strict=True))
    house.graph.put_contacts(who, contacts)
    house.graph.put_voters([Voter(ref) for ref in refs])
    house.graph.put_matches(who, [Match(c.key, MatchStatus.AUTO, (Candidate(ref, 0.98),)) for c, ref in pairs])
    house.graph.replace_asks(
        who,
        [
            Ask(who, c.key, ref, n + 1, AskKind.VOTE, 0.01, "You know each other.")
            for n, (c, ref) in enumerate(pairs[:15])
        ],
    )
    for contact, ref in pairs[:: max(friends // 200, 1)]:
        house.graph.record_event(Event(who, Outcome.SENT, NOW, contact.key, ref))
    return who


def seconds_to_leave(house: House, friends: int) -> float:
    """How long the withdrawal took. Raises ``AssertionError`` when something of hers is still there."""
    who = move_in(house, friends)
    start = time.perf_counter()
    receipt = journey.withdraw(house, who)
    took = time.perf_counter() - start
    assert dict(receipt.lines)["Friends"] == friends
    assert (house.graph.supporter(who), house.graph.contacts_of(who), house.graph.voters()) == (None, [], [])
    return took


def main() -> int:
    """Print one line for each store."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--friends", type=int, default=FRIENDS)
    options.add_argument("--neo4j", action="store_true", help="boot a Neo4j server and measure it too")
    chosen = options.parse_args()
    took = {}
    with tempfile.TemporaryDirectory() as folder:
        took["SQLite"] = seconds_to_leave(house_in(Path(folder)), chosen.friends)
    if chosen.neo4j:
        took["Neo4j"] = _on_neo4j(chosen.friends)
    for name, seconds in took.items():
        print(f"{name}: {chosen.friends:,} friends withdrawn in {seconds:.2f} s")
    return int(max(took.values()) > LONGEST_SECONDS)


def _on_neo4j(friends: int) -> float:
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    import neo4j_server  # only this part needs the tests' server

    running = neo4j_server.boot().running
    with tempfile.TemporaryDirectory() as folder:
        return seconds_to_leave(house_in(Path(folder), store=str(running.address), password=running.password), friends)


if __name__ == "__main__":
    sys.exit(main())
