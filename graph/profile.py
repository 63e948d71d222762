"""The one view of a person: what the voter file says, who told us of a tie, and what happened, on one timeline.

Pure over what a ``GraphStore`` gives, so it is the same on every adapter. Only what supporters shared is in it: events with
``is_shared``, and the ties and asks of the contacts that such an event names. The rest stays theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from graph.model import (
    Ask,
    Contact,
    ContactKey,
    Event,
    Match,
    MatchStatus,
    RelationshipType,
    SupporterId,
    Voter,
    VoterRef,
)
from graph.store import GraphStore


class Source(StrEnum):
    """Where something on the timeline comes from."""

    VOTER_FILE = "voter_file"
    ONLINE = "online"
    FIELD = "field"
    SUPPORTER = "supporter"
    FRIEND = "friend"
    ENGINE = "engine"


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a timeline, in UTC. What stands now and has no time of its own (an ask) has ``None``.

    ``what`` is a word of the house (an outcome, an ask, a disposition); ``detail`` says more, or is ``""``.
    """

    at: datetime | None
    source: Source
    what: str
    detail: str = ""
    supporter_id: SupporterId | None = None
    contact_key: ContactKey | None = None


@dataclass(frozen=True, slots=True)
class SharedTie:
    """A tie that its supporter shared: whose contact the person is, and how sure that is."""

    supporter_id: SupporterId
    contact_key: ContactKey
    relationship_type: RelationshipType
    tie_strength: float | None
    status: MatchStatus
    match_probability: float | None


@dataclass(frozen=True, slots=True)
class Person:
    """Everything known of one person: a voter with all contacts that are taken for him, or a contact that is taken for
    nobody, by itself. Ties are by supporter and key; the timeline is by time, and what stands now comes last.
    """

    voter: VoterRef | None
    facts: Voter | None = None
    ties: tuple[SharedTie, ...] = ()
    timeline: tuple[Moment, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What supporters brought and what came of it, as a ``GraphStore`` gives it.

    ``voters`` holds facts by ref and ``other`` moments of a voter from elsewhere: his voting record, what canvassers and
    callers noted. Both may be empty.
    """

    contacts: Sequence[Contact] = ()
    matches: Sequence[Match] = ()
    asks: Sequence[Ask] = ()
    events: Sequence[Event] = ()
    voters: Mapping[VoterRef, Voter] = field(default_factory=dict)
    other: Mapping[VoterRef, Sequence[Moment]] = field(default_factory=dict)


def known_of(
    store: GraphStore,
    supporter_ids: Iterable[SupporterId],
    *,
    voters: Mapping[VoterRef, Voter] | None = None,
    other: Mapping[VoterRef, Sequence[Moment]] | None = None,
) -> Known:
    """What a store holds of these supporters; of each in the order given. Raises ``StoreError``."""
    ids = list(supporter_ids)
    return Known(
        contacts=[contact for one in ids for contact in store.contacts_of(one)],
        matches=[match for one in ids for match in store.matches_of(one)],
        asks=[ask for one in ids for ask in store.asks_of(one)],
        events=[event for one in ids for event in store.events(supporter_id=one)],
        voters=voters or {},
        other=other or {},
    )


def people_of(known: Known) -> list[Person]:
    """Everybody whom a shared event or ``other`` tells of: voters by ref, then contacts taken for nobody by supporter, key.

    A rejected match takes its contact away from the voter, with its events, and it stands alone again: the match decides
    whose they are, never the voter whom an event named when it was recorded. Only an event without a contact is the
    voter's whom it names. An ask stands as long as its contact is taken for the voter it is about. Nothing known gives
    nobody.
    """
    shared = _Shared(known)
    voters = sorted(shared.contacts.keys() | shared.own.keys() | {voter for voter, told in known.other.items() if told})
    return [_voter_view(known, shared, voter) for voter in voters] + [
        Person(None, None, (shared.tie(contact),), _in_order(shared.moments(contact))) for contact in shared.alone
    ]


def person_of(known: Known, voter: VoterRef) -> Person:
    """One voter, with what is known of him; without ties and timeline when that is nothing."""
    return _voter_view(known, _Shared(known), voter)


class _Shared:
    """What supporters shared, by the voter or the contact it is about."""

    def __init__(self, known: Known) -> None:
        self.matches = {match.contact_key: match for match in known.matches}
        self.own: defaultdict[VoterRef, list[Event]] = defaultdict(list)
        self._events: defaultdict[ContactKey, list[Event]] = defaultdict(list)
        self._asks: defaultdict[ContactKey, list[Ask]] = defaultdict(list)
        for event in filter(lambda one: one.is_shared, known.events):
            if event.contact_key is not None:
                self._events[event.contact_key].append(event)
            elif event.voter is not None:
                self.own[event.voter].append(event)
        for ask in known.asks:
            self._asks[ask.contact_key].append(ask)
        self.contacts: defaultdict[VoterRef, list[Contact]] = defaultdict(list)
        self.alone: list[Contact] = []
        for contact in sorted(known.contacts, key=lambda one: (one.supporter_id, one.key)):
            if contact.key in self._events:
                self._home(contact).append(contact)

    def _home(self, contact: Contact) -> list[Contact]:
        voter = self.voter(contact)
        return self.alone if voter is None else self.contacts[voter]

    def voter(self, contact: Contact) -> VoterRef | None:
        """Whom a contact is taken for."""
        match = self.matches.get(contact.key)
        return None if match is None else match.voter

    def moments(self, contact: Contact) -> list[Moment]:
        """What was done and said with a contact, and what is asked for him now."""
        voter = self.voter(contact)
        asks = [ask for ask in self._asks.get(contact.key, ()) if ask.voter == voter]
        return [*map(_of_event, self._events[contact.key]), *map(_of_ask, asks)]

    def tie(self, contact: Contact) -> SharedTie:
        """A contact as a tie."""
        return _tie(contact, self.matches.get(contact.key))


def _voter_view(known: Known, shared: _Shared, voter: VoterRef) -> Person:
    contacts = shared.contacts.get(voter, [])
    moments = [moment for contact in contacts for moment in shared.moments(contact)]
    moments += map(_of_event, shared.own.get(voter, ()))
    moments += known.other.get(voter, ())
    return Person(voter, known.voters.get(voter), tuple(map(shared.tie, contacts)), _in_order(moments))


def _of_event(event: Event) -> Moment:
    source = Source.SUPPORTER if event.contact_key else Source.FRIEND
    return Moment(event.at, source, event.kind.value, "", event.supporter_id, event.contact_key)


def _of_ask(ask: Ask) -> Moment:
    return Moment(None, Source.ENGINE, ask.kind.value, ask.reason, ask.supporter_id, ask.contact_key)


def _tie(contact: Contact, match: Match | None) -> SharedTie:
    linked = match is not None and match.voter is not None
    return SharedTie(
        contact.supporter_id, contact.key, contact.relationship_type, contact.tie_strength,
        MatchStatus.NO_MATCH if match is None else match.status,
        match.candidates[0].match_probability if match is not None and linked else None,
    )  # fmt: skip


def _in_order(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    last = datetime.max.replace(tzinfo=UTC)
    return tuple(
        sorted(
            moments,
            key=lambda one: (one.at or last, one.source, one.what, one.supporter_id or "", one.contact_key or ""),
        )
    )
