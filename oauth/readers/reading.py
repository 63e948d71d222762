"""The door of this package: any contact file's bytes to records. The content tells the format, never the file's name.

Files hold at most 20 MB (a vCard 5 MB besides its photos) and 20,000 entries; a field is cut at 1,000 characters.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import ContactRecord, SourceKind
from oauth.readers.contact_file import (
    ContactFile,
    ContactFileCounts,
    LeftOut,
    ReasonCount,
    describe,
    gather,
)
from oauth.readers.csv_table import Table, read_table
from oauth.readers.decoding import open_text, refuse_unknown
from oauth.readers.documents import read_documents
from oauth.readers.facebook_export import is_facebook_export, read_facebook_export
from oauth.readers.google_csv import is_google_header, read_google_rows
from oauth.readers.google_people import is_google_people, read_google_people
from oauth.readers.linkedin_csv import is_linkedin_header, read_linkedin_rows
from oauth.readers.outlook_csv import is_outlook_header, read_outlook_rows
from oauth.readers.typed import looks_typed, read_typed
from oauth.readers.vcard import is_vcard, read_vcard

__all__ = [
    "ContactFile",
    "ContactFileCounts",
    "LeftOut",
    "ReasonCount",
    "describe",
    "read_contacts",
    "read_google_people",
    "read_typed",
]


def read_contacts(data: bytes, *, source: str) -> ContactFile:
    """The contacts in a file, in the order of their positions, and what was left out.

    ``source`` only names the file in records and errors. A file of a known format without entries gives no record.

    Raises:
        InputError: empty, too large, binary, damaged, or of no known format; one sentence, without any of its text.
    """
    text = open_text(data, source=source)
    if is_vcard(text):
        return read_vcard(text, source=source)
    if text.lstrip()[:1] in ("{", "["):
        return _read_json(text, source)
    table = read_table(text, _is_known_header, source=source)
    if table is not None:
        return _read_rows(table, source)
    if looks_typed(text):
        return read_typed(text, source=source)
    raise refuse_unknown(source)


def _read_json(text: str, source: str) -> ContactFile:
    documents = read_documents(text, source=source)
    if is_facebook_export(documents):
        return read_facebook_export(documents, source=source)
    if is_google_people(documents):
        return read_google_people(documents, source=source)
    raise refuse_unknown(source)


def _is_known_header(columns: frozenset[str]) -> bool:
    return is_linkedin_header(columns) or is_google_header(columns) or is_outlook_header(columns)


def _read_rows(table: Table, source: str) -> ContactFile:
    kind, rows = _rows_of(table, source)
    return gather(kind, rows)


def _rows_of(table: Table, source: str) -> tuple[SourceKind, Iterator[ContactRecord]]:
    columns = frozenset(table.columns)
    if is_linkedin_header(columns):
        return SourceKind.LINKEDIN_CSV, read_linkedin_rows(table, source=source)
    if is_google_header(columns):
        return SourceKind.GOOGLE_CSV, read_google_rows(table, source=source)
    return SourceKind.OUTLOOK_CSV, read_outlook_rows(table, source=source)
