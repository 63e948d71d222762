"""The pure steps that every way through the house shares: find friends, choose asks.

The web journey, the nightly job and ``kith run`` call the same two functions; nothing here reads or keeps anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Self

from graph.errors import InputError
from graph.model import (
    Ask,
    Circle,
    ContactKey,
    Election,
    Match,
    Purpose,
    RelationshipType,
    Supporter,
    SupporterId,
    VoterRef,
)
from graph.voters import Ballots, VoterColumns
from matching.index import MatchIndex
from matching.link import MatchResult, match_circles
from matching.model import MatchModel
from matching.pool import share_evidence
from matching.questions import Answer
from matching.stored_index import open_index
from oauth.consent import CoordinatePermit, Permit, PoolPermit
from prioritization.effect import EffectModel
from prioritization.invite import invitations
from prioritization.plan import Plan, plan_asks
from prioritization.policy import Policy
from prioritization.standing import Standing
from prioritization.turnout import TurnoutScores, turnout_probability


@dataclass(frozen=True, slots=True)
class Voters:
    """A voter file ready to be searched: its columns, its index and the key of its digests."""

    columns: VoterColumns
    index: MatchIndex
    key: bytes

    @classmethod
    def of(
        cls,
        columns: VoterColumns,
        key: bytes,
        *,
        kept_in: Path | None = None,
        tell: Callable[[InputError], None] = lambda _: None,
    ) -> Self:
        """Index the columns; with a folder, as it was kept there, or kept there now. ``tell`` hears of a kept one that is no good."""
        return cls(columns, open_index(columns, kept_in, tell=tell) if kept_in else MatchIndex.build(columns), key)


@dataclass(frozen=True, slots=True)
class Known:
    """What is believed of all circles at the moment: matches, the supporters' own rows, how they know their friends."""

    matches: Mapping[SupporterId, Sequence[Match]]
    own_voter: Mapping[SupporterId, VoterRef]
    relationships: Mapping[ContactKey, RelationshipType]

    @classmethod
    def of(cls, found: MatchResult) -> Self:
        """What the matcher just said."""
        return cls(found.matches, found.own_voter, found.relationships)


def may(supporter: Supporter, purpose: Purpose) -> bool:
    """Whether a supporter agreed; where the operator declared consent, it covers matching and coordination only."""
    if supporter.purposes is None:
        return purpose in (Purpose.MATCH, Purpose.COORDINATE)
    return purpose in supporter.purposes


def find_friends(
    circles: Sequence[Circle],
    voters: Voters,
    *,
    as_of: date,
    model: MatchModel | None = None,
    answers: Mapping[ContactKey, Answer] | None = None,
    pooling: Collection[PoolPermit] = (),
    helpers: Sequence[Circle] = (),
    learning: bool = True,
) -> MatchResult:
    """Which voter each contact is, for the supporters who agreed to ``match``; everybody else brings nobody.

    Contacts of supporters with a permit in ``pooling`` help to understand each other's, and nobody else's; ``helpers`` are
    circles that are not matched themselves.
    """
    allowed = [c if may(c.supporter, Purpose.MATCH) else replace(c, contacts={}) for c in circles]
    everybody = [*allowed, *helpers]
    agreed = _who(pooling, Purpose.POOL)
    seen = share_evidence(everybody, agreed=agreed)[: len(allowed)] if agreed else allowed
    return match_circles(
        voters.columns,
        voters.index,
        seen,
        key=voters.key,
        model=model or MatchModel(),
        as_of=as_of,
        answers=answers,
        learning=learning,
        agreed=agreed,
    )


def _who(permits: Collection[Permit[Purpose]], purpose: Purpose) -> frozenset[SupporterId]:
    """Whose permits these are. Raises ``NotAllowedError`` when one was given for something else."""
    for permit in permits:
        permit.must_cover(purpose)
    return frozenset(permit.supporter for permit in permits)


def _coordinated(circles: Sequence[Circle], permits: Collection[CoordinatePermit]) -> list[Circle]:
    """Circles in which just those coordinate whose permit is there, whatever stands beside their names."""
    together, asked = _who(permits, Purpose.COORDINATE), frozenset({Purpose.COORDINATE})
    return [
        replace(
            c, supporter=replace(c.supporter, purposes=asked if c.supporter.supporter_id in together else frozenset())
        )
        for c in circles
    ]


def choose_asks(
    circles: Sequence[Circle],
    known: Known,
    columns: VoterColumns,
    *,
    coordinating: Collection[CoordinatePermit],
    election: Election,
    ballots: Ballots,
    as_of: date,
    policy: Policy,
    turnout: TurnoutScores | None = None,
    asks: int = 5,
    effect: EffectModel | None = None,
    standing: Standing | None = None,
) -> Plan:
    """Who should ask whom for what, best first for each supporter: chosen together where ``coordinating`` holds her permit."""
    scores = turnout or turnout_probability(columns, election, as_of=as_of, ballots=ballots)
    return plan_asks(
        _coordinated(circles, coordinating),
        known.matches,
        columns,
        turnout=scores,
        ballots=ballots,
        election=election,
        as_of=as_of,
        own_voter=known.own_voter,
        relationships=known.relationships,
        policy=policy,
        asks_per_supporter=asks,
        effect_model=effect,
        standing=standing,
    )


def choose_invitations(
    circles: Sequence[Circle],
    known: Known,
    columns: VoterColumns,
    plan: Plan,
    *,
    coordinating: Collection[CoordinatePermit],
    election: Election,
    ballots: Ballots,
    policy: Policy,
    expected_new: Mapping[str, float],
    helping: frozenset[VoterRef],
    asked: Mapping[SupporterId, Sequence[Ask]],
) -> dict[SupporterId, Ask]:
    """Whom each supporter could ask to join, beside her asks; see ``prioritization.invite``."""
    return invitations(
        _coordinated(circles, coordinating),
        known.matches,
        columns,
        own_voter=known.own_voter,
        policy=policy,
        ballots=ballots,
        day=election.day,
        expected_new=expected_new,
        helping=helping,
        asked={supporter_id: {ask.voter for ask in asks} for supporter_id, asks in asked.items()},
        ties=plan.ties,
    )


def age_band(birth_year: int, year: int) -> str:
    """A ten-year band such as ``40–49``, ``under 20``, or ``""`` when the year of birth is unknown."""
    if not birth_year:
        return ""
    tens = (year - birth_year) // 10 * 10
    return f"{tens}–{tens + 9}" if tens >= 20 else "under 20"


def registered_name(columns: VoterColumns, ref: VoterRef) -> str:
    """A voter's registered first and last name as people write it, or ``""`` when she is not in the file."""
    row = columns.row(ref)
    return "" if row is None else f"{columns.first_name[row]} {columns.last_name[row]}".title()
