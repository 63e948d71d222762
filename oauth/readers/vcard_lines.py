"""vCard text becomes cards of unfolded properties: the part of the format that hostile files attack.

One pass over the lines. Pictures, sounds, keys and nested cards are dropped while they are read, so that they cost
nothing, and no address in them is looked at.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from graph.errors import InputError
from oauth.readers.limits import LARGEST_VCARD_CHARACTERS, LONGEST_LINE_CHARACTERS

NO_END: Final = "has no END:VCARD, or another card begins before it"
NESTED: Final = "stands inside another card"
LONG_LINE: Final = "has a line of more than 65,536 characters"
LONG_CARD: Final = "has more than 1,000 properties"

_MOST_PROPERTIES = 1_000
_BEGIN = re.compile(r"BEGIN[ \t]*:[ \t]*VCARD[ \t]*", re.IGNORECASE)
_END = re.compile(r"END[ \t]*:[ \t]*VCARD[ \t]*", re.IGNORECASE)
_NAME = r"(?:[A-Z0-9-]{1,64}\.)?"
_DROPPED = re.compile(rf"{_NAME}(?:PHOTO|LOGO|SOUND|KEY|SNAPSHOT)[;:]", re.IGNORECASE)
_AGENT = re.compile(rf"{_NAME}AGENT(?:;[^:]{{0,200}})?:", re.IGNORECASE)
_QUOTED_PRINTABLE = re.compile(r"[^:]{0,200};(?:ENCODING=)?QUOTED-PRINTABLE[;:]", re.IGNORECASE)
_CHARSET = re.compile(
    r"utf-?8|us-ascii|iso-8859-\d{1,2}|windows-125\d|shift_jis|gb2312|gbk|big5|euc-jp|euc-kr", re.IGNORECASE
)
_ENCODINGS = frozenset({"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"})
_QUOTE_OR_COLON = re.compile(r'["' + ":]")
_QUOTED_OR_SEMICOLON = re.compile(r'"[^"]*"|;')


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a card: group, name and parameter names in upper case; the value decoded, its escapes kept."""

    group: str
    name: str
    parameters: dict[str, str]
    value: str


@dataclass(slots=True)
class Card:
    """The properties of a card, or why it was refused. ``position`` counts every BEGIN:VCARD of the file."""

    position: int
    properties: list[Property] = field(default_factory=list)
    refused: str = ""

    def add(self, line: str | None) -> None:
        """Keep a line's property; ``None`` stands for a line that was too long."""
        if line is None:
            self.refused = LONG_LINE
        elif len(self.properties) >= _MOST_PROPERTIES:
            self.refused = LONG_CARD
        elif (found := read_property(line)) is not None:
            self.properties.append(found)


def read_cards(text: str, *, source: str) -> Iterator[Card]:
    """The cards, refused ones included; a nested card comes before the one that holds it.

    Raises:
        InputError: more than 5 million characters are left once pictures are dropped.
    """
    position, open_card, agents, is_agent_next = -1, None, 0, False
    for line in unfold(text, source=source):
        if line is not None and _BEGIN.fullmatch(line):
            position += 1
            if open_card is not None and (agents or is_agent_next):
                agents += 1
                yield Card(position, refused=NESTED)
            else:
                yield from _close(open_card, refused=NO_END)
                open_card = Card(position)
        elif line is not None and _END.fullmatch(line):
            if not agents:
                yield from _close(open_card)
                open_card = None
            agents = max(agents - 1, 0)
        elif open_card is not None and not agents:
            is_agent_next = line is not None and _AGENT.match(line) is not None
            if not is_agent_next:
                open_card.add(line)
            continue
        is_agent_next = False
    yield from _close(open_card, refused=NO_END)


def _close(card: Card | None, *, refused: str = "") -> Iterator[Card]:
    if card is not None:
        card.refused = card.refused or refused
        yield card


def unfold(text: str, *, source: str) -> Iterator[str | None]:
    """The logical lines: folds and soft breaks joined, pictures dropped, ``None`` for a line that is too long."""
    kept = 0
    for parts in _folded(text):
        length = sum(map(len, parts))
        kept += length
        if kept > LARGEST_VCARD_CHARACTERS:
            happened = f"This file has more than {LARGEST_VCARD_CHARACTERS // 1_000_000} MB besides its photos."
            raise InputError(happened, thing=source, next_step="Split it into several files.")
        yield None if length > LONGEST_LINE_CHARACTERS else "".join(parts)


def _folded(text: str) -> Iterator[list[str]]:
    parts: list[str] = []
    is_soft = False
    for raw in text.split("\n"):
        if is_soft and parts and parts[-1].endswith("=") and not (_BEGIN.fullmatch(raw) or _END.fullmatch(raw)):
            parts[-1] = parts[-1][:-1]
            parts.append(raw)
        elif raw[:1] in (" ", "\t"):
            if parts:
                parts.append(raw[1:])
        else:
            if parts:
                yield parts
            parts = [raw] if raw and not _DROPPED.match(raw) else []
            is_soft = _QUOTED_PRINTABLE.match(raw) is not None
    if parts:
        yield parts


def read_property(line: str) -> Property | None:
    """The property in a logical line, or ``None`` when it is none (or binary)."""
    at = _end_of_head(line)
    if at < 0:
        return None
    name, *pieces = _split_head(line[:at])
    group, _, name = name.strip().upper().rpartition(".")
    parameters = _read_parameters(pieces)
    encoding = parameters.get("ENCODING", "").upper()
    if encoding in ("BASE64", "B"):
        return None
    value = line[at + 1 :]
    if encoding == "QUOTED-PRINTABLE":
        value = _decode_quoted(value, parameters.get("CHARSET", ""))
    return Property(group, name, parameters, value)


def _end_of_head(line: str) -> int:
    """The place of the first colon outside double quotes; -1 when there is none."""
    first = line.find(":")
    if '"' not in line[: max(first, 0)]:
        return first
    is_quoted = False
    for match in _QUOTE_OR_COLON.finditer(line):
        if match.group() == '"':
            is_quoted = not is_quoted
        elif not is_quoted:
            return match.start()
    return first


def _split_head(head: str) -> list[str]:
    if '"' not in head:
        return head.split(";")
    marks = [match.start() for match in _QUOTED_OR_SEMICOLON.finditer(head) if match.group() == ";"]
    return [head[start:end] for start, end in zip([0, *(mark + 1 for mark in marks)], [*marks, len(head)], strict=True)]


def _read_parameters(pieces: list[str]) -> dict[str, str]:
    """Parameters by upper-case name; 2.1's bare words are types or encodings; repeated types are joined by commas."""
    parameters: dict[str, str] = {}
    for piece in pieces:
        name, equals, value = piece.partition("=")
        if not equals:
            name, value = ("ENCODING" if name.strip().upper() in _ENCODINGS else "TYPE"), name
        name, value = name.strip().upper(), value.strip().strip('"')
        if name == "TYPE" and name in parameters:
            value = f"{parameters[name]},{value}"[:200]
        parameters[name] = value
    return parameters


def _decode_quoted(value: str, charset: str) -> str:
    raw = quopri.decodestring(value.encode("utf-8", "replace"))
    if _CHARSET.fullmatch(charset):
        return raw.decode(charset, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
