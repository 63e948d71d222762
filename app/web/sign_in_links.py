"""Private links: a supporter's own, good until it expires, and an organizer's invitation, good once.

The link holds 256 random bits; the record is found by their hash. Open a single-use link by POST only, because mail
scanners follow every GET.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from graph.errors import ConflictError, NotAllowedError
from graph.model import SupporterId
from graph.records import Record, RecordStore

LINK_KIND = "sign_in_link"
_LONGEST_TOKEN = 100


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """Whom a link signs in, and as what."""

    supporter_id: SupporterId
    role: str
    is_single_use: bool


def make_link(
    records: RecordStore,
    *,
    supporter_id: SupporterId,
    role: str,
    now: datetime,
    expires: datetime,
    is_single_use: bool = False,
) -> str:
    """The token of a new link, shown once and kept only as its hash.

    Raises:
        NotAllowedError: ``expires`` is not after ``now``.
    """
    if expires <= now:
        raise NotAllowedError("A link must expire later than now.", next_step="Choose a later date.")
    token = secrets.token_urlsafe(32)
    value = {"supporter": supporter_id, "role": role, "is_single_use": is_single_use, "made_at": now.isoformat()}
    records.put(LINK_KIND, _key(token), value, if_version=0, expires_at=expires)
    return token


def look_at_link(records: RecordStore, token: str, *, now: datetime) -> LinkTarget:
    """Where a link leads, without using it up.

    Raises:
        NotAllowedError: unknown, expired or used: the three look alike.
    """
    return _target(_find(records, token, now))


def open_link(records: RecordStore, token: str, *, now: datetime) -> LinkTarget:
    """Where a link leads; a single-use one is used up, and only one of two who come at once gets in.

    Raises:
        NotAllowedError: unknown, expired or used: the three look alike.
    """
    record = _find(records, token, now)
    target = _target(record)
    if target.is_single_use and not _use_up(records, record):
        raise _refused()
    return target


def _find(records: RecordStore, token: str, now: datetime) -> Record:
    record = records.get(LINK_KIND, _key(token[:_LONGEST_TOKEN]), now=now)
    if record is None:
        raise _refused()
    return record


def _use_up(records: RecordStore, record: Record) -> bool:
    try:
        return records.delete(LINK_KIND, record.key, if_version=record.version)
    except ConflictError:
        return False


def _target(record: Record) -> LinkTarget:
    value = record.value
    return LinkTarget(SupporterId(str(value["supporter"])), str(value["role"]), bool(value["is_single_use"]))


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _refused() -> NotAllowedError:
    return NotAllowedError("This link is no longer good.", next_step="Ask your organizer for a new one.")
