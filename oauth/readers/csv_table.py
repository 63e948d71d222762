"""CSV that strangers made: the header is looked for, cells are read by the header's names, rows are counted."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import chain

from graph.errors import InputError
from oauth.readers.contact_file import refuse_too_many
from oauth.readers.limits import LONGEST_ROW_CHARACTERS, MOST_COLUMNS

_END = "\x03 the end of the table \x03"
_HEADER_WITHIN_ROWS = 10
_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Table:
    """A header, in lower case, and the rows below it; blank lines are not rows."""

    columns: tuple[str, ...]
    rows: tuple[list[str], ...]

    def index(self, *names: str) -> int | None:
        """The place of the first of these columns that the table has."""
        return next((self.columns.index(name) for name in names if name in self.columns), None)

    def numbered(self, prefix: str, *endings: str) -> list[int]:
        """The places of ``prefix 1 ending``, ``prefix 2 ending`` and so on, by number."""
        found = []
        for place, column in enumerate(self.columns):
            name, dash, ending = column.partition(" - ")
            head, _, number = name.rpartition(" ")
            if dash and head == prefix and ending in endings and number.isdecimal():
                found.append((int(number[:6]), place))
        return [place for _, place in sorted(found)]


def cell(row: Sequence[str], place: int | None) -> str:
    """The text at a place of a row; ``""`` when the column is missing or the row is short."""
    return row[place] if place is not None and place < len(row) else ""


def read_table(text: str, is_header: Callable[[frozenset[str]], bool], *, source: str) -> Table | None:
    """The table below the first row, of the first ten, that ``is_header`` accepts; ``None`` when none does.

    Raises:
        InputError: a quote that is never closed, a field beyond 131,072 or a line beyond 1,000,000 characters, more than 1,000 columns or
            20,000 rows; with the line.
    """
    delimiter = max(_DELIMITERS, key=text[:2_000].count)
    rows = _rows(text, delimiter, source)
    for _ in range(_HEADER_WITHIN_ROWS):
        row = next(rows, None)
        if row is None:
            return None
        columns = tuple(column.strip().lower() for column in row)
        if is_header(frozenset(columns)):
            _refuse_wide(columns, source)
            return Table(columns, _counted(rows, source))
    return None


def _rows(text: str, delimiter: str, source: str) -> Iterator[list[str]]:
    lines = chain(_short_lines(text, source), [_END])
    reader = csv.reader(lines, delimiter=delimiter)
    started = 1
    try:
        for row in reader:
            if row == [_END]:
                return
            if row and row[-1].endswith(_END):
                raise _unclosed(started, source)
            if row:
                yield row
            started = reader.line_num + 1
    except csv.Error:
        happened = f"The row that begins in line {started:,} cannot be read: a field is too long or badly quoted."
        raise InputError(happened, thing=source, next_step="Export your contacts again.") from None


def _short_lines(text: str, source: str) -> Iterator[str]:
    for number, line in enumerate(StringIO(f"{text}\n"), start=1):
        if len(line) > LONGEST_ROW_CHARACTERS:
            happened = f"Line {number:,} has more than {LONGEST_ROW_CHARACTERS:,} characters."
            raise InputError(happened, thing=source, next_step="Export your contacts again.")
        yield line


def _unclosed(line: int, source: str) -> InputError:
    happened = f"A quote in the row that begins in line {line:,} is never closed."
    return InputError(happened, thing=source, next_step="Export your contacts again; the file may be cut off.")


def _refuse_wide(columns: tuple[str, ...], source: str) -> None:
    if len(columns) > MOST_COLUMNS:
        happened = f"This table has {len(columns):,} columns; a contact file has at most {MOST_COLUMNS:,}."
        raise InputError(happened, thing=source, next_step="Export your contacts again.")


def _counted(rows: Iterator[list[str]], source: str) -> tuple[list[str], ...]:
    counted = tuple(rows)
    refuse_too_many(len(counted), source)
    return counted
