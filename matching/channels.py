"""How a name that was seen may have come from a name in the voter file: P(seen | voter's name) / P(seen).

The channel is generative: a person with a name shows it whole, by a nickname, by an initial, misspelled, by how it
sounds, by one half, or shows another name altogether. The denominator is the marginal of the same channel over the whole
file, so that rarity counts exactly for nicknames, typos and initials too (Fellegi and Sunter 1969, equation 16, with value-
specific weights; the marginal in place of their agreement frequencies).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from matching.vocabulary import Vocabulary, look_up, remainders, sounds, word_hashes

_SHORTEST_MISSPELLED = 3
_SOUNDS_LIKE_LEAST = 0.78
_SHAPE = 1.0
"""How strongly a name's share here is expected to be the country's: as much as one voter who has it."""
_UNSEEN_NAME = 3e-6
"""The share of people who have one given name that neither the file nor the census table has."""


class Channel(IntEnum):
    """How a seen name came from a voter's name; ``PLAIN`` is whole when the name has no short form."""

    WHOLE = 0
    PLAIN = 1
    NICKNAME = 2
    TYPO = 3
    SOUND = 4
    INITIAL = 5
    HALF = 6
    OTHER = 7


_SHARES = {Channel.TYPO: 1 / 60, Channel.SOUND: 1 / 40, Channel.HALF: 1 / 2}
"""The share of one outcome among those its channel could have given: about 60 likely misspellings of a name."""


@dataclass(frozen=True, slots=True)
class Entries:
    """For each seen token the voters' names it may stand for, sorted by token, then by code.

    ``shares[i]`` is the probability of this very token when the channel ``kinds[i]`` acted on the name ``codes[i]``.
    """

    tokens: tuple[str, ...]
    names: int
    token: NDArray[np.int32]
    codes: NDArray[np.int32]
    kinds: NDArray[np.int8]
    shares: NDArray[np.float64]
    here: NDArray[np.float64]
    """How common the name of each entry is where the file is from, see ``local_shares``."""
    country: NDArray[np.float64]
    """How common it is in the country."""
    absent: NDArray[np.float64]
    """How common tokens that no name of the file is are where the file is from; 0 for all others."""
    elsewhere: NDArray[np.float64]
    """How common those are in the country."""

    def keys(self) -> NDArray[np.int64]:
        """Token and code in one sorted number."""
        return self.token.astype(np.int64) * self.names + self.codes

    def find(self, token: NDArray[Any], codes: NDArray[Any]) -> NDArray[np.int32]:
        """The entry for each pair of token and code; -1 when the token cannot stand for the name."""
        keys, wanted = self.keys(), token.astype(np.int64) * self.names + codes
        if not len(keys):
            return np.full(len(wanted), -1, dtype=np.int32)
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where((keys[at] == wanted) & (token >= 0), at, -1).astype(np.int32)

    def starts(self) -> NDArray[np.int64]:
        """Where the entries of each token start; one more than there are tokens."""
        return np.searchsorted(self.token, np.arange(len(self.tokens) + 1)).astype(np.int64)


Found = tuple[NDArray[Any], NDArray[Any], Channel, NDArray[np.float64]]


def given_entries(
    tokens: Sequence[str],
    vocabulary: Vocabulary,
    *,
    formal_names: Callable[[str], Mapping[str, float]],
    has_short_form: Callable[[str], bool],
    outside: Callable[[str], float],
) -> Entries:
    """Which first names each seen given name may stand for.

    ``formal_names(seen)`` gives the names that ``seen`` is a short form of, with its share among their short forms.
    """
    place = _Places(vocabulary)
    found = [place.whole(tokens), place.initials(tokens), place.misspelled(tokens), place.alike(tokens)]
    found += [place.nicknames(tokens, formal_names), place.halves(tokens)]
    entries = _joined(tokens, vocabulary, found, outside)
    kinds = entries.kinds.copy()
    whole = np.flatnonzero(kinds == Channel.WHOLE)
    is_plain = [not has_short_form(vocabulary.words[code]) for code in entries.codes[whole]]
    kinds[whole[np.array(is_plain, dtype=bool)]] = Channel.PLAIN
    return replace(entries, kinds=kinds)


def family_entries(tokens: Sequence[str], vocabulary: Vocabulary, *, outside: Callable[[str], float]) -> Entries:
    """Which surnames each seen surname may stand for; a double one stands for either half too."""
    place = _Places(vocabulary)
    found = [place.whole(tokens), place.initials(tokens), place.misspelled(tokens), place.alike(tokens)]
    return _joined(tokens, vocabulary, [*found, place.halves(tokens)], outside)


def likelihoods(entries: Entries, rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """P(token | name) of each entry; ``rates`` by ``Channel``."""
    return rates[entries.kinds] * entries.shares


def marginals(entries: Entries, rates: NDArray[np.float64], outside_share: float) -> NDArray[np.float64]:
    """P(token) for somebody who is not the voter: the channel over the names of the file and over those of the country.

    Both laws go through the same channel and are probabilities, so that ``outside_share`` can be learned from how
    well each of them tells the names of people who are not in the file.
    """
    likelihood, size = likelihoods(entries, rates), len(entries.tokens)
    spelled = rates[Channel.PLAIN]
    here = np.bincount(entries.token, weights=entries.here * likelihood, minlength=size) + spelled * entries.absent
    country = np.bincount(entries.token, weights=entries.country * likelihood, minlength=size)
    country = country + spelled * entries.elsewhere  # not in place: of no tokens numpy counts in whole numbers
    return np.asarray((1 - outside_share) * here + outside_share * country + _UNSEEN_NAME, dtype=np.float64)


class _Places:
    """Looks tokens up in one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.words = vocabulary.words
        self.code_of = vocabulary.code_of

    def whole(self, tokens: Sequence[str]) -> Found:
        hits = [(at, self.code_of[t]) for at, t in enumerate(tokens) if len(t) > 1 and t in self.code_of]
        return _found(hits, Channel.WHOLE)

    def initials(self, tokens: Sequence[str]) -> Found:
        hits = [(at, self.vocabulary.of_letter(token)) for at, token in enumerate(tokens) if len(token) == 1]
        token_places = np.repeat([at for at, _ in hits], [len(codes) for _, codes in hits]).astype(np.int64)
        codes = np.concatenate([np.zeros(0, np.int64), *(np.arange(c.start, c.stop) for _, c in hits)])
        return token_places, codes, Channel.INITIAL, np.ones(len(codes))

    def misspelled(self, tokens: Sequence[str]) -> Found:
        """Names one edit away, a transposition counting as one (Damerau 1964)."""
        places = [at for at, token in enumerate(tokens) if len(token) >= _SHORTEST_MISSPELLED]
        keys, owner = remainders([tokens[at] for at in places])
        hit, codes = look_up(self.vocabulary.near_keys, self.vocabulary.near_codes, keys)
        token, codes = _distinct(np.array(places, dtype=np.int64)[owner[hit]], codes)
        edits = self._compare(tokens, token, codes, OSA.distance)
        return (
            token[edits == 1],
            codes[edits == 1],
            Channel.TYPO,
            np.full(int((edits == 1).sum()), _SHARES[Channel.TYPO]),
        )

    def alike(self, tokens: Sequence[str]) -> Found:
        """Names that sound the same and look nearly so (Winkler 1990)."""
        places = [at for at, token in enumerate(tokens) if len(token) > _SHORTEST_MISSPELLED]
        hashes = sounds([tokens[at] for at in places])
        hit, codes = look_up(self.vocabulary.sound_keys, self.vocabulary.sound_codes, hashes)
        token = np.array(places, dtype=np.int64)[hit]
        is_alike = self._compare(tokens, token, codes, JaroWinkler.similarity) >= _SOUNDS_LIKE_LEAST
        return token[is_alike], codes[is_alike], Channel.SOUND, np.full(int(is_alike.sum()), _SHARES[Channel.SOUND])

    def halves(self, tokens: Sequence[str]) -> Found:
        """A seen word that is half of a voter's double name, and a seen double name of which the voter has one half."""
        hit, codes = look_up(self.vocabulary.part_keys, self.vocabulary.part_codes, word_hashes(tokens))
        hits = [(int(at), int(code)) for at, code in zip(hit, codes, strict=True) if len(tokens[at]) > 1]
        for at, token in enumerate(tokens):
            if " " in token:
                parts = [*token.split(), token.replace(" ", "")]
                hits += [(at, self.code_of[part]) for part in parts if len(part) > 1 and part in self.code_of]
        return _found(hits, Channel.HALF)

    def nicknames(self, tokens: Sequence[str], formal_names: Callable[[str], Mapping[str, float]]) -> Found:
        hits, shares = [], []
        for at, token in enumerate(tokens):
            for name, share in formal_names(token.split(" ")[0]).items():
                if name in self.code_of:
                    hits.append((at, self.code_of[name]))
                    shares.append(share)
        token_places, codes, kind, _ = _found(hits, Channel.NICKNAME)
        return token_places, codes, kind, np.array(shares, dtype=np.float64)

    def _compare(
        self, tokens: Sequence[str], token: NDArray[Any], codes: NDArray[Any], scorer: Callable[..., float]
    ) -> NDArray[Any]:
        if not len(token):
            return np.zeros(0)
        seen, names = [tokens[at] for at in token], [self.words[code] for code in codes]
        return np.asarray(cpdist(seen, names, scorer=scorer))


def _found(hits: list[tuple[int, int]], channel: Channel) -> Found:
    pairs = np.array(hits, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1], channel, np.full(len(pairs), _SHARES.get(channel, 1.0))


def _distinct(token: NDArray[Any], codes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    order = np.lexsort((codes, token))
    token, codes = token[order], codes[order]
    is_new = np.r_[True, (token[1:] != token[:-1]) | (codes[1:] != codes[:-1])][: len(token)]
    return token[is_new], codes[is_new]


_PREFERENCE = np.array([0, 0, 2, 4, 5, 1, 3, 6], dtype=np.int8)
"""By ``Channel``: when two channels explain a token, the one with the smaller number is taken."""


def _joined(
    tokens: Sequence[str], vocabulary: Vocabulary, found: Sequence[Found], outside: Callable[[str], float]
) -> Entries:
    """One entry for each token and name: that of the likeliest channel."""
    token = np.concatenate([part[0] for part in found]).astype(np.int32)
    codes = np.concatenate([part[1] for part in found]).astype(np.int32)
    kinds = np.concatenate([np.full(len(part[0]), part[2], dtype=np.int8) for part in found])
    shares = np.concatenate([part[3] for part in found])
    is_known = codes >= (1 if len(vocabulary.words) and not vocabulary.words[0] else 0)
    order = np.lexsort((_PREFERENCE[kinds], codes, token))
    order = order[is_known[order]]
    token, codes, kinds, shares = token[order], codes[order], kinds[order], shares[order]
    is_new = np.r_[True, (token[1:] != token[:-1]) | (codes[1:] != codes[:-1])][: len(token)]
    elsewhere = np.array([_if_foreign(word, vocabulary, outside) for word in tokens], dtype=np.float64)
    here, country = _shares(codes[is_new], vocabulary, outside)
    return Entries(
        tuple(tokens),
        len(vocabulary.words),
        token[is_new],
        codes[is_new],
        kinds[is_new],
        shares[is_new],
        here,
        country,
        elsewhere * _SHAPE / (max(vocabulary.total, 1) * elsewhere + _SHAPE),
        elsewhere,
    )


def _if_foreign(word: str, vocabulary: Vocabulary, outside: Callable[[str], float]) -> float:
    return outside(word) if len(word) > 1 and word not in vocabulary.code_of else 0.0


def local_shares(
    codes: NDArray[np.int32], vocabulary: Vocabulary, outside: Callable[[str], float]
) -> NDArray[np.float64]:
    """How common names are where the file is from: the file's counts, shrunk towards the country's shares.

    A name's share here is taken to differ from the country's by a factor drawn from a gamma law of mean 1 (Efron and Morris
    1975), so that a name which only this one voter has is not held to be as common as that.
    """
    return _shares(codes, vocabulary, outside)[0]


def _shares(
    codes: NDArray[np.int32], vocabulary: Vocabulary, outside: Callable[[str], float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How common names are where the file is from, and in the country."""
    distinct, place = np.unique(codes, return_inverse=True)
    country = np.array([outside(vocabulary.words[code]) for code in distinct], dtype=np.float64)
    total = max(vocabulary.total, 1)
    shares = country * (vocabulary.counts[distinct] + _SHAPE) / (total * country + _SHAPE)
    return np.asarray(shares[place], dtype=np.float64), np.asarray(country[place], dtype=np.float64)
