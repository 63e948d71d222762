"""Text as it may be kept: NFC, one line, no control characters, nothing invisible that turns or hides text.

Emoji stay, the joiner inside an emoji sequence too. Linear: a field is cut before anything else looks at it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from oauth.readers.limits import LONGEST_FIELD_CHARACTERS, MOST_VALUES

_EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control characters that are not white space
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0"  # soft hyphen, fillers
    "\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero width, bidi marks, overrides and isolates
    "\ufff9-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"  # specials, lone surrogates, tags
    f"|(?<![{_EMOJI}])\u200d|\u200d(?![{_EMOJI}])"  # a joiner outside an emoji sequence
)


def clean(text: str) -> str:
    r"""The text in NFC and on one line, at most 1,000 characters; cleaning twice is cleaning once.

    >>> clean("  Ana\u202e \t Lee\x00 ")
    'Ana Lee'
    """
    text = text[:LONGEST_FIELD_CHARACTERS]
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    visible = _DROPPED.sub("", _DROPPED.sub("", text))
    composed = unicodedata.normalize("NFC", visible)
    return " ".join(composed.split())[:LONGEST_FIELD_CHARACTERS].strip(" \u200d")


def clean_all(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts cleaned, empty ones and repetitions dropped, in their order, 32 at most."""
    return tuple(dict.fromkeys(filter(None, map(clean, texts))))[:MOST_VALUES]


def join_name(*parts: str) -> str:
    """Parts of a name as one display name, empty parts left out."""
    return " ".join(filter(None, parts))
