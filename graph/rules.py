"""What every adapter decides alike: how puts are counted, whose word on a match stands, how instants and values are kept.

Pure. The adapters differ in how they keep things, never in what they keep.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from graph.errors import ConflictError, InputError, NotFoundError
from graph.model import Ask, Contact, ContactKey, Match, MatchStatus, RelationshipType, Supporter, SupporterId, VoterRef
from graph.records import JsonObject, Record
from graph.store import Upserted

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HERS = (MatchStatus.CONFIRMED, MatchStatus.REJECTED)
RELATIONSHIPS = {kind.value: kind for kind in RelationshipType}
"""The kinds of ties by how they are kept: a dictionary answers ten times faster than the enumeration, and a list asks for each friend."""
SUPPORTER_FIELDS = ("supporter_id", "display_name", "email", "phone", "postal_code", "organizer_id", "created_at")
"""What is kept of a supporter, her id first."""
_FIELDS_OF_CONTACT = tuple((field.name, getattr(Contact, field.name).__set__) for field in fields(Contact))
_READY_FIELD = {"ready": "due_at", "claimed": "lease_until"}


def microseconds(instant: datetime) -> int:
    """An aware instant as microseconds since 1970, exactly. Raises ``InputError`` for one without a time zone."""
    if instant.tzinfo is None:
        raise InputError("An instant has no time zone.", next_step="Give it in UTC.")
    return (instant - _EPOCH) // _MICROSECOND


def instant(microseconds_since_1970: int) -> datetime:
    """The instant in UTC."""
    return _EPOCH + microseconds_since_1970 * _MICROSECOND


def microseconds_or_never(instant: datetime | None) -> int | None:
    """Like ``microseconds``; ``None`` stays ``None``."""
    return None if instant is None else microseconds(instant)


def instant_or_never(microseconds_since_1970: int | None) -> datetime | None:
    """Like ``instant``; ``None`` stays ``None``."""
    return None if microseconds_since_1970 is None else instant(microseconds_since_1970)


def supporter_row(supporter: Supporter) -> tuple[Any, ...]:
    """A supporter as kept, in the order of ``SUPPORTER_FIELDS``: files and purposes are not."""
    *words, created_at = (getattr(supporter, name) for name in SUPPORTER_FIELDS)
    return (*words, microseconds_or_never(created_at))


def supporter_from(row: Sequence[Any]) -> Supporter:
    """The supporter in such a row."""
    fields = dict(zip(SUPPORTER_FIELDS, row, strict=True))
    return Supporter(**{**fields, "created_at": instant_or_never(fields["created_at"])})


def contacts_from(rows: Sequence[tuple[Any, ...]]) -> list[Contact]:
    """Contacts from rows that hold a contact's fields in order, its relationship type as kept.

    They are filled field by field, which takes a third of what a frozen dataclass takes to make each: no list is read more
    often than that of a supporter's friends.
    """
    if not rows:
        return []
    contacts = [object.__new__(Contact) for _ in rows]
    for (name, fill), column in zip(_FIELDS_OF_CONTACT, zip(*rows, strict=True), strict=True):
        values = map(RELATIONSHIPS.__getitem__, column) if name == "relationship_type" else column
        deque(map(fill, contacts, values), maxlen=0)
    return contacts


def tied_anew(there: Iterable[Contact], told: Sequence[Contact]) -> list[Contact]:
    """The contacts that are there, with the ties that are told of them."""
    ties = {contact.key: contact for contact in told}
    return [
        replace(one, relationship_type=ties[one.key].relationship_type, tie_strength=ties[one.key].tie_strength)
        for one in there
    ]


def compact(value: object) -> str:
    """JSON without spaces; the order of keys stays."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def value_text(value: JsonObject) -> str:
    """A record's value as JSON. Raises ``InputError``, without showing it, for what JSON cannot hold."""
    try:
        return json.dumps(dict(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        happened = f"A value cannot be kept as JSON ({type(error).__name__})."
        raise InputError(happened, next_step="Give texts, numbers, lists and objects only.") from None


def counted(old: Mapping[Any, Hashable], new: Mapping[Any, Hashable]) -> Upserted:
    """What keeping ``new`` over ``old`` makes, changes and leaves alone."""
    created = sum(key not in old for key in new)
    unchanged = sum(key in old and old[key] == value for key, value in new.items())
    return Upserted(created, len(new) - created - unchanged, unchanged)


def believed(old: Mapping[ContactKey, Match], matches: Iterable[Match]) -> dict[ContactKey, Match]:
    """What each of these contacts is taken for after ``matches``: her own answer stands against the engine's."""
    new: dict[ContactKey, Match] = {}
    for match in matches:
        stands = new.get(match.contact_key, old.get(match.contact_key))
        is_overruled = stands is not None and stands.status in _HERS and match.status not in _HERS
        new[match.contact_key] = stands if stands is not None and is_overruled else match
    return new


def voters_in(matches: Iterable[Match]) -> set[VoterRef]:
    """Everybody whom these matches name."""
    return {candidate.voter for match in matches for candidate in match.candidates}


def without_voter(match: Match, voter: VoterRef) -> Match:
    """What is believed of a contact once a voter is forgotten: nothing, if it was taken for him or he was all there was.

    A rejection stays: it is the supporter's own word.
    """
    others = tuple(candidate for candidate in match.candidates if candidate.voter != voter)
    if match.status is MatchStatus.REJECTED:
        return replace(match, candidates=others)
    if match.voter == voter or not others:
        return Match(match.contact_key, MatchStatus.NO_MATCH)
    return replace(match, candidates=others)


def refuse_others(supporter_id: SupporterId, things: Iterable[Contact | Ask]) -> None:
    """Raise ``InputError`` when one of these is somebody else's."""
    for thing in things:
        if thing.supporter_id != supporter_id:
            what = "An ask" if isinstance(thing, Ask) else "A contact"
            happened = f"{what} belongs to another supporter."
            raise InputError(happened, thing=supporter_id, next_step="Give each supporter her own.")


def unknown_supporter(supporter_id: SupporterId) -> NotFoundError:
    """What is raised when something would hang on somebody who is not there."""
    happened = "There is no such supporter: she never joined, or she has left."
    return NotFoundError(happened, thing=supporter_id, next_step="Nothing was kept; put the supporter first.")


def unknown_contacts(supporter_id: SupporterId, count: int) -> NotFoundError:
    """What is raised when something would hang on contacts that are not there."""
    happened = f"{count} of these contacts are not, or no longer, hers."
    return NotFoundError(happened, thing=supporter_id, next_step="Nothing was kept; read her contacts again.")


def conflict(happened: str, thing: str) -> ConflictError:
    """What is raised when a demand on a record or a stream is not met."""
    return ConflictError(happened, thing=thing, next_step="Read it again and decide again.")


def ready_at(value: JsonObject) -> int | None:
    """From when a worker may take this record, in microseconds; ``None`` for what is no work or has no such instant."""
    field = _READY_FIELD.get(str(value.get("state")))
    if field is None or not isinstance(value.get(field), str):
        return None
    try:
        return microseconds(datetime.fromisoformat(value[field]))
    except ValueError:
        return None


def claimed(record: Record, *, worker: str, now: datetime, lease_seconds: int) -> Record:
    """The record as it stands once a worker has taken it."""
    lease_until = now.astimezone(UTC) + timedelta(seconds=lease_seconds)
    taken = {
        **record.value,
        "state": "claimed",
        "worker": worker,
        "lease_until": lease_until.isoformat(),
        "attempts": int(record.value.get("attempts", 0)) + 1,
    }
    return Record(record.kind, record.key, taken, record.version + 1, record.expires_at)
