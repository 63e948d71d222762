"""The journal of erasures: a file of ids and keyed hashes, apart from the stores, so that no backup brings anybody back.

Each line is written before its erasure begins. Whoever opens a house replays what came since: after a restore, or after
a machine that stopped in the middle, the people who had left are gone again before anything is served.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graph.errors import StoreError
from graph.model import CampaignId, ContactKey, SupporterId

_MODE = 0o600


@dataclass(frozen=True, slots=True)
class Erasure:
    """One line: a supporter who left (no ``contacts``), some contacts of hers, hashes of people who are left out, or the end
    of the whole campaign.
    """

    campaign: CampaignId
    supporter: SupporterId
    contacts: tuple[ContactKey, ...] = ()
    left_out: tuple[str, ...] = ()
    is_end: bool = False


class ErasureJournal:
    """The file. Lines are appended whole and are on the disk when a call comes back; safe from any thread and process."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note_left(self, campaign: CampaignId, supporter: SupporterId, *, at: datetime) -> None:
        """A supporter leaves."""
        self._append({"campaign": campaign, "supporter": supporter}, at)

    def note_removed(
        self, campaign: CampaignId, supporter: SupporterId, contacts: Sequence[ContactKey], *, at: datetime
    ) -> None:
        """Some contacts of a supporter are erased; no contacts are no line."""
        if contacts:
            self._append({"campaign": campaign, "supporter": supporter, "contacts": list(contacts)}, at)

    def note_left_out(self, campaign: CampaignId, names: Sequence[str], *, at: datetime) -> None:
        """Somebody asked to be left out, by his keyed hashes; none are no line."""
        if names:
            self._append({"campaign": campaign, "left_out": list(names)}, at)

    def note_ended(self, campaign: CampaignId, *, at: datetime) -> None:
        """A campaign is removed with all that it has."""
        self._append({"campaign": campaign, "ended": True}, at)

    def end(self) -> int:
        """Where the journal ends at this moment, in bytes: 0 when nobody ever left."""
        return self._path.stat().st_size if self._path.exists() else 0

    def since(self, place: int) -> Iterator[Erasure]:
        """The lines after a place that ``end`` gave; all of them when the journal is another, shorter one."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(place if place <= self.end() else 0)
            yield from (_read(line) for line in file if line.strip())

    def _append(self, value: dict[str, object], at: datetime) -> None:
        line = json.dumps({"at": at.isoformat(), **value}, separators=(",", ":"))
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _MODE)
            try:
                os.write(file, b"\n" + line.encode())  # whatever a stopped machine left half-written ends here
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            raise StoreError(
                "The journal of erasures cannot be written, so that nothing was erased.",
                thing=str(self._path),
                next_step="Free some space, or set KITH_ERASURE_JOURNAL to a file you may write to.",
            ) from error


def _read(line: bytes) -> Erasure:
    try:
        value = json.loads(line)
    except ValueError:  # a machine that stopped while it wrote: that erasure had not begun
        value = {}
    return Erasure(
        CampaignId(value.get("campaign", "")),
        SupporterId(value.get("supporter", "")),
        tuple(map(ContactKey, value.get("contacts", ()))),
        tuple(value.get("left_out", ())),
        bool(value.get("ended", False)),
    )
