"""What the words of an entry are: a title, a kin label, a name, where she knows him from, or no person at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from matching.names.law import census_given, family_share, family_shares, given_shares, is_given_like, is_known
from matching.names.words import Kin, NameWords, Phrases, name_words, phrase_length

_CONTEXT_SHARE = 0.02
_SURNAME_SHARE = 0.005
_LONG_ENOUGH = 7
_PARENTS = frozenset({"mother", "father", "parent"})
_AND = frozenset({"&", "AND", "Y"})
MAIDEN_MARKS = frozenset({"NEE", "BORN", "FORMERLY", "FKA", "MAIDEN"})
HOUSEHOLD_ENDS = frozenset({"FAMILY", "HOUSEHOLD", "FAM"})
_MARKS = frozenset(
    {*_AND, *MAIDEN_MARKS, *HOUSEHOLD_ENDS, "E", "THE", "LOS", "LAS", "FAMILIA", "SR", "FROM", "AT", "MC"}
)


@dataclass(slots=True)
class SortedWords:
    """One person's words by what they are.

    ``doubtful`` is a last word that is context and also a surname; ``is_relative_of`` is true of "Emma's mom", whose own
    name is not given.
    """

    core: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    kin: Kin | None = None
    kin_word: str = ""
    context: list[str] = field(default_factory=list)
    suffix: str = ""
    doubtful: str = ""
    is_formal: bool = False
    is_relative_of: bool = False

    @property
    def gender(self) -> str:
        """The gender that titles and kin labels tell, or ``""``."""
        vocabulary = name_words()
        if "SR" in self.titles:
            return "M"
        told = [vocabulary.formal_titles.get(title) or vocabulary.soft_titles.get(title) or "" for title in self.titles]
        return next((gender for gender in (*told, self.kin.gender if self.kin else "") if gender), "")


def why_not_a_person(words: Sequence[str], *, has_owner: bool) -> str:
    """Why the words name nobody, in plain words; ``""`` when they may name somebody."""
    vocabulary = name_words()
    plain = tuple(word.replace("-", "") for word in words if word != "&")
    if not plain:
        return ""
    if any(word in vocabulary.business for word in plain) or _holds(vocabulary.business_phrases, plain):
        return "a business or a service"
    if phrase_length(vocabulary.brands, plain, 0):
        return "a business or a service"
    if "&" in words and all(len(word) == 1 for word in plain):
        return "a business or a service"
    if any(word in vocabulary.kin for word in plain):
        return ""
    if _is_place(vocabulary, plain, has_owner=has_owner):
        return "a place"
    if _is_trade(vocabulary, plain):
        return "a service, filed by its trade"
    if all(_is_role(vocabulary, word) for word in plain) and not _names_somebody(vocabulary, plain):
        return "a role, not a name"
    return ""


def sort_words(words: Sequence[str]) -> SortedWords:
    """Sort one person's words. Titles and kin labels stand first, suffixes and context last; the rest is the name."""
    found = SortedWords()
    unhyphened = [
        part for word in words for part in (word.split("-") if word.endswith("-IN-LAW") else [word]) if part != "&"
    ]
    rest = _take_titles(found, unhyphened)
    rest = _take_kin(found, rest)
    rest = _take_suffixes(found, rest)
    rest = _take_context(found, rest)
    found.core = _take_relative(found, _take_suffixes(found, rest))
    return found


@lru_cache(maxsize=100_000)
def is_only_a_name(word: str) -> bool:
    """Whether nothing but a name is known of a word, so that names made of such words need no sorting."""
    return word.isalpha() and len(word) > 1 and word not in _told_words() and not _tag(word)


@cache
def _told_words() -> frozenset[str]:
    """Every word that says anything beside a name, alone or as the first of several."""
    v = name_words()
    of_tables = (
        v.kin, v.kin_or_given, v.formal_titles, v.soft_titles, v.title_names, v.suffixes, v.credentials,
        v.credentials_after_comma, v.business, v.business_phrases, v.brands, v.places, v.roles, v.trades, v.context,
        v.context_phrases, v.joiners, v.sure_particles, v.maybe_particles,
    )  # fmt: skip
    return _MARKS.union(*of_tables)


def _is_only_kin(word: str) -> bool:
    """Whether a word is a kin label and hardly a name."""
    vocabulary = name_words()
    return word in vocabulary.kin and word not in vocabulary.kin_or_given and family_share(word) < _SURNAME_SHARE


def is_context(words: Sequence[str]) -> bool:
    """Whether words only say where she knows somebody from."""
    vocabulary = name_words()
    return bool(words) and all(_is_tag(vocabulary, word) or word in vocabulary.joiners for word in words)


def _holds(phrases: Phrases, words: Sequence[str]) -> bool:
    return any(phrase_length(phrases, words, start) for start in range(len(words)))


def _is_place(vocabulary: NameWords, words: Sequence[str], *, has_owner: bool) -> bool:
    """Whether a place word makes it a place: no given name stands before it, or one that owns it ("Maria's Salon")."""
    if words[-1] not in vocabulary.places:
        return False
    core = [word for word in words if word not in vocabulary.places and word not in vocabulary.joiners]
    names = [word for word in core if not vocabulary.is_title(word)]
    if not names:
        return True
    if family_share(words[-1]) >= _CONTEXT_SHARE / 2 and len(names) == 1 and not has_owner:
        return False
    return has_owner or len(names) < len(core) or not _may_be_given(names[0])


def _may_be_given(word: str) -> bool:
    return word in given_shares() or word not in family_shares()


def _is_trade(vocabulary: NameWords, words: Sequence[str]) -> bool:
    """Whether a trade comes first and at most one name follows it ("Realtor Joe")."""
    return words[0] in vocabulary.trades and words[0] not in census_given() and len(words) <= 2


def _names_somebody(vocabulary: NameWords, words: Sequence[str]) -> bool:
    """Whether words that may all be roles hold a name all the same: "Mason", "Guy Work", "Mrs Person"."""
    if words[0] in census_given():
        return True
    return len(words) == 2 and vocabulary.is_title(words[0]) and family_share(words[1]) >= _SURNAME_SHARE


def _is_role(vocabulary: NameWords, word: str) -> bool:
    """Whether a word that stands among none but its like names nobody."""
    return word in vocabulary.joiners or _is_tag(vocabulary, word) or vocabulary.is_title(word)


@lru_cache(maxsize=100_000)
def _tag(word: str) -> bool:
    """Whether a word says where she knows him from, at most one slip of the pen away."""
    vocabulary = name_words()
    bare = word.replace("-", "")
    if (
        bare in vocabulary.context
        or bare in vocabulary.roles
        or bare in vocabulary.places
        or any(map(str.isdigit, bare))
    ):
        return True
    if len(bare) < _LONG_ENOUGH or is_known(bare):
        return False
    return any(
        abs(len(tag) - len(bare)) <= 1 and OSA.distance(tag, bare, score_cutoff=1) <= 1
        for tag in (*vocabulary.context, *vocabulary.roles)
        if len(tag) >= _LONG_ENOUGH - 1
    )


def _is_tag(vocabulary: NameWords, word: str) -> bool:
    return word not in vocabulary.suffixes and _tag(word)


def _take_titles(found: SortedWords, words: list[str]) -> list[str]:
    """Titles at the front, unless the word is a name too and a single word follows that looks like a surname."""
    vocabulary = name_words()
    while len(words) > 1 and (vocabulary.is_title(words[0]) or words[0] == "SR"):
        if words[0] in vocabulary.title_names and len(words) == 2 and len(words[1]) == 1:
            break
        found.titles.append(words[0])
        words = words[1:]
    found.is_formal = any(title in vocabulary.formal_titles or title == "SR" for title in found.titles)
    return words


def _take_kin(found: SortedWords, words: list[str]) -> list[str]:
    """A kin label at the front. One that is a given name too ("Tia") counts when no surname follows it."""
    vocabulary = name_words()
    if not words or found.titles or words[0].replace("-", "") not in vocabulary.kin:
        return words
    label = words[0].replace("-", "")
    following = words[1] if len(words) > 1 else ""
    if label in vocabulary.kin_or_given and following and not _tag(following) and not is_given_like(following):
        return words
    found.kin, found.kin_word = vocabulary.kin[label], label
    rest = words[1:]
    if rest[:2] == ["IN", "LAW"]:
        found.kin, rest = Kin(f"{found.kin.label}-in-law", found.kin.gender), rest[2:]
    if rest[:1] == ["DE"] and len(rest) > 1:
        found.kin, found.is_relative_of = None, True
    return _take_second_kin(found, rest)


def _take_second_kin(found: SortedWords, words: list[str]) -> list[str]:
    """Further labels after the first: "Mom & Dad" are parents."""
    vocabulary = name_words()
    while words and (words[0] in _AND or words[0] in vocabulary.kin):
        if found.kin and found.kin.label in _PARENTS and words[0] not in _AND:
            found.kin = Kin("parent", "")
        words = words[1:]
    return words


def _take_relative(found: SortedWords, words: list[str]) -> list[str]:
    """A kin label at the end: "Angel Soccer Mom" is Angel, "Emma Mom" is not Emma but somebody without a name."""
    if len(words) < 2 or not _is_only_kin(words[-1]):
        return words
    if _tag(words[-2]) and len(words) > 2:
        found.context.extend(words[-2:])
        return words[:-2]
    found.is_relative_of = True
    return words


def _take_suffixes(found: SortedWords, words: list[str]) -> list[str]:
    """Suffixes and credentials at the end, as long as a name of one word stays."""
    vocabulary = name_words()
    while len(words) > 1 and (
        words[-1] in vocabulary.suffixes or (words[-1] in vocabulary.credentials and len(words) > 2)
    ):
        found.suffix = vocabulary.suffixes.get(words[-1], found.suffix)
        words = words[:-1]
    return words


def _take_context(found: SortedWords, words: list[str]) -> list[str]:
    """Context at the end, or at the front before a name; what follows "from" or "at" is context too."""
    vocabulary = name_words()
    for mark in ("FROM", "AT"):
        if mark in words[1:]:
            place = words.index(mark, 1)
            found.context.extend(words[place + 1 :])
            words = words[:place]
    keep = len(words)
    while keep > (0 if found.kin else 1) and (
        _is_tag(vocabulary, words[keep - 1]) or _starts_phrase(vocabulary, words, keep)
    ):
        keep -= 1
    if keep >= 2 and _holds_brand(vocabulary, words, keep):
        keep = _brand_start(vocabulary, words)
    tags, words = words[keep:], words[:keep]
    tags_before = _leading_tags(vocabulary, words)
    found.context.extend((*words[:tags_before], *tags))
    words = words[tags_before:]
    words = _drop_joiners(vocabulary, words, had_tags=bool(tags))
    if len(words) == 1 and len(tags) == 1 and family_share(tags[0].replace("-", "")) > _CONTEXT_SHARE / 10:
        found.doubtful = tags[0]
    return words


def _starts_phrase(vocabulary: NameWords, words: Sequence[str], keep: int) -> bool:
    return bool(phrase_length(vocabulary.context_phrases, words, keep - 1)) and keep > 1


def _brand_start(vocabulary: NameWords, words: Sequence[str]) -> int:
    return next((at for at in range(1, len(words)) if phrase_length(vocabulary.brands, words, at)), len(words))


def _holds_brand(vocabulary: NameWords, words: Sequence[str], keep: int) -> bool:
    return _brand_start(vocabulary, words) < keep


def _leading_tags(vocabulary: NameWords, words: Sequence[str]) -> int:
    """How many context words stand before a name that is not itself such a word: "Plumber Joe"."""
    count = 0
    while count + 1 < len(words) and _is_tag(vocabulary, words[count]) and words[count] not in census_given():
        count += 1
    return count


def _drop_joiners(vocabulary: NameWords, words: list[str], *, had_tags: bool) -> list[str]:
    """Joining words left at the end when the context after them was taken: "Ana from the" becomes "Ana"."""
    while had_tags and len(words) > 1 and words[-1] in vocabulary.joiners:
        words = words[:-1]
    return words


def surname_belief(word: str) -> float:
    """How likely a last word that is context and also a surname is meant as a surname: "Baker" mostly, "Church" rarely."""
    share = family_share(word.replace("-", ""))
    return share / (share + _CONTEXT_SHARE)
