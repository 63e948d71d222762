"""Why a contact is taken for a voter, or for nobody, in plain words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.channels import Channel
from matching.evidence import Evidence
from matching.features import AGREES, HOUSEMATE
from matching.index import expand
from matching.names.values import NameKind
from matching.resolve import Resolved
from matching.search import LaidOut, Search

_GIVEN_WORDS = {
    Channel.WHOLE: "same first name",
    Channel.PLAIN: "same first name",
    Channel.NICKNAME: "a short form of the first name",
    Channel.TYPO: "first name spelled nearly the same",
    Channel.SOUND: "first name that sounds the same",
    Channel.INITIAL: "same first initial",
    Channel.HALF: "half of a double first name",
}
_FAMILY_WORDS = {
    Channel.WHOLE: "same surname",
    Channel.PLAIN: "same surname",
    Channel.TYPO: "surname spelled nearly the same",
    Channel.SOUND: "surname that sounds the same",
    Channel.INITIAL: "same initial of the surname",
    Channel.HALF: "half of a double surname",
}
_RARE_SHARE = 0.0005
_LEAST_SEVERAL = 0.05
_NEAR_AGE = 3


def reasons_of(search: Search, laid: LaidOut, resolved: Resolved, pairs: NDArray[np.int64]) -> list[tuple[str, ...]]:
    """The reasons for each of some pairs, strongest kinds first."""
    said = zip(*(*_fields(laid, pairs), *_names(search, laid, resolved, pairs), *_places(laid, pairs)), strict=True)
    return [tuple(filter(None, words)) or ("nothing speaks against it",) for words in said]


_Phrases = list[str]
"""By pair; empty where it is not so."""


def _where(is_so: NDArray[np.bool_], words: str) -> _Phrases:
    return [words if so else "" for so in is_so.tolist()]


def _fields(laid: LaidOut, pairs: NDArray[np.int64]) -> list[_Phrases]:
    features = laid.features
    return [
        _where(features.phone[pairs] == AGREES, "same phone number"),
        _where(features.phone[pairs] == HOUSEMATE, "phone number of the same household"),
        _where(features.email[pairs] == AGREES, "same e-mail address"),
        _where(features.street[pairs] == AGREES, "same street address"),
        _where(features.birthday[pairs] == AGREES, "same birthday"),
        _where(features.birth_year[pairs] == AGREES, "same year of birth"),
        _where(features.email_year[pairs] == AGREES, "year of birth in the e-mail address"),
    ]


def _names(search: Search, laid: LaidOut, resolved: Resolved, pairs: NDArray[np.int64]) -> list[_Phrases]:
    """What surname and given name say in the reading that speaks most for each pair; nothing where no name is told."""
    has_name, reading = _best_readings(laid, resolved, pairs)
    read = laid.features.read
    family = zip(read.family[reading].tolist(), read.family_is_middle[reading], read.tells_family[reading], strict=True)
    given = zip(
        read.given[reading].tolist(), read.given_as_middle[reading] >= 0, read.tells_given[reading], strict=True
    )
    words = np.full((2, len(pairs)), "", dtype=object)
    words[0, has_name] = [_family_words(search, *one) for one in family]
    words[1, has_name] = [_given_words(search, *one) for one in given]
    return [words[0].tolist(), words[1].tolist()]


def _best_readings(
    laid: LaidOut, resolved: Resolved, pairs: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which of the pairs have a name, and the reading of it that speaks most for them, the first of equals."""
    read = laid.features.read
    starts = np.append(0, np.cumsum(np.bincount(read.pair, minlength=len(laid.features.card))))
    owner, reading = expand(starts[pairs], starts[pairs + 1])
    ratio = read.weight[reading] * resolved.names.of_reading()[reading]
    order = np.lexsort((reading, -ratio, owner))
    has_name, first = np.unique(owner[order], return_index=True)
    return has_name, reading[order[first]]


def _family_words(search: Search, entry: int, is_middle: bool, is_told: bool) -> str:
    if entry < 0:
        return "surname is the voter's middle name" if is_middle else "another surname" if is_told else ""
    channel, code = Channel(int(search.names.family.kinds[entry])), search.names.family.codes[entry]
    words, last = _FAMILY_WORDS[channel], search.index.last
    is_rare = last.counts[code] <= max(_RARE_SHARE * last.total, 1)
    return words.replace("same surname", "same rare surname") if is_rare and channel != Channel.INITIAL else words


def _given_words(search: Search, entry: int, is_middle: bool, is_told: bool) -> str:
    if entry < 0:
        return "goes by the middle name" if is_middle else "another first name" if is_told else ""
    return _GIVEN_WORDS[Channel(int(search.names.given.kinds[entry]))]


def _places(laid: LaidOut, pairs: NDArray[np.int64]) -> list[_Phrases]:
    features, densities = laid.features, laid.places.densities
    is_home = densities[0, pairs] > 0
    own = laid.around.own_birth_year[features.supporter[pairs]].astype(np.int64)
    year = features.born[pairs].astype(np.int64)
    return [
        _where(features.place[pairs] == AGREES, "same town"),
        _where(is_home, "in the supporter's household"),
        _where((densities[2, pairs] > 0) & ~is_home, "in the supporter's neighborhood"),
        _where((own != 0) & (year != 0) & (np.abs(own - year) <= _NEAR_AGE), "near in age"),
    ]


def why_nobody(person: Evidence, probabilities: Sequence[float]) -> str:
    """Why a person is not taken for a voter; ``probabilities`` are those of the candidates, best first."""
    if person.reading.kind is NameKind.NOT_A_PERSON:
        return "not a person"
    if sum(probability >= _LEAST_SEVERAL for probability in probabilities) > 1:
        return "several people fit"
    if probabilities:
        return "too little to be sure"
    has_name = any(name.given or name.family for name in person.reading.possible)
    if not has_name or not all(name.given and name.family for name in person.reading.possible):
        return "too little to say"
    return "nobody similar"
