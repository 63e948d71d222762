"""Whom the supporters know, for the organizer: groups, places and single bridges; counts and places, never a name.

Only supporters who agreed to ``coordinate`` are in it. The picture is laid out by a job, in ``layouts``, and read here.
"""

from __future__ import annotations

import numpy as np

from app.house import House
from app.organizing.layouts import (
    LAYOUT_SEED,
    ask_for_circles,
    coordinated_ties,
    drawn_circles,
    heard_voters,
    unreached_people,
    version_of,
)
from app.organizing.small_cells import shown_count, shown_part
from app.views.reach import PlaceLine, Reach
from app.voter_file import voters_of
from graph.network.arrays import TieArrays
from graph.network.reach import known_to
from graph.network.recruiting import new_from_one
from graph.voters import RegistrationStatus, VoterColumns

_PLACES_SHOWN = 8


def reach(house: House) -> Reach:
    """Whom the supporters know: the picture's groups, where one more supporter helps most, and single bridges.

    Raises ``NotFoundError`` before the first voter file is imported.
    """
    columns, ties = voters_of(house).columns, coordinated_ties(house)
    drawn = drawn_circles(house)
    is_newest = drawn is not None and drawn.version == version_of(ties, heard_voters(house))
    if not is_newest:
        ask_for_circles(house)
    return Reach(
        supporters=len(ties.supporters),
        known=shown_count(len(ties.voters)),
        universe=int(np.sum(columns.status == RegistrationStatus.ACTIVE)),
        known_to_two=shown_part(int(np.sum(known_to(ties) > 1)), len(ties.voters)),
        groups=drawn.groups if drawn else (),
        lines=drawn.lines if drawn else (),
        places=_places(house, columns, ties),
        layout_seed=LAYOUT_SEED,
        bridges=drawn.bridges if drawn else None,
        drawn_at=drawn.at if drawn else None,
        is_drawing=not is_newest,
    )


def _places(house: House, columns: VoterColumns, ties: TieArrays) -> tuple[PlaceLine, ...]:
    """Precincts by how many new people one more supporter from there is expected to bring, the most first."""
    unreached = unreached_people(house, columns, ties)
    expected = new_from_one(ties, unreached)
    ordered = sorted(unreached, key=lambda precinct: (-expected[precinct], -unreached[precinct], precinct))
    have, towns = _messengers(ties), _towns(columns)
    return tuple(
        PlaceLine(
            ", ".join(filter(None, (precinct.title(), towns[precinct].title()))),
            have.get(precinct, 0),
            shown_count(unreached[precinct]),
            shown_count(round(expected[precinct])),
        )
        for precinct in ordered[:_PLACES_SHOWN]
    )


def _messengers(ties: TieArrays) -> dict[str, int]:
    """Of each precinct, how many supporters know somebody there."""
    pairs = np.unique(np.stack([ties.precinct[ties.voter], ties.supporter]), axis=1)
    counts = np.bincount(pairs[0], minlength=len(ties.precincts)).tolist()
    return dict(zip(ties.precincts, counts, strict=True))


def _towns(columns: VoterColumns) -> dict[str, str]:
    """Of each precinct, the town where most of its voters live."""
    pairs, counts = np.unique(np.stack([columns.precinct.codes, columns.city.codes]), axis=1, return_counts=True)
    order = np.argsort(counts, kind="stable")
    return {columns.precinct.values[precinct]: columns.city.values[city] for precinct, city in pairs[:, order].T}
