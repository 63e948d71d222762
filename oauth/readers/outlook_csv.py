"""Outlook's contacts as CSV: up to 92 columns, of which names, phones, addresses and a few others are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graph.model import ContactRecord, Place, Relation, SourceKind
from oauth.readers.birthdays import read_birthday
from oauth.readers.cleaning import clean, clean_all, join_name
from oauth.readers.csv_table import Table, cell
from oauth.readers.places import make_place

_SIGNS = frozenset({"e-mail address", "mobile phone", "home phone", "business phone", "company", "e-mail display name"})
_OF_THE_OFFICE = frozenset({"company main phone", "assistant's phone"})
_PLACES = ("home", "business", "other")
_RELATIONS = (("spouse", "spouse"), ("children", "child"))
_NAMES = ("first name", "middle name", "last name", "title", "suffix", "nickname", "company", "e-mail display name")


def is_outlook_header(columns: frozenset[str]) -> bool:
    """Whether these lower-case columns are Outlook's: first and last name with a phone, e-mail or company of its kind."""
    return {"first name", "last name"} <= columns and bool(columns & _SIGNS)


def read_outlook_rows(table: Table, *, source: str) -> Iterator[ContactRecord]:
    """One record for each row, in order."""
    columns = _Columns(table)
    for position, row in enumerate(table.rows):
        yield columns.record(row, position, source)


class _Columns:
    """Where an Outlook table keeps what is read of it."""

    def __init__(self, table: Table) -> None:
        self._names = [table.index(name) for name in _NAMES]
        self._birthday = table.index("birthday")
        self._labels = table.index("categories")
        self._relations = [(kind, table.index(column)) for column, kind in _RELATIONS]
        self._phones = [
            place
            for place, column in enumerate(table.columns)
            if column.rstrip(" 23").endswith(" phone") and column not in _OF_THE_OFFICE
        ]
        self._emails = [
            place for place, name in enumerate(table.columns) if name.startswith("e-mail") and name.endswith("address")
        ]
        self._places = [
            [table.index(f"{which} {part}") for part in ("street", "city", "state", "postal code")] for which in _PLACES
        ]

    def record(self, row: Sequence[str], position: int, source: str) -> ContactRecord:
        names = [clean(cell(row, place)) for place in self._names]
        given, middle, family, prefix, suffix, nickname, organization, shown = names
        return ContactRecord(
            source=source,
            position=position,
            kind=SourceKind.OUTLOOK_CSV,
            display_name=join_name(given, middle, family, suffix) or ("" if "@" in shown else shown) or nickname,
            given_name=given,
            middle_name=middle,
            family_name=family,
            name_prefix=prefix,
            name_suffix=suffix,
            nickname=nickname,
            organization=organization,
            phones=clean_all(cell(row, place) for place in self._phones),
            emails=clean_all(text for place in self._emails if "@" in (text := cell(row, place))),
            places=self._known_places(row),
            birthday=read_birthday(cell(row, self._birthday)),
            relations=tuple(
                Relation(kind, name) for kind, place in self._relations if (name := clean(cell(row, place)))
            ),
            labels=clean_all(text.lower() for text in cell(row, self._labels).split(";")),
        )

    def _known_places(self, row: Sequence[str]) -> tuple[Place, ...]:
        texts = ([cell(row, place) for place in parts] for parts in self._places)
        places = (make_place(street, city, region, code) for street, city, region, code in texts)
        return tuple(place for place in places if place)
