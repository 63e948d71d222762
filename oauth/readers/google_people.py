"""Google's People API: pages of connections or of other contacts, as answered or as saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.model import Birthday, ContactRecord, Place, Relation, SourceKind
from oauth.readers.birthdays import make_birthday, read_birthday
from oauth.readers.cleaning import clean, clean_all, join_name
from oauth.readers.contact_file import NOT_AN_ENTRY, ContactFile, LeftOut, gather, refuse_too_many
from oauth.readers.documents import object_of, objects_of, text_of
from oauth.readers.limits import MOST_VALUES
from oauth.readers.places import make_place, read_formatted

_LISTS = ("connections", "otherContacts", "people")
_WRAPPED_LISTS = ("results", "responses")


def is_google_people(documents: Iterable[object]) -> bool:
    """Whether any document is a page of people, a list of pages, a list of people, or ``{"pages": [...]}``."""
    return any(_looks_like_page(page) for page in _pages(documents))


def read_google_people(documents: Iterable[object], *, source: str) -> ContactFile:
    """The people of all pages, positions counted through; deleted people are left out. No page gives no record.

    Raises:
        InputError: more than 20,000 people.
    """
    people = [person for page in _pages(documents) for person in _people(page)]
    refuse_too_many(len(people), source)
    return gather(SourceKind.GOOGLE_PEOPLE, _entries(people, source))


def _pages(documents: Iterable[object]) -> Iterator[dict[str, object]]:
    for document in documents:
        if isinstance(document, list):
            yield from _pages_of_list(document)
        elif isinstance(document, dict) and isinstance(document.get("pages"), list):
            yield from objects_of(document["pages"])
        elif isinstance(document, dict):
            yield document


def _pages_of_list(items: list[object]) -> Iterator[dict[str, object]]:
    if any(_looks_like_person(item) for item in items):
        yield {"connections": items}
    else:
        yield from objects_of(items)


def _looks_like_person(item: object) -> bool:
    return isinstance(item, dict) and ("resourceName" in item or isinstance(item.get("names"), list))


def _looks_like_page(page: dict[str, object]) -> bool:
    return any(isinstance(page.get(name), list) for name in (*_LISTS, *_WRAPPED_LISTS)) or _looks_like_person(page)


def _people(page: dict[str, object]) -> list[object]:
    for name in _LISTS:
        if isinstance(found := page.get(name), list):
            return found
    for name in _WRAPPED_LISTS:
        if isinstance(found := page.get(name), list):
            return [object_of(item).get("person") for item in found]
    return [page] if _looks_like_person(page) else []


def _entries(people: list[object], source: str) -> Iterator[ContactRecord | LeftOut]:
    for position, person in enumerate(people):
        if not isinstance(person, dict):
            yield LeftOut(position, NOT_AN_ENTRY)
        elif object_of(person.get("metadata")).get("deleted") is True:
            yield LeftOut(position, "was deleted from the address book")
        else:
            yield _record(person, position, source)


def _record(person: dict[str, object], position: int, source: str) -> ContactRecord:
    name = _primary(person.get("names"))
    given, middle, family = _texts(name, "givenName", "middleName", "familyName")
    display = clean(text_of(name.get("displayName")) or text_of(name.get("unstructuredName")))
    nickname = clean(text_of(_primary(person.get("nicknames")).get("value")))
    labels = _labels(person)
    return ContactRecord(
        source=source,
        position=position,
        kind=SourceKind.GOOGLE_PEOPLE,
        display_name=display or join_name(given, middle, family) or nickname,
        given_name=given,
        middle_name=middle,
        family_name=family,
        name_prefix=clean(text_of(name.get("honorificPrefix"))),
        name_suffix=clean(text_of(name.get("honorificSuffix"))),
        nickname=nickname,
        organization=clean(text_of(_primary(person.get("organizations")).get("name"))),
        phones=clean_all(_values(person.get("phoneNumbers"), "value", "canonicalForm")),
        emails=clean_all(_values(person.get("emailAddresses"), "value")),
        places=_places(person),
        birthday=_birthday(person),
        relations=_relations(person),
        labels=labels,
        is_starred="starred" in labels,
        provider_id=clean(text_of(person.get("resourceName"))),
    )


def _primary(values: object) -> dict[str, object]:
    found = objects_of(values)
    marked = (value for value in found if object_of(value.get("metadata")).get("primary") is True)
    return next(marked, found[0] if found else {})


def _texts(values: dict[str, object], *names: str) -> tuple[str, ...]:
    return tuple(clean(text_of(values.get(name))) for name in names)


def _values(values: object, *names: str) -> list[str]:
    found = objects_of(values)[:MOST_VALUES]
    return [next(filter(None, (text_of(value.get(name)) for name in names)), "") for value in found]


def _places(person: dict[str, object]) -> tuple[Place, ...]:
    places = []
    for address in objects_of(person.get("addresses"))[:MOST_VALUES]:
        place = make_place(*_texts(address, "streetAddress", "city", "region", "postalCode"))
        place = place or read_formatted(text_of(address.get("formattedValue")))
        places += [place] if place else []
    return tuple(places)


def _birthday(person: dict[str, object]) -> Birthday | None:
    for birthday in objects_of(person.get("birthdays"))[:MOST_VALUES]:
        day = object_of(birthday.get("date"))
        year, month, day_of_month = (_whole(day.get(part)) for part in ("year", "month", "day"))
        if found := make_birthday(year, month, day_of_month) or read_birthday(text_of(birthday.get("text"))):
            return found
    return None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _relations(person: dict[str, object]) -> tuple[Relation, ...]:
    found = objects_of(person.get("relations"))[:MOST_VALUES]
    named = ((clean(text_of(item.get("type"))).lower(), clean(text_of(item.get("person")))) for item in found)
    return tuple(Relation(kind, name) for kind, name in named if name)


def _labels(person: dict[str, object]) -> tuple[str, ...]:
    memberships = objects_of(person.get("memberships"))[:MOST_VALUES]
    groups = (object_of(membership.get("contactGroupMembership")) for membership in memberships)
    return clean_all(text_of(group.get("contactGroupId")).lower() for group in groups)
