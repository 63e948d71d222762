"""People and ties as rows of a query, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import Any

from graph.model import (
    Ask,
    AskKind,
    Candidate,
    Contact,
    ContactKey,
    Event,
    Match,
    MatchStatus,
    Outcome,
    SupporterId,
    Voter,
    VoterRef,
)
from graph.neo4j.connection import Row
from graph.rules import compact, instant, microseconds
from graph.store import Edge


def fixed(value: Any) -> Any:  # noqa: ANN401 - whatever a property may hold
    """The same with tuples for lists, so that rows can be compared and digested."""
    return tuple(map(fixed, value)) if isinstance(value, list | tuple) else value


def contact_row(contact: Contact) -> Row:
    """A contact as kept, its key first."""
    kind = contact.relationship_type.value
    strength = None if contact.tie_strength is None else float(contact.tie_strength)
    return (contact.key, contact.source, contact.position, contact.sealed_details, kind, strength)


def voter_row(voter: Voter) -> Row:
    """A voter as kept, his name across files first."""
    return (*voter.ref, voter.precinct, voter.city, voter.household)


def match_row(match: Match) -> Row:
    """A match as read: its candidates best first."""
    candidates = tuple(
        (place, *one.voter, float(one.match_probability), tuple(one.reasons))
        for place, one in enumerate(match.candidates)
    )
    return (match.contact_key, match.status.value, match.reason, candidates)


def in_place(row: Row) -> Row:
    """A match's row with its candidates sorted by place, as ``match_row`` gives it."""
    return (*row[:3], tuple(sorted(row[3])))


def match_of(row: Row) -> Match:
    """The match in a row whose candidates are in place."""
    key, status, reason, candidates = row
    found = tuple(Candidate(VoterRef(state, voter_id), p, reasons) for _, state, voter_id, p, reasons in candidates)
    return Match(ContactKey(key), MatchStatus(status), found, reason)


def edge_of(supporter_id: str, row: Row) -> Edge:
    """The edge in a row."""
    key, state, voter_id, probability, strength, status, precinct, city = row
    voter = VoterRef(state, voter_id)
    owner = SupporterId(supporter_id)
    return Edge(owner, ContactKey(key), voter, probability, strength, MatchStatus(status), precinct, city)


def ties_of(circle: Iterable[tuple[str, list[str], list[float]]]) -> Iterator[tuple[str, str, float]]:
    """State, voter id and match probability of each tie, from a list of ids and one of probabilities for each state."""
    return chain.from_iterable(zip(repeat(state), ids, chances, strict=False) for state, ids, chances in circle)


def ask_row(ask: Ask) -> Row:
    """An ask as kept, its rank and contact first."""
    factors = compact(dict(ask.factors))
    votes = float(ask.expected_votes)
    return (ask.rank, ask.contact_key, *ask.voter, ask.kind.value, votes, ask.reason, factors)


def ask_of(supporter_id: SupporterId, row: Row) -> Ask:
    """The ask in a row."""
    rank, key, state, voter_id, kind, expected_votes, reason, factors = row
    voter = VoterRef(state, voter_id)
    return Ask(supporter_id, key, voter, rank, AskKind(kind), expected_votes, reason, json.loads(factors))


def event_values(event: Event) -> dict[str, Any]:
    """An event as kept; its key holds all of it, so that the same event is kept once."""
    state, voter_id = event.voter or (None, None)
    values = {
        "supporter_id": event.supporter_id,
        "contact_key": event.contact_key,
        "kind": event.kind.value,
        "at": microseconds(event.at),
        "state": state,
        "voter_id": voter_id,
        "is_shared": event.is_shared,
    }
    return {**values, "key": compact(list(values.values()))}


def event_of(row: Row) -> Event:
    """The event in a row."""
    supporter_id, key, kind, at, state, voter_id, is_shared = row
    voter = None if voter_id is None else VoterRef(state, voter_id)
    return Event(SupporterId(supporter_id), Outcome(kind), instant(at), key, voter, is_shared)


def event_order(event: Event) -> tuple[object, ...]:
    """By time, supporter and contact key; the rest keeps the order the same everywhere."""
    state, voter_id = event.voter or ("", "")
    return (event.at, event.supporter_id, event.contact_key or "", event.kind.value, state, voter_id, event.is_shared)
