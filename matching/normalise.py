"""Texts made comparable: upper case, no diacritics, single spaces."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 200
_JOINERS = re.compile(r"[-‐-―_/.,;:·]+")
_DROPPED = re.compile(r"[^A-Z0-9 ]+")
_SPACES = re.compile(r" +")
_LETTERS = str.maketrans(
    {"ß": "ss", "Æ": "AE", "æ": "ae", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i"}
)


def normalise(text: str) -> str:
    """Letters A to Z, digits and single spaces; hyphens and dots part words, apostrophes vanish. ``""`` stays ``""``.

    >>> normalise("  María-José  O’Neil ")
    'MARIA JOSE ONEIL'
    """
    plain = text[:_LONGEST]
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain.translate(_LETTERS))
        plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    upper = _JOINERS.sub(" ", plain.upper())
    return _SPACES.sub(" ", _DROPPED.sub("", upper)).strip()
