"""Calls: whoever joined and may be called hears from the leader of her neighborhood, and whom callers ring first."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from app.friends.circles import OWN_VOTER
from app.house import House
from app.steps import registered_name
from app.views.calls import CallDesk, CallLine, CallQueue, CureLine, LeaderLine
from app.voter_file import ballots_of, turnout_of, voters_of
from graph.errors import InputError, NotFoundError
from graph.model import Supporter, SupporterId, VoterRef
from graph.voters import VoterColumns
from oauth.audit import record_seen
from oauth.suppression import suppressed_voters
from prioritization.calls import Call, CallList, CallRules, call_list
from prioritization.cure import CureCall, cure_calls, needs_check
from prioritization.elections import possible_asks
from prioritization.persuasion import PersuasionModel
from prioritization.quiet import is_quiet
from prioritization.support import believed_support, support_probability
from prioritization.welcome import CallState, Leader, Newcomer, WelcomeCall, welcome_calls

LEADER, CALLED, MAY_CALL = "leader", "called", "may_call"
_CURES_SHOWN = 50
_POSTAL_CODE = re.compile(r"\d{5}")


def call_desk(house: House, *, seen_by: str) -> CallDesk:
    """The open calls by leader, the organizer's own first, and who leads where; seeing a number is written into the audit."""
    people = _people(house)
    leaders = _leaders(house, people)
    calls = _open(house, people, leaders)
    for call in calls:
        record_seen(
            house.records, who=seen_by, what="phone", whom=call.supporter_id, at=house.clock(), of=call.supporter_id
        )
    names = {leader.leader_id: leader.name for leader in leaders}
    queues = (_queue(calls, people, leader_id, name) for leader_id, name in [(None, ""), *names.items()])
    to_cure = _to_cure(house, leaders)
    return CallDesk(
        queues=tuple(queue for queue in queues if queue.lines),
        leaders=tuple(
            LeaderLine(
                leader.leader_id, leader.name, tuple(sorted(leader.postal_codes)), tuple(sorted(leader.precincts))
            )
            for leader in leaders
        ),
        could_lead=tuple(
            (one.supporter_id, one.display_name) for one in people.values() if one.supporter_id not in names
        ),
        to_cure=_cure_lines(house, to_cure[:_CURES_SHOWN], names, seen_by),
        to_cure_in_all=len(to_cure),
        is_quiet=is_quiet(house.election, house.clock()),
    )


def _to_cure(house: House, leaders: Sequence[Leader]) -> tuple[CureCall, ...]:
    """Whose ballot needs a check, while that can still be done; of the voter file alone, never of whom supporters brought."""
    if house.voters.current() is None or not possible_asks(house.election, house.voting_day):
        return ()
    columns, ballots = voters_of(house).columns, house.voters.ballots()
    support = support_probability(columns, own_parties=frozenset(house.campaign.supportive_parties))
    rows = np.flatnonzero(needs_check(columns, ballots, support)).tolist()
    left = suppressed_voters(house.install, house.vault, [columns.ref(row) for row in rows])
    return cure_calls(columns, ballots=ballots, support=support, leaders=leaders, opted_out=left, at=house.clock())


def _cure_lines(
    house: House, calls: Sequence[CureCall], leaders: Mapping[SupporterId, str], seen_by: str
) -> tuple[CureLine, ...]:
    """The calls as the page shows them; that somebody looked is written into the audit."""
    if not calls:
        return ()
    columns = voters_of(house).columns
    whom = [str(call.voter) for call in calls]
    record_seen(house.records, who=seen_by, what="ballot_to_check", whom=whom, at=house.clock())
    return tuple(
        CureLine(
            registered_name(columns, call.voter), columns.city[call.row].title(), columns.postal_code[call.row],
            call.voter.voter_id, leaders.get(call.leader_id, "") if call.leader_id else "",
        )
        for call in calls
    )  # fmt: skip


def open_calls(house: House) -> int:
    """How many newcomers wait for a call."""
    people = _people(house)
    return len(_open(house, people, _leaders(house, people)))


def _people(house: House) -> dict[SupporterId, Supporter]:
    return {supporter.supporter_id: supporter for supporter in house.graph.supporters()}


def _open(house: House, people: dict[SupporterId, Supporter], leaders: Sequence[Leader]) -> tuple[WelcomeCall, ...]:
    here = ZoneInfo(house.election.time_zone)
    return welcome_calls(
        _newcomers(house, people),
        leaders,
        called={SupporterId(record.key) for record in house.records.all(CALLED)},
        today=house.clock().astimezone(here).date(),
        time_zone=here,
    )


def _newcomers(house: House, people: dict[SupporterId, Supporter]) -> list[Newcomer]:
    may_call = {record.key for record in house.records.all(MAY_CALL)}
    precincts = _precincts(house)
    return [
        Newcomer(one.supporter_id, one.created_at, one.postal_code, precincts.get(one.supporter_id, ""))
        for one in people.values()
        if one.supporter_id in may_call and one.created_at is not None and one.phone
    ]


def _precincts(house: House) -> dict[str, str]:
    """The precinct of each supporter who was found on the list of voters herself; nothing before a file is there."""
    if house.voters.current() is None:
        return {}
    columns = voters_of(house).columns
    rows = {r.key: columns.row(VoterRef(r.value["state"], r.value["voter_id"])) for r in house.records.all(OWN_VOTER)}
    return {supporter_id: columns.precinct[row] for supporter_id, row in rows.items() if row is not None}


def _leaders(house: House, people: dict[SupporterId, Supporter]) -> list[Leader]:
    return [
        Leader(
            leader_id,
            people[leader_id].display_name,
            frozenset(record.value["postal_codes"]),
            frozenset(record.value.get("precincts", ())),
        )
        for record in house.records.all(LEADER)
        if (leader_id := SupporterId(record.key)) in people
    ]


def _queue(
    calls: Sequence[WelcomeCall], people: dict[SupporterId, Supporter], leader_id: SupporterId | None, name: str
) -> CallQueue:
    lines = tuple(_line(call, people[call.supporter_id]) for call in calls if call.leader_id == leader_id)
    return CallQueue(name, lines)


def _line(call: WelcomeCall, who: Supporter) -> CallLine:
    late = call.state is not CallState.DUE
    return CallLine(call.supporter_id, who.display_name, who.phone, who.postal_code, call.due, late)


def ring_first(
    house: House,
    *,
    size: int,
    precincts: AbstractSet[str] = frozenset(),
    universe: NDArray[np.bool_] | None = None,
    made: Collection[Call] = (),
    rules: CallRules | None = None,
    ballots_to_check: bool = False,
    persuasion: PersuasionModel | None = None,
) -> CallList:
    """The call list of today: voters of some precincts (all when none is named) and of a universe, most persuadable first.

    ``persuasion`` is what the campaign's own calls taught of whose mind one changes.
    With ``ballots_to_check`` only those whose ballot came back and was not counted. Raises ``NotFoundError`` before the first
    voter file is imported and ``InputError`` for a precinct that is not in it, and once the polls have closed.
    """
    if not possible_asks(house.election, house.voting_day):
        raise InputError(
            "The election is over: there is nobody to ring.", next_step="Set KITH_ELECTION to the coming one."
        )
    columns = voters_of(house).columns
    inside = _inside(columns, precincts) if universe is None else _inside(columns, precincts) & universe
    support = believed_support(columns, own_parties=frozenset(house.campaign.supportive_parties))
    if ballots_to_check:
        inside = inside & needs_check(columns, house.voters.ballots(), support)
    turnout = turnout_of(house, columns).probability.astype(np.float64)
    left: frozenset[VoterRef] = frozenset()
    while True:  # who asked to be left out is looked up for those on the list alone: the file may hold millions
        found = call_list(
            columns, universe=inside, support=support, turnout=turnout, made=made, opted_out=left,
            ballots=ballots_of(house), day=house.election.day, as_of=house.today, size=size, rules=rules,
            persuasion=persuasion,
        )  # fmt: skip
        asked = suppressed_voters(house.install, house.vault, [line.voter for line in found.lines])
        if not asked:
            return found
        left |= asked


def _inside(columns: VoterColumns, precincts: AbstractSet[str]) -> NDArray[np.bool_]:
    unknown = precincts - set(columns.precinct.values)
    if unknown:
        raise InputError(
            f"{len(unknown)} of these precincts are not in the voter file.",
            thing=min(unknown),
            next_step="Check its spelling.",
        )
    is_chosen = np.array([not precincts or name in precincts for name in columns.precinct.values], dtype=np.bool_)
    return np.asarray(is_chosen[columns.precinct.codes], dtype=np.bool_)


def note_called(house: House, supporter_id: SupporterId) -> None:
    """Note that a newcomer was called; twice is once. Raises ``NotFoundError`` for somebody who is not there."""
    _known(house, supporter_id)
    house.records.put(CALLED, supporter_id, {"at": house.clock().isoformat()})


def set_leader(house: House, supporter_id: SupporterId, postal_codes: str) -> None:
    """Make a supporter the leader of some ZIP codes and precincts, parted by commas (ZIP codes also by spaces), or of wherever nobody
    leads when none is given.

    Raises ``NotFoundError`` for somebody who is not there and ``InputError`` for what is neither.
    """
    _known(house, supporter_id)
    places = {" ".join(part.split()) for part in postal_codes.split(",")} - {""}
    precincts = _precincts_named(house, places)
    words = [word for place in places - set(precincts) for word in place.split()]
    if wrong := [word for word in words if not _POSTAL_CODE.fullmatch(word)]:
        if any(word.isdigit() for word in wrong):
            raise InputError("A ZIP code has five digits.", next_step="Write them with spaces between: 27701 27705.")
        raise InputError("This is no ZIP code, and no precinct of the voter file.", next_step="Check its spelling.")
    turf = {"postal_codes": sorted(set(words)), "precincts": sorted(precincts.values())}
    house.records.put(LEADER, supporter_id, turf)


def _precincts_named(house: House, places: AbstractSet[str]) -> dict[str, str]:
    """Which of these words are precincts, as the voter file writes them; none before a file is there."""
    if house.voters.current() is None:
        return {}
    known = {" ".join(name.casefold().split()): name for name in voters_of(house).columns.precinct.values if name}
    return {place: known[place.casefold()] for place in places if place.casefold() in known}


def remove_leader(house: House, supporter_id: SupporterId) -> None:
    """Let a leader go; her open calls go to the next one or to the organizer. Nobody of that name changes nothing."""
    house.records.delete(LEADER, supporter_id)


def _known(house: House, supporter_id: SupporterId) -> None:
    if house.graph.supporter(supporter_id) is None:
        raise NotFoundError("There is no such supporter.", thing=supporter_id, next_step="She may have left.")
