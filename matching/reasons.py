"""Why a contact is taken for a voter, or for nobody, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.channels import Channel
from matching.evidence import Evidence
from matching.features import AGREES, HOUSEMATE
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


@dataclass(frozen=True, slots=True)
class Explainer:
    """Puts pairs into words."""

    search: Search
    laid: LaidOut
    ratio: NDArray[np.float64]
    """How much each reading of the name of each pair speaks for it."""
    starts: NDArray[np.int64]
    """Where the readings of each pair start; one more than there are pairs."""

    @classmethod
    def of(cls, search: Search, laid: LaidOut, resolved: Resolved) -> Explainer:
        """Weigh the readings of all pairs."""
        read = laid.features.read
        readings = np.bincount(read.pair, minlength=len(laid.features.card))
        return cls(search, laid, read.weight * resolved.names.of_reading(), np.append(0, np.cumsum(readings)))

    def reasons(self, pair: int) -> tuple[str, ...]:
        """The reasons for one pair, strongest kinds first."""
        words = (*self._fields(pair), *self._names(pair), *self._places(pair))
        return words or ("nothing speaks against it",)

    def _fields(self, pair: int) -> list[str]:
        features = self.laid.features
        told = (
            (features.phone[pair] == AGREES, "same phone number"),
            (features.phone[pair] == HOUSEMATE, "phone number of the same household"),
            (features.email[pair] == AGREES, "same e-mail address"),
            (features.street[pair] == AGREES, "same street address"),
            (features.birthday[pair] == AGREES, "same birthday"),
            (features.birth_year[pair] == AGREES, "same year of birth"),
            (features.email_year[pair] == AGREES, "year of birth in the e-mail address"),
        )
        return [words for is_so, words in told if is_so]

    def _names(self, pair: int) -> list[str]:
        reading = self._best_reading(pair)
        if reading < 0:
            return []
        read, names = self.laid.features.read, self.search.names
        family, given, words = int(read.family[reading]), int(read.given[reading]), []
        if family >= 0:
            words.append(self._family_words(Channel(int(names.family.kinds[family])), int(names.family.codes[family])))
        elif read.family_is_middle[reading]:
            words.append("surname is the voter's middle name")
        elif read.tells_family[reading]:
            words.append("another surname")
        if given >= 0:
            words.append(_GIVEN_WORDS[Channel(int(names.given.kinds[given]))])
        elif read.given_as_middle[reading] >= 0:
            words.append("goes by the middle name")
        elif read.tells_given[reading]:
            words.append("another first name")
        return words

    def _best_reading(self, pair: int) -> int:
        """The reading of the name that speaks most for a pair, the first of equals; -1 when there is no name."""
        start, stop = int(self.starts[pair]), int(self.starts[pair + 1])
        return start + int(self.ratio[start:stop].argmax()) if stop > start else -1

    def _family_words(self, channel: Channel, code: int) -> str:
        words, last = _FAMILY_WORDS[channel], self.search.index.last
        is_rare = last.counts[code] <= max(_RARE_SHARE * last.total, 1)
        return words.replace("same surname", "same rare surname") if is_rare and channel != Channel.INITIAL else words

    def _places(self, pair: int) -> list[str]:
        features, places = self.laid.features, self.laid.places
        words = ["same town"] if features.place[pair] == AGREES else []
        if places.densities[0, pair] > 0:
            words.append("in the supporter's household")
        elif places.densities[2, pair] > 0:
            words.append("in the supporter's neighborhood")
        own = int(self.laid.around.own_birth_year[features.supporter[pair]])
        year = int(self.search.columns.birth_year[features.row[pair]])
        return [*words, "near in age"] if own and year and abs(own - year) <= _NEAR_AGE else words


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
