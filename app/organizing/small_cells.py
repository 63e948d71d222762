"""Counts about friends that are too small to show: a few people in a place are nearly a name."""

from __future__ import annotations

SMALLEST_CELL = 10


def shown_count(count: int) -> int | None:
    """The count, or ``None`` when it is below the smallest that is shown."""
    return count if count >= SMALLEST_CELL else None


def shown_part(part: int, whole: int) -> int | None:
    """How many of a group, or ``None`` when they, or the others of the group, are too few: one tells the other."""
    return part if min(part, whole - part) >= SMALLEST_CELL else None
