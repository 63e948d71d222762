"""The rows of matches.csv and asks.csv."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.run.circles import ContactsRead
from graph.model import Circle, Match, MatchStatus, SupporterId
from oauth.readers.contact_file import LeftOut
from prioritization.plan import Plan

Row = tuple[object, ...]

MATCH_HEADER = ("supporter_id", "source", "contact_index", "voter_id", "match_probability", "status", "reason")
ASK_HEADER = (
    "supporter_id", "rank", "source", "contact_index", "voter_id", "ask",
    "match_probability", "turnout_probability", "expected_votes", "reason",
    "support_probability", "tie_strength", "shift", "salience_factor", "tie_factor", "plan_factor", "effect", "share", "by_chance",
)  # fmt: skip
_FURTHER = ASK_HEADER[10:]


def match_rows(read: ContactsRead, matches: Mapping[SupporterId, Sequence[Match]]) -> Iterator[Row]:
    """For each entry of each file, in order: its candidates, best first, or one row without a voter."""
    for circle, unusable in zip(read.circles, read.unusable, strict=True):
        found = {match.contact_key: match for match in matches.get(circle.supporter.supporter_id, ())}
        entries: dict[str, dict[int, Match | LeftOut]] = {
            source: {entry.position: entry for entry in left_out} for source, left_out in unusable.items()
        }
        for key, record in circle.contacts.items():
            entries[record.source][record.position] = found[key]
        for source, placed in entries.items():
            for position in sorted(placed):
                yield from _entry_rows((circle.supporter.supporter_id, source, position), placed[position])


def _entry_rows(place: Row, entry: Match | LeftOut) -> list[Row]:
    if isinstance(entry, LeftOut):
        return [(*place, "", "", MatchStatus.NO_MATCH, entry.reason)]
    return [
        (*place, c.voter.voter_id, _number(c.match_probability), entry.status, "; ".join(c.reasons) or entry.reason)
        for c in entry.candidates
    ] or [(*place, "", "", entry.status, entry.reason)]


def ask_rows(circles: Sequence[Circle], plan: Plan) -> Iterator[Row]:
    """Every supporter's asks, best first."""
    for circle in circles:
        for ask in plan.asks.get(circle.supporter.supporter_id, ()):
            record, factors = circle.contacts[ask.contact_key], ask.factors
            place = (ask.supporter_id, ask.rank, record.source, record.position)
            chances = (_number(factors["match_probability"]), _number(factors["turnout_probability"]))
            further = (_number(factors[name], 6) if name in factors else "" for name in _FURTHER)
            yield (*place, ask.voter.voter_id, ask.kind, *chances, _number(ask.expected_votes, 6), ask.reason, *further)


def _number(value: float, places: int = 4) -> str:
    return f"{value:.{places}f}"
