"""What the ego pictures show: one supporter in the middle and the circles around her."""

from __future__ import annotations

from dataclasses import dataclass

from app.views.reach import CircleGroup, CircleLine


@dataclass(frozen=True, slots=True)
class EgoPicture:
    """Circles with their places, the lines between them, and where she stands (``None`` until the picture is drawn).

    A line's ``first`` or ``second`` of -1 is she herself.
    """

    you: tuple[float, float, float] | None
    groups: tuple[CircleGroup, ...]
    lines: tuple[CircleLine, ...]


@dataclass(frozen=True, slots=True)
class CircleRow:
    """A circle in the twin table: its friends, how many of them are on her list and to how many she wrote."""

    name: str
    friends: int
    listed: int
    written: int


@dataclass(frozen=True, slots=True)
class HerCircles:
    """Her own circles, for herself alone: rows largest first, the picture, and what it stands for."""

    rows: tuple[CircleRow, ...]
    picture: EgoPicture
    friends: int


@dataclass(frozen=True, slots=True)
class OverlapLine:
    """Another supporter, and how many people both know: ten or more."""

    name: str
    shared: int


@dataclass(frozen=True, slots=True)
class SupporterReach:
    """One supporter as an organizer may see her network: counts by place, what would be lost, who else knows them.

    Counts below the smallest cell are ``None``. ``agrees`` says whether she agreed to ``coordinate``; without it all else is
    empty. ``is_drawing`` says that the picture is on its way.
    """

    name: str
    agrees: bool
    known: int | None
    alone: int | None
    picture: EgoPicture
    overlap: tuple[OverlapLine, ...]
    is_drawing: bool = False
