"""Taking a supporter's grants back at their providers: at once where they answer, by a job where they do not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from app.house import House
from app.jobs import enqueue
from graph.model import SupporterId
from oauth.connections import Revocation, take_back_connections
from oauth.providers.base import Provider
from oauth.revocations import ask_again, keep_for_later

REVOKE = "revoke"
_FIRST_WAIT = timedelta(minutes=1)


def take_back(house: House, supporter_id: SupporterId, providers: Iterable[Provider] | None = None) -> list[Revocation]:
    """Revoke and erase her connections, at all providers when none are named; what a provider refused is asked again."""
    asked = house.providers if providers is None else providers
    done = take_back_connections(house.records, house.vault, asked, supporter=supporter_id)
    now = house.clock()
    for left in done:
        if left.token:
            name = keep_for_later(house.records, house.vault, left, now=now)
            enqueue(house.records, REVOKE, {"revocation": name}, now=now, due_at=now + _FIRST_WAIT)
    return done


def revoke_again(house: House, name: str) -> None:
    """Ask a provider once more; a job that is due later follows as long as it does not answer and the week is not over."""
    now = house.clock()
    due_at = ask_again(house.records, house.vault, house.providers, name, now=now)
    if due_at is not None:
        enqueue(house.records, REVOKE, {"revocation": name}, now=now, due_at=due_at)
