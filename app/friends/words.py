"""How a friend is written on a page: her name as the supporter saved it, two letters, and what was brought. Pure."""

from __future__ import annotations

from datetime import datetime

from app.translations import Language, long_date, translate
from graph.model import ContactRecord, Event, Outcome, RelationshipType, SourceKind

_LONGEST = 80
_SOURCE_WORDS = {
    SourceKind.FACEBOOK_EXPORT: "A friend on Facebook",
    SourceKind.LINKEDIN_CSV: "A contact on LinkedIn",
    SourceKind.TYPED: "You typed this name",
}
_RELATIONSHIP_WORDS = {
    RelationshipType.FAMILY: "Family in your contacts",
    RelationshipType.COWORKER: "Work, in your contacts",
    RelationshipType.SCHOOL: "School, in your contacts",
}
_STATE_WORDS = {
    Outcome.SENT: "You wrote {day}",
    Outcome.TALKED: "You talked {day}",
    Outcome.HAS_PLAN: "has a plan",
    Outcome.HAS_VOTED: "done",
    Outcome.LATER: "later",
}


def shown_name(record: ContactRecord) -> str:
    """The name as she saved it; what else there is when she saved none."""
    parts = " ".join(filter(None, (record.given_name, record.family_name)))
    other = (record.nickname, record.organization, *record.emails, *record.phones)
    return (record.display_name or parts or next(filter(None, other), "?"))[:_LONGEST]


def by_name(shown: str) -> tuple[bool, str]:
    """The order of an address book over shown names: by letter, bare numbers and addresses last."""
    return "@" in shown or not any(letter.isalpha() for letter in shown), shown.casefold()


def has_name(record: ContactRecord) -> bool:
    """Whether she saved a name at all: of a bare number or address nobody can say whose it is."""
    name = record.display_name or record.given_name or record.family_name
    return "@" not in name and any(letter.isalpha() for letter in name)


def first_name(record: ContactRecord) -> str:
    """How she would begin a message to this friend."""
    return (record.given_name or record.nickname or shown_name(record)).split(" ")[0][:_LONGEST]


def initials(record: ContactRecord) -> str:
    """Two letters for the circle; one when there is one word."""
    words = [word for word in shown_name(record).split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"


def brought(record: ContactRecord, relationship: RelationshipType, language: Language) -> str:
    """What she herself brought of this friend, in a few words; never anything from the voter file."""
    if record.is_starred:
        starred = "Starred in your contacts, with a birthday" if record.birthday else "Starred in your contacts"
        return translate(starred, language)
    words = _SOURCE_WORDS.get(record.kind) or _RELATIONSHIP_WORDS.get(relationship)
    if words is None:
        words = "In your contacts, with a birthday" if record.birthday else "In your contacts"
    return translate(words, language)


def state_words(event: Event | None, now: datetime, language: Language) -> str:
    """The last thing reported, in a few words; empty while nothing was."""
    if event is None or event.kind not in _STATE_WORDS:
        return ""
    days = (now.date() - event.at.date()).days
    day = translate(
        {0: "today", 1: "yesterday"}.get(days, "on {date}"), language, date=long_date(event.at.date(), language)
    )
    return translate(_STATE_WORDS[event.kind], language, day=day)
