"""Which of the entries of a file or an address book she brings: they wait, sealed under her key, until she has chosen.

Whatever she leaves out is gone when she has chosen, and all of it after 24 hours if she never does.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Sequence
from datetime import timedelta

from app.friends.finding import note_progress
from app.friends.words import brought, by_name, shown_name
from app.house import House
from app.translations import Language
from app.views.rights import Offered
from graph.errors import NotFoundError
from graph.model import ContactRecord, Purpose, RelationshipType, SupporterId
from oauth.consent import MatchPermit
from oauth.contact_json import from_json, to_json

UPLOAD = "upload"
UPLOAD_LIVES = timedelta(hours=24)


def offer(house: House, permit: MatchPermit, records: Sequence[ContactRecord]) -> int:
    """Let entries of a source that she agreed to wait for her choice, in the place of any that waited before; how many.

    Raises ``NotFoundError`` when she has left: then nothing stays.
    """
    permit.must_cover(Purpose.MATCH)
    supporter_id = permit.supporter
    sealed = house.vault.seal(supporter_id, UPLOAD, b"\n".join(to_json(record) for record in records))
    now = house.clock()
    value = {"sealed": base64.b64encode(sealed).decode("ascii"), "at": now.isoformat()}
    house.records.put(UPLOAD, supporter_id, value, expires_at=now + UPLOAD_LIVES)
    if house.graph.supporter(supporter_id) is None:
        house.records.delete(UPLOAD, supporter_id)
        house.vault.destroy(supporter_id)
        raise NotFoundError("Nobody of that name is here.", next_step="Start again from the first page.")
    note_progress(house, supporter_id, state="done")  # nothing is under way while she chooses
    return len(records)


def offered(house: House, supporter_id: SupporterId, language: Language) -> tuple[Offered, ...]:
    """The entries that wait, by name, those without one last; none when there is nothing to choose from."""
    entries = (
        Offered(place, shown_name(record), brought(record, RelationshipType.UNKNOWN, language))
        for place, record in enumerate(_waiting(house, supporter_id))
    )
    return tuple(sorted(entries, key=lambda entry: (by_name(entry.name), entry.place)))


def chosen(house: House, supporter_id: SupporterId, places: Collection[int]) -> list[ContactRecord]:
    """The entries at these places; all of them wait no longer, and of the others no byte stays.

    Raises ``NotFoundError`` when nothing waits, as when she chose in another window.
    """
    records = _waiting(house, supporter_id)
    if not records:
        raise NotFoundError("There is nothing to choose from any more.", next_step="Bring your friends again.")
    house.records.delete(UPLOAD, supporter_id)
    house.records.scrub()
    return [record for place, record in enumerate(records) if place in places]


def _waiting(house: House, supporter_id: SupporterId) -> list[ContactRecord]:
    record = house.records.get(UPLOAD, supporter_id, now=house.clock())
    if record is None:
        return []
    opened = house.vault.open(supporter_id, UPLOAD, base64.b64decode(str(record.value["sealed"])))
    return [from_json(line) for line in opened.split(b"\n") if line]
