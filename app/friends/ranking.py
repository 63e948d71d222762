"""Everybody's lists, chosen together at night, and one supporter's, chosen at once beside those that stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from app.friends.circles import OWN_VOTER, open_circles, permits, voters_left_out
from app.house import House
from app.organizing import study
from app.organizing.layouts import expected_new
from app.steps import Known, choose_asks, choose_invitations
from app.voter_file import ballots_of, turnout_of, voters_of
from graph.errors import NotFoundError
from graph.model import Ask, AskKind, Circle, Outcome, Purpose, SupporterId, VoterRef
from graph.voters import VoterColumns
from oauth.consent import CoordinatePermit
from oauth.suppression import suppressed_voters
from prioritization.elections import still_possible
from prioritization.invite import with_invitation
from prioritization.plan import Plan
from prioritization.policy import SURE_ENOUGH_TO_ASK, Policy
from prioritization.standing import Standing, first_gain, kept_of

RANK = "rank"
_COOLING_OFF = timedelta(days=3)
"""So long nobody else is asked to write to a friend whom somebody wrote to: reminders on one another's heels do harm."""
_WRITTEN = frozenset({Outcome.SENT, Outcome.TALKED, Outcome.HAS_PLAN})
_RESERVES = 10
"""How many further friends wait behind the list, so that "not this person" brings the next at once."""


def rank(house: House) -> Plan:
    """Choose asks for all supporters again, and keep each one's list with its reserves. Friends of yesterday's list stay unless
    another is clearly better.
    """
    circles = open_circles(house)
    return _choose(house, circles, Standing(kept=frozenset(_kept(house, circles))))


def rank_hers(house: House, supporter_id: SupporterId) -> Plan:
    """Choose one supporter's asks beside those that stand; nobody else's list changes, and nobody else's contacts are opened."""
    circles = open_circles(house, [supporter_id])
    return _choose(house, circles, _standing_beside(house, supporter_id))


def _kept(house: House, circles: Sequence[Circle]) -> Iterator[tuple[SupporterId, VoterRef]]:
    for circle in circles:
        supporter_id = circle.supporter.supporter_id
        asks = without_invitation(house.graph.asks_of(supporter_id))
        yield from ((supporter_id, voter) for voter in kept_of(asks, house.asks_per_supporter))


def _standing_beside(house: House, supporter_id: SupporterId) -> Standing:
    """The asks of her friends on others' lists: what those of coordinating supporters are worth, and how many there are."""
    friends = {match.voter for match in house.graph.matches_of(supporter_id) if match.voter}
    asks = [
        ask for ask in without_invitation(house.graph.asks_about(friends))
        if ask.supporter_id != supporter_id and ask.rank <= house.asks_per_supporter
    ]  # fmt: skip
    others: list[CoordinatePermit] = permits(house, {ask.supporter_id for ask in asks}, Purpose.COORDINATE)
    coordinating = {permit.supporter for permit in others}
    gains: dict[VoterRef, list[float]] = {}
    for ask in asks:
        if ask.supporter_id in coordinating:
            gains.setdefault(ask.voter, []).append(first_gain(ask))
    return Standing(gains, Counter(ask.voter for ask in asks))


def _choose(house: House, circles: Sequence[Circle], standing: Standing) -> Plan:
    known, columns = _known(house, circles), voters_of(house).columns
    lists, plan = _lists(house, circles, known, columns, standing)
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
    house: House, circles: Sequence[Circle], known: Known, columns: VoterColumns, standing: Standing
) -> tuple[Mapping[SupporterId, Sequence[Ask]], Plan]:
    """Each supporter's asks, then her reserves: the best of what the plan left, by a plan with more places."""
    drawn, policy = _policy(house, circles, known, columns)
    ballots, turnout = ballots_of(house), turnout_of(house, columns)
    together: list[CoordinatePermit] = permits(
        house, [circle.supporter.supporter_id for circle in circles], Purpose.COORDINATE
    )
    chosen, wider = (
        choose_asks(
            circles, known, columns, coordinating=together, election=house.election, ballots=ballots, as_of=house.voting_day,
            policy=rules, turnout=turnout, asks=places, standing=standing, effect=house.effect,
        )
        for places, rules in (
            (house.asks_per_supporter, policy),
            (house.asks_per_supporter + _RESERVES, replace(policy, explore_share=0.0)),
        )
    )  # fmt: skip
    study.keep(house, drawn, chosen.ties, known, (ask for hers in chosen.asks.values() for ask in hers))
    lists = {
        s: _with_reserves(asks, [*chosen.gave_way.get(s, ()), *wider.asks.get(s, ())])
        for s, asks in chosen.asks.items()
    }
    invited = choose_invitations(
        circles, known, columns, chosen, coordinating=together, election=house.election, ballots=ballots, policy=policy,
        expected_new=expected_new(house), helping=_helping(house), asked=chosen.asks,
    )  # fmt: skip
    return {s: with_invitation(asks, invited.get(s)) for s, asks in lists.items()}, chosen


def _policy(house: House, circles: Sequence[Circle], known: Known, columns: VoterColumns) -> tuple[study.Draw, Policy]:
    """The campaign's rules for these circles, with whom chance sets aside; nothing of the draw is kept yet."""
    left = voters_left_out(house, circles, known.matches)
    study.forget_studied(house, left)
    policy = Policy(
        least_match_probability=SURE_ENOUGH_TO_ASK,
        opted_out=left,
        own_parties=frozenset(house.campaign.supportive_parties),
        asked_recently=_asked_recently(house, known),
        explore_share=house.campaign.explore_share,
        explore_salt=str(house.campaign.campaign_id),
    )
    drawn = study.draw(house, circles, known, columns, policy)
    return drawn, replace(policy, set_aside=drawn.set_aside)


def _asked_recently(house: House, known: Known) -> frozenset[tuple[SupporterId, VoterRef]]:
    """Who waits because another supporter wrote to the same friend in the last days; what she wrote herself stays on her list."""
    since = house.clock() - _COOLING_OFF
    written: dict[VoterRef, set[SupporterId]] = {}
    for event in house.graph.events(since=since):
        if event.kind in _WRITTEN and event.voter is not None:
            written.setdefault(event.voter, set()).add(event.supporter_id)
    return frozenset(
        (name, voter)
        for name, matches in known.matches.items()
        for match in matches
        if (voter := match.voter) in written and written[voter] - {name} and name not in written[voter]
    )


def _helping(house: House) -> frozenset[VoterRef]:
    """The voters who are supporters already."""
    return frozenset(VoterRef(r.value["state"], r.value["voter_id"]) for r in house.records.all(OWN_VOTER))


def _with_reserves(asks: Sequence[Ask], wider: Sequence[Ask]) -> list[Ask]:
    """A list with those who gave way first behind it, then the others; of each friend the first."""
    by_voter: dict[VoterRef, Ask] = {}
    for ask in (*asks, *wider):
        by_voter.setdefault(ask.voter, ask)
    return [replace(ask, rank=rank) for rank, ask in enumerate(by_voter.values(), start=1)]


def _keep_ties(house: House, circle: Circle, plan: Plan) -> None:
    supporter_id = circle.supporter.supporter_id
    changed = [
        replace(contact, tie_strength=tie.strength, relationship_type=tie.relationship_type)
        for contact in house.graph.contacts_of(supporter_id)
        if (tie := plan.ties.get(contact.key)) is not None
        and (tie.strength, tie.relationship_type) != (contact.tie_strength, contact.relationship_type)
    ]
    house.graph.put_ties(supporter_id, changed)


def asks_now(house: House, supporter_id: SupporterId) -> list[Ask]:
    """Her asks with their reserves, without friends who asked to be left out since the list was made and without what can no
    longer be done; none once the polls have closed.
    """
    asks = house.graph.asks_of(supporter_id)
    left = suppressed_voters(house.install, house.vault, {ask.voter for ask in asks})
    day = house.voting_day
    possible = ((ask, still_possible(house.election, ask.kind, day)) for ask in asks if ask.voter not in left)
    return [replace(ask, kind=kind) for ask, kind in possible if kind is not None]


def listed(house: House, supporter_id: SupporterId) -> list[Ask]:
    """Her first asks, without the reserves."""
    return without_invitation(asks_now(house, supporter_id))[: house.asks_per_supporter]


def without_invitation(asks: Sequence[Ask]) -> list[Ask]:
    """The asks about voting alone, in their order."""
    return [ask for ask in asks if ask.kind is not AskKind.INVITE]
