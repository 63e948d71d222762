"""How much one supporter may bring, and when somebody of the campaign should look: an address book is no list of guesses.

Whoever uploads numbers or names in bulk learns at most what she sees of each friend, and that is little; these caps make it
little of few.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.friends.words import has_name
from app.house import House
from graph.errors import InputError
from graph.model import ContactRecord, SupporterId
from graph.records import Record
from prioritization.elections import local_day

VOLUME = "volume"
ALARM = "volume_alarm"
MOST_A_DAY = 20_000
"""As many as one file may hold; an address book of a person has hundreds, of a busy one a few thousand."""
MOST_IN_ALL = 40_000
UNUSUAL_A_DAY = 5_000
UNUSUAL_WITHOUT_NAME = 300
"""Bare numbers and addresses in a day: so many are no address book."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Volume:
    """What somebody brought today so far: entries, and those of them without any name."""

    entries: int = 0
    nameless: int = 0

    @property
    def is_unusual(self) -> bool:
        """Whether somebody should look at it."""
        return self.entries > UNUSUAL_A_DAY or self.nameless > UNUSUAL_WITHOUT_NAME


def count_volume(house: House, supporter_id: SupporterId, records: Sequence[ContactRecord], *, held: int) -> None:
    """Count what she is about to bring, on top of ``held`` contacts; what is unusual is noted for the organizers.

    Raises ``InputError`` when it is more than a day's, or than anybody's: then nothing of it may be kept.
    """
    before = _today(house, supporter_id)
    nameless = sum(not has_name(record) for record in records)
    volume = Volume(before.entries + len(records), before.nameless + nameless)
    if volume.is_unusual:
        house.records.put(ALARM, supporter_id, {"at": house.clock().isoformat()})
    if volume.entries > MOST_A_DAY:
        raise InputError(
            f"That is more than the {MOST_A_DAY:,} entries that one person may bring in a day.",
            next_step="Bring those whom you know, or come back tomorrow.",
        )
    if held + len(records) > MOST_IN_ALL:
        raise InputError(
            f"That is more than the {MOST_IN_ALL:,} entries that one person may keep here.",
            next_step="Bring those whom you know, or remove a source on “My data” first.",
        )
    value = {"day": house.today.isoformat(), "entries": volume.entries, "nameless": volume.nameless}
    house.records.put(VOLUME, supporter_id, value, expires_at=house.clock() + _DAY)


def _today(house: House, supporter_id: SupporterId) -> Volume:
    record: Record | None = house.records.get(VOLUME, supporter_id, now=house.clock())
    if record is None or record.value["day"] != house.today.isoformat():
        return Volume()
    return Volume(int(record.value["entries"]), int(record.value["nameless"]))


def unusual(house: House, among: Collection[SupporterId]) -> list[SupporterId]:
    """Who of these brought unusually much, for the desk."""
    return [SupporterId(record.key) for record in house.records.all(ALARM) if record.key in among]


def unusual_on(house: House, supporter_id: SupporterId) -> date | None:
    """The day on which she last brought unusually much; ``None`` when she did not, or an organizer has asked her since."""
    record = house.records.get(ALARM, supporter_id)
    return local_day(house.election, datetime.fromisoformat(record.value["at"])) if record else None


def note_asked(house: House, supporter_id: SupporterId) -> None:
    """Somebody asked her whose address book it is: the desk is silent until she brings unusually much again."""
    house.records.delete(ALARM, supporter_id)
