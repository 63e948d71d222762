"""Another process that writes into the same store. Run as a script: STORE ROUNDS; says each finished round.

STORE is written as for ``--store``; a password comes from the environment.

ROUNDS is a number, or ``forever`` for one that is going to be killed.
"""

from __future__ import annotations

import itertools
import sys
from datetime import UTC, datetime

from app.settings import read_settings
from app.wiring import open_stores
from graph.model import CampaignId, Contact, ContactKey, Supporter, SupporterId

NOW = datetime(2026, 10, 20, tzinfo=UTC)
CAMPAIGN = CampaignId("rivera-2026")
WRITER = SupporterId("s-other-process")


def contacts(number: int, writer: SupporterId = WRITER) -> list[Contact]:
    """The contacts of one round: twenty, kept together or not at all."""
    return [Contact(ContactKey(f"{number:05}/{place:02}"), writer, "r", number, b"sealed" * 40) for place in range(20)]


def main(store: str, rounds: str, writer: SupporterId = WRITER) -> None:
    """Write round after round."""
    stores = open_stores(read_settings(store=store))
    graph, records = stores.graph.for_campaign(CAMPAIGN), stores.records.for_campaign(CAMPAIGN)
    graph.put_supporter(Supporter(writer, "Another process"))
    for number in itertools.count() if rounds == "forever" else range(int(rounds)):
        graph.put_contacts(writer, contacts(number, writer))
        records.append("rounds", {"number": number}, at=NOW)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
