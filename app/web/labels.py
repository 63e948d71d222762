"""Where the names of rings may stand so that none covers another. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot
from textwrap import wrap
from typing import NamedTuple

SIZE = 12.5
LETTER = 0.66
"""A bold letter's width as a share of its size: the widest of the systems' sans-serifs, so that names fit in all."""
LONGEST_LINE = 13
MOST_LINES = 2


class Box(NamedTuple):
    """A rectangle: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two share any area."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def within(self, other: Box) -> bool:
        """Whether this one lies wholly inside the other."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True, slots=True)
class Label:
    """A name in one or two lines around a centre."""

    lines: tuple[str, ...]
    x: float
    y: float
    size: float

    @property
    def box(self) -> Box:
        """The rectangle it takes."""
        half_width = max(len(line) for line in self.lines) * self.size * LETTER / 2
        half_height = len(self.lines) * self.size * 1.15 / 2
        return Box(self.x - half_width, self.y - half_height, self.x + half_width, self.y + half_height)


Ring = tuple[str, float, float, float]
"""A name, the centre's x and y, the radius."""


def place_labels(rings: Sequence[Ring], canvas: Box, *, size: float = SIZE) -> list[Label]:
    """Labels for as many rings as have room, largest first; the others are named in their title and in the table. ``size`` is that
    of the letters, in the picture's own units.
    """
    placed: list[Label] = []
    for ring in sorted(rings, key=lambda one: (-one[3], one[0])):
        found = next((label for label in _choices(ring, size) if _has_room(label, ring, rings, placed, canvas)), None)
        if found is not None:
            placed.append(found)
    return placed


def _choices(ring: Ring, size: float) -> Iterator[Label]:
    name, x, y, radius = ring
    words = name.split()
    if not words:
        return
    longest = min(max(len(word) for word in words), LONGEST_LINE)
    yield Label(_lines(name, LONGEST_LINE), x, y, size)
    yield Label(_lines(name, longest), x, y, size)
    inside = Label(_lines(name, LONGEST_LINE), x, y, size)
    away = radius + (inside.box.bottom - inside.box.top) / 2 + 2
    aside = radius + (inside.box.right - inside.box.left) / 2 + 3
    for dx, dy in ((0.0, away), (0.0, -away), (aside, 0.0), (-aside, 0.0)):
        yield Label(inside.lines, x + dx, y + dy, size)


def _lines(name: str, width: int) -> tuple[str, ...]:
    return tuple(wrap(name, width, max_lines=MOST_LINES, placeholder="…"))


def _has_room(label: Label, ring: Ring, rings: Sequence[Ring], placed: Sequence[Label], canvas: Box) -> bool:
    if not label.box.within(canvas) or any(label.box.meets(other.box) for other in placed):
        return False
    if (label.x, label.y) == ring[1:3] and (label.box.right - label.box.left) / 2 > ring[3] * 1.1:
        return False
    return not any(_covers(label.box, other) for other in rings if other is not ring)


def _covers(box: Box, ring: Ring) -> bool:
    """Whether a label would reach over a ring that is not its own."""
    _, x, y, radius = ring
    nearest_x, nearest_y = min(max(x, box.left), box.right), min(max(y, box.top), box.bottom)
    return hypot(nearest_x - x, nearest_y - y) < radius
