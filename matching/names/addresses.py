"""What an e-mail address adds to a written name: "Patrick" with pjohnson@ is Patrick Johnson, "Ms. Bare" with helen.bare@ Helen.

An address is read beside the name, not apart from it: a part that is the name's own, a form of it or its initial shows
where the other part begins, whether anybody is known by that part or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from matching.names.law import given_shares
from matching.names.nicknames import name_variants
from matching.names.text import fold
from matching.names.values import PossibleName

_LONGEST_LOCAL = 64
_LETTERS = re.compile(r"[A-Z]+")
_SHORTEST_NAME = 3
_SHORTEST_AFTER_INITIAL = 4


class Likeness(IntEnum):
    """How the address shows the given name."""

    WHOLE = 0
    FORM = 1
    INITIAL = 2
    OTHER = 3


_BELIEF = {Likeness.WHOLE: 0.85, Likeness.FORM: 0.85, Likeness.INITIAL: 0.75, Likeness.OTHER: 0.5}
"""That the other part is the surname, where the name has none or an initial that fits."""
_BELIEF_BESIDE = {Likeness.WHOLE: 0.25, Likeness.FORM: 0.2, Likeness.INITIAL: 0.1, Likeness.OTHER: 0.0}
"""The same beside another surname: a maiden name, an old address."""
_GIVEN_BELIEF = 0.75


class _Hint(NamedTuple):
    given: str
    family: str
    likeness: Likeness


def name_beside(name: PossibleName, email: str) -> list[PossibleName]:
    """One reading of a name, and the same with what an address adds, weights shared out; the reading alone if nothing."""
    words = _LETTERS.findall(fold(email.split("@", maxsplit=1)[0][:_LONGEST_LOCAL]).strip())
    if not 1 <= len(words) <= 3:
        return [name]
    if not name.given:
        return _with_given(name, words)
    hint = min(_hints(name.given[0], words), key=lambda one: (one.likeness, -len(one.family)), default=None)
    if hint is None or hint.family in name.family or not _fits(hint.family, name.family):
        return [name]
    has_whole = any(len(word) > 1 for word in name.family)
    belief = (_BELIEF_BESIDE if has_whole else _BELIEF)[hint.likeness]
    given = (hint.given, *name.given[1:]) if len(name.given[0]) == 1 and len(hint.given) > 1 else name.given
    more = name._replace(given=given, family=(hint.family,), weight=name.weight * belief)
    return [name._replace(weight=name.weight * (1 - belief)), more] if belief else [name]


def _fits(surname: str, family: Sequence[str]) -> bool:
    """Whether a surname agrees with the initials that the name shows of it."""
    initials = {word for word in family if len(word) == 1}
    return not initials or (surname[0] in initials and len(surname) > 1)


def _hints(first: str, words: Sequence[str]) -> Iterator[_Hint]:
    """Every way to take an address for this given name and a surname."""
    forms = _forms(first)
    if len(words) > 1:
        yield from _of_parts(first, forms, words)
        return
    whole = words[0]
    for form in forms:
        if form not in whole:
            continue
        likeness = Likeness.WHOLE if form == first else Likeness.FORM
        for rest in (whole.removeprefix(form), whole.removesuffix(form)):
            if len(form) >= _SHORTEST_NAME and rest != whole and len(rest) >= _SHORTEST_NAME:
                yield _Hint(form, rest, likeness)
    if len(whole) > _SHORTEST_AFTER_INITIAL and whole not in given_shares() and whole[0] in {form[0] for form in forms}:
        yield _Hint(whole[0], whole[1:], Likeness.INITIAL)


@lru_cache(maxsize=10_000)
def _forms(first: str) -> tuple[str, ...]:
    """A given name with its short and long forms, sorted: a set has another order in each process."""
    return tuple(sorted({first, *name_variants(first)})) if len(first) > 1 else (first,)


def _of_parts(first: str, forms: Sequence[str], words: Sequence[str]) -> Iterator[_Hint]:
    """The same for an address whose parts are set apart: "steve_lucas", "jerry_c"."""
    for place in (0, -1):
        own, other = words[place], words[-1 - place]
        if own in forms and len(own) >= _SHORTEST_NAME and len(other) != _SHORTEST_NAME - 1:
            yield _Hint(own, other, Likeness.WHOLE if own == first else Likeness.FORM)
    own, other = words[0], words[-1]
    if len(other) >= _SHORTEST_NAME and own[0] == first[0] and (len(own) == 1 or len(first) == 1):
        yield _Hint(own, other, Likeness.INITIAL)
    elif len(other) >= _SHORTEST_NAME and own in given_shares():
        yield _Hint(own, other, Likeness.OTHER)


def _with_given(name: PossibleName, words: Sequence[str]) -> list[PossibleName]:
    """A surname with the given name that stands beside it: whole, or an initial."""
    if not name.family or len(name.family[-1]) < _SHORTEST_NAME:
        return [name]
    surname = name.family[-1]
    if len(words) > 1:
        given = next((word for word in words if word != surname), "") if surname in words else ""
    else:
        rests = (words[0].removesuffix(surname), words[0].removeprefix(surname))
        given = next((rest for rest in rests if rest != words[0] and (len(rest) == 1 or rest in given_shares())), "")
    if not given:
        return [name]
    more = name._replace(given=(given,), weight=name.weight * _GIVEN_BELIEF)
    return [name._replace(weight=name.weight * (1 - _GIVEN_BELIEF)), more]
