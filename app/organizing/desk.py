"""What an organizer sees: what needs her, and the factors behind asks that supporters shared. Read only.

Names of ties appear only where the supporter shared them; counts about friends below ten are hidden.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

from app.friends.circles import open_contact
from app.friends.ranking import without_invitation
from app.friends.volume import unusual
from app.friends.words import shown_name
from app.house import House
from app.organizing.calls import open_calls
from app.organizing.new_file import new_file_day
from app.organizing.small_cells import shown_count
from app.views.desk import DeskHome, FunnelStep, Need, PersonLine, SharedAsk
from graph.model import Event, Outcome, Purpose, Supporter, SupporterId
from oauth.audit import record_seen
from oauth.consent import allows, consent_of

_PEOPLE_SHOWN = 12
_LIKELY = 1.2
"""One standard deviation of the effect of a word from a friend, as a share of its mean (0.12 of 0.10)."""


def desk_home(house: House, *, everybody: bool = False) -> DeskHome:
    """What needs you, your people (twelve, who brought unusually much before the newest; or everybody), the way from invitation
    to vote, what it may add.
    """
    supporters, events = house.graph.supporters(), house.graph.events()
    mine = _by_supporter(events)
    much = frozenset(unusual(house, {s.supporter_id for s in supporters}))
    connected = {s.supporter_id for s in supporters if house.graph.contacts_of(s.supporter_id)}
    lists = {s.supporter_id: without_invitation(house.graph.asks_of(s.supporter_id)) for s in supporters}
    asks = {supporter_id: hers[: house.asks_per_supporter] for supporter_id, hers in lists.items()}
    agreed = sum(allows(consent_of(house.records, s.supporter_id, house.clock()), Purpose.MATCH) for s in supporters)
    expected = sum(ask.expected_votes for each in asks.values() for ask in each)
    return DeskHome(
        today=house.today,
        days_to_go=max((house.election.day - house.today).days, 0),
        ballots_as_of=house.voters.ballots().as_of,
        people_in_all=len(supporters),
        needs=_unusual_first(len(much), _needs(supporters, mine, connected, open_calls(house))),
        people=tuple(
            _marked(_person(s, mine[s.supporter_id], len(asks[s.supporter_id]), connected), much)
            for s in _newest(supporters, much)[: None if everybody else _PEOPLE_SHOWN]
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
        new_file_on=new_file_day(house),
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
        FunnelStep("Friend has voted", shown_count(whom[Outcome.HAS_VOTED])),
    )


def _needs(
    supporters: Sequence[Supporter],
    mine: defaultdict[SupporterId, list[Event]],
    connected: set[SupporterId],
    calls: int,
) -> tuple[Need, ...]:
    stalled = [s for s in supporters if s.supporter_id in connected and not mine[s.supporter_id]]
    waiting = [s for s in supporters if s.supporter_id not in connected]
    needs = (
        Need(
            calls,
            "One welcome call is open",
            "{count} welcome calls are open",
            "they started and may be called",
            "/desk/calls",
            "Calls",
        ),
        Need(
            len(stalled),
            "One person has a list and has not written",
            "{count} people have a list and have not written",
            "a word helps",
            "#people",
            "See them",
        ),
        Need(
            len(waiting),
            "One person has not connected friends",
            "{count} people have not connected friends",
            "they agreed and stopped there",
            "#people",
            "See them",
        ),
    )
    return tuple(need for need in needs if need.count)


def _unusual_first(books: int, needs: tuple[Need, ...]) -> tuple[Need, ...]:
    look = Need(
        books,
        "One person brought unusually much",
        "{count} people brought unusually much",
        "thousands of entries, or hundreds of bare numbers; ask whose address book it is",
        "#people",
        "See them",
    )
    return (look, *needs) if books else needs


def _marked(line: PersonLine, much: Collection[SupporterId]) -> PersonLine:
    """The line, saying so of who brought unusually much: that is where the word about it leads, and nobody wants more."""
    return replace(line, tag="brought much", next_step="ask whose it is", left=0) if line.supporter_id in much else line


def _newest(supporters: Sequence[Supporter], first: Collection[SupporterId]) -> list[Supporter]:
    def age(supporter: Supporter) -> tuple[bool, float, str]:
        since = supporter.created_at.timestamp() if supporter.created_at else 0.0
        return (supporter.supporter_id not in first, -since, supporter.supporter_id)

    return sorted(supporters, key=age)


def _person(supporter: Supporter, events: Sequence[Event], asks: int, connected: set[SupporterId]) -> PersonLine:
    kinds = Counter(kind for _, kind in {(event.contact_key, event.kind) for event in events})
    left = max(asks - kinds[Outcome.SENT], 0)
    is_connected = supporter.supporter_id in connected
    last, following = ("connected", "bring more friends") if is_connected else ("signed up", "connect friends")
    tag = "new" if not is_connected else "stalled" if not events else ""
    wrote, talked = kinds[Outcome.SENT], kinds[Outcome.TALKED]
    return PersonLine(
        supporter.supporter_id, supporter.display_name, last, following, tag, wrote, talked,
        reported_on=events[-1].at.date() if events and is_connected else None, left=left if is_connected else 0,
    )  # fmt: skip


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
