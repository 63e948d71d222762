"""A contact file's bytes become text, or one sentence that says what the file is instead."""

from __future__ import annotations

import codecs

from graph.errors import InputError
from oauth.readers.limits import LARGEST_FILE_BYTES, MOST_LINES

KNOWN_FORMATS = (
    "Kith reads Google contacts (JSON or CSV), Outlook CSV, LinkedIn Connections.csv, a Facebook friends.json, vCard 2.1 "
    "to 4.0, and plain text with one friend a line."
)
_UNPACK = "Unpack it and give the contact file inside."
_EXPORT = "Export your contacts as CSV or vCard and give that file."
_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook", "Unpack it, or save the sheet as CSV."),
    (b"PK\x05\x06", "an empty zip archive", _UNPACK),
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"BZh", "a bzip2 archive", _UNPACK),
    (b"\xfd7zXZ\x00", "an xz archive", _UNPACK),
    (b"(\xb5/\xfd", "a zstandard archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", "a rar archive", _UNPACK),
    (b"%PDF", "a PDF document", _EXPORT),
    (b"\x89PNG", "a picture", _EXPORT),
    (b"\xff\xd8\xff", "a photo", _EXPORT),
    (b"GIF8", "a picture", _EXPORT),
    (b"RIFF", "a picture, a sound or a film", _EXPORT),
    (b"II*\x00", "a picture", _EXPORT),
    (b"MM\x00*", "a picture", _EXPORT),
    (b"\xd0\xcf\x11\xe0", "an old Office document", "Save the sheet as CSV."),
    (b"SQLite format 3\x00", "a database", _EXPORT),
    (b"{\\rtf", "a word processor's document", "Save it as plain text."),
    (b"\x7fELF", "a program", _EXPORT),
    (b"MZ", "a program", _EXPORT),
)
_HEAD_BYTES = 4096


def open_text(data: bytes, *, source: str) -> str:
    """The file's text: UTF-8, UTF-16 when its mark says so, else the Windows code page; lines end in a line feed.

    Raises:
        InputError: empty, larger than 20 MB, more than a million lines, an archive, picture or other binary, UTF-16 without its mark.
    """
    if not data.strip():
        raise InputError("This file is empty.", thing=source, next_step=_EXPORT)
    if len(data) > LARGEST_FILE_BYTES:
        megabytes = LARGEST_FILE_BYTES // 1_000_000
        happened = f"This file has {len(data) // 1_000_000:,} MB; at most {megabytes} MB are read."
        raise InputError(happened, thing=source, next_step="Export the contacts without photos, or split the file.")
    _refuse_other_files(data[:_HEAD_BYTES], source)
    text = _decode(data, source).replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MOST_LINES:
        happened = f"This file has more than {MOST_LINES:,} lines."
        raise InputError(happened, thing=source, next_step="Export the contacts without photos, or split the file.")
    return text


def _refuse_other_files(head: bytes, source: str) -> None:
    for magic, what, next_step in _MAGIC:
        # "MZ" alone could begin a friend's name: a program has zeros behind it.
        if head.startswith(magic) and (len(magic) > 2 or magic == b"\x1f\x8b" or b"\x00" in head):
            raise InputError(f"This is {what}, not a contact file.", thing=source, next_step=next_step)
    if head[4:8] == b"ftyp":
        raise InputError("This is a photo or a film, not a contact file.", thing=source, next_step=_EXPORT)


def _decode(data: bytes, source: str) -> str:
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise InputError("This file is in UTF-32.", thing=source, next_step="Save it as UTF-8.")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    head = data[:_HEAD_BYTES]
    if head.count(0) * 10 > len(head):
        happened = "This file is binary, or UTF-16 without the mark that says so."
        raise InputError(happened, thing=source, next_step="Save it as UTF-8 text.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def refuse_unknown(source: str) -> InputError:
    """The answer to a file in a format that nobody knows; the sentence lists the known ones."""
    return InputError("This is not a contact file of a known format.", thing=source, next_step=KNOWN_FORMATS)
