"""Which of a few words are the given name and which the surname: weights from how common each word is as either."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from matching.names.law import family_share, family_shares, given_share, given_shares
from matching.names.values import PossibleName
from matching.names.words import name_words

# Beliefs before the words are looked at, from how people write names; the words' own frequencies decide the rest.
_SWAPPED = 0.012
_MIDDLE_AS_LAST = 0.02
_GIVEN_ALONE = 0.9
_TWO_SURNAMES = 0.45
_INITIAL_SHARE = 0.5
_FIELD_FACTOR = 6.0
_MOST_SURNAMES = 3
_FEWEST_BELIEF = 0.02
_MOST_READINGS = 5
_SPANISH_ENDINGS = ("EZ", "IZ", "AZ", "OZ")
_SPANISH_SURNAMES = frozenset(
    [
        "GARCIA",
        "CRUZ",
        "REYES",
        "MORALES",
        "FLORES",
        "RIVERA",
        "TORRES",
        "GOMEZ",
        "DIAZ",
        "RAMOS",
        "RUIZ",
        "MENDOZA",
        "CASTILLO",
        "ORTEGA",
        "SILVA",
        "VARGAS",
        "CASTRO",
        "GUERRERO",
        "MEDINA",
        "AGUILAR",
        "HERRERA",
        "ROMERO",
        "ROJAS",
        "MOLINA",
        "SANTIAGO",
        "PENA",
        "SOTO",
        "CONTRERAS",
        "VEGA",
        "GUZMAN",
        "MALDONADO",
        "ESTRADA",
        "ACOSTA",
        "NAVARRO",
        "ROSALES",
        "CERVANTES",
        "LUNA",
        "SALAZAR",
        "DELGADO",
        "PADILLA",
        "CORTES",
        "SANTANA",
        "SANTOS",
        "MEJIA",
        "CAMPOS",
        "ESPINOZA",
        "ESPINOSA",
        "SERRANO",
        "FIGUEROA",
        "MIRANDA",
        "SOLIS",
        "CABRERA",
        "VALENCIA",
        "VELASCO",
        "MOLINA",
        "ROBLES",
        "CARDENAS",
        "COLON",
        "AYALA",
        "BARRERA",
        "TREJO",
        "SALINAS",
        "PACHECO",
        "ZAMORA",
        "LARA",
        "FUENTES",
        "DELACRUZ",
        "DELATORRE",
        "DELEON",
        "DELRIO",
        "ZAVALA",
        "ROSARIO",
        "OCHOA",
        "MONTOYA",
    ]
)


class Fields(NamedTuple):
    """What the address book itself calls surnames, empty when it does not say; where it is from."""

    family: frozenset[str] = frozenset()
    has_middle: bool = False
    is_social: bool = False


NO_FIELDS = Fields()


def surnames(words: Sequence[str]) -> tuple[str, ...]:
    """The surnames that words give: particles are glued to what follows, a hyphen parts two halves.

    >>> surnames(["DE", "LA", "CRUZ"]), surnames(["GARCIA-LOPEZ"]), surnames(["MC", "DONALD"])
    (('DELACRUZ',), ('GARCIA', 'LOPEZ'), ('MCDONALD',))
    """
    return tuple(part for word in glue(words, start=0) for part in word.split("-") if part)


def glue(words: Sequence[str], *, start: int = 1) -> list[str]:
    """Join particles to the word after them from position ``start`` on ("MC" always): VAN DYKE becomes VANDYKE."""
    if _glues().isdisjoint(words):
        return list(words)
    glued: list[str] = []
    index = 0
    while index < len(words):
        end = _particle_end(words, index) if index >= start or words[index] == "MC" else index
        glued.append("".join(words[index:end]) + words[end])
        index = end + 1
    return glued


@cache
def _glues() -> frozenset[str]:
    """Every word that may belong to the word after it."""
    return name_words().sure_particles | name_words().maybe_particles | {"MC"}


def _particle_end(words: Sequence[str], index: int) -> int:
    """Where the word stands that the particles from ``index`` on belong to (``index`` itself when it is no particle)."""
    vocabulary = name_words()
    end = index
    while end + 1 < len(words):
        word = words[end]
        is_sure = word in vocabulary.sure_particles and len(words[end + 1]) > 1
        is_likely = word in vocabulary.maybe_particles and (end > index or word + words[end + 1] in family_shares())
        if not is_sure and not is_likely:
            break
        end += 1
    return end


def readings_of(words: Sequence[str], fields: Fields = NO_FIELDS) -> list[PossibleName]:
    """The readings of one person's words without titles, suffixes or context; best first, weights sum to 1."""
    if _are_two_plain(words):
        return _of_two(words[0], words[1], fields.family)
    glued = glue(words)
    if not glued:
        return []
    if len(glued) == 1:
        found = _one_word(glued[0])
    else:
        found = _many_words(tuple(glued), is_social=fields.is_social, has_middle=fields.has_middle)
    if len(words) > 1 and len(glued) > 1 and (whole := glue(words, start=0)) != glued and len(whole) == 1:
        found = [*found, PossibleName((), _parts(whole), weight=sum(name.weight for name in found))]
    return weighed([_as_filed(name, fields.family) for name in found] if fields.family else found)


def _are_two_plain(words: Sequence[str]) -> bool:
    """Whether there are two different words without hyphens or particles, as in most names."""
    return len(words) == 2 and words[0] != words[1] and _glues().isdisjoint(words) and all(map(str.isalpha, words))


def weighed(names: Sequence[PossibleName]) -> list[PossibleName]:
    """The same readings with like ones joined, hopeless ones dropped and weights that sum to 1; best first."""
    joined: dict[tuple[_Words, _Words, _Words, str], float] = {}
    for name in names:
        joined[name[:4]] = joined.get(name[:4], 0.0) + name.weight
    least = _FEWEST_BELIEF * sum(joined.values())
    best = sorted([(-weight, words) for words, weight in joined.items() if weight >= least])[:_MOST_READINGS]
    total = sum([weight for weight, _ in best])
    return [PossibleName(*words, weight / total) for weight, words in best]


def _as_filed(name: PossibleName, family: frozenset[str]) -> PossibleName:
    """A reading, believed more when the surnames that the address book has agree."""
    agrees = bool(name.family) and family.issuperset(name.family) and family.isdisjoint((*name.given, *name.middle))
    return name._replace(weight=name.weight * _FIELD_FACTOR) if agrees else name


_Words = tuple[str, ...]


@lru_cache(maxsize=100_000)
def _as_given(word: str) -> float:
    return _INITIAL_SHARE if len(word) == 1 else max(map(given_share, word.split("-")))


@lru_cache(maxsize=100_000)
def _as_family(word: str) -> float:
    return (
        _INITIAL_SHARE
        if len(word) == 1
        else max(family_share(word.replace("-", "")), *map(family_share, word.split("-")))
    )


def _one_word(word: str) -> list[PossibleName]:
    """A name that is one word: mostly a given name."""
    parts = tuple(word.split("-"))
    as_given = PossibleName(parts[:1], (), parts[1:], weight=_GIVEN_ALONE * _as_given(word))
    if len(word) == 1:
        return [as_given]
    return [as_given, PossibleName((), parts, weight=(1 - _GIVEN_ALONE) * _as_family(word))]


def _many_words(words: tuple[str, ...], *, is_social: bool, has_middle: bool) -> list[PossibleName]:
    """Two words or more: each cut between given and family, the swapped order, and no surname at all."""
    straight = _cuts(words, _two_surnames_belief(is_social, has_middle), 1 - _SWAPPED - _MIDDLE_AS_LAST)
    swapped = _cuts((*words[1:], words[0]), 0.1, _SWAPPED) if len(words[0]) > 1 else []
    return [*straight, *swapped, *_no_surname(words)]


def _of_two(one: str, other: str, family: frozenset[str]) -> list[PossibleName]:
    """The readings of two plain words; those that are hopeless are not even made."""
    straight = (1 - _SWAPPED - _MIDDLE_AS_LAST) * _as_given(one) * _as_family(other)
    swapped = _SWAPPED * _as_given(other) * _as_family(one) if len(one) > 1 else 0.0
    alone = _given_only((one, other))
    if (one in family) != (other in family):
        straight, swapped = (
            (straight, _FIELD_FACTOR * swapped) if one in family else (_FIELD_FACTOR * straight, swapped)
        )
    least = _FEWEST_BELIEF * (straight + swapped + alone)
    if max(swapped, alone) < least <= straight:
        return [PossibleName((one,), (other,))]
    names = PossibleName((one,), (other,), weight=straight), PossibleName((other,), (one,), weight=swapped)
    return weighed([*names, PossibleName((one,), (), (other,), weight=alone)])


def _two_surnames_belief(is_social: bool, has_middle: bool) -> float:
    """How often a name of three words ends in two surnames: on social sites often (first, maiden, married)."""
    if has_middle:
        return 0.08
    return 0.65 if is_social else _TWO_SURNAMES


def _cuts(words: tuple[str, ...], two_surnames: float, belief: float) -> list[PossibleName]:
    """Every way to cut words into given, middle and one to three surnames."""
    first, rest = tuple(words[0].split("-")), words[1:]
    given_belief = _as_given(words[0])
    found: list[PossibleName] = []
    for count in range(1, min(len(rest), _MOST_SURNAMES) + 1):
        middle, family = rest[: len(rest) - count], rest[len(rest) - count :]
        if count > 1 and any(len(word) == 1 for word in family):
            break
        shape = 1.0 if len(rest) == 1 else (1 - two_surnames if count == 1 else two_surnames / (count - 1))
        weight = belief * given_belief * shape
        for word in middle:
            weight *= _as_given(word)
        for word in family:
            weight *= _as_family(word)
        names = tuple(part for word in family for part in word.split("-"))
        found.append(PossibleName(first[:1], names, (*first[1:], *_parts(middle)), weight=weight))
    return [*found, *(_paternal(name) for name in found if _is_spanish(name.family))]


def _parts(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(part for word in words for part in word.split("-"))


def _is_spanish(family: Sequence[str]) -> bool:
    """Whether two surnames look like paternal and maternal of the Spanish custom."""
    return len(family) == 2 and all(
        word in _SPANISH_SURNAMES or (word.endswith(_SPANISH_ENDINGS) and word in family_shares()) for word in family
    )


def _paternal(name: PossibleName) -> PossibleName:
    """The same person as an American voter file has him: the paternal surname, which comes first, alone."""
    return name._replace(family=name.family[:1], weight=0.6 * name.weight)


def _no_surname(words: tuple[str, ...]) -> list[PossibleName]:
    """Given names only: "Anthony Brian", "Mary Ann"."""
    belief, parts = _given_only(words), _parts(words)
    return [PossibleName(parts[:1], (), parts[1:], weight=belief)] if belief else []


def _given_only(words: tuple[str, ...]) -> float:
    """The belief that words are given names only. A word known as a surname only never is one."""
    belief = _MIDDLE_AS_LAST
    for word in words:
        if len(word) == 1 or _is_only_family(word):
            return 0.0
        belief *= _as_given(word)
    return belief


@lru_cache(maxsize=100_000)
def _is_only_family(word: str) -> bool:
    return word not in given_shares() and word in family_shares()
