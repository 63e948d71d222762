"""The picture of who knows whom: groups as rings, the share that has heard as a filled disc, ties as lines. Pure.

Nothing here is random without a seed; the same groups give the same bytes. Every picture has a twin table
(``table_rows``), which says the same in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import combinations
from math import cos, hypot, sin, sqrt

import networkx as nx

from app.views.circle import EgoPicture
from app.views.reach import CircleGroup, CircleLine
from app.web.labels import SIZE, Box, Label, place_labels

WIDTH, HEIGHT = 540.0, 400.0
MARGIN = 14.0
GAP = 10.0
SMALLEST_RADIUS = 11.0
FILLED_SHARE = 0.42
"""How much of the picture's area all rings together cover, about."""


@dataclass(frozen=True, slots=True)
class PlacedGroup:
    """A ring's centre and radius, in the picture's own units."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class TableRow:
    """A group in the twin table; ``nearest`` names the group it has most ties with, or is empty; ``heard`` is ``None`` when it
    is too small to show.
    """

    name: str
    people: int
    heard: int | None
    nearest: str


def place_groups(sizes: Sequence[int], ties: Sequence[tuple[int, int, int]], seed: int) -> tuple[PlacedGroup, ...]:
    """A place for each group, in the order given: near those it has ties with, none touching another.

    ``sizes`` counts people, ``ties`` holds (first, second, how many) by position. Spring layout after Fruchterman and
    Reingold (1991), then overlapping rings push each other apart. Empty input gives an empty picture.
    """
    if not sizes:
        return ()
    radii = _radii(sizes)
    centres = _apart(_sprung(len(sizes), ties, seed), radii)
    return _fitted(centres, radii)


def community_picture(
    groups: Sequence[CircleGroup], lines: Sequence[CircleLine], *, title: str = "", size: float = SIZE
) -> str:
    """The picture as one SVG element; ``""`` without groups. Names are escaped and colours may be set by CSS classes. ``size`` is
    that of the names.
    """
    if not groups:
        return ""
    rings = "".join(_ring(group) for group in groups)
    label_of = place_labels([(group.name, group.x, group.y, group.radius) for group in groups], _canvas(), size=size)
    marks = f"{_ties(groups, lines)}{rings}{''.join(_text(label) for label in label_of)}"
    return (
        f'<svg class="circles" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" '
        f'aria-label="{escape(title)}" font-family="system-ui, sans-serif">{marks}</svg>'
    )


def ego_picture(picture: EgoPicture, *, you: str, title: str = "", size: float = SIZE) -> str:
    """The picture of one supporter in the middle of her circles; ``""`` until it is drawn. ``you`` is her name in it."""
    if picture.you is None:
        return ""
    middle = CircleGroup(you, 0, None, *picture.you)
    return community_picture((*picture.groups, middle), picture.lines, title=title, size=size)


def table_rows(groups: Sequence[CircleGroup], lines: Sequence[CircleLine]) -> tuple[TableRow, ...]:
    """The twin table of the picture, largest group first."""
    rows = [TableRow(g.name, g.people, g.heard, _nearest(at, groups, lines)) for at, g in enumerate(groups)]
    return tuple(sorted(rows, key=lambda row: (-row.people, row.name)))


def _nearest(at: int, groups: Sequence[CircleGroup], lines: Sequence[CircleLine]) -> str:
    own = [(line.ties, line.second if line.first == at else line.first) for line in lines if at in _ends(line)]
    return groups[max(own, key=lambda pair: (pair[0], -pair[1]))[1]].name if own else ""


def _ends(line: CircleLine) -> tuple[int, int]:
    return line.first, line.second


def _radii(sizes: Sequence[int]) -> list[float]:
    people = max(sum(max(size, 0) for size in sizes), 1)
    per_person = FILLED_SHARE * WIDTH * HEIGHT / (people * 3.1416)
    return [max(sqrt(max(size, 0) * per_person), SMALLEST_RADIUS) for size in sizes]


def _sprung(count: int, ties: Sequence[tuple[int, int, int]], seed: int) -> list[tuple[float, float]]:
    """Spring layout, stretched so that it fills the picture in both directions."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_weighted_edges_from((first, second, sqrt(weight)) for first, second, weight in ties if first != second)
    found = nx.spring_layout(graph, seed=seed, k=2.0 / sqrt(count), iterations=80)
    across = _stretched([float(found[at][0]) for at in range(count)], WIDTH)
    down = _stretched([float(found[at][1]) for at in range(count)], HEIGHT)
    return list(zip(across, down, strict=True))


def _stretched(values: Sequence[float], length: float) -> list[float]:
    low, high = min(values), max(values)
    return [(value - low) / (high - low) * length if high > low else length / 2 for value in values]


def _apart(centres: Sequence[tuple[float, float]], radii: Sequence[float]) -> list[tuple[float, float]]:
    """Push until none touch, inside the picture as long as that succeeds; then let the whole grow."""
    moved = [(x + cos(at) / 100, y + sin(at) / 100) for at, (x, y) in enumerate(centres)]
    for _ in range(300):
        moved = [_inside(centre, radius) for centre, radius in zip(moved, radii, strict=True)]
        if not _push(moved, radii):
            return moved
    while _touch(moved, radii):
        moved = [(x * 1.05 + cos(at), y * 1.05 + sin(at)) for at, (x, y) in enumerate(moved)]
    return moved


def _inside(centre: tuple[float, float], radius: float) -> tuple[float, float]:
    x, y = centre
    return min(max(x, radius), WIDTH - radius), min(max(y, radius), HEIGHT - radius)


def _push(moved: list[tuple[float, float]], radii: Sequence[float]) -> bool:
    pushed = False
    for one, other in combinations(range(len(moved)), 2):
        (ax, ay), (bx, by) = moved[one], moved[other]
        distance = max(hypot(bx - ax, by - ay), 1e-6)
        overlap = radii[one] + radii[other] + GAP - distance
        if overlap > 1e-3:
            dx, dy = (bx - ax) / distance * overlap / 2, (by - ay) / distance * overlap / 2
            moved[one], moved[other] = (ax - dx, ay - dy), (bx + dx, by + dy)
            pushed = True
    return pushed


def _touch(centres: Sequence[tuple[float, float]], radii: Sequence[float]) -> bool:
    pairs = combinations(zip(centres, radii, strict=True), 2)
    return any(hypot(a[0] - b[0], a[1] - b[1]) < ra + rb + GAP / 2 for (a, ra), (b, rb) in pairs)


def _fitted(centres: Sequence[tuple[float, float]], radii: Sequence[float]) -> tuple[PlacedGroup, ...]:
    left = min(x - r for (x, _), r in zip(centres, radii, strict=True))
    right = max(x + r for (x, _), r in zip(centres, radii, strict=True))
    top = min(y - r for (_, y), r in zip(centres, radii, strict=True))
    bottom = max(y + r for (_, y), r in zip(centres, radii, strict=True))
    scale = min((WIDTH - 2 * MARGIN) / (right - left), (HEIGHT - 2 * MARGIN) / (bottom - top))
    to_x, to_y = WIDTH / 2 - scale * (left + right) / 2, HEIGHT / 2 - scale * (top + bottom) / 2
    return tuple(
        PlacedGroup(round(x * scale + to_x, 1), round(y * scale + to_y, 1), round(r * scale, 1))
        for (x, y), r in zip(centres, radii, strict=True)
    )


def _canvas() -> Box:
    return Box(0, 0, WIDTH, HEIGHT)


def _ties(groups: Sequence[CircleGroup], lines: Sequence[CircleLine]) -> str:
    most = max((line.ties for line in lines), default=1)
    return "".join(_tie(groups[line.first], groups[line.second], 1 + 5 * line.ties / most) for line in lines)


def _tie(one: CircleGroup, other: CircleGroup, width: float) -> str:
    """A line that bends a little, so that it does not hide behind the rings between."""
    bend_x, bend_y = (one.y - other.y) * 0.12, (other.x - one.x) * 0.12
    middle_x, middle_y = (one.x + other.x) / 2 + bend_x, (one.y + other.y) / 2 + bend_y
    path = f"M{one.x:.1f} {one.y:.1f}Q{middle_x:.1f} {middle_y:.1f} {other.x:.1f} {other.y:.1f}"
    return f'<path class="tie" d="{path}" fill="none" stroke="#DFD9CD" stroke-width="{width:.1f}"/>'


def _ring(group: CircleGroup) -> str:
    share = min(max((group.heard or 0) / group.people, 0.0), 1.0) if group.people else 0.0
    place = f'cx="{group.x:.1f}" cy="{group.y:.1f}"'
    inner = f'<circle class="heard" {place} r="{group.radius * sqrt(share):.1f}" fill="#1F4E8C"/>' if share else ""
    ring = f'<circle class="ring" {place} r="{group.radius:.1f}" fill="#FFFFFF" stroke="#1F4E8C" stroke-width="1.8"/>'
    words = f"{group.people:,}" if group.heard is None else f"{group.heard:,} / {group.people:,}"
    told = f"{escape(group.name)}: {words}" if group.people else escape(group.name)
    return f"<g><title>{told}</title>{ring}{inner}</g>"


def _text(label: Label) -> str:
    step = label.size * 1.15
    start = label.y - step * (len(label.lines) - 1) / 2 + label.size * 0.35
    spans = "".join(
        f'<tspan x="{label.x:.1f}" y="{start + step * at:.1f}">{escape(line)}</tspan>'
        for at, line in enumerate(label.lines)
    )
    return (
        f'<text text-anchor="middle" font-size="{label.size:g}" font-weight="600" fill="#1D1B18" stroke="#FFFFFF" '
        f'stroke-width="3.5" stroke-linejoin="round" paint-order="stroke">{spans}</text>'
    )
