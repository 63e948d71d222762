"""What an organizer sees: what needs her, reach, and the factors behind asks that supporters shared. Read only.

Names of ties appear only where the supporter shared them; counts about friends below ten are hidden.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from app.circles import open_contact
from app.finding import turnout_of, voters_of
from app.friend_words import shown_name
from app.house import House
from app.views import CircleGroup, CircleLine, DeskHome, FunnelStep, Need, PersonLine, PlaceLine, Reach, SharedAsk
from app.web.picture import place_groups
from graph.model import Event, Outcome, Purpose, Supporter, SupporterId
from graph.network.circles import communities, heard_in, known_to, ties_between
from graph.store import Edge
from graph.voters import RegistrationStatus
from oauth.audit import record_seen
from oauth.consent import consent_of

SMALLEST_CELL = 10
LAYOUT_SEED = 20
_PEOPLE_SHOWN = 12
_LIKELY = 1.2
"""One standard deviation of the effect of a word from a friend, as a share of its mean (0.12 of 0.10)."""
_HEARD = frozenset({Outcome.SENT, Outcome.TALKED, Outcome.HAS_PLAN, Outcome.HAS_VOTED})


def desk_home(house: House, *, everybody: bool = False) -> DeskHome:
    """What needs you, your people (the newest twelve, or everybody), the way from invitation to vote, what it may add."""
    supporters, events = house.graph.supporters(), house.graph.events()
    mine = _by_supporter(events)
    connected = {s.supporter_id for s in supporters if house.graph.contacts_of(s.supporter_id)}
    asks = {s.supporter_id: house.graph.asks_of(s.supporter_id)[: house.asks_per_supporter] for s in supporters}
    agreed = sum(Purpose.MATCH in consent_of(house.records, s.supporter_id, house.clock()).purposes for s in supporters)
    expected = sum(ask.expected_votes for each in asks.values() for ask in each)
    return DeskHome(
        today=house.today,
        days_to_go=max((house.election.day - house.today).days, 0),
        ballots_as_of=house.voters.ballots().as_of,
        people_in_all=len(supporters),
        needs=_needs(supporters, mine, connected, house.clock()),
        people=tuple(
            _person(s, mine[s.supporter_id], len(asks[s.supporter_id]), connected)
            for s in _newest(supporters)[: None if everybody else _PEOPLE_SHOWN]
        ),
        funnel=(
            FunnelStep("Invited", len(supporters)),
            FunnelStep("Agreed", agreed),
            FunnelStep("Connected", len(connected)),
            FunnelStep("Got a list", sum(bool(each) for each in asks.values())),
            *_outcomes(events),
        ),
        expected_votes=expected,
        expected_low=max(expected * (1 - _LIKELY), 0.0),
        expected_high=expected * (1 + _LIKELY),
    )


def _by_supporter(events: Sequence[Event]) -> defaultdict[SupporterId, list[Event]]:
    mine: defaultdict[SupporterId, list[Event]] = defaultdict(list)
    for event in events:
        mine[event.supporter_id].append(event)
    return mine


def _outcomes(events: Sequence[Event]) -> tuple[FunnelStep, ...]:
    who = Counter(kind for _, kind in {(event.supporter_id, event.kind) for event in events})
    whom = Counter(kind for _, kind in {(event.contact_key, event.kind) for event in events})
    return (
        FunnelStep("Wrote to someone", who[Outcome.SENT]),
        FunnelStep("Talked", who[Outcome.TALKED]),
        FunnelStep("Friend has a plan", whom[Outcome.HAS_PLAN]),
        FunnelStep("Friend has voted", _cell(whom[Outcome.HAS_VOTED])),
    )


def _needs(
    supporters: Sequence[Supporter],
    mine: defaultdict[SupporterId, list[Event]],
    connected: set[SupporterId],
    now: datetime,
) -> tuple[Need, ...]:
    fresh = [s for s in supporters if s.created_at and now - s.created_at < timedelta(days=1)]
    stalled = [s for s in supporters if s.supporter_id in connected and not mine[s.supporter_id]]
    waiting = [s for s in supporters if s.supporter_id not in connected]
    needs = (
        Need(len(fresh), "welcome calls due tomorrow", "they started today", "#people", "See them"),
        Need(len(stalled), "people have a list and have not written", "a word helps", "#people", "See them"),
        Need(
            len(waiting),
            "people have not connected their friends",
            "they agreed and stopped there",
            "#people",
            "See them",
        ),
    )
    return tuple(need for need in needs if need.count)


def _newest(supporters: Sequence[Supporter]) -> list[Supporter]:
    def age(supporter: Supporter) -> tuple[float, str]:
        return (-(supporter.created_at.timestamp() if supporter.created_at else 0.0), supporter.supporter_id)

    return sorted(supporters, key=age)


def _person(supporter: Supporter, events: Sequence[Event], asks: int, connected: set[SupporterId]) -> PersonLine:
    kinds = Counter(kind for _, kind in {(event.contact_key, event.kind) for event in events})
    left = max(asks - kinds[Outcome.SENT], 0)
    is_connected = supporter.supporter_id in connected
    last = "signed up" if not is_connected else "connected" if not events else f"last report {events[-1].at:%B %-d}"
    following = "connect friends" if not is_connected else f"{left} left to write to" if left else "bring more friends"
    tag = "new" if not is_connected else "stalled" if not events else ""
    wrote, talked = kinds[Outcome.SENT], kinds[Outcome.TALKED]
    return PersonLine(supporter.supporter_id, supporter.display_name, last, following, tag, wrote, talked)


def reach(house: House) -> Reach:
    """Whom the supporters know: the picture's groups, and where one more supporter helps most."""
    edges = [edge for edge in house.graph.edges() if _coordinates(house, edge.supporter_id)]
    heard = {event.voter for event in house.graph.events() if event.voter and event.kind in _HEARD}
    version = (len(edges), hash(tuple(edge.contact_key for edge in edges)))
    groups, lines = house.memory.once("circles", version, lambda: _placed(edges))
    found = communities(edges, seed=LAYOUT_SEED, smallest=SMALLEST_CELL)
    known = known_to(edges)
    columns = voters_of(house).columns
    return Reach(
        supporters=len({edge.supporter_id for edge in edges}),
        known=len(known),
        universe=int(np.sum(columns.status == RegistrationStatus.ACTIVE)),
        known_to_two=sum(count > 1 for count in known.values()),
        groups=tuple(
            CircleGroup(g.name, g.people, heard_in(c, heard), g.x, g.y, g.radius)
            for g, c in zip(groups, found, strict=True)
        ),
        lines=lines,
        places=_places(house, edges),
        layout_seed=LAYOUT_SEED,
    )


def _coordinates(house: House, supporter_id: SupporterId) -> bool:
    consent = house.memory.once(
        f"coordinate {supporter_id}",
        house.clock().replace(microsecond=0),
        lambda: consent_of(house.records, supporter_id, house.clock()),
    )
    return Purpose.COORDINATE in consent.purposes


def _placed(edges: Sequence[Edge]) -> tuple[tuple[CircleGroup, ...], tuple[CircleLine, ...]]:
    found = communities(edges, seed=LAYOUT_SEED, smallest=SMALLEST_CELL)
    ties = ties_between(found, edges)
    triples = [(first, second, count) for (first, second), count in ties.items()]
    placed = place_groups([len(c.voters) for c in found], triples, LAYOUT_SEED)
    groups = tuple(
        CircleGroup(c.place.title(), len(c.voters), 0, at.x, at.y, at.radius)
        for c, at in zip(found, placed, strict=True)
    )
    return groups, tuple(CircleLine(*triple) for triple in triples)


def _places(house: House, edges: Sequence[Edge]) -> tuple[PlaceLine, ...]:
    """Precincts by how many voters nobody knows, the most first."""
    columns = voters_of(house).columns
    may = turnout_of(house, columns).probability > 0
    in_file = Counter(columns.precinct.values[code] for code in columns.precinct.codes[may])
    reached: defaultdict[str, set[object]] = defaultdict(set)
    messengers: defaultdict[str, set[SupporterId]] = defaultdict(set)
    towns = {edge.precinct: edge.city for edge in edges}
    for edge in edges:
        reached[edge.precinct].add(edge.voter)
        messengers[edge.precinct].add(edge.supporter_id)
    lines = [
        PlaceLine(_place_name(place, towns.get(place, "")), len(messengers[place]), _cell(count - len(reached[place])))
        for place, count in in_file.items()
        if place
    ]
    return tuple(sorted(lines, key=lambda line: (-(line.unreached or 0), line.place))[:12])


def _place_name(precinct: str, town: str) -> str:
    return ", ".join(filter(None, (precinct.title(), town.title())))


def _cell(count: int) -> int | None:
    return count if count >= SMALLEST_CELL else None


def shared_asks(house: House) -> tuple[SharedAsk, ...]:
    """Asks whose tie the supporter shared, with every factor; seeing them is written into the audit."""
    shared = {(e.supporter_id, e.contact_key) for e in house.graph.events() if e.is_shared}
    lines = []
    for supporter in house.graph.supporters():
        contacts = {contact.key: contact for contact in house.graph.contacts_of(supporter.supporter_id)}
        for ask in house.graph.asks_of(supporter.supporter_id):
            if (supporter.supporter_id, ask.contact_key) in shared:
                name = shown_name(open_contact(house, contacts[ask.contact_key]))
                record_seen(
                    house.records,
                    who="organizer",
                    what="shared_ask",
                    whom=ask.contact_key,
                    at=house.clock(),
                    of=supporter.supporter_id,
                )
                lines.append(
                    SharedAsk(supporter.display_name, name, ask.kind, ask.reason, ask.factors, ask.expected_votes)
                )
    return tuple(sorted(lines, key=lambda line: -line.expected_votes))
