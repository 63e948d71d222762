"""Parsed texts become columns of numbers: each distinct value is worked on once, never each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import DTypeLike, NDArray

from graph.voters import UNKNOWN_DAY, Coded
from matching.normalise import normalise

EPOCH = date(1970, 1, 1).toordinal()
_LONGEST_LABEL = 200


def coded(column: pa.ChunkedArray, clean: Callable[[str], str]) -> Coded:
    """A text column with its distinct values cleaned and sorted; only values that a row holds are kept."""
    indices, values = parts(column)
    used = np.zeros(len(values), dtype=bool)
    used[indices] = True
    cleaned = [clean(value) if keep else "" for value, keep in zip(values, used, strict=True)]
    encoded = pa.array(cleaned, type=pa.string()).dictionary_encode()
    old = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    held = np.zeros(len(encoded.dictionary), dtype=bool)
    held[old[used]] = True
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    order = order[held[order]]
    rank = np.zeros(len(held), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    codes = rank[old][indices] if len(values) else np.zeros(len(indices), dtype=np.int32)
    return Coded(codes, encoded.dictionary.take(pa.array(order)).to_pylist())


def unknown_texts(rows: int) -> Coded:
    """A text column of which nothing is known."""
    return Coded(np.zeros(rows, dtype=np.int32), [""] if rows else [])


def parts(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], list[str]]:
    """The codes and the distinct raw values of a dictionary column."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.array([], type=column.type) if array.num_chunks == 0 else array.chunk(0)
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    return array.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False), array.dictionary.to_pylist()


def mapped(column: pa.ChunkedArray, value_of: Callable[[str], object], dtype: DTypeLike) -> NDArray[Any]:
    """``value_of`` of each row's text, called once for each distinct text."""
    indices, values = parts(column)
    return np.array([value_of(value) for value in values], dtype=dtype)[indices] if values else np.zeros(0, dtype=dtype)


def label(text: str) -> str:
    """A label as it is written, with single spaces and no control characters."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text[:_LONGEST_LABEL])
    return " ".join(printable.split())


def postal_code(text: str) -> str:
    """The five digits of a ZIP code with or without its four; other codes as they are."""
    words = normalise(text).split()
    first = words[0] if words else ""
    return first[:5] if first.isdigit() and len(first) in (5, 9) else " ".join(words)


def day_parser(formats: Sequence[str]) -> Callable[[str], int]:
    """A parser of dates: days since 1970-01-01, or ``UNKNOWN_DAY`` for what is none (``##/##/####``)."""

    def parse(text: str) -> int:
        for form in formats:
            try:
                return datetime.strptime(text.strip()[:32], form).toordinal() - EPOCH  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        return UNKNOWN_DAY

    return parse


def day_of(days: int) -> date:
    """The date that so many days since 1970-01-01 are."""
    return date.fromordinal(int(days) + EPOCH)


def days_since_epoch(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH


def ids_as_bytes(ids: pa.Array) -> NDArray[np.bytes_]:
    """State ids as a byte-string column, without a loop over rows. The ids are ASCII."""
    if not len(ids):
        return np.zeros(0, dtype="S1")
    width = max(int(pc.max(pc.binary_length(ids)).as_py() or 0), 1)
    padded = pc.ascii_rpad(ids, width=width, padding="\0").cast(pa.binary()).cast(pa.binary(width))
    return np.frombuffer(padded.buffers()[1], dtype=f"S{width}", count=len(ids), offset=padded.offset * width)


def households(street: Coded, postal: Coded, city: Coded) -> NDArray[np.int32]:
    """Equal addresses get one number, from 0; without a street, or without both ZIP and city, it is -1."""
    has_postal = _is_known(postal)
    place = np.where(has_postal, postal.codes.astype(np.int64), len(postal.values) + city.codes.astype(np.int64))
    known = _is_known(street) & (has_postal | _is_known(city))
    address = street.codes.astype(np.int64) * (len(postal.values) + len(city.values) + 1) + place
    numbers = np.full(len(known), -1, dtype=np.int32)
    numbers[known] = np.unique(address[known], return_inverse=True)[1]
    return numbers


def _is_known(texts: Coded) -> NDArray[np.bool_]:
    known = np.array([value != "" for value in texts.values], dtype=bool)
    return known[texts.codes] if len(known) else np.zeros(len(texts.codes), dtype=bool)


def without(words: Sequence[str]) -> Callable[[str], str]:
    """``normalise``, with these words taken for unknown."""
    hidden = {normalise(word) for word in words}

    def clean(text: str) -> str:
        plain = normalise(text)
        return "" if plain in hidden else plain

    return clean


def counted(codes: NDArray[Any], words: Mapping[int, str]) -> dict[str, int]:
    """How many rows hold each code, by its word."""
    return {word: int(np.count_nonzero(codes == code)) for code, word in words.items()}
