"""vCard 2.1, 3.0 and 4.0, also mixed in one file, as phones and mail programs write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.model import Birthday, ContactRecord, Place, Relation, SourceKind
from oauth.readers.birthdays import read_birthday
from oauth.readers.cleaning import clean, clean_all, join_name
from oauth.readers.contact_file import ContactFile, LeftOut, gather, refuse_too_many
from oauth.readers.limits import MOST_VALUES
from oauth.readers.places import make_place
from oauth.readers.vcard_lines import Card, Property, read_cards

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_APPLE_LABEL = re.compile(r"_\$!<(.{1,60})>!\$_")
_BEGIN_LINE = re.compile(r"^BEGIN[ \t]*:[ \t]*VCARD[ \t]*$", re.IGNORECASE | re.MULTILINE)
_ANDROID_ITEM = "vnd.android.cursor.item/"
_ANDROID_RELATIONS = (
    *("", "assistant", "brother", "child", "partner", "father", "friend", "manager"),
    *("mother", "parent", "partner", "referred_by", "relative", "sister", "spouse"),
)
_NOT_A_RELATION = frozenset({"pref", "text", "uri", "contact"})


def is_vcard(text: str) -> bool:
    """Whether the text's first words open a card."""
    return _BEGIN_LINE.match(text.lstrip()[:100].split("\n", 1)[0]) is not None


def read_vcard(text: str, *, source: str) -> ContactFile:
    """One record for each card; positions count BEGIN:VCARD lines, also of refused cards.

    Raises:
        InputError: more than 20,000 cards, or more than 5 MB besides the photos.
    """
    refuse_too_many(len(_BEGIN_LINE.findall(text)), source)
    return gather(SourceKind.VCARD, _entries(text, source))


def _entries(text: str, source: str) -> Iterator[ContactRecord | LeftOut]:
    for card in read_cards(text, source=source):
        properties = _Properties(card)
        if card.refused:
            yield LeftOut(card.position, card.refused)
        elif properties.is_group():
            yield LeftOut(card.position, "is a group, not a person")
        else:
            yield _record(properties, card.position, source)


class _Properties:
    """A card's properties by name."""

    def __init__(self, card: Card) -> None:
        self._by_name: dict[str, list[Property]] = {}
        for found in card.properties:
            self._by_name.setdefault(found.name, []).append(found)

    def all(self, *names: str) -> list[Property]:
        return [found for name in names for found in self._by_name.get(name, ())][:MOST_VALUES]

    def first(self, name: str) -> str:
        found = self._by_name.get(name)
        return found[0].value if found else ""

    def text(self, name: str) -> str:
        return clean(_unescape(self.first(name)))

    def labels_of_groups(self) -> dict[str, str]:
        """What Apple calls each group of properties (``item1``), in lower case."""
        return {label.group: _plain_label(label.value) for label in self.all("X-ABLABEL")}

    def is_group(self) -> bool:
        return "group" in (self.text("KIND").lower(), self.text("X-ADDRESSBOOKSERVER-KIND").lower())


def _record(card: _Properties, position: int, source: str) -> ContactRecord:
    family, given, middle, prefix, suffix = (_words(part) for part in _split(card.first("N"), ";", parts=5))
    nickname = clean(_unescape(_split(card.first("NICKNAME"), ",", parts=1)[0])) or _android_nickname(card)
    organization = clean(_unescape(_split(card.first("ORG"), ";", parts=1)[0]))
    labels = clean_all(_unescape(label).lower() for label in _listed(card, "CATEGORIES"))
    return ContactRecord(
        source=source,
        position=position,
        kind=SourceKind.VCARD,
        display_name=card.text("FN") or join_name(prefix, given, middle, family, suffix) or nickname,
        given_name=given,
        middle_name=middle,
        family_name=family,
        name_prefix=prefix,
        name_suffix=suffix,
        nickname=nickname,
        organization=organization,
        phones=clean_all(_number(found.value) for found in card.all("TEL")),
        emails=clean_all(_unescape(found.value).removeprefix("mailto:") for found in card.all("EMAIL")),
        places=_places(card),
        birthday=_birthday(card),
        relations=_relations(card),
        labels=labels,
        is_starred="starred" in labels,
        provider_id=card.text("UID"),
    )


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda match: "\n" if match.group(1) in "nN" else match.group(1), text)


def _split(value: str, separator: str, *, parts: int) -> list[str]:
    """The first parts of a structured value, still escaped; missing ones are ``""``."""
    if "\\" in value:
        found = re.findall(rf"(?:[^{separator}\\]|\\.)*(?:{separator}|\\?$)", value, re.DOTALL)
        found = [part.removesuffix(separator) for part in found]
    else:
        found = value.split(separator)
    return (found + [""] * parts)[:parts]


def _words(part: str) -> str:
    """A name component: several values, parted by commas, become words."""
    return clean(_unescape(" ".join(_split(part, ",", parts=MOST_VALUES)) if "," in part else part))


def _listed(card: _Properties, name: str) -> Iterator[str]:
    for found in card.all(name):
        yield from _split(found.value, ",", parts=MOST_VALUES)


def _number(value: str) -> str:
    text = _unescape(value).strip()
    return text[4:].split(";", 1)[0] if text[:4].lower() == "tel:" else text


def _places(card: _Properties) -> tuple[Place, ...]:
    places = []
    for found in card.all("ADR"):
        _, extended, street, city, region, code = (_unescape(part) for part in _split(found.value, ";", parts=6))
        place = make_place(join_name(street, extended), city, region, code)
        places += [place] if place else []
    return tuple(places)


def _birthday(card: _Properties) -> Birthday | None:
    found = card.all("BDAY")
    return read_birthday(_unescape(found[0].value)) if found else None


def _relations(card: _Properties) -> tuple[Relation, ...]:
    labels = card.labels_of_groups()
    relations = [_apple_relation(found, labels) for found in card.all("X-ABRELATEDNAMES")]
    relations += [_related(found) for found in card.all("RELATED") if not _is_address(found)]
    relations += [Relation("spouse", clean(_unescape(found.value))) for found in card.all("X-SPOUSE")]
    relations += [_android_relation(row) for row in _android_rows(card, "relation")]
    return tuple(relation for relation in relations if relation.name)[:MOST_VALUES]


def _apple_relation(found: Property, labels: dict[str, str]) -> Relation:
    return Relation(labels.get(found.group, ""), clean(_unescape(found.value)))


def _related(found: Property) -> Relation:
    kinds = [kind.strip().lower() for kind in found.parameters.get("TYPE", "").split(",")]
    kind = next((kind for kind in kinds if kind and kind not in _NOT_A_RELATION), "")
    return Relation(clean(kind), clean(_unescape(found.value)))


def _is_address(found: Property) -> bool:
    """Whether RELATED points to another card or page instead of naming a person."""
    is_text = found.parameters.get("VALUE", "").lower() == "text"
    return not is_text and re.match(r"[a-z][a-z0-9+.-]{1,20}:", found.value[:40], re.IGNORECASE) is not None


def _plain_label(value: str) -> str:
    match = _APPLE_LABEL.fullmatch(value.strip()[:100])
    return clean(match.group(1) if match else _unescape(value)).lower()


def _android_rows(card: _Properties, item: str) -> list[list[str]]:
    rows = [_split(found.value, ";", parts=3) for found in card.all("X-ANDROID-CUSTOM")]
    return [row for row in rows if row[0] == _ANDROID_ITEM + item]


def _android_relation(row: list[str]) -> Relation:
    number = int(row[2]) if row[2].isdecimal() and len(row[2]) < 3 else 0
    kind = _ANDROID_RELATIONS[number] if 0 < number < len(_ANDROID_RELATIONS) else ""
    return Relation(kind, clean(_unescape(row[1])))


def _android_nickname(card: _Properties) -> str:
    rows = _android_rows(card, "nickname")
    return clean(_unescape(rows[0][1])) if rows else ""
