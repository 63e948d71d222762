"""Everybody's friends looked for again at once, which teaches the matcher from all contacts together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from app.friends.circles import open_circles
from app.friends.ego import ask_for_ego
from app.friends.finding import MODEL, counts, match_all
from app.friends.ranking import RANK
from app.house import House
from app.jobs import enqueue
from app.organizing.layouts import ask_for_circles
from matching.model import MatchModel


@dataclass(frozen=True, slots=True)
class Everybody:
    """How many supporters who agreed were looked for, what was found, and the model as it is now."""

    supporters: int
    people: int
    found: int
    unsure: int
    model: MatchModel


def find_everybodys(house: House, *, start: MatchModel | None = None) -> Everybody:
    """Match the circles of all who agreed against the current voter file and have lists chosen anew.

    ``start`` takes the place of what the campaign's contacts taught before; ten circles or more move it, fewer are read with
    it as it is. Raises ``NotFoundError`` before the first import. Nobody to look for changes nothing but the model.
    """
    circles = open_circles(house)
    if start is not None:
        house.records.put(MODEL, "current", {"model": start.to_json(), "at": house.clock().isoformat()})
    result = match_all(house, circles)
    for circle in circles:
        ask_for_ego(house, circle.supporter.supporter_id)
    ask_for_circles(house)
    enqueue(house.records, RANK, {}, now=house.clock(), key=RANK)
    total: Counter[str] = Counter()
    for matches in result.matches.values():
        total.update(counts(matches))
    return Everybody(len(circles), total["people"], total["found"], total["unsure"], result.model)
