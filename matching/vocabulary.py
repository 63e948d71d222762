"""The distinct names of a voter file: how often each occurs, and which are spelled or sound nearly alike.

Near spellings are found by the words that remain when one letter is dropped (a delete neighbourhood, as in Garbe's
SymSpell, 2012): two words within one edit share such a remainder. Remainders are kept as 64-bit hashes only.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import jellyfish
import numpy as np
from numpy.typing import NDArray

from graph.voters import Coded

_LONGEST = 24
_BASE = np.uint64(1099511628211)
_MIX = np.uint64(0x9E3779B97F4A7C15)


class Piece(NamedTuple):
    """What one seen word may stand for: columns of ``matching.channels.Entries``."""

    codes: NDArray[np.int32]
    kinds: NDArray[np.int8]
    shares: NDArray[np.float64]
    here: NDArray[np.float64]
    country: NDArray[np.float64]
    absent: float
    elsewhere: float


@dataclass(frozen=True)
class Vocabulary:
    """The distinct names of one column; a code is a place in ``words`` (sorted, ``""`` is unknown).

    ``counts`` is how many rows have each. ``near_keys``/``near_codes``, ``sound_keys``/``sound_codes`` and
    ``part_keys``/``part_codes`` are sorted hashes of what is left when a letter is dropped, of how a word sounds, and of
    the halves of a name of several words, each with the code it came from.
    """

    words: Sequence[str]
    counts: NDArray[np.int64]
    near_keys: NDArray[np.uint64]
    near_codes: NDArray[np.int32]
    sound_keys: NDArray[np.uint64]
    sound_codes: NDArray[np.int32]
    part_keys: NDArray[np.uint64]
    part_codes: NDArray[np.int32]

    @classmethod
    def of(cls, column: Coded) -> Vocabulary:
        """Count and hash the names of a column."""
        words = column.values
        near = _sorted_pairs(*remainders(words))
        codes = np.arange(len(words), dtype=np.int32)
        sound = _sorted_pairs(sounds(words), codes)
        part = _sorted_pairs(*_parts(words))
        return cls(words, np.bincount(column.codes, minlength=len(words)), *near, *sound, *part)

    @cached_property
    def code_of(self) -> Mapping[str, int]:
        """The code of each word; made when it is first asked for."""
        return {word: code for code, word in enumerate(self.words)}

    @cached_property
    def kept(self) -> dict[str, Piece]:
        """What words of the file may stand for, as far as it was asked; see ``matching.kept_entries``."""
        return {}

    def of_letter(self, letter: str) -> range:
        """The codes of the words that begin with a letter: words are sorted, so they stand together."""
        found = self._of_letter.get(letter)
        if found is None:
            found = range(bisect_left(self.words, letter), bisect_left(self.words, chr(ord(letter) + 1)))
            self._of_letter[letter] = found
        return found

    @cached_property
    def _of_letter(self) -> dict[str, range]:
        return {}

    @cached_property
    def total(self) -> int:
        """How many rows have a known name."""
        unknown = int(self.counts[0]) if len(self.words) and self.words[0] == "" else 0
        return int(self.counts.sum()) - unknown


def word_hashes(words: Sequence[str]) -> NDArray[np.uint64]:
    """A 64-bit hash of each word (its first 24 letters)."""
    letters, lengths = _letters(words)
    return _finish((letters * _powers()).sum(axis=1, dtype=np.uint64), lengths)


def remainders(words: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """Hashes of each word and of what is left when any one letter is dropped, with the word's place."""
    letters, lengths = _letters(words)
    terms = letters * _powers()
    before = np.cumsum(terms, axis=1, dtype=np.uint64) - terms
    shifted = letters[:, 1:] * _powers()[:-1]
    after = np.cumsum(shifted[:, ::-1], axis=1, dtype=np.uint64)[:, ::-1]
    after = np.concatenate([after, np.zeros((len(words), 1), np.uint64)], axis=1)
    is_letter = np.arange(_LONGEST) < lengths[:, None]
    dropped = _finish(before + after, lengths[:, None] - 1)[is_letter]
    codes = np.arange(len(words), dtype=np.int32)
    owner = np.broadcast_to(codes[:, None], is_letter.shape)[is_letter]
    return np.r_[dropped, word_hashes(words)], np.r_[owner, codes]


def sounds(words: Sequence[str]) -> NDArray[np.uint64]:
    """Hashes of how words sound (Philips' Metaphone, 1990)."""
    return word_hashes([jellyfish.metaphone(word[:_LONGEST]) for word in words])


def look_up(
    keys: NDArray[np.uint64], codes: NDArray[np.int32], wanted: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """For each wanted hash the codes that have it: the place in ``wanted`` and the code."""
    start = np.searchsorted(keys, wanted, side="left")
    lengths = np.searchsorted(keys, wanted, side="right") - start
    owner = np.repeat(np.arange(len(wanted)), lengths)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return owner, codes[start[owner] + offset]


def _letters(words: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    cut = np.array([word.encode("ascii", "replace") for word in words], dtype=f"S{_LONGEST}")
    letters = cut.view(np.uint8).reshape(len(words), _LONGEST).astype(np.uint64)
    return letters, np.char.str_len(cut).astype(np.int64)


def _powers() -> NDArray[np.uint64]:
    return np.multiply.accumulate(np.full(_LONGEST, _BASE, dtype=np.uint64))


def _finish(sums: NDArray[np.uint64], lengths: NDArray[np.int64]) -> NDArray[np.uint64]:
    mixed = (sums + lengths.astype(np.uint64)) * _MIX
    return mixed ^ (mixed >> np.uint64(31))


def _sorted_pairs(keys: NDArray[np.uint64], codes: NDArray[np.int32]) -> tuple[NDArray[np.uint64], NDArray[Any]]:
    order = np.lexsort((codes, keys))
    return keys[order], codes[order]


def _parts(words: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    parts = [(part, code) for code, word in enumerate(words) if " " in word for part in word.split() if len(part) > 1]
    joined = [(word.replace(" ", ""), code) for code, word in enumerate(words) if " " in word]
    pairs = parts + joined
    return word_hashes([part for part, _ in pairs]), np.array([code for _, code in pairs], dtype=np.int32)
