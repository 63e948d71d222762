"""The promises of ``graph.store.GraphStore`` in plain dictionaries: what every adapter must agree with."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from graph.errors import InputError, NotFoundError
from graph.model import Ask, Contact, ContactKey, Event, Match, MatchStatus, Supporter, SupporterId, Voter, VoterRef
from graph.store import Edge, Removed, Upserted

Key = tuple[SupporterId, ContactKey]
HERS = (MatchStatus.CONFIRMED, MatchStatus.REJECTED)


def counted(old: Mapping[Any, Hashable], new: Mapping[Any, Hashable]) -> Upserted:
    created = len(new.keys() - old.keys())
    updated = sum(old[key] != new[key] for key in new.keys() & old.keys())
    return Upserted(created, updated, len(new) - created - updated)


class PlainGraph:
    """One campaign's people and ties."""

    def __init__(self) -> None:
        self.people: dict[SupporterId, Supporter] = {}
        self.contacts: dict[Key, Contact] = {}
        self.voters: dict[VoterRef, Voter] = {}
        self.matches: dict[Key, Match] = {}
        self.asks: dict[SupporterId, dict[tuple[int, ContactKey], Ask]] = {}
        self.happened: set[Event] = set()

    def put_supporter(self, supporter: Supporter) -> Upserted:
        new = {supporter.supporter_id: replace(supporter, files=(), purposes=None)}
        result = counted(self.people, new)
        self.people |= new
        return result

    def put_contacts(self, supporter_id: SupporterId, contacts: Sequence[Contact]) -> Upserted:
        if any(contact.supporter_id != supporter_id for contact in contacts):
            raise InputError("Somebody else's")
        self._require(supporter_id)
        new = {(supporter_id, contact.key): contact for contact in contacts}
        result = counted(self.contacts, new)
        self.contacts |= new
        return result

    def put_ties(self, supporter_id: SupporterId, contacts: Sequence[Contact]) -> Upserted:
        there = [(self.contacts[supporter_id, c.key], c) for c in contacts if (supporter_id, c.key) in self.contacts]
        told = [
            replace(old, relationship_type=new.relationship_type, tie_strength=new.tie_strength) for old, new in there
        ]
        return self.put_contacts(supporter_id, told)

    def put_voters(self, voters: Sequence[Voter]) -> Upserted:
        new = {voter.ref: voter for voter in voters}
        result = counted(self.voters, new)
        self.voters |= new
        return result

    def put_matches(
        self, supporter_id: SupporterId, matches: Sequence[Match], *, voters: Sequence[Voter] = ()
    ) -> Upserted:
        self._require(supporter_id, *(match.contact_key for match in matches))
        new: dict[Key, Match] = {}
        for match in matches:
            key = (supporter_id, match.contact_key)
            stands = new.get(key) or self.matches.get(key)
            new[key] = stands if stands and stands.status in HERS and match.status not in HERS else match
        result = counted(self.matches, new)
        named = {candidate.voter for key in new if key in self.matches for candidate in self.matches[key].candidates}
        self.matches |= new
        self.put_voters(voters)
        self._drop(named | {voter.ref for voter in voters})
        return result

    def replace_asks(self, supporter_id: SupporterId, asks: Sequence[Ask]) -> Upserted:
        if any(ask.supporter_id != supporter_id for ask in asks):
            raise InputError("Somebody else's")
        self._require(supporter_id, *(ask.contact_key for ask in asks))
        new = {(ask.rank, ask.contact_key): ask for ask in asks}
        old = self.asks.get(supporter_id, {})
        created = len(new.keys() - old.keys())
        unchanged = sum(old.get(key) == ask for key, ask in new.items())
        self.asks[supporter_id] = new
        return Upserted(created, len(new) - created - unchanged, unchanged)

    def record_event(self, event: Event) -> None:
        self._require(event.supporter_id, *([event.contact_key] if event.contact_key else []))
        self.happened.add(event)

    def remove_contacts(self, supporter_id: SupporterId, keys: Sequence[ContactKey]) -> Removed:
        return self._erase({(supporter_id, key) for key in keys} & self.contacts.keys())

    def withdraw(self, supporter_id: SupporterId) -> Removed:
        removed = self._erase({key for key in self.contacts if key[0] == supporter_id})
        about_nobody = {event for event in self.happened if event.supporter_id == supporter_id}
        self.happened -= about_nobody
        self.asks.pop(supporter_id, None)
        supporters = 1 if self.people.pop(supporter_id, None) else 0
        return replace(removed, supporters=supporters, events=removed.events + len(about_nobody))

    def forget_voter(self, voter: VoterRef) -> Removed:
        named = [key for key, match in self.matches.items() if voter in {one.voter for one in match.candidates}]
        before = {candidate.voter for key in named for candidate in self.matches[key].candidates}
        for key in named:
            self.matches[key] = self._without(self.matches[key], voter)
        asks = sum(len(hers) for hers in self.asks.values())
        self.asks = {
            supporter: {place: ask for place, ask in hers.items() if ask.voter != voter}
            for supporter, hers in self.asks.items()
        }
        self.happened = {replace(e, voter=None) if e.voter == voter else e for e in self.happened}
        voters = 1 if self.voters.pop(voter, None) else 0
        self._drop(before)
        return Removed(matches=len(named), asks=asks - sum(map(len, self.asks.values())), voters=voters)

    def edges(self) -> list[Edge]:
        found = []
        for (supporter_id, key), match in self.matches.items():
            if match.voter is None:
                continue
            voter = self.voters.get(match.voter, Voter(match.voter))
            probability = match.candidates[0].match_probability
            strength = self.contacts[supporter_id, key].tie_strength
            place = (voter.precinct, voter.city)
            found.append(Edge(supporter_id, key, match.voter, probability, strength, match.status, *place))
        return sorted(found, key=lambda edge: (edge.supporter_id, edge.voter, edge.contact_key))

    def _without(self, match: Match, voter: VoterRef) -> Match:
        others = tuple(one for one in match.candidates if one.voter != voter)
        if match.status is not MatchStatus.REJECTED and (match.voter == voter or not others):
            return Match(match.contact_key, MatchStatus.NO_MATCH)
        return replace(match, candidates=others)

    def _erase(self, keys: Collection[Key]) -> Removed:
        matches = [self.matches.pop(key) for key in keys if key in self.matches]
        asks = sum(len(hers) for hers in self.asks.values())
        for supporter_id, key in keys:
            hers = self.asks.get(supporter_id, {})
            self.asks[supporter_id] = {place: ask for place, ask in hers.items() if ask.contact_key != key}
        events = {event for event in self.happened if (event.supporter_id, event.contact_key) in keys}
        self.happened -= events
        for key in keys:
            del self.contacts[key]
        return Removed(
            contacts=len(keys),
            matches=len(matches),
            asks=asks - sum(map(len, self.asks.values())),
            events=len(events),
            voters=self._drop({candidate.voter for match in matches for candidate in match.candidates}),
        )

    def _drop(self, voters: Iterable[VoterRef]) -> int:
        named = {candidate.voter for match in self.matches.values() for candidate in match.candidates}
        return sum(self.voters.pop(voter, None) is not None for voter in set(voters) - named)

    def _require(self, supporter_id: SupporterId, *keys: ContactKey) -> None:
        if supporter_id not in self.people or any((supporter_id, key) not in self.contacts for key in keys):
            raise NotFoundError("Unknown")
