"""The words of ``data/name_words.yaml`` as sets: kin labels, titles, suffixes, businesses, roles, context."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

Phrases = Mapping[str, tuple[tuple[str, ...], ...]]
"""Phrases by their first word, the longest first."""


class Kin(NamedTuple):
    """A kin label in English and the gender it tells."""

    label: str
    gender: str


@dataclass(frozen=True, slots=True)
class NameWords:
    """What each word of a contact list may be. All words upper case, without diacritics, apostrophes and hyphens."""

    kin: Mapping[str, Kin]
    kin_or_given: frozenset[str]
    formal_titles: Mapping[str, str]
    soft_titles: Mapping[str, str]
    title_names: frozenset[str]
    suffixes: Mapping[str, str]
    credentials: frozenset[str]
    credentials_after_comma: frozenset[str]
    business: frozenset[str]
    business_phrases: Phrases
    brands: Phrases
    places: frozenset[str]
    roles: frozenset[str]
    trades: frozenset[str]
    context: frozenset[str]
    context_phrases: Phrases
    joiners: frozenset[str]
    silent: frozenset[str]
    sure_particles: frozenset[str]
    maybe_particles: frozenset[str]

    def is_title(self, word: str) -> bool:
        """Whether a word is a title of either sort."""
        return word in self.formal_titles or word in self.soft_titles


def phrase_length(phrases: Phrases, words: Sequence[str], start: int) -> int:
    """How many words the longest phrase takes that begins at ``start``; 0 when none does."""
    for phrase in phrases.get(words[start], ()):
        if tuple(words[start : start + len(phrase)]) == phrase:
            return len(phrase)
    return 0


@cache
def name_words() -> NameWords:
    """The words, read once."""
    return read_words((files("matching") / "data" / "name_words.yaml").read_text(encoding="utf-8"))


def read_words(text: str) -> NameWords:
    """The words of a table written in YAML.

    Raises ``ValueError`` where a word is no text: YAML reads NULL, NO or 1 without quotes as something else.
    """
    table = yaml.safe_load(text)
    _refuse_what_is_no_text(table, "the table")
    return NameWords(
        kin=_kin(table["kin"]),
        kin_or_given=_words(table["kin_or_given"]),
        formal_titles=table["titles"]["formal"],
        soft_titles=table["titles"]["soft"],
        title_names=_words(table["titles"]["also_names"]),
        suffixes=table["suffixes"],
        credentials=_words(table["credentials"]),
        credentials_after_comma=_words(table["credentials_after_comma"]),
        business=_words(table["business"]),
        business_phrases=_phrases(table["business_phrases"]),
        brands=_phrases(table["brands"]),
        places=_words(table["places"]),
        roles=_words(table["roles"]),
        trades=_words(table["trades"]),
        context=_words(table["context"]),
        context_phrases=_phrases(table["context_phrases"]),
        joiners=_words(table["joiners"]),
        silent=frozenset(table["silent"]),
        sure_particles=_words(table["particles"]["sure"]),
        maybe_particles=_words(table["particles"]["maybe"]),
    )


def _refuse_what_is_no_text(value: object, where: str) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _refuse_what_is_no_text(key, f"a name in {where}")
            _refuse_what_is_no_text(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            _refuse_what_is_no_text(inner, where)
    elif not isinstance(value, str):
        raise ValueError(f"{where} in name_words.yaml holds {value!r}, which is no text: put the word in quotes")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _kin(table: Mapping[str, Mapping[str, Any]]) -> dict[str, Kin]:
    return {word: Kin(label, row["gender"]) for label, row in table.items() for word in row["words"].split()}


def _phrases(lines: Iterable[str]) -> Phrases:
    by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for line in lines:
        words = tuple(line.split())
        by_first[words[0]].append(words)
    return {first: tuple(sorted(found, key=len, reverse=True)) for first, found in by_first.items()}
