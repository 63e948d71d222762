"""What a name can tell: the values that ``matching.names.reading`` gives."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class NameKind(StrEnum):
    """What an entry's name stands for."""

    PERSON = "person"
    NOT_A_PERSON = "not_a_person"
    SAYS_NOTHING = "says_nothing"


class PossibleName(NamedTuple):
    """One reading of a name: normalised words, each a whole word or one letter (an initial); either side may be empty.

    ``given`` and ``middle`` are in the order written; ``family`` holds every surname the reading gives (a double surname
    gives both halves). ``weight`` is the share of belief in this reading; the weights of one entry sum to 1.
    """

    given: tuple[str, ...]
    family: tuple[str, ...]
    middle: tuple[str, ...] = ()
    suffix: str = ""
    weight: float = 1.0


class NameReading(NamedTuple):
    """What an entry's name tells.

    ``kin`` is a kin label in lower case English ("mother", "aunt", "cousin") or ``""``; ``context`` holds words that say
    where she knows him from ("WORK", "PLUMBER"); ``gender`` is "F", "M" or "" as titles and kin labels tell; ``why`` says
    in plain words why an entry is not a person or says nothing. An entry that says nothing may still have possible
    names: those that its e-mail addresses give.
    """

    kind: NameKind
    possible: tuple[PossibleName, ...] = ()
    kin: str = ""
    context: tuple[str, ...] = ()
    gender: str = ""
    why: str = ""
