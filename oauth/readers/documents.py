"""JSON that strangers made, read with limits: several documents in one text, no NaN, no depth beyond 32."""

from __future__ import annotations

import json
import re
from itertools import accumulate

from graph.errors import InputError
from oauth.readers.contact_file import refuse_too_many
from oauth.readers.limits import DEEPEST_JSON, MOST_ENTRIES, MOST_JSON_VALUES

_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"')
_NOT_BRACKET = re.compile(r"[^\[\]{}]+")
_BLANK = re.compile(r"[\s,\x1e]*")
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


def read_documents(text: str, *, source: str) -> list[object]:
    """The JSON documents of a text, one after the other, however they are parted (lines, blanks, nothing).

    Raises:
        InputError: with the line where the text stops being JSON; deeper than 32; NaN; more than 20,000 documents,
            20,000 items in a list of pages or people, or a million objects and lists.
    """
    if text.count("{") + text.count("[") > MOST_JSON_VALUES:
        raise _broken(f"This file holds more than {MOST_JSON_VALUES:,} JSON objects", source)
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    documents: list[object] = []
    at = _skip_blank(text, 0)
    while at < len(text):
        document, at = _read_one(decoder, text, at, source)
        documents.append(document)
        refuse_too_many(len(document) if isinstance(document, list) else 0, source)
        at = _skip_blank(text, at)
        if len(documents) > MOST_ENTRIES:
            raise _broken("This file holds too many JSON documents", source)
    if _depth(text) > DEEPEST_JSON:
        raise _broken(f"The JSON in this file is nested deeper than {DEEPEST_JSON}", source)
    return documents


def _skip_blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _read_one(decoder: json.JSONDecoder, text: str, at: int, source: str) -> tuple[object, int]:
    try:
        document, end = decoder.raw_decode(text, at)
    except RecursionError:
        raise _broken(f"The JSON in this file is nested deeper than {DEEPEST_JSON}", source) from None
    except json.JSONDecodeError as error:
        line = text.count("\n", 0, error.pos) + 1
        raise _broken(f"This file stops being JSON in line {line:,}: it is damaged or cut off", source) from None
    except ValueError:
        raise _broken("This file holds a number that JSON does not allow", source) from None
    return document, end


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def _broken(happened: str, source: str) -> InputError:
    return InputError(f"{happened}.", thing=source, next_step="Export your contacts again.")


def _depth(text: str) -> int:
    brackets = _NOT_BRACKET.sub("", _STRING.sub("", text))
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0)


def text_of(value: object) -> str:
    """A JSON value as text: ``""`` for anything that is not a string."""
    return value if isinstance(value, str) else ""


def objects_of(value: object) -> list[dict[str, object]]:
    """The objects in a JSON list; anything else gives none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def object_of(value: object) -> dict[str, object]:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}
