"""Friends typed by hand, one a line: ``Maria Alvarez, 910-555-0143, Raeford``, the extras in any order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.model import ContactRecord, Place, SourceKind
from oauth.readers.birthdays import read_birthday
from oauth.readers.cleaning import clean, clean_all
from oauth.readers.contact_file import ContactFile, LeftOut, gather, refuse_too_many
from oauth.readers.limits import LONGEST_FIELD_CHARACTERS
from oauth.readers.places import make_place

_LONGEST_LINE = 300
_LONGEST_NAME = 80
_MOST_PARTS = 8
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,3}[.)])\s+")
_EMAIL = re.compile(r"[^\s,;<>()]{1,64}@[^\s,;<>()]{1,190}")
_PHONE = re.compile(r"\+?\(?\d[\d().\-\s]{5,18}\d")
_POSTAL_CODE = re.compile(r"\b(\d{5})(?:-\d{4})?\b")
_REGION = re.compile(r"\b([A-Z]{2})\b\.?$")
_DATE = re.compile(r"\d{1,2}/\d{1,2}/(?:19|20)\d{2}|(?:19|20)\d{2}-\d{2}-\d{2}")
_NOT_IN_A_NAME = re.compile(r"[<>{}\[\]=|\\/?!%$^~]|https?:|::")
_SENTENCE_WORDS = 6


def read_typed(text: str, *, source: str) -> ContactFile:
    """The friends, a line each; positions count the lines that are not blank. No line gives no record.

    Raises:
        InputError: more than 20,000 lines.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    refuse_too_many(len(lines), source)
    return gather(SourceKind.TYPED, _entries(lines, source))


def looks_typed(text: str) -> bool:
    """Whether most of the first 200 lines could each be a friend: short, a name first, nothing of a program or a page."""
    lines = [line for line in text[:50_000].split("\n") if line.strip()][:200]
    return bool(lines) and sum(map(_is_friend_line, lines)) * 10 >= len(lines) * 7


def _is_friend_line(line: str) -> bool:
    if len(line) > _LONGEST_LINE or _NOT_IN_A_NAME.search(_DATE.sub("", line)):
        return False
    name = _BULLET.sub("", line, count=1).replace("\t", ",").replace(";", ",").split(",", 1)[0]
    name = _PHONE.sub("", _EMAIL.sub("", name)).strip()
    words = name.split()
    return bool(name[:1].isalpha() and len(words) <= _SENTENCE_WORDS and any(word[0].isupper() for word in words))


def _entries(lines: list[str], source: str) -> Iterator[ContactRecord | LeftOut]:
    for position, line in enumerate(lines):
        if len(line) > LONGEST_FIELD_CHARACTERS:
            yield LeftOut(position, "is longer than 1,000 characters")
        else:
            yield _read_line(line, position, source)


def _read_line(line: str, position: int, source: str) -> ContactRecord:
    line = clean(_BULLET.sub("", line, count=1).replace("\t", ","))
    emails, line = _take(_EMAIL, line)
    dates, line = _take(_DATE, line)
    phones, line = _take(_PHONE, line)
    parts = [part.strip(" -<>()") for part in re.split("[,;]", line)[:_MOST_PARTS]]
    name, *extras = parts or [""]
    place = _read_place(" ".join(filter(None, extras)))
    return ContactRecord(
        source=source,
        position=position,
        kind=SourceKind.TYPED,
        display_name=name[:_LONGEST_NAME],
        phones=clean_all(phones),
        emails=clean_all(emails),
        places=(place,) if place else (),
        birthday=read_birthday(dates[0]) if dates else None,
    )


def _take(pattern: re.Pattern[str], line: str) -> tuple[list[str], str]:
    """What the pattern finds in a line, and the line with commas in its place."""
    return pattern.findall(line), pattern.sub(",", line)


def _read_place(text: str) -> Place | None:
    codes = _POSTAL_CODE.findall(text)
    text = _POSTAL_CODE.sub("", text).strip()
    region = match.group(1) if (match := _REGION.search(text)) else ""
    city = text.removesuffix(region).strip() if region else text
    return make_place("", city, region, codes[0] if codes else "")
