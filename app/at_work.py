"""Who serves a campaign at the moment: each server and worker keeps a record alive, so that nobody moves or removes what is in use.

A file can tell who holds it, a database server cannot. The record lasts ninety seconds and is renewed every thirty; a
program that was killed is forgotten by itself. Clocks of the machines have to agree within a minute.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Self

from graph.errors import KithError, StoreError
from graph.records import RecordStore

AT_WORK = "at_work"
LASTS = timedelta(seconds=90)
_RENEWED_SECONDS = 30.0
_STOP_SECONDS = 2.0

_log = logging.getLogger(__name__)


class AtWork:
    """A program's word that it uses a campaign, while the block runs. A store that is down for a moment is told afterwards."""

    def __init__(self, records: RecordStore, *, clock: Callable[[], datetime], every: float = _RENEWED_SECONDS) -> None:
        self._records, self._clock, self._every = records, clock, every
        self._key = secrets.token_hex(8)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="at-work", daemon=True)

    def __enter__(self) -> Self:
        """Say so, and go on saying it."""
        self._say()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Say that it is over."""
        self._stopped.set()
        self._thread.join(_STOP_SECONDS)
        with suppress(KithError):
            self._records.delete(AT_WORK, self._key)

    def _renew(self) -> None:
        while not self._stopped.wait(self._every):
            self._say()

    def _say(self) -> None:
        try:
            self._records.put(AT_WORK, self._key, {}, expires_at=self._clock() + LASTS)
        except KithError as error:  # said again in half a minute; until then somebody could remove what is in use
            _log.warning("at_work.not_said", extra={"problem": error.happened, "next_step": error.next_step})


def refuse_at_work(records: RecordStore, *, now: datetime) -> None:
    """Raise ``StoreError`` when a server or a worker uses this campaign."""
    if records.all(AT_WORK, now=now):
        raise StoreError(
            "Another program serves this campaign.",
            next_step=f"Stop kith serve and kith worker. One that was killed is forgotten after {LASTS.seconds} seconds.",
        )
