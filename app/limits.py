"""How often something may be asked for: a count for each hour, under a keyed name, in the campaign's records."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.house import House
from graph.errors import ConflictError, KithError

SPENT = "spent"
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many in a while, counted from the first."""

    what: str
    most: int
    within: timedelta = timedelta(hours=1)


class TooOftenError(KithError):
    """Somebody has to wait before the same may be asked for again."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("This was asked for too often.", next_step="Wait for an hour, and try again.")
        self.wait = wait


def spend(house: House, limit: Limit, whose: str) -> timedelta | None:
    """Count one more of somebody or some address; ``None`` when it is allowed, else how long to wait.

    Nobody can tell from the record whose it is. When many come at once, nobody slips through uncounted.
    """
    now, key = house.clock(), _key(house, limit, whose)
    for _ in range(_TRIES):
        record = house.records.get(SPENT, key, now=now)
        count, ends = (int(record.value["count"]), record.expires_at) if record else (0, None)
        ends = ends or now + limit.within
        if count >= limit.most:
            return max(ends - now, timedelta(seconds=1))
        if _counted(house, key, count + 1, ends, record.version if record else None):
            return None
    return timedelta(seconds=1)


def _counted(house: House, key: str, count: int, ends: datetime, version: int | None) -> bool:
    if version is None:
        house.records.expire(now=house.clock())
    try:
        house.records.put(SPENT, key, {"count": count}, if_version=version or 0, expires_at=ends)
    except ConflictError:
        return False
    return True


def _key(house: House, limit: Limit, whose: str) -> str:
    secret = house.vault.campaign_secret("limits")
    return hmac.new(secret, f"{limit.what}\x1f{whose}".encode(), hashlib.sha256).hexdigest()
