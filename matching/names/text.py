"""A written name cut into parts: the words before a comma, after it, in parentheses, in quotes.

A word is upper case A to Z and digits; a hyphen stays inside it ("GARCIA-LOPEZ"), because it says that two words are one name.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from matching.names.words import name_words

_LONGEST = 200
_MOST_WORDS = 24
_LETTERS = str.maketrans(
    {"ß": "ss", "ẞ": "SS", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l"}
    | {"Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Þ": "TH", "þ": "th", "ı": "i"}
    | dict.fromkeys("‘’ʼ`´ʻ′", "'")
    | dict.fromkeys("“”„«»″", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("⁄∕", "/")
)
_FOREIGN = re.compile(r"[^A-Z0-9 '\"()\[\],&+/|@.:;-]")
_QUOTED = re.compile(r"(?<![A-Z0-9])'([A-Z]{2,20}(?: [A-Z]{2,20})?)'(?![A-Z0-9])")
_PIECES = re.compile(r"[A-Z0-9][A-Z0-9'.-]*|[,()\[\]\"&+/|;:@]|-(?= )")
_DOTTED = re.compile(r"(?:[A-Z]\.)+[A-Z]?")
_HYPHENS = re.compile(r"-[-.]*")
_EDGES = "'.-"


@dataclass(slots=True)
class CutName:
    """The parts of a written name. ``main`` comes before any comma; ``has_owner`` is true after an "'s"."""

    main: list[str] = field(default_factory=list)
    after_comma: list[list[str]] = field(default_factory=list)
    asides: list[list[str]] = field(default_factory=list)
    quoted: list[list[str]] = field(default_factory=list)
    notes: list[list[str]] = field(default_factory=list)
    has_owner: bool = False

    def words(self) -> list[str]:
        """Every word, in the order of the parts."""
        return [
            *self.main,
            *(word for part in (*self.after_comma, *self.quoted, *self.asides, *self.notes) for word in part),
        ]


def fold(text: str) -> str:
    """Upper case without diacritics; everything that no Latin name is written with becomes a blank."""
    plain = text[:_LONGEST]
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain.translate(_LETTERS))
        plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).translate(_LETTERS)
    return _FOREIGN.sub(" ", plain.upper())


def plain_words(text: str) -> list[str]:
    """The words of a text that is nothing but words of plain letters, which ``cut`` would give as its main part.

    Of any other text, and of more words than a name has, none.
    """
    plain = text[:_LONGEST]
    words = plain.upper().split() if plain.isascii() else []
    return words if len(words) <= _MOST_WORDS and all(map(str.isalpha, words)) else []


def cut(text: str) -> CutName:
    """Cut a written name into its parts; an empty text gives empty parts."""
    if words := plain_words(text):
        return CutName(words)
    folded = fold(text)
    if "'" in folded:
        folded = _QUOTED.sub(r'"\1"', folded)
    parts = CutName()
    _fill(parts, _PIECES.findall(folded)[: 4 * _MOST_WORDS])
    parts.main = parts.main[:_MOST_WORDS]
    return parts


def _fill(parts: CutName, pieces: list[str]) -> None:
    """Send each word to the part that the last mark opened."""
    current = parts.main
    before_mark = current
    for piece in pieces:
        if piece in ("(", "["):
            parts.asides.append([])
            before_mark, current = current, parts.asides[-1]
        elif piece in (")", "]"):
            current = before_mark
        elif piece == '"':
            before_mark, current = _toggle_quote(parts, current, before_mark)
        elif piece == ",":
            parts.after_comma.append([])
            current = before_mark = parts.after_comma[-1]
        elif piece in ("/", "|", ";", ":", "@", "-"):
            parts.notes.append([])
            current = before_mark = parts.notes[-1]
        elif piece in ("&", "+"):
            if current is parts.main or (parts.after_comma and current is parts.after_comma[-1]):
                current.append("&")
        else:
            parts.has_owner = parts.has_owner or (piece.endswith("'S") and not piece.startswith("KID"))
            current.extend(_clean(piece))


def _toggle_quote(parts: CutName, current: list[str], before: list[str]) -> tuple[list[str], list[str]]:
    """Open a quotation, or close the one that is open."""
    if parts.quoted and current is parts.quoted[-1]:
        return before, before
    parts.quoted.append([])
    return current, parts.quoted[-1]


def _clean(piece: str) -> tuple[str, ...]:
    """The words of one piece: "M.D." is one word, "J.R." two initials, "Dr.Smith" two words."""
    if piece.isalpha():
        return (piece,)
    bare = _HYPHENS.sub("-", piece.replace("'", "").strip(_EDGES))
    if "." not in bare:
        return (bare,) if bare else ()
    joined = bare.replace(".", "")
    if _DOTTED.fullmatch(piece) and joined in name_words().credentials | name_words().credentials_after_comma:
        return (joined,)
    return tuple(word for chunk in bare.split(".") if (word := chunk.strip("-")))
