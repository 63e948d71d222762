"""Kith on an open voter file, as a server has it, with what only a benchmark asks: its candidates, and the share of compiled code."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numba.core.dispatcher import Dispatcher

from app.steps import Voters, find_friends
from benchmarks.judged import Links, Place
from graph.model import Circle
from matching.evidence import circle_evidence
from matching.laying_out import lay_out
from matching.link import MatchResult
from matching.model import MatchModel
from matching.namesakes import Namesakes
from matching.prior import surroundings
from matching.search import Search


@dataclass
class Engine:
    """Kith with what it has learned."""

    voters: Voters
    model: MatchModel
    as_of: date

    def find(self, circles: Sequence[Circle]) -> MatchResult:
        """What a server does for a circle: from contacts as they were read to links with reasons."""
        return find_friends(circles, self.voters, as_of=self.as_of, model=self.model, learning=False)

    def link(self, circles: Sequence[Circle]) -> Links:
        """The likeliest voter of each contact."""
        found = self.find(circles)
        records = {key: record for circle in circles for key, record in circle.contacts.items()}
        return {
            (records[match.contact_key].source, records[match.contact_key].position): (
                match.candidates[0].voter.voter_id,
                match.candidates[0].match_probability,
            )
            for matches in found.matches.values()
            for match in matches
            if match.candidates
        }

    def candidates(self, circles: Sequence[Circle]) -> dict[Place, frozenset[str]]:
        """The voters whom the engine looked at for each contact and found possible."""
        columns, index, key = self.voters.columns, self.voters.index, self.voters.key
        share = Namesakes.of(index).share
        groups = [circle_evidence(circle, key=key, name_share=share) for circle in circles]
        people = [(number, one) for number, group in enumerate(groups) for one in group if one.is_person]
        own_voter = self.find(circles).own_voter
        own = [own_voter.get(circle.supporter.supporter_id) for circle in circles]
        around = surroundings(
            columns,
            index,
            own_rows=np.array([-1 if ref is None else columns.row(ref) for ref in own], dtype=np.int32),
            postal_codes=[circle.supporter.postal_code[:5] for circle in circles],
            birth_years=np.zeros(len(circles), dtype=np.int32),
        )
        search = Search.of(columns, index, [one for _, one in people])
        laid = lay_out(search, [one for _, one in people], [number for number, _ in people], around)
        rows: defaultdict[int, set[str]] = defaultdict(set)
        for card, row in zip(laid.features.card.tolist(), laid.features.row.tolist(), strict=True):
            rows[card].add(columns.voter_ids[row].decode("ascii"))
        records = {key: record for circle in circles for key, record in circle.contacts.items()}
        return {
            (records[key].source, records[key].position): frozenset(rows[card])
            for card, (_, person) in enumerate(people)
            for key in person.keys
        }


class CompiledSeconds:
    """Counts the seconds inside compiled functions of the matcher, by standing before each of them."""

    def __init__(self) -> None:
        self.seconds = 0.0
        for name in [name for name in sys.modules if name.startswith("matching.")]:
            module = sys.modules[name]
            for attribute, value in list(vars(module).items()):
                if isinstance(value, Dispatcher):
                    setattr(module, attribute, self._timed(value))

    def _timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: object) -> object:
            started = time.thread_time()
            try:
                return function(*arguments)
            finally:
                self.seconds += time.thread_time() - started

        return call
