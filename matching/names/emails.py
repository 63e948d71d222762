"""What the part of an e-mail address before the "@" tells: a name ("john.smith"), a year of birth ("judithkirby60")."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matching.names.addresses import name_beside
from matching.names.cores import readings_of, weighed
from matching.names.law import family_shares, given_share, given_shares
from matching.names.text import fold
from matching.names.values import PossibleName

_LONGEST_LOCAL = 64
_OLDEST_YEAR, _YOUNGEST_YEAR = 1915, 2012
_SHARED_BOXES = frozenset(
    [
        "INFO",
        "ADMIN",
        "OFFICE",
        "SALES",
        "CONTACT",
        "HELLO",
        "SUPPORT",
        "MAIL",
        "EMAIL",
        "NOREPLY",
        "BILLING",
        "TEAM",
        "HELP",
        "SERVICE",
        "WEBMASTER",
        "HOLA",
        "VENTAS",
        "NEWSLETTER",
    ]
)
_LETTERS = re.compile(r"[A-Z]+")
_DIGITS = re.compile(r"[0-9]+")
_SHORTEST_NAME = 3
_COMMON_ENOUGH = 0.001


def year_from_email(email: str) -> int | None:
    """The year of birth that the digits at the end of the local part hint at, or ``None``: two digits or four.

    >>> year_from_email("judithkirby60"), year_from_email("ana1987@mail.example"), year_from_email("ana123")
    (1960, 1987, None)
    """
    local = _local(email)
    digits = _DIGITS.findall(local) if local[-1:].isdigit() else []
    if len(digits) != 1:
        return None
    if len(digits[0]) == 2:
        number = int(digits[0])
        return 1900 + number if number > _YOUNGEST_YEAR % 100 else 2000 + number
    year = int(digits[0]) if len(digits[0]) == 4 else 0
    return year if _OLDEST_YEAR <= year <= _YOUNGEST_YEAR else None


def name_from_email(email: str) -> tuple[PossibleName, ...]:
    """The readings of an e-mail address or its local part, weights summing to 1; empty when it tells no name.

    >>> [(name.given, name.family) for name in name_from_email("john.smith")][0]
    (('JOHN',), ('SMITH',))
    """
    words = _LETTERS.findall(_local(email))
    if not words or any(word in _SHARED_BOXES for word in words):
        return ()
    if len(words) == 1 and len(words[0]) < _SHORTEST_NAME:
        return ()
    if len(words) == 1:
        return tuple(weighed(_split_names(words[0])))
    if len(words) > 3 or all(len(word) == 1 for word in words):
        return ()
    straight = readings_of(words)
    return tuple(straight)


def names_with_email(names: Sequence[PossibleName], emails: Sequence[str]) -> list[PossibleName]:
    """Readings of a name with what e-mail addresses add; of no name, the addresses' own.

    See ``matching.names.addresses`` for what an address adds to a name.
    """
    if not names:
        return [name for email in emails[:3] for name in name_from_email(email)]
    found = list(names)
    for email in emails[:3]:
        found = [more for name in found for more in name_beside(name, email)]
    return found


def _local(email: str) -> str:
    return fold(email.split("@", maxsplit=1)[0][:_LONGEST_LOCAL]).strip()


def _split_names(letters: str) -> list[PossibleName]:
    """Every way to part one run of letters into a known given name (or an initial) and a known surname."""
    given, family = given_shares(), family_shares()
    found: list[PossibleName] = []
    for place in range(1, len(letters)):
        left, right = letters[:place], letters[place:]
        if len(left) >= _SHORTEST_NAME and len(right) >= _SHORTEST_NAME:
            if left in given and family.get(right, 0.0) >= _COMMON_ENOUGH:
                found.append(PossibleName((left,), (right,), weight=given_share(left) * family[right] + 1e-6))
            if right in given and family.get(left, 0.0) >= _COMMON_ENOUGH:
                found.append(PossibleName((right,), (left,), weight=0.3 * given_share(right) * family[left] + 1e-6))
    initial, rest = letters[:1], letters[1:]
    if len(rest) >= _SHORTEST_NAME + 1 and family.get(rest, 0.0) > 0:
        found.append(PossibleName((initial,), (rest,), weight=0.02 * family[rest] + 1e-6))
    if letters in given:
        found.append(PossibleName((letters,), (), weight=0.01 * given_share(letters)))
    return found
