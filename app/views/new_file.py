"""What the desk's page about a new voter file shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What changed, in words, and how many friends; too few to show are ``None``."""

    label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class SharedChange:
    """A friend of whom a supporter told the campaign, whose link changed: his name as she keeps it, and how it changed."""

    supporter_name: str
    friend_name: str
    change: str


@dataclass(frozen=True, slots=True)
class NewFile:
    """What the newest voter file changed. ``whole_file`` counts voters of the public list, the other lines friends.

    ``found`` is empty once the links of before are erased. ``waiting`` of ``supporters`` have their friends still looked for; ``shared`` is ``None`` for who sees no names.
    """

    day: date
    whole_file: tuple[ChangeLine, ...]
    confirmed: tuple[ChangeLine, ...]
    found: tuple[ChangeLine, ...]
    supporters: int
    waiting: int
    shared: tuple[SharedChange, ...] | None
