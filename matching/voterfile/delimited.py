"""Delimited text files of any size, read by column in bounded memory.

Two passes: ``examine`` looks at every byte once (what it is, its encoding, its digest, how many lines), ``read_columns``
then parses only the columns that are wanted. A row is one line; a file that breaks this is refused with the line.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from graph.errors import InputError
from matching.voterfile.profile import DELIMITERS, comparable_header
from matching.voterfile.report import FileFacts

Progress = Callable[[str, int], None]
Encoding = Literal["ascii", "utf-8", "latin-1"]

_BLOCK = 4 * 2**20
_LONGEST_LINE = 2**18
_LONGEST_FIELD = 4_000
_MOST_COLUMNS = 2_000
_BLANK_LINE = re.compile(rb"^\r?$", re.MULTILINE)
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive or an Excel file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"(\xb5/\xfd", "a zstd archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\xff\xd8\xff", "a photo"),
    (b"\x89PNG", "a picture"),
    (b"GIF8", "a picture"),
    (b"%PDF", "a PDF"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "a database"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UNPACK = "Unpack it, or export it as text (CSV, UTF-8), and name the file inside."


@dataclass(frozen=True, slots=True)
class TextFile:
    """A delimited file that was looked at. ``rows`` counts its lines without the header and without blank ones.

    A headless file's ``header`` is the one that its layout gives it, and ``first_row`` already somebody's.
    """

    path: Path
    thing: str
    encoding: Encoding
    delimiter: str
    header: tuple[str, ...]
    rows: int
    sha256: str
    first_row: tuple[str, ...]
    is_headless: bool = False

    def line_of(self, row: int) -> int:
        """The line of a row, both counted as people do in a file without blank lines: rows from 0, lines from 1."""
        return row + (1 if self.is_headless else 2)

    def facts(self) -> FileFacts:
        """What the report says of it."""
        word = next(name for name, sign in DELIMITERS.items() if sign == self.delimiter)
        return FileFacts(self.rows, self.encoding, word, self.sha256)


def examine(
    path: Path, *, delimiters: Sequence[str], role: str, progress: Progress | None = None, names: Sequence[str] = ()
) -> TextFile:
    """Look at a file's bytes: what it is, how it is written, what its header says.

    Args:
        path: the file.
        delimiters: candidates by word (``tab``, ``comma``); the one that parts the header into most columns is taken.
        role: what it is in words, for messages ("voter file").
        progress: called with ``"examine <role>"`` and the bytes looked at so far.
        names: the columns, in their order, of a file that has no header; one that has it all the same is read by it.

    Raises:
        InputError: missing, empty, without rows, not text, a line too long, cut off.
    """
    thing = f"{role} {_safe_name(path)}"
    try:
        with path.open("rb") as stream:
            head = stream.readline(_LONGEST_LINE)
            _refuse_what_is_not_text(head, thing)
            scan = _scan(stream, head, thing, lambda done: progress and progress(f"examine {role}", done))
    except OSError as error:
        raise InputError(
            f"This file cannot be read ({error.strerror or 'unknown reason'}).",
            thing=thing,
            next_step="Check its name and rights.",
        ) from error
    first_row, delimiter = _first_row(head, scan.encoding, delimiters, thing)
    is_headless = bool(names) and not _names_columns(first_row, names)
    header, rows = (tuple(names), scan.lines) if is_headless else (first_row, scan.lines - 1)
    if not rows:
        raise InputError("This file has a header and no rows.", thing=thing, next_step="Ask for the whole file again.")
    return TextFile(path, thing, scan.encoding, delimiter, header, rows, scan.sha256, first_row, is_headless)


@dataclass(frozen=True, slots=True)
class _Scan:
    encoding: Encoding
    lines: int
    sha256: str


def _scan(stream: BinaryIO, head: bytes, thing: str, report: Callable[[int], object]) -> _Scan:
    """Look at every byte once, in blocks that end at the end of a line."""
    digest, encoding, lines, blank, done = hashlib.sha256(), "ascii", 0, 0, 0
    block, ends = head, head.endswith(b"\n")
    while block:
        if (nul := block.find(b"\0")) >= 0:
            raise _not_text("a binary file, or text in UTF-16", _at(thing, lines + 1 + block.count(b"\n", 0, nul)))
        digest.update(block)
        encoding = _encoding(block, encoding, ends, thing)
        blank += _blank_lines(block)
        lines += block.count(b"\n") + (not ends)
        done += len(block)
        report(done)
        block = stream.read(_BLOCK)
        _refuse_long_lines(block, thing, lines)
        if block and not block.endswith(b"\n"):
            rest = stream.readline(_LONGEST_LINE + 1)
            if len(rest) > _LONGEST_LINE:
                raise _line_too_long(_at(thing, lines + 1 + block.count(b"\n")))
            block += rest
        ends = block.endswith(b"\n")
    return _Scan(encoding, lines - blank, digest.hexdigest())  # type: ignore[arg-type]  # one of the three literals


def _refuse_what_is_not_text(head: bytes, thing: str) -> None:
    if not head:
        raise InputError("This file is empty.", thing=thing, next_step="Ask for it again.")
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise _not_text(what, thing)
    if head.startswith(_UTF16):
        raise InputError(
            "This file is written in UTF-16.", thing=thing, next_step="Save it as CSV (UTF-8) and try again."
        )
    if b"\r" in head.rstrip(b"\r\n"):
        raise InputError(
            "The lines of this file end in carriage returns alone.",
            thing=_at(thing, 1),
            next_step="Save it with Windows or Unix line ends.",
        )
    if b"\0" in head:
        raise _not_text("a binary file, or text in UTF-16", thing)
    if len(head) >= _LONGEST_LINE:
        raise _line_too_long(_at(thing, 1))


def _not_text(what: str, thing: str) -> InputError:
    return InputError(f"This is {what}, not a table in plain text.", thing=thing, next_step=_UNPACK)


def _line_too_long(thing: str) -> InputError:
    return InputError(
        f"This line is longer than {_LONGEST_LINE:,} bytes, so this is no table with one voter in a line.",
        thing=thing,
        next_step="Check that the file is whole and has line ends.",
    )


def _refuse_long_lines(block: bytes, thing: str, lines_before: int) -> None:
    """A line of twice the window holds a whole window without a line end, so the probe misses none of them."""
    window = _LONGEST_LINE // 2
    for start in range(0, len(block) - window, window):
        if block.find(b"\n", start, start + window) < 0:
            raise _line_too_long(_at(thing, lines_before + 1 + block.count(b"\n", 0, start)))


def _encoding(block: bytes, so_far: str, ends: bool, thing: str) -> str:
    """ASCII until the first other byte, then UTF-8 until the first byte that is not, then Latin-1."""
    if so_far == "latin-1" or block.isascii():
        return so_far
    try:
        block.decode("utf-8")
    except UnicodeDecodeError as error:
        if not ends and error.end == len(block) and error.reason == "unexpected end of data":
            raise _cut_off(thing) from None
        return "latin-1"
    return "utf-8"


def _blank_lines(block: bytes) -> int:
    """How many lines of a block are blank; nearly every block has none, and its line ends alone tell that."""
    ends = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == ord("\n"))
    if np.diff(ends, prepend=-1).min(initial=_BLOCK) > len(b"\r\n"):
        return 0
    if b"\n\n" in block or b"\n\r\n" in block or block.startswith((b"\n", b"\r\n")):
        return len(_BLANK_LINE.findall(block[:-1] if block.endswith(b"\n") else block))
    return 0


def _names_columns(row: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a line holds most of the names that the columns should have."""
    wanted = set(map(comparable_header, names))
    return 2 * len(wanted & set(map(comparable_header, row))) > len(wanted)


def _first_row(head: bytes, encoding: Encoding, delimiters: Sequence[str], thing: str) -> tuple[tuple[str, ...], str]:
    text = head.decode("utf-8-sig" if encoding != "latin-1" else "latin-1").rstrip("\r\n")
    text = text.removeprefix("ï»¿")
    rows = {sign: next(csv.reader([text], delimiter=sign), []) for sign in map(DELIMITERS.__getitem__, delimiters)}
    delimiter = max(rows, key=lambda sign: len(rows[sign]))
    names = tuple(name.strip() for name in rows[delimiter])
    if not 2 <= len(names) <= _MOST_COLUMNS:
        raise InputError(
            f"The first line has {len(names):,} columns when parted by {' or '.join(delimiters)}.",
            thing=_at(thing, 1),
            next_step="Check that the file has a header, and the layout.",
        )
    return names, delimiter


def read_columns(
    file: TextFile,
    columns: Mapping[str, int],
    *,
    plain: Sequence[str] = (),
    step: str,
    progress: Progress | None = None,
) -> pa.Table:
    """Parse the wanted columns, by our names; columns are dictionary-encoded texts, those in ``plain`` are not.

    Args:
        file: as ``examine`` gave it.
        columns: our names with their places in the header.
        plain: our names of columns whose values hardly repeat.
        step: the name of this step, for ``progress``.
        progress: called with the step and the rows read so far.

    Raises:
        InputError: a row with too few or too many columns, a quote that is not closed, a field too long, each with its line.
    """
    batches: list[pa.RecordBatch] = []
    rows = 0
    try:
        for batch in _batches(file, columns, plain):
            if _longest_field(batch) > _LONGEST_FIELD:
                raise _first_bad_line(file)
            batches.append(batch)
            rows += batch.num_rows
            if progress:
                progress(step, rows)
    except pa.ArrowInvalid:
        raise _first_bad_line(file) from None  # the parser's own message quotes the row
    if rows != file.rows:
        raise _first_bad_line(file)
    return pa.Table.from_batches(batches).unify_dictionaries().combine_chunks()


def _batches(file: TextFile, columns: Mapping[str, int], plain: Sequence[str]) -> Iterator[pa.RecordBatch]:
    texts = pa.dictionary(pa.int32(), pa.string())
    names = [str(place) for place in range(len(file.header))]
    wanted = {str(place): (pa.string() if ours in plain else texts) for ours, place in columns.items()}
    reader = arrow_csv.open_csv(
        file.path,
        read_options=arrow_csv.ReadOptions(
            column_names=names,
            skip_rows=0 if file.is_headless else 1,
            block_size=_BLOCK,
            encoding="latin-1" if file.encoding == "latin-1" else "utf8",
        ),
        parse_options=arrow_csv.ParseOptions(delimiter=file.delimiter),
        convert_options=arrow_csv.ConvertOptions(
            include_columns=list(wanted), column_types=wanted, strings_can_be_null=False
        ),
    )
    at = {name: place for place, name in enumerate(wanted)}
    for batch in reader:
        arrays = [batch.column(at[str(place)]) for place in columns.values()]
        yield pa.RecordBatch.from_arrays(arrays, names=list(columns))


def _longest_field(batch: pa.RecordBatch) -> int:
    texts = (column.dictionary if pa.types.is_dictionary(column.type) else column for column in batch.columns)
    return max((pc.max(pc.binary_length(text)).as_py() or 0 for text in texts if len(text)), default=0)


def _first_bad_line(file: TextFile) -> InputError:
    """Walk the lines one by one to say which of them broke the parser, and how, without its content."""
    with file.path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if problem := _problem(line, file):
                at_end = not line.endswith(b"\n") and number > 1
                return (
                    _cut_off(_at(file.thing, number))
                    if at_end and "field of more" not in problem
                    else _bad(problem, file, number)
                )
    return InputError(
        "This file is no table with one row in each line.", thing=file.thing, next_step="Check that it is whole."
    )


def _problem(line: bytes, file: TextFile) -> str:
    text = line.decode("latin-1" if file.encoding == "latin-1" else "utf-8", "replace").rstrip("\r\n")
    if not text:
        return ""
    if "\r" in text:
        return "has a carriage return in its middle"
    fields = _split(text, file.delimiter)
    if len(fields) != len(file.header) and text.count('"') % 2:
        return "opens a quote that it does not close"
    if len(fields) != len(file.header):
        whose = "layout" if file.is_headless else "header"
        return f"has {len(fields):,} columns where the {whose} has {len(file.header):,}"
    if max(map(len, fields)) > _LONGEST_FIELD:
        return f"has a field of more than {_LONGEST_FIELD:,} characters"
    return "opens a quote that it does not close" if text.count('"') % 2 else ""


def _split(text: str, delimiter: str) -> list[str]:
    """The fields of a line. The limit of the csv module is the process's, so it is put back: contact readers rely on it."""
    known = csv.field_size_limit(_LONGEST_LINE)
    try:
        return next(csv.reader([text], delimiter=delimiter))
    finally:
        csv.field_size_limit(known)


def _bad(problem: str, file: TextFile, number: int) -> InputError:
    return InputError(
        f"This line {problem}.",
        thing=_at(file.thing, number),
        next_step="Correct that line, or ask for the file again.",
    )


def _cut_off(thing: str) -> InputError:
    return InputError(
        "The file ends in the middle of a row: it was probably cut off on its way.",
        thing=thing,
        next_step="Fetch it again and compare its size.",
    )


def _at(thing: str, line: int) -> str:
    return f"{thing}, line {line:,}"


def _safe_name(path: Path) -> str:
    printable = "".join(sign if sign.isprintable() else "?" for sign in path.name)
    return printable if len(printable) <= 80 else f"{printable[:77]}..."


def dictionary_counts(column: pa.ChunkedArray, clean: Callable[[str], str]) -> dict[str, int]:
    """How many rows hold each value of a dictionary column, by its cleaned form."""
    counts: dict[str, int] = {}
    for pair in pc.value_counts(column).to_pylist():
        code = clean(pair["values"])
        counts[code] = counts.get(code, 0) + pair["counts"]
    return counts
