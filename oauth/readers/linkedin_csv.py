"""LinkedIn's Connections.csv: a name, a company and the day of the connection; an e-mail address now and then."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import ContactRecord, SourceKind
from oauth.readers.birthdays import read_day
from oauth.readers.cleaning import clean, clean_all, join_name
from oauth.readers.csv_table import Table, cell


def is_linkedin_header(columns: frozenset[str]) -> bool:
    """Whether these lower-case columns are LinkedIn's; a few lines of notes stand before them in the file."""
    return {"first name", "last name", "connected on"} <= columns


def read_linkedin_rows(table: Table, *, source: str) -> Iterator[ContactRecord]:
    """One record for each row below the header, in order."""
    names = ("first name", "last name", "company", "url", "email address", "connected on")
    places = [table.index(name) for name in names]
    for position, row in enumerate(table.rows):
        given, family, company, url, email, connected_on = (clean(cell(row, place)) for place in places)
        yield ContactRecord(
            source=source,
            position=position,
            kind=SourceKind.LINKEDIN_CSV,
            display_name=join_name(given, family),
            given_name=given,
            family_name=family,
            organization=company,
            emails=clean_all([email] if "@" in email else []),
            provider_id=url,
            connected_on=read_day(connected_on),
        )
