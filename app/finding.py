"""The work behind "finding your friends": match one supporter's circle, then choose asks for everybody.

Runs as a durable job; safe to run twice. Counts are written as they become true, so that the page shows real numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from app.circles import OWN_VOTER, open_circle, open_circles
from app.house import House
from app.steps import Known, Voters, choose_asks, find_friends
from graph.errors import InputError, NotFoundError
from graph.model import Ask, Circle, Match, MatchStatus, Purpose, SupporterId, Voter, VoterRef
from graph.voters import VoterColumns
from matching.link import MatchResult
from matching.model import MatchModel
from oauth.consent import consent_of, require
from oauth.suppression import is_suppressed, suppressed_voters
from prioritization.plan import Plan
from prioritization.policy import Policy
from prioritization.turnout import TurnoutScores, turnout_probability

PROGRESS = "progress"
MODEL = "match_model"
_ENOUGH_TO_LEARN = 10
FIND, RANK = "find", "rank"
_RESERVES = 10
"""How many further friends wait behind the list, so that "not this person" brings the next at once."""


def find(house: House, supporter_id: SupporterId) -> None:
    """Match her circle, keep what was found, rank everybody again. Raises ``NotAllowedError`` without her consent."""
    require(consent_of(house.records, supporter_id, house.clock()), Purpose.MATCH)
    circle = open_circle(house, supporter_id)
    note_progress(house, supporter_id, state="running", read=len(circle.contacts))
    found = match_all(house, [circle])
    note_progress(
        house, supporter_id, state="running", read=len(circle.contacts), **counts(found.matches[supporter_id])
    )
    rank(house)
    note_progress(
        house, supporter_id, state="done", read=len(circle.contacts), asks=len(listed(house, supporter_id)),
        **counts(found.matches[supporter_id]),
    )  # fmt: skip


def match_all(house: House, circles: Sequence[Circle]) -> MatchResult:
    """Match circles against the current voter file and keep what was found.

    Many circles teach the model (its parameters alone are kept, nobody's contacts); one new circle is read with it.
    """
    voters = voters_of(house)
    model = learned_model(house)
    learns = model is None or len(circles) >= _ENOUGH_TO_LEARN
    found = find_friends(
        circles, voters, as_of=house.today, model=model, learning=learns, helpers=_helpers(house, circles)
    )
    if len(circles) >= _ENOUGH_TO_LEARN:
        house.records.put(MODEL, "current", {"model": found.model.to_json(), "at": house.clock().isoformat()})
    for circle in circles:
        _keep(house, circle, found, voters.columns)
    return found


def learned_model(house: House) -> MatchModel | None:
    """What the campaign's contacts taught the matcher; ``None`` before that, or when another release learned it."""
    learned = house.records.get(MODEL, "current")
    if learned is None:
        return None
    try:
        return MatchModel.from_json(learned.value["model"])
    except InputError:
        return None


def _helpers(house: House, circles: Sequence[Circle]) -> list[Circle]:
    """The circles of others who agreed to ``pool``, when one of these supporters agreed too."""
    if not any(Purpose.POOL in (circle.supporter.purposes or ()) for circle in circles):
        return []
    here = {circle.supporter.supporter_id for circle in circles}
    others = [s.supporter_id for s in house.graph.supporters() if s.supporter_id not in here]
    return [c for c in open_circles(house, others) if Purpose.POOL in (c.supporter.purposes or ())] if others else []


def counts(matches: Sequence[Match]) -> dict[str, int]:
    """How many of her contacts are people, found on the list of voters, and unsure."""
    linked = (MatchStatus.AUTO, MatchStatus.CONFIRMED)
    return {
        "people": sum(match.reason != "not a person" for match in matches),
        "found": sum(match.status in linked for match in matches),
        "unsure": sum(match.status is MatchStatus.UNSURE for match in matches),
    }


def note_progress(house: House, supporter_id: SupporterId, **values: object) -> None:
    """Write down how far it is."""
    house.records.put(PROGRESS, supporter_id, values)


def voters_of(house: House) -> Voters:
    """The current voter file with its index. Raises ``NotFoundError`` before the first import."""
    current = house.voters.current()
    if current is None:
        raise NotFoundError(
            "No voter file has been imported yet.", next_step="Run: kith voters import FILE --layout nc."
        )
    key = house.vault.campaign_secret("voters")
    return house.memory.once("voters", current.generation_id, lambda: Voters.of(house.voters.columns(), key))


def turnout_of(house: House, columns: VoterColumns) -> TurnoutScores:
    """Turnout for the coming election, scored once a day and when ballots come back."""
    current, ballots = house.voters.current(), house.voters.ballots()
    version = (current and current.generation_id, ballots.as_of, len(ballots.status), house.today)
    return house.memory.once(
        "turnout", version, lambda: turnout_probability(columns, house.election, as_of=house.today, ballots=ballots)
    )


def _keep(house: House, circle: Circle, found: MatchResult, columns: VoterColumns) -> None:
    supporter_id = circle.supporter.supporter_id
    matches = _without_suppressed(house, circle, found.matches[supporter_id])
    house.graph.put_voters([_voter(columns, ref) for ref in sorted({c.voter for m in matches for c in m.candidates})])
    house.graph.put_matches(supporter_id, matches)
    known = [
        replace(contact, relationship_type=found.relationships.get(contact.key, contact.relationship_type))
        for contact in house.graph.contacts_of(supporter_id)
    ]
    house.graph.put_contacts(supporter_id, known)
    own = found.own_voter.get(supporter_id)
    if own is not None:
        house.records.put(OWN_VOTER, supporter_id, {"state": own.state, "voter_id": own.voter_id})


def _without_suppressed(house: House, circle: Circle, matches: Sequence[Match]) -> list[Match]:
    """Matches as if those who asked to be left out, by voter, phone or e-mail, were not on the list of voters at all."""
    refs = {candidate.voter for match in matches for candidate in match.candidates}
    left = suppressed_voters(house.install, house.vault, refs)
    kept = []
    for match in matches:
        record = circle.contacts[match.contact_key]
        hidden = any(c.voter in left for c in match.candidates) or (
            bool(match.candidates)
            and is_suppressed(house.install, house.vault, phones=record.phones, emails=record.emails)
        )
        kept.append(
            replace(match, candidates=(), status=MatchStatus.NO_MATCH, reason="nobody similar") if hidden else match
        )
    return kept


def _voter(columns: VoterColumns, ref: VoterRef) -> Voter:
    row = columns.row(ref)
    if row is None:
        return Voter(ref)
    return Voter(ref, columns.precinct[row], columns.city[row], f"{columns.state}:{int(columns.household[row])}")


def rank(house: House) -> Plan:
    """Choose asks for all supporters again and keep each one's list with its reserves."""
    circles, columns = open_circles(house), voters_of(house).columns
    known = _known(house, circles)
    lists, plan = _lists(house, circles, known, columns)
    for circle in circles:
        with suppress(NotFoundError):  # somebody who left meanwhile has no list; the others' go on
            house.graph.replace_asks(circle.supporter.supporter_id, lists.get(circle.supporter.supporter_id, ()))
            _keep_ties(house, circle, plan)
    return plan


def _known(house: House, circles: Sequence[Circle]) -> Known:
    ids = [circle.supporter.supporter_id for circle in circles]
    own = {r.key: VoterRef(r.value["state"], r.value["voter_id"]) for r in house.records.all(OWN_VOTER)}
    return Known(
        {supporter_id: house.graph.matches_of(supporter_id) for supporter_id in ids},
        {supporter_id: own[supporter_id] for supporter_id in ids if supporter_id in own},
        {c.key: c.relationship_type for supporter_id in ids for c in house.graph.contacts_of(supporter_id)},
    )


def _lists(
    house: House, circles: Sequence[Circle], known: Known, columns: VoterColumns
) -> tuple[Mapping[SupporterId, Sequence[Ask]], Plan]:
    """Each supporter's asks, then her reserves: the best of what the plan left, by a plan with more places."""
    refs = {match.voter for each in known.matches.values() for match in each if match.voter}
    policy = Policy(
        opted_out=suppressed_voters(house.install, house.vault, refs),
        own_parties=frozenset(house.campaign.supportive_parties),
    )
    ballots, turnout = house.voters.ballots(), turnout_of(house, columns)
    chosen, wider = (
        choose_asks(
            circles, known, columns, election=house.election, ballots=ballots, as_of=house.today,
            policy=policy, turnout=turnout, asks=places,
        )
        for places in (house.asks_per_supporter, house.asks_per_supporter + _RESERVES)
    )  # fmt: skip
    return {s: _with_reserves(asks, wider.asks.get(s, ())) for s, asks in chosen.asks.items()}, chosen


def _with_reserves(asks: Sequence[Ask], wider: Sequence[Ask]) -> list[Ask]:
    taken = {ask.voter for ask in asks}
    reserves = [ask for ask in wider if ask.voter not in taken]
    return [replace(ask, rank=rank) for rank, ask in enumerate([*asks, *reserves], start=1)]


def _keep_ties(house: House, circle: Circle, plan: Plan) -> None:
    supporter_id = circle.supporter.supporter_id
    changed = [
        replace(contact, tie_strength=tie.strength, relationship_type=tie.relationship_type)
        for contact in house.graph.contacts_of(supporter_id)
        if (tie := plan.ties.get(contact.key)) is not None
        and (tie.strength, tie.relationship_type) != (contact.tie_strength, contact.relationship_type)
    ]
    house.graph.put_contacts(supporter_id, changed)


def asks_now(house: House, supporter_id: SupporterId) -> list[Ask]:
    """Her asks with their reserves, without friends who asked to be left out since the list was made."""
    asks = house.graph.asks_of(supporter_id)
    left = suppressed_voters(house.install, house.vault, {ask.voter for ask in asks})
    return [ask for ask in asks if ask.voter not in left]


def listed(house: House, supporter_id: SupporterId) -> list[Ask]:
    """Her first asks, without the reserves."""
    return asks_now(house, supporter_id)[: house.asks_per_supporter]
