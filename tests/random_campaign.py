"""Random campaigns, many decisions at once: who may be asked is decided by the product, and looked at here by other means.

A world has voters whose true birthday, support and wishes are known; the product sees what a voter file and a campaign would tell. It lives
three days: opt-outs come in, ballots come back, friends are written to, chance sets homes aside and fills slots.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from small_precinct import precinct

from graph.model import BallotStatus, ContactKey, ContactRecord, Purpose, SourceKind, Supporter, VoterRef
from graph.voters import Ballots, RegistrationStatus
from prioritization.effect import EffectModel
from prioritization.explore import Exploration
from prioritization.links import Link
from prioritization.pick import explored, offers_of, pick
from prioritization.policy import Links, Policy, why_left_out
from prioritization.standing import Standing

ELECTION = date(2026, 11, 3)
K, CAP, DAYS = 5, 3, 3
NEVER = (
    "passes five", "passes three", "twice on one list", "opted out", "under age", "not supportive", "held out", "voted",
    "needs a check", "not registered", "asked recently", "herself", "not sure of the match",
)  # fmt: skip
_STATUSES = (
    RegistrationStatus.ACTIVE,
    RegistrationStatus.INACTIVE,
    RegistrationStatus.REMOVED,
    RegistrationStatus.DENIED,
)
_TOGETHER, _ALONE = frozenset(Purpose), frozenset({Purpose.MATCH})
_CARD = ContactRecord("book", 0, SourceKind.VCARD)


@dataclass(frozen=True)
class Lived:
    """How many decisions were taken, how many asks were made, and how many broke which rule."""

    decisions: int
    asks: int
    broken: Counter[str]


def live(seed: int, *, supporters: int, friends: int = 50) -> Lived:
    """One world for three days."""
    chance = np.random.default_rng(seed)
    voters = supporters * friends // 5
    born = np.array([np.datetime64("2006-06-01") + int(one) for one in chance.integers(0, 1_800, voters)])
    born[chance.random(voters) < 0.7] = np.datetime64("1975-05-05")
    truly_of_age = born.astype("datetime64[D]") <= np.datetime64("2008-11-03")
    year = born.astype("datetime64[Y]").astype(np.int64) + 1970
    month, day_of = _month_and_day(born, is_told=chance.random(voters) < 0.5)
    status = chance.choice(len(_STATUSES), voters, p=[0.8, 0.1, 0.05, 0.05])
    columns = precinct(
        ["CY DAY"] * voters, birth_years=year.tolist(), status=[_STATUSES[one] for one in status],
        household=(np.arange(voters) // 2).tolist(),
    )  # fmt: skip
    columns = replace(columns, birth_month=month, birth_day=day_of, registered_on=np.full(voters, 20_500, np.int32))
    support = chance.choice([0.9, 0.5, 0.4999, 0.1, np.nan], voters, p=[0.6, 0.1, 0.1, 0.1, 0.1])
    links = _links(chance, supporters, friends, voters)
    row = np.array([link.row for link in links])
    who = np.array([int(link.supporter.supporter_id) for link in links])
    value = chance.random(len(links))
    is_chosen = chance.random(len(links)) < 0.1
    aside_homes = chance.random(voters // 2 + 1) < 0.2
    set_aside = aside_homes[np.arange(voters) // 2]
    ids = [f"V{one:05d}" for one in range(voters)]
    refs = [VoterRef("NC", one) for one in ids]
    opted_out, ballot = np.zeros(voters, bool), np.full(voters, "", dtype="U12")
    standing, broken, decisions, asks = Standing(), Counter[str](), 0, 0
    for day in range(DAYS):
        opted_out |= chance.random(voters) < 0.05
        ballot[chance.random(voters) < 0.1] = BallotStatus.VOTED
        ballot[chance.random(voters) < 0.02] = BallotStatus.NEEDS_CHECK
        recently = chance.random(len(links)) < 0.05
        policy = Policy(
            opted_out=frozenset(refs[one] for one in np.flatnonzero(opted_out)),
            set_aside=frozenset(refs[one] for one in np.flatnonzero(set_aside)),
        )
        arrays = Links(
            row, np.array([link.match_probability for link in links]), support[row],
            np.array([link.is_own for link in links]), is_chosen, recently,
        )  # fmt: skip
        ballots = Ballots({ids[one]: BallotStatus(ballot[one]) for one in np.flatnonzero(ballot != "")})
        reasons = why_left_out(arrays, columns, policy=policy, ballots=ballots, day=ELECTION)
        may = np.array([reason is None for reason in reasons])
        picks = _picked(links, np.where(may, value, 0.0), columns, standing, day)
        standing = replace(standing, kept=frozenset((links[at].supporter.supporter_id, refs[row[at]]) for at in picks))
        decisions += len(links)
        asks += len(picks)
        hers, his = who[picks], row[picks]
        broken["passes five"] += int((np.bincount(hers) > K).sum())
        already = np.array([standing.counts.get(refs[one], 0) for one in range(voters)])
        broken["passes three"] += int(((np.bincount(his, minlength=voters) + already) > CAP).sum())
        broken["twice on one list"] += len(picks) - len(np.unique(hers * voters + his))
        for name, holds in (
            ("opted out", opted_out[his]), ("under age", ~truly_of_age[his]), ("not supportive", ~(support[his] >= 0.5)),
            ("held out", set_aside[his] & ~is_chosen[picks]), ("voted", ballot[his] == BallotStatus.VOTED),
            ("needs a check", ballot[his] == BallotStatus.NEEDS_CHECK), ("not registered", status[his] > 1),
            ("asked recently", recently[picks]), ("herself", np.array([links[at].is_own for at in picks])),
            ("not sure of the match", np.array([links[at].match_probability < 0.5 for at in picks])),
        ):  # fmt: skip
            broken[name] += int(holds.sum())
    return Lived(decisions, asks, broken)


def _picked(links, value, columns, standing, day):
    model = EffectModel()
    offers = offers_of(links, value, columns, standing, model=model)
    picks = pick(links, offers, columns, standing, k=K, model=model)
    on = ELECTION - timedelta(days=14 - day)
    picks, _ = explored(
        links, picks, np.where(offers > 0.0, value, 0.0), columns, standing, k=K, model=model,
        exploration=Exploration(0.3, "rivera", on),
    )  # fmt: skip
    return picks


def _links(chance, supporters: int, friends: int, voters: int) -> list[Link]:
    """Friends of a heavy tail: some voters are known to nearly everybody."""
    popular = (voters * chance.random((supporters, friends)) ** 3).astype(np.int64)
    links = []
    for one in range(supporters):
        her = Supporter(str(one), str(one), purposes=_TOGETHER if one % 3 else _ALONE)
        rows = np.unique(popular[one]).tolist()
        sure = chance.choice([0.99, 0.6, 0.3], len(rows)).tolist()
        own = chance.integers(0, voters)
        links += [
            Link(her, ContactKey(f"{one}-{row}"), _CARD, row, sure[at], row == own, False)
            for at, row in enumerate(rows)
        ]
    return links


def _month_and_day(born, *, is_told):
    """What the file tells: month and day of half of the voters, of the others the year alone."""
    month = born.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (born.astype("datetime64[D]") - born.astype("datetime64[M]")).astype(np.int64) + 1
    return np.where(is_told, month, 0).astype(np.int8), np.where(is_told, day, 0).astype(np.int8)
