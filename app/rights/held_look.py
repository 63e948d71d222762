"""A look at what is held: whoever proved his address waits while a job opens everybody's address books, and then sees it.

A big campaign has more books than one request may open. The job keeps nothing of what it found but where it stands, sealed,
for half an hour; the page opens just those cards again, so that what was erased meanwhile is not shown.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum

from app.house import House
from app.jobs import enqueue
from app.mail_asks import opened_address, seal_address
from app.rights.held_by_mail import brought_with, hashed, held_of_cards, refused, use_up_link
from app.translations import Language
from app.views.rights import HeldByAddress
from graph.model import Contact, SupporterId
from graph.records import Record

SEARCH_HELD = "search_held"
HELD_LOOK = "held_look"
LOOK_LIVES = timedelta(minutes=30)


class LookState(StrEnum):
    """How far a look is. ``FAILED`` is tried again by the job; ``DONE`` may have found nothing."""

    WAITING = "waiting"
    FAILED = "failed"
    DONE = "done"


def begin_look(house: House, token: str) -> str:
    """Use a mailed link up and have everybody's address books searched; the token that shows the answer.

    Raises ``NotAllowedError`` for a link that is unknown, used or too old: the three look alike.
    """
    address, look = use_up_link(house, token), secrets.token_urlsafe(32)
    key = hashed(look)
    _keep(house, key, {"address": seal_address(house, key, address), "state": LookState.WAITING.value})
    enqueue(house.records, SEARCH_HELD, {"look": key}, now=house.clock())
    return look


def search_for_look(house: House, key: str) -> int:
    """Note where the cards of a look stand; how many. Nothing, when nobody waits any more."""
    look = house.records.get(HELD_LOOK, key, now=house.clock())
    if look is None:
        return 0
    try:
        found = [[who, contact.key] for who, contact in brought_with(house, _address(house, look))]
    except Exception:
        _keep(house, key, {**look.value, "state": LookState.FAILED.value})  # his page says that it is tried again
        raise
    cards = seal_address(house, key, json.dumps(found))
    _keep(house, key, {**look.value, "state": LookState.DONE.value, "cards": cards})
    return len(found)


def look_state(house: House, token: str) -> LookState | None:
    """How far the look with this token is; ``None`` when there is none, or it is over."""
    look = house.records.get(HELD_LOOK, hashed(token), now=house.clock())
    return None if look is None else LookState(look.value["state"])


def held_by_look(house: House, token: str, language: Language) -> HeldByAddress:
    """What a look found, as it stands now; that he saw it stands in the audit. Raises ``NotAllowedError`` when it is over."""
    look = house.records.get(HELD_LOOK, hashed(token), now=house.clock())
    if look is None or look.value["state"] != LookState.DONE:
        raise refused()
    return held_of_cards(house, _address(house, look), _cards(house, look), language, token=token)


def _cards(house: House, look: Record) -> Iterator[tuple[SupporterId, Contact]]:
    """The cards that still are where they were found."""
    for who, key in json.loads(opened_address(house, look.key, look.value["cards"])):
        for contact in house.graph.contacts_of(who):
            if contact.key == key:
                yield SupporterId(who), contact


def _address(house: House, look: Record) -> str:
    return opened_address(house, look.key, look.value["address"])


def _keep(house: House, key: str, value: dict[str, object]) -> None:
    house.records.put(HELD_LOOK, key, value, expires_at=house.clock() + LOOK_LIVES)
