"""The port for records: accounts, sessions, consent ledger, sealed tokens, jobs, audit, suppression.

A record is a JSON object under a kind and a key, with a version that counts up from 1. A stream is an append-only list
of JSON objects. A space is one campaign's, or the install's own (what spans campaigns: suppression, settings).
Life cycle, threads, errors, time and order are as in ``graph.store``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from graph.model import CampaignId

JsonObject = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stands: its value, its version and when it expires (``None``: never)."""

    kind: str
    key: str
    value: JsonObject
    version: int
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a stream; ``sequence`` counts up from 1 without gaps."""

    sequence: int
    at: datetime
    value: JsonObject


class RecordStore(Protocol):
    """Records of one space."""

    def get(self, kind: str, key: str, *, now: datetime | None = None) -> Record | None:
        """The record, or ``None`` when there is none or it had expired at ``now``."""

    def all(self, kind: str, *, now: datetime | None = None) -> list[Record]:
        """All records of a kind that had not expired at ``now``, by key."""

    def put(
        self,
        kind: str,
        key: str,
        value: JsonObject,
        *,
        if_version: int | None = None,
        expires_at: datetime | None = None,
    ) -> Record:
        """Keep a record. ``if_version=0`` demands that it is new, a positive one that it stands at that version, ``None``
        demands nothing. Raises ``ConflictError`` when the demand is not met.
        """

    def delete(self, kind: str, key: str, *, if_version: int | None = None) -> bool:
        """Remove a record; whether there was one. Raises ``ConflictError`` like ``put``."""

    def append(self, stream: str, value: JsonObject, *, at: datetime, if_sequence: int | None = None) -> Entry:
        """Add an entry to a stream. ``if_sequence`` demands that it gets this sequence (for chains of hashes); raises
        ``ConflictError`` when it would not.
        """

    def read(self, stream: str, *, after: int = 0) -> list[Entry]:
        """Entries of a stream with a greater sequence, in order."""

    def erase_stream(self, stream: str) -> int:
        """Remove a whole stream; how many entries went. Afterwards no byte of it stays, as after ``scrub``."""

    def claim(self, kind: str, *, worker: str, now: datetime, lease_seconds: int) -> Record | None:
        """Take the oldest ready record of a kind for a worker, or ``None``. Ready means: its value has
        ``state == "ready"`` and ``due_at`` (ISO, UTC) is not after ``now``, or ``state == "claimed"`` with a lease that has
        run out. The record becomes ``state: claimed``, ``worker``, ``lease_until``, ``attempts + 1``. Two workers never
        get the same one.
        """

    def expire(self, *, now: datetime) -> int:
        """Remove what had expired at ``now``; how many."""

    def kinds(self) -> list[str]:
        """The kinds of which there is a record, in order."""

    def streams(self) -> list[str]:
        """The streams that have an entry, in order."""

    def restore(self, records: Sequence[Record]) -> None:
        """Keep records just as they stood elsewhere, their versions too, whatever is here; all of them or none."""

    def scrub(self) -> None:
        """Leave no byte of what was deleted, overwritten or expired before in any file: the last step of an erasure."""

    def close(self) -> None:
        """Release the store; a second call does nothing."""


class RecordStores(Protocol):
    """Gives record stores that are bound to one space."""

    def for_campaign(self, campaign_id: CampaignId) -> RecordStore:
        """The records of one campaign."""

    def install(self) -> RecordStore:
        """The records that span campaigns."""
