"""Campaigns that only pass through a server which others use too, as a demo does.

Each is written down before anything of it is made, says now and then that it lives, and is crossed out when it has
removed itself. One that was killed falls silent, and the next to come removes what it left.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from graph.errors import StoreError
from graph.model import CampaignId
from graph.records import RecordStore

REGISTER = CampaignId("*demos*")
"""Where they are written down. No campaign of somebody's can be called so: ids are letters, digits and hyphens."""
SILENT_FOR = timedelta(hours=1)
BEAT_SECONDS = 300.0
_KIND = "demo"
_OURS = re.compile(r"demo-[0-9a-f]{8}")

Erase = Callable[[CampaignId], int]


def parts_of(campaign_id: CampaignId) -> tuple[CampaignId, CampaignId]:
    """What such a campaign has on a server: itself, and what takes the place of the install's records."""
    return campaign_id, CampaignId(f"{campaign_id}-install")


@contextmanager
def written_down(
    register: RecordStore, campaign_id: CampaignId, *, clock: Callable[[], datetime], beat_seconds: float = BEAT_SECONDS
) -> Iterator[None]:
    """Keep a campaign's line in the register fresh while the block runs. The line stays: ``remove`` crosses it out."""
    over = threading.Event()

    def say() -> None:
        register.put(_KIND, campaign_id, {"seen_at": clock().isoformat()})

    def go_on() -> None:
        while not over.wait(beat_seconds):
            with suppress(StoreError):  # the server may be back before anybody thinks it silent
                say()

    say()
    beating = threading.Thread(target=go_on, daemon=True)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()


def remove(register: RecordStore, campaign_id: CampaignId, *, erase: Erase) -> None:
    """Remove all of a campaign, its line last; with the last line the register goes too."""
    for part in parts_of(campaign_id):
        erase(part)
    register.delete(_KIND, campaign_id)
    if not register.all(_KIND):
        erase(REGISTER)


def sweep(register: RecordStore, *, erase: Erase, now: datetime) -> list[CampaignId]:
    """Remove the demos that have been silent for longer than ``SILENT_FOR``; which they were, by id.

    Whatever is not in the register, or has not the name of a demo, stays.
    """
    silent = [
        CampaignId(line.key)
        for line in register.all(_KIND)
        if _OURS.fullmatch(line.key) and now - datetime.fromisoformat(str(line.value["seen_at"])) > SILENT_FOR
    ]
    for campaign_id in silent:
        remove(register, campaign_id, erase=erase)
    return silent
