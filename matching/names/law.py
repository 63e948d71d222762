"""How common a word is as a given name and as a surname (census 1990, from the ``names`` package), in percent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from matching.names.nicknames import known_names

_RARE_GIVEN = 0.0008
_RARE_FAMILY = 0.0004
_NICKNAME = 0.01
_CENSUS_GIVEN = ("dist.female.first", "dist.male.first")


def _census(name: str) -> dict[str, float]:
    """The words of one census table with their share in percent."""
    lines = files("names").joinpath(name).read_text(encoding="ascii").splitlines()
    rows = (line.split() for line in lines)
    return {row[0]: float(row[1]) for row in rows if len(row) >= 2}


@cache
def census_given() -> Mapping[str, float]:
    """Given names of the census, both genders taken together."""
    shares: dict[str, float] = {}
    for name in _CENSUS_GIVEN:
        for word, share in _census(name).items():
            shares[word] = shares.get(word, 0.0) + share / 2
    return shares


@cache
def given_shares() -> Mapping[str, float]:
    """Given names and nicknames; those that the census lacks count as uncommon names."""
    return {**dict.fromkeys(known_names(), _NICKNAME), **census_given()}


@cache
def family_shares() -> Mapping[str, float]:
    """Surnames."""
    return _census("dist.all.last")


@lru_cache(maxsize=200_000)
def given_share(word: str) -> float:
    """Percent of people with this given name, never 0: a word nobody has seen may still be one."""
    return given_shares().get(word, 0.0) + _RARE_GIVEN


@lru_cache(maxsize=200_000)
def family_share(word: str) -> float:
    """Percent of people with this surname, never 0."""
    return family_shares().get(word, 0.0) + _RARE_FAMILY


def is_known(word: str) -> bool:
    """Whether the census or the nickname table has the word at all."""
    return word in given_shares() or word in family_shares()


def is_given_like(word: str) -> bool:
    """Whether a word that starts an entry can be a given name rather than a surname or a place."""
    return given_share(word) >= 0.15 * family_share(word)


def given_probability(word: str) -> float:
    """P(given name) of somebody in the country; all words of the tables together have probability 1."""
    return given_share(word) / _all_given()


def family_probability(word: str) -> float:
    """The same of a surname."""
    return family_share(word) / _all_family()


@cache
def _all_given() -> float:
    return sum(given_shares().values()) + _RARE_GIVEN * len(given_shares())


@cache
def _all_family() -> float:
    return sum(family_shares().values()) + _RARE_FAMILY * len(family_shares())
