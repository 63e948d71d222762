"""The friends list of a person's own Facebook export: a name and the day of the friendship, no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.model import ContactRecord, SourceKind
from oauth.readers.birthdays import read_timestamp
from oauth.readers.cleaning import clean
from oauth.readers.contact_file import NOT_AN_ENTRY, ContactFile, LeftOut, gather, refuse_too_many
from oauth.readers.documents import text_of
from oauth.readers.limits import LONGEST_FIELD_CHARACTERS

_LISTS = ("friends_v2", "friends")


def is_facebook_export(documents: Iterable[object]) -> bool:
    """Whether any document holds a list ``friends_v2`` or ``friends``."""
    return any(_friends(document) is not None for document in documents)


def read_facebook_export(documents: Iterable[object], *, source: str) -> ContactFile:
    """The friends in the order of the list; several lists are counted through. An empty list gives no record.

    Raises:
        InputError: more than 20,000 friends.
    """
    friends = [friend for document in documents for friend in _friends(document) or []]
    refuse_too_many(len(friends), source)
    return gather(SourceKind.FACEBOOK_EXPORT, _entries(friends, source))


def repair(text: str) -> str:
    r"""Undo Facebook's escaping, which writes each byte of UTF-8 as if it were a Latin-1 letter.

    >>> repair("Jos\u00c3\u00a9")
    'José'
    >>> repair("José")
    'José'
    """
    try:
        return text[: 4 * LONGEST_FIELD_CHARACTERS].encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _friends(document: object) -> list[object] | None:
    if not isinstance(document, dict):
        return None
    lists = (document.get(name) for name in _LISTS)
    return next((found for found in lists if isinstance(found, list)), None)


def _entries(friends: list[object], source: str) -> Iterator[ContactRecord | LeftOut]:
    for position, friend in enumerate(friends):
        if not isinstance(friend, dict):
            yield LeftOut(position, NOT_AN_ENTRY)
            continue
        yield ContactRecord(
            source=source,
            position=position,
            kind=SourceKind.FACEBOOK_EXPORT,
            display_name=clean(repair(text_of(friend.get("name")))),
            connected_on=read_timestamp(friend.get("timestamp")),
        )
