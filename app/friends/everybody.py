"""Everybody's friends looked for again at once, which teaches the matcher from all contacts together.

A night's work asks for it where anything that it reads stands otherwise than when it was last done.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256

from app.friends.circles import BROUGHT, open_circles, permits
from app.friends.ego import ask_for_ego
from app.friends.finding import MODEL, counts, match_all
from app.friends.ranking import RANK
from app.house import House
from app.jobs import enqueue
from app.organizing.layouts import ask_for_circles
from graph.model import Purpose
from graph.records import JsonObject
from matching.model import MatchModel

FIND_EVERYBODY = "find_everybody"
_LOOKED_WITH = "looked_with"
_MODEL_NOW = "current"


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
    looked_with = _read_by_it(house)
    circles = open_circles(house)
    if start is not None:
        house.records.put(MODEL, "current", {"model": start.to_json(), "at": house.clock().isoformat()})
    result = match_all(house, circles)
    for circle in circles:
        ask_for_ego(house, circle.supporter.supporter_id)
    house.records.put(MODEL, _LOOKED_WITH, {**looked_with, "model": _model_version(house)})
    ask_for_circles(house)
    enqueue(house.records, RANK, {}, now=house.clock(), key=RANK)
    total: Counter[str] = Counter()
    for matches in result.matches.values():
        total.update(counts(matches))
    return Everybody(len(circles), total["people"], total["found"], total["unsure"], result.model)


def ask_for_everybody(house: House) -> bool:
    """Ask for the search of everybody's friends where a voter file, a model or contacts have come since; whether it did.

    Also where somebody who was read has left. Asking twice is asking once; before the first import there is nothing to ask.
    """
    before = house.records.get(MODEL, _LOOKED_WITH)
    now = {**_read_by_it(house), "model": _model_version(house)}
    if not now["file"] or (before is not None and before.value == now):
        return False
    enqueue(house.records, FIND_EVERYBODY, {}, now=house.clock(), key=FIND_EVERYBODY)
    return True


def _read_by_it(house: House) -> JsonObject:
    """The voter file, and a digest of who agreed and when each last brought friends: nobody is named."""
    generation = house.voters.current()
    agreed = permits(house, [one.supporter_id for one in house.graph.supporters()], Purpose.MATCH)
    brought = {record.key: record.value["at"] for record in house.records.all(BROUGHT)}
    circles = sorted((one.supporter, brought.get(one.supporter, "")) for one in agreed)
    digest = sha256(repr(circles).encode()).hexdigest()
    return {"file": generation.generation_id if generation else "", "circles": digest}


def _model_version(house: House) -> int:
    model = house.records.get(MODEL, _MODEL_NOW)
    return model.version if model else 0
