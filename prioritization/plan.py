"""The whole of it in one call: who should ask whom for what, best first for each supporter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from graph.model import (
    Ask,
    AskKind,
    Circle,
    ContactKey,
    Election,
    Match,
    SupporterId,
    VoterRef,
)
from graph.voters import Ballots, RegistrationStatus, VoterColumns
from prioritization import explain
from prioritization.allocate import shares
from prioritization.alone import plan_factor
from prioritization.effect import EffectModel, gain, salience, tie_factor
from prioritization.elections import ask_for
from prioritization.explore import Exploration
from prioritization.links import Link, is_chosen, likely_row, links_of
from prioritization.pick import explored, offers_of, pick
from prioritization.policy import LeftOut, Links, Policy, why_left_out
from prioritization.standing import GAVE_WAY, Standing
from prioritization.support import support_probability
from prioritization.ties import Tie, tie_strengths
from prioritization.turnout import TurnoutScores

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Plan:
    """The asks by supporter (everybody who brought a circle is in it), why the rest were left out, what it should add.

    ``gave_way`` are asks that were chosen and gave their places to chance today: who solves again keeps them, not chance's.
    ``question_gains`` says for each contact with a candidate what a right link would be worth, whatever its probability.
    """

    asks: Mapping[SupporterId, tuple[Ask, ...]]
    left_out: Mapping[str, int]
    ties: Mapping[ContactKey, Tie]
    expected_votes: float
    question_gains: Mapping[ContactKey, float] = field(default_factory=dict)
    gave_way: Mapping[SupporterId, tuple[Ask, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Worth:
    """What an ask of each link would be worth as a first ask, and the numbers that made it."""

    match: Floats
    turnout: Floats
    support: Floats
    tie: Floats
    parts: Mapping[str, Floats]
    effect: Floats

    @property
    def value(self) -> Floats:
        return self.match * self.support * self.effect


def plan_asks(
    circles: Sequence[Circle],
    matches: Mapping[SupporterId, Sequence[Match]],
    columns: VoterColumns,
    *,
    turnout: TurnoutScores,
    ballots: Ballots,
    election: Election,
    as_of: date,
    own_voter: Mapping[SupporterId, VoterRef | None],
    relationships: Mapping[ContactKey, str],
    policy: Policy,
    asks_per_supporter: int = 5,
    effect_model: EffectModel | None = None,
    standing: Standing | None = None,
) -> Plan:
    """The asks that add the most votes together, under the policy, as seen on ``as_of``.

    Supporters who agreed to ``coordinate`` (or whose operator declared consent) are solved together, each other one alone, with no
    more of the others than how many asks of a voter stand. The order of circles, contacts and matches changes nothing; nobody is
    suggested twice to one supporter. With ``standing`` asks of others a few circles are solved beside them at once.
    """
    model, stands = effect_model or EffectModel(), standing or Standing()
    ties = _ties(
        circles, matches, columns, own_voter=own_voter, relationships=relationships, as_of=as_of, learned=model.change_of_sign
    )  # fmt: skip
    links, left_out = links_of(circles, matches, columns, own_voter=own_voter, policy=policy)
    worth = _worth(links, columns, turnout, ties, policy=policy, model=model, day=election.day)
    kinds = _kinds(links, columns, ballots=ballots, election=election, as_of=as_of)
    reasons = _reasons(
        links, columns, policy=policy, ballots=ballots, election=election, support=worth.support, kinds=kinds
    )
    open_links = np.array([reason is None for reason in reasons], dtype=np.bool_)
    offers = offers_of(links, np.where(open_links, worth.value, 0.0), columns, stands, model=model)
    picked = pick(links, offers, columns, stands, k=asks_per_supporter, model=model)
    picks, by_chance = explored(
        links, picked, np.where(offers > 0.0, worth.value, 0.0), columns, stands,
        k=asks_per_supporter, model=model, exploration=Exploration(policy.explore_share, policy.explore_salt, as_of),
    )  # fmt: skip
    left_out.update(str(reason) for reason in reasons if reason is not None)
    left_out[str(LeftOut.NOT_PICKED)] += int(open_links.sum()) - len(picks)
    asks, gave_way = (
        _asks(
            links, some, worth, offers, columns, ties,
            kinds=kinds, election=election, as_of=as_of, model=model, by_chance=by_chance,
        )
        for some in (picks, np.setdiff1d(picked, picks))
    )  # fmt: skip
    total = sum(ask.expected_votes for hers in asks.values() for ask in hers)
    everybody = {circle.supporter.supporter_id: asks.get(circle.supporter.supporter_id, ()) for circle in circles}
    gains = _question_gains(circles, matches, columns, turnout, ties, model=model, day=election.day)
    return Plan(
        everybody,
        {name: count for name, count in sorted(left_out.items()) if count},
        ties,
        total,
        gains,
        _marked(gave_way),
    )


def _ties(
    circles: Sequence[Circle],
    matches: Mapping[SupporterId, Sequence[Match]],
    columns: VoterColumns,
    *,
    own_voter: Mapping[SupporterId, VoterRef | None],
    relationships: Mapping[ContactKey, str],
    as_of: date,
    learned: Mapping[str, float],
) -> dict[ContactKey, Tie]:
    ties: dict[ContactKey, Tie] = {}
    for circle in circles:
        name = circle.supporter.supporter_id
        own = own_voter.get(name)
        own_row = None if own is None else columns.row(own)
        ties |= tie_strengths(
            circle, relationships, columns, own_row, matches.get(name, ()), as_of=as_of, learned=learned
        )
    return ties


def _worth(
    links: Sequence[Link],
    columns: VoterColumns,
    turnout: TurnoutScores,
    ties: Mapping[ContactKey, Tie],
    *,
    policy: Policy,
    model: EffectModel,
    day: date,
) -> _Worth:
    row = np.array([link.row for link in links], dtype=np.int64)
    strengths = (ties[link.key].strength for link in links)
    tie = np.array([np.nan if strength is None else strength for strength in strengths], dtype=np.float64)
    chance = turnout.probability[row].astype(np.float64)
    parts = _parts(columns, row, tie, model=model, day=day)
    support = support_probability(columns, own_parties=policy.own_parties)[row]
    match = np.array([link.match_probability for link in links], dtype=np.float64)
    return _Worth(match, chance, support, tie, parts, gain(chance, np.prod(list(parts.values()), axis=0)))


def _parts(columns: VoterColumns, row: Indices, tie: Floats, *, model: EffectModel, day: date) -> dict[str, Floats]:
    """What the shift in log-odds of each link is the product of."""
    everybody = np.ones(len(row))
    return {
        "shift": model.shift * everybody,
        "salience_factor": salience(day, model) * everybody,
        "tie_factor": tie_factor(tie, model),
        "plan_factor": plan_factor(columns, row),
    }


def _reasons(
    links: Sequence[Link],
    columns: VoterColumns,
    *,
    policy: Policy,
    ballots: Ballots,
    election: Election,
    support: Floats,
    kinds: Sequence[AskKind | None],
) -> list[LeftOut | None]:
    arrays = Links(
        row=np.array([link.row for link in links], dtype=np.int64),
        match_probability=np.array([link.match_probability for link in links], dtype=np.float64),
        support=support,
        is_own=np.array([link.is_own for link in links], dtype=np.bool_),
        is_chosen=np.array([is_chosen(link.record) for link in links], dtype=np.bool_),
        is_asked_recently=np.array([link.is_asked_recently for link in links], dtype=np.bool_),
    )
    reasons = why_left_out(arrays, columns, policy=policy, ballots=ballots, day=election.day)
    return [
        reason or (LeftOut.NOTHING_TO_ASK if kind is None else None)
        for reason, kind in zip(reasons, kinds, strict=True)
    ]


def _kinds(
    links: Sequence[Link], columns: VoterColumns, *, ballots: Ballots, election: Election, as_of: date
) -> list[AskKind | None]:
    """What can be asked of each linked friend on this day."""
    status = (RegistrationStatus(int(columns.status[link.row])) for link in links)
    ballot = (ballots.status.get(columns.ref(link.row).voter_id) for link in links)
    return [ask_for(election, as_of, registration=each, ballot=hers) for each, hers in zip(status, ballot, strict=True)]


def _asks(
    links: Sequence[Link],
    picks: NDArray[np.int64],
    worth: _Worth,
    offers: Floats,
    columns: VoterColumns,
    ties: Mapping[ContactKey, Tie],
    *,
    kinds: Sequence[AskKind | None],
    election: Election,
    as_of: date,
    model: EffectModel,
    by_chance: Mapping[int, float],
) -> dict[SupporterId, tuple[Ask, ...]]:
    row = np.array([links[at].row for at in picks], dtype=np.int64)
    share = shares(row, offers[picks], cap=model.cap, decay=model.decay) * offers[picks] / worth.value[picks]
    factors = {
        int(at): _factors(worth, int(at), float(part), by_chance.get(int(at)))
        for at, part in zip(picks, share, strict=True)
    }
    by_supporter: dict[SupporterId, list[int]] = {}
    for at in sorted(factors, key=lambda at: (-factors[at]["expected_votes"], -worth.value[at], links[at].row)):
        by_supporter.setdefault(links[at].supporter.supporter_id, []).append(at)
    return {
        name: tuple(
            Ask(
                supporter_id=name,
                contact_key=links[at].key,
                voter=columns.ref(links[at].row),
                rank=rank,
                kind=kind,
                expected_votes=factors[at]["expected_votes"],
                reason=explain.reason(
                    ties[links[at].key], links[at].record, key=links[at].key, kind=kind, election=election, day=as_of
                ),
                factors=factors[at],
            )
            for rank, at in enumerate(hers, start=1)
            if (kind := kinds[at]) is not None
        )
        for name, hers in by_supporter.items()
    }


def _marked(gave_way: Mapping[SupporterId, tuple[Ask, ...]]) -> dict[SupporterId, tuple[Ask, ...]]:
    return {
        name: tuple(replace(ask, factors={**ask.factors, GAVE_WAY: 1.0}) for ask in asks)
        for name, asks in gave_way.items()
    }


def _factors(worth: _Worth, at: int, share: float, by_chance: float | None) -> dict[str, float]:
    """Every number behind one ask; ``tie_strength`` is left out where it is unknown, ``by_chance`` where it was not chance's."""
    numbers = {
        "match_probability": float(worth.match[at]),
        "turnout_probability": float(worth.turnout[at]),
        "support_probability": float(worth.support[at]),
        **{name: float(part[at]) for name, part in worth.parts.items()},
        "effect": float(worth.effect[at]),
        "share": share,
        "expected_votes": float(worth.value[at]) * share,
    }
    told = numbers if np.isnan(worth.tie[at]) else {**numbers, "tie_strength": float(worth.tie[at])}
    return told if by_chance is None else {**told, "by_chance": by_chance}


def _question_gains(
    circles: Sequence[Circle],
    matches: Mapping[SupporterId, Sequence[Match]],
    columns: VoterColumns,
    turnout: TurnoutScores,
    ties: Mapping[ContactKey, Tie],
    *,
    model: EffectModel,
    day: date,
) -> dict[ContactKey, float]:
    rows = {
        match.contact_key: row
        for circle in circles
        for match in matches.get(circle.supporter.supporter_id, ())
        if (row := likely_row(match, columns)) is not None and match.contact_key in ties
    }
    linked = np.array(list(rows.values()), dtype=np.int64)
    tie = np.array([np.nan if (s := ties[key].strength) is None else s for key in rows], dtype=np.float64)
    shift = np.prod(list(_parts(columns, linked, tie, model=model, day=day).values()), axis=0)
    worth = gain(turnout.probability[linked], shift)
    return dict(zip(rows, worth.tolist(), strict=True))
