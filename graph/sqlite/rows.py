"""People and ties as rows, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable

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
from graph.rules import SUPPORTER_FIELDS, compact, instant, microseconds
from graph.sqlite.table import Row, Table
from graph.store import Edge

SUPPORTER = Table("supporter", SUPPORTER_FIELDS[:1], SUPPORTER_FIELDS[1:])
CONTACT = Table(
    "contact",
    ("supporter_id", "contact_key"),
    ("source", "position", "sealed_details", "relationship_type", "tie_strength"),
)
VOTER = Table("voter", ("state", "voter_id"), ("precinct", "city", "household"))
MATCH = Table("match", ("supporter_id", "contact_key"), ("status", "reason"))
CANDIDATE = Table(
    "candidate",
    ("supporter_id", "contact_key", "place"),
    ("state", "voter_id", "match_probability", "reasons"),
)
ASK = Table(
    "ask",
    ("supporter_id", "rank", "contact_key"),
    ("state", "voter_id", "kind", "expected_votes", "reason", "factors"),
)
EVENT = Table("event", ("supporter_id", "contact_key", "kind", "at", "state", "voter_id", "is_shared"), ())


def contact_row(contact: Contact) -> Row:
    """A contact as kept."""
    return (
        contact.supporter_id,
        contact.key,
        contact.source,
        contact.position,
        contact.sealed_details,
        contact.relationship_type.value,
        contact.tie_strength,
    )


def voter_row(voter: Voter) -> Row:
    """A voter as kept."""
    return (*voter.ref, voter.precinct, voter.city, voter.household)


def voter_of(row: Row) -> Voter:
    """The voter in a row."""
    return Voter(VoterRef(*row[:2]), *row[2:])


def candidate_rows(supporter_id: SupporterId, match: Match) -> list[Row]:
    """The candidates of a match, best first."""
    return [
        (supporter_id, match.contact_key, place, *one.voter, one.match_probability, compact(one.reasons))
        for place, one in enumerate(match.candidates)
    ]


def matches_from(rows: Iterable[Row]) -> dict[ContactKey, Match]:
    """Matches by contact key from rows of a match joined with its candidates, by key and place."""
    heads: dict[ContactKey, tuple[MatchStatus, str]] = {}
    found: dict[ContactKey, list[Candidate]] = {}
    for key, status, reason, state, voter_id, probability, reasons in rows:
        heads[key] = (MatchStatus(status), reason)
        candidates = found.setdefault(key, [])
        if voter_id is not None:
            candidates.append(Candidate(VoterRef(state, voter_id), probability, tuple(json.loads(reasons))))
    return {key: Match(key, status, tuple(found[key]), reason) for key, (status, reason) in heads.items()}


def edge_of(row: Row) -> Edge:
    """The edge in a row."""
    supporter_id, key, state, voter_id, probability, strength, status, precinct, city = row
    voter = VoterRef(state, voter_id)
    return Edge(supporter_id, key, voter, probability, strength, MatchStatus(status), precinct, city)


def ask_row(ask: Ask) -> Row:
    """An ask as kept."""
    return (
        ask.supporter_id,
        ask.rank,
        ask.contact_key,
        *ask.voter,
        ask.kind.value,
        ask.expected_votes,
        ask.reason,
        compact(dict(ask.factors)),
    )


def ask_of(row: Row) -> Ask:
    """The ask in a row."""
    supporter_id, rank, key, state, voter_id, kind, expected_votes, reason, factors = row
    voter = VoterRef(state, voter_id)
    return Ask(supporter_id, key, voter, rank, AskKind(kind), expected_votes, reason, json.loads(factors))


def event_row(event: Event) -> Row:
    """An event as kept."""
    state, voter_id = event.voter or (None, None)
    at = microseconds(event.at)
    return (event.supporter_id, event.contact_key, event.kind.value, at, state, voter_id, int(event.is_shared))


def event_of(row: Row) -> Event:
    """The event in a row."""
    supporter_id, key, kind, at, state, voter_id, is_shared = row
    voter = None if voter_id is None else VoterRef(state, voter_id)
    return Event(supporter_id, Outcome(kind), instant(at), key, voter, bool(is_shared))
