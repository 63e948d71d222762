"""Whom to recruit next, by name only to the supporter who knows him: at most one friend of each, asked to join.

Worth the most is a friend who would bring people whom nobody here knows yet. What he would bring is told by the place where
he lives alone (``graph.network.recruiting``); who he is stays between the two.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from graph.model import Ask, AskKind, Circle, ContactKey, Match, SupporterId, VoterRef
from graph.voters import Ballots, VoterColumns
from prioritization import explain
from prioritization.links import Link, links_of
from prioritization.policy import Links, Policy, why_left_out
from prioritization.support import support_probability
from prioritization.ties import Tie

LEAST_NEW_PEOPLE = 1.0
"""Nobody is invited who is expected to bring fewer people whom nobody knows."""
_UNKNOWN_TIE = 0.25
"""The strength of a tie of which nothing is told (``ties.BASE_LOG_ODDS``)."""


@dataclass(frozen=True, slots=True)
class _Invitation:
    """One friend who could be invited, and what that is worth in new people."""

    link: Link
    worth: float
    new_people: float


def invitations(
    circles: Sequence[Circle],
    matches: Mapping[SupporterId, Sequence[Match]],
    columns: VoterColumns,
    *,
    own_voter: Mapping[SupporterId, VoterRef | None],
    policy: Policy,
    ballots: Ballots,
    day: date,
    expected_new: Mapping[str, float],
    helping: Collection[VoterRef],
    asked: Mapping[SupporterId, Collection[VoterRef]],
    ties: Mapping[ContactKey, Tie],
) -> dict[SupporterId, Ask]:
    """For each supporter the friend to invite, with rank 1; those without one are left out.

    The rules of ``policy`` hold as for every ask, so nobody is invited who may not be asked. ``expected_new`` says of each
    precinct how many new people one more supporter from there would bring, ``helping`` who is a supporter already, ``asked``
    who is on her list for something else. Supporters who coordinate never invite the same friend. ``day`` is the election's.
    """
    links, _ = links_of(circles, matches, columns, own_voter=own_voter, policy=policy)
    open_links = _open(links, columns, policy=policy, ballots=ballots, day=day, helping=helping, asked=asked)
    found = _worth(open_links, columns, policy=policy, expected_new=expected_new, ties=ties)
    return {one.link.supporter.supporter_id: _ask(one, columns, ties) for one in _chosen(found)}


def _open(
    links: Sequence[Link],
    columns: VoterColumns,
    *,
    policy: Policy,
    ballots: Ballots,
    day: date,
    helping: Collection[VoterRef],
    asked: Mapping[SupporterId, Collection[VoterRef]],
) -> list[Link]:
    rows = np.array([link.row for link in links], dtype=np.int64)
    nobody = np.zeros(len(links), dtype=np.bool_)
    arrays = Links(
        row=rows,
        match_probability=np.array([link.match_probability for link in links], dtype=np.float64),
        support=support_probability(columns, own_parties=policy.own_parties)[rows],
        is_own=np.array([link.is_own for link in links], dtype=np.bool_),
        is_chosen=nobody,
        is_asked_recently=np.array([link.is_asked_recently for link in links], dtype=np.bool_),
    )
    reasons = why_left_out(arrays, columns, policy=policy, ballots=ballots, day=day)
    may = (link for link, reason in zip(links, reasons, strict=True) if reason is None)
    return [
        link for link in may
        if (ref := columns.ref(link.row)) not in helping and ref not in asked.get(link.supporter.supporter_id, ())
    ]  # fmt: skip


def _worth(
    links: Sequence[Link],
    columns: VoterColumns,
    *,
    policy: Policy,
    expected_new: Mapping[str, float],
    ties: Mapping[ContactKey, Tie],
) -> list[_Invitation]:
    """The friends of enough new people, the most worth first; of equals by supporter and row."""
    rows = np.array([link.row for link in links], dtype=np.int64)
    support = support_probability(columns, own_parties=policy.own_parties)[rows].tolist()
    found = []
    for link, supports in zip(links, support, strict=True):
        new = expected_new.get(columns.precinct[link.row], 0.0)
        tie = ties[link.key].strength if link.key in ties else None
        worth = link.match_probability * supports * (_UNKNOWN_TIE if tie is None else tie) * new
        found.append(_Invitation(link, worth, new))
    enough = (one for one in found if one.new_people >= LEAST_NEW_PEOPLE)
    return sorted(enough, key=lambda one: (-one.worth, one.link.supporter.supporter_id, one.link.row))


def _chosen(found: Sequence[_Invitation]) -> list[_Invitation]:
    """At most one of each supporter, and of those who coordinate no friend twice."""
    chosen: dict[SupporterId, _Invitation] = {}
    taken: set[int] = set()
    for one in found:
        who, coordinates = one.link.supporter.supporter_id, one.link.coordinates
        if who in chosen or (coordinates and one.link.row in taken):
            continue
        chosen[who] = one
        if coordinates:
            taken.add(one.link.row)
    return list(chosen.values())


def _ask(one: _Invitation, columns: VoterColumns, ties: Mapping[ContactKey, Tie]) -> Ask:
    link = one.link
    tie = ties.get(link.key)
    reason = explain.invite_reason(tie, link.record, key=link.key)
    factors = {"match_probability": link.match_probability, "new_people": one.new_people}
    return Ask(link.supporter.supporter_id, link.key, columns.ref(link.row), 1, AskKind.INVITE, 0.0, reason, factors)


def with_invitation(asks: Sequence[Ask], invitation: Ask | None) -> list[Ask]:
    """Her asks with the invitation behind all others; a reserve about the same friend makes room for it. Ranks count
    from 1. Without one they stay as they are.
    """
    if invitation is None:
        return list(asks)
    others = [ask for ask in asks if ask.voter != invitation.voter]
    return [replace(ask, rank=rank) for rank, ask in enumerate([*others, invitation], start=1)]
