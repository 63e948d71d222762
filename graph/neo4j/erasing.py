"""Erasures, inside a transaction that the caller holds. Every kind of node is named and every count is measured.

The supporter's node is deleted without ``DETACH``: an erasure that forgot something of hers fails and removes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import LiteralString

from graph.model import ContactKey, SupporterId, VoterRef
from graph.neo4j import hers, queries, rows
from graph.neo4j.connection import Bound, digest_of
from graph.rules import voters_in, without_voter
from graph.store import Removed

EVERYTHING: tuple[LiteralString, ...] = (
    "MATCH (n:Ask {campaign: $campaign}) WITH n LIMIT 5000 DETACH DELETE n RETURN count(*)",
    "MATCH (n:Event {campaign: $campaign}) WITH n LIMIT 5000 DETACH DELETE n RETURN count(*)",
    "MATCH (n:Contact {campaign: $campaign}) WITH n LIMIT 5000 DETACH DELETE n RETURN count(*)",
    "MATCH (n:Supporter {campaign: $campaign}) WITH n LIMIT 5000 DETACH DELETE n RETURN count(*)",
    "MATCH (n:Voter {campaign: $campaign}) WITH n LIMIT 5000 DETACH DELETE n RETURN count(*)",
    "MATCH (n:Record {campaign: $campaign}) WITH n LIMIT 5000 DETACH DELETE n RETURN count(*)",
    "MATCH (n:Entry {campaign: $campaign}) WITH n LIMIT 5000 DETACH DELETE n RETURN count(*)",
    "MATCH (n:Turn {campaign: $campaign}) WITH n LIMIT 5000 DETACH DELETE n RETURN count(*)",
)
"""What a campaign has, a label each; every query is repeated until nothing is left."""


def erase_supporter(bound: Bound, supporter_id: SupporterId) -> Removed:
    """A supporter, all that is hers, and the voters whom nobody else's matches name."""
    voters = voters_in(hers.matches_of(bound, supporter_id).values())
    events = bound.number(queries.DROP_EVENTS, supporter_id=supporter_id)
    asks = bound.number(queries.DROP_ASKS, supporter_id=supporter_id)
    contacts, matches = bound.one(queries.DROP_CONTACTS, supporter_id=supporter_id) or (0, 0)
    supporters = bound.number(queries.DROP_SUPPORTER, supporter_id=supporter_id)
    gone = hers.drop_unnamed_voters(bound, voters)
    return Removed(supporters, contacts, matches, asks, events, gone)


def erase_contacts(bound: Bound, supporter_id: SupporterId, keys: Sequence[ContactKey]) -> Removed:
    """Some contacts of a supporter with what hangs on them, and the voters whom no match names any more."""
    wanted = sorted(set(keys))
    contact_digest, contact_rows = hers.some_contact_rows(bound, supporter_id, wanted)
    match_digest, match_rows = hers.some_match_rows(bound, supporter_id, wanted)
    events = bound.number(queries.DROP_EVENTS_ABOUT, supporter_id=supporter_id, rows=wanted)
    asks = bound.number(queries.DROP_ASKS_ABOUT, supporter_id=supporter_id, rows=wanted)
    contacts, matches = bound.one(queries.DROP_THESE_CONTACTS, supporter_id=supporter_id, rows=wanted) or (0, 0)
    gone = hers.drop_unnamed_voters(bound, voters_in(map(rows.match_of, match_rows)))
    left = {"contacts": contact_digest - digest_of(contact_rows), "matches": match_digest - digest_of(match_rows)}
    bound.rows(queries.SEAL, supporter_id=supporter_id, **left)
    hers.seal_asks(bound, supporter_id)
    return Removed(contacts=contacts, matches=matches, asks=asks, events=events, voters=gone)


def erase_voter(bound: Bound, voter: VoterRef) -> Removed:
    """A voter, his asks, and his place in everybody's matches and events."""
    him = {"state": voter.state, "voter_id": voter.voter_id}
    named = bound.rows(queries.WHO_NAMES_HIM, **him)
    are_to_ask = {SupporterId(row[0]) for row in bound.rows(queries.WHO_IS_TO_ASK_HIM, **him)}
    keys: dict[SupporterId, list[ContactKey]] = defaultdict(list)
    for supporter_id, key in sorted(named):
        keys[SupporterId(supporter_id)].append(ContactKey(key))
    for supporter_id, contact_keys in keys.items():
        _forget_in_matches(bound, supporter_id, contact_keys, voter)
    _forget_in_events(bound, voter)
    asks = bound.number(queries.DROP_ASKS_OF_VOTER, **him)
    voters = bound.number(queries.DROP_VOTER, **him)
    for supporter_id in sorted(are_to_ask):
        hers.seal_asks(bound, supporter_id)
    return Removed(matches=len(named), asks=asks, voters=voters)


def _forget_in_matches(bound: Bound, supporter_id: SupporterId, keys: Sequence[ContactKey], voter: VoterRef) -> None:
    digest, found = hers.some_match_rows(bound, supporter_id, keys)
    old = list(map(rows.match_of, found))
    left = [without_voter(match, voter) for match in old]
    hers.replace_matches(bound, supporter_id, old, left, digest=digest)
    hers.drop_unnamed_voters(bound, voters_in(old) - voters_in(left) - {voter})


def _forget_in_events(bound: Bound, voter: VoterRef) -> None:
    """His events stay without his name; two that become the same are kept once."""
    him = {"state": voter.state, "voter_id": voter.voter_id}
    events = [rows.event_of(row) for row in bound.rows(queries.EVENTS_WITH_VOTER, **him)]
    bound.rows(queries.DROP_EVENTS_WITH_VOTER, **him)
    for event in events:
        bound.rows(queries.PUT_EVENT, **rows.event_values(replace(event, voter=None)))
