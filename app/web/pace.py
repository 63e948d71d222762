"""How often one caller may do what somebody could try without end: a dependency of the routes that need it.

A caller is the address of the socket, or what the proxy says of it where one is configured (``KITH_PROXY``): whatever a
visitor writes into a header counts for nothing. The limits are wide, because a whole hall may share one address.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request

from app.limits import Limit, TooOftenError, spend
from app.web.deps import house, session
from graph.errors import StoreError

STARTS = Limit("starts of a caller", most=600)
"""Starting (with the campaign's code where it wants one), signing in at a provider, connecting."""
CALLBACKS = Limit("callbacks of a caller", most=1_000)
OPT_OUTS = Limit("opt-outs of a caller", most=200)
ANSWERS = Limit("answers of a caller", most=1_000)
"""A friend's three buttons: many friends share the address of one mobile network."""
LOOKS = Limit("looks of a caller at what is held", most=200)
DOWNLOADS = Limit("downloads of a supporter", most=20)


def caller(request: Request) -> str:
    """Who asks, as far as limits are concerned."""
    return request.client.host if request.client else ""


def paced(limit: Limit) -> Callable[[Request], None]:
    """A dependency that counts one more of this caller. Raises ``TooOftenError`` (429) when it is one too many."""

    def count(request: Request) -> None:
        _count(request, limit, caller(request))

    return count


def paced_for_her(limit: Limit) -> Callable[[Request], None]:
    """The same for whoever is signed in, wherever she is; somebody who is not counts by address."""

    def count(request: Request) -> None:
        signed_in = session(request)
        _count(request, limit, (signed_in.supporter_id if signed_in else None) or caller(request))

    return count


def _count(request: Request, limit: Limit, whose: str) -> None:
    try:
        wait = spend(house(request), limit, whose)
    except StoreError:
        return  # where nothing can be counted nothing can be kept either: the route says so, or only reads
    if wait is not None:
        raise TooOftenError(wait)
