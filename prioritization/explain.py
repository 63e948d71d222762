"""One plain sentence for each ask, made only from what the supporter brought and from the calendar.

Nothing of the voter file gets in here: the functions are given her own contact, the tie's evidence and the election, and
nothing else. The same contact always gets the same wording.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import date

from graph.model import AskKind, ContactKey, ContactRecord, Election, RelationshipType, SourceKind
from prioritization.elections import deadline_sentence
from prioritization.ties import Tie

_SENTENCES: Mapping[str, tuple[str, ...]] = {
    "Starred in your contacts": (
        "You starred this friend in your contacts.",
        "This friend has a star in your contacts.",
        "You gave this friend a star in your contacts.",
    ),
    "Birthday saved": ("You keep this friend's birthday.", "You saved this friend's birthday."),
    "Address saved": ("You keep this friend's address.", "You saved this friend's address."),
    "Relation saved": ("You noted down who belongs to this friend.",),
    "Nickname saved": ("You have a nickname for this friend.", "You saved a nickname for this friend."),
    "Two numbers saved": ("You keep two numbers for this friend.", "You saved two numbers for this friend."),
    "Phone and e-mail saved": (
        "You have this friend's number and e-mail address.",
        "You keep this friend's number and e-mail address.",
    ),
    "Family in your contacts": ("You keep this friend under family.",),
    "From work in your contacts": ("You keep this friend under work.",),
    "A neighbor in your contacts": ("You keep this friend under neighbors.",),
    "From church in your contacts": ("You keep this friend under church.",),
    "From school in your contacts": ("You keep this friend under school.",),
    "In two of your lists": ("This friend is in two of your lists.", "You have this friend in two of your lists."),
}
_OTHER_SENTENCES: Mapping[SourceKind, tuple[str, ...]] = {
    SourceKind.FACEBOOK_EXPORT: ("You are friends on Facebook.", "This friend is on your Facebook list."),
    SourceKind.LINKEDIN_CSV: ("You are connected on LinkedIn.",),
    SourceKind.TYPED: ("You thought of this friend yourself.", "You wrote this friend's name down yourself."),
}
_IN_CONTACTS = ("This friend is in your contacts.", "You have this friend in your contacts.")
_WITH_NUMBER = ("You have this friend's number.", "This friend's number is in your contacts.")


def brought(tie: Tie, record: ContactRecord) -> str:
    """What she herself brought, in a few words for under the name: ``Starred in your contacts``."""
    if tie.evidence:
        return f"{tie.evidence[0]} in your contacts" if _is_kin(tie, tie.evidence[0]) else tie.evidence[0]
    since = f" since {record.connected_on.year}" if record.connected_on else ""
    own_words = {
        SourceKind.FACEBOOK_EXPORT: f"A friend on Facebook{since}",
        SourceKind.LINKEDIN_CSV: f"Connected on LinkedIn{since}",
        SourceKind.TYPED: "You wrote this name yourself",
    }
    return own_words.get(record.kind, "In your contacts")


def every_sentence() -> tuple[str, ...]:
    """Every sentence of ``how_known`` but the one that names a kin label, for translators."""
    tables = (*_SENTENCES.values(), *_OTHER_SENTENCES.values(), _IN_CONTACTS, _WITH_NUMBER)
    return tuple(sentence for forms in tables for sentence in forms)


def how_known(tie: Tie, record: ContactRecord, *, key: ContactKey) -> str:
    """How she knows the friend, one sentence; the same contact always gets the same form."""
    forms = _forms(tie, record)
    return forms[zlib.crc32(key.encode()) % len(forms)]


def reason(tie: Tie, record: ContactRecord, *, key: ContactKey, kind: AskKind, election: Election, day: date) -> str:
    """How she knows the friend and the date of the ask, both as seen on ``day``."""
    return f"{how_known(tie, record, key=key)} {deadline_sentence(election, kind, day)}"


def invite_reason(tie: Tie | None, record: ContactRecord, *, key: ContactKey) -> str:
    """How she knows the friend whom she is asked to invite, and that it is a question."""
    known = how_known(tie or Tie(None, RelationshipType.UNKNOWN), record, key=key)
    return f"{known} Perhaps this friend would like to help too."


def _forms(tie: Tie, record: ContactRecord) -> tuple[str, ...]:
    if tie.evidence:
        first = tie.evidence[0]
        return (f"In your contacts this is your {first.lower()}.",) if _is_kin(tie, first) else _sentences(first)
    if record.kind in _OTHER_SENTENCES:
        return _OTHER_SENTENCES[record.kind]
    return _WITH_NUMBER if record.phones else _IN_CONTACTS


def _sentences(evidence: str) -> tuple[str, ...]:
    return _SENTENCES.get(evidence, _IN_CONTACTS)


def _is_kin(tie: Tie, evidence: str) -> bool:
    return tie.relationship_type is RelationshipType.FAMILY and evidence not in _SENTENCES and " " not in evidence
