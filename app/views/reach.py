"""What the page of whom our supporters know shows: counts and places, no names of friends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CircleGroup:
    """A group of people who know each other, named by place: a ring in the picture, a row in its twin table.

    ``heard`` is ``None`` when those who have heard, or those who have not, are too few to show.
    """

    name: str
    people: int
    heard: int | None
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class CircleLine:
    """Ties between two groups, by their places in ``Reach.groups``."""

    first: int
    second: int
    ties: int


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place on "Where one more supporter helps most"; small counts are hidden as ``None``.

    ``new_from_one`` is how many people whom nobody knows one more supporter from there is expected to bring.
    """

    place: str
    have: int
    unreached: int | None
    new_from_one: int | None = None


@dataclass(frozen=True, slots=True)
class SingleBridges:
    """Supporters who alone are the way to most of a group of people; ``people`` are those whom only they know.

    A second supporter in each of ``places``, at most two, would remove one of them.
    """

    supporters: int
    people: int
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom the supporters know, for the organizer. Counts below the smallest cell are ``None``.

    Groups, lines and bridges are those of ``drawn_at`` (``None`` before the first picture); ``is_drawing`` says that a
    newer picture is on its way.
    """

    supporters: int
    known: int | None
    universe: int
    known_to_two: int | None
    groups: tuple[CircleGroup, ...]
    lines: tuple[CircleLine, ...]
    places: tuple[PlaceLine, ...]
    layout_seed: int
    bridges: SingleBridges | None = None
    drawn_at: datetime | None = None
    is_drawing: bool = False
