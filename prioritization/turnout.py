"""How likely each voter is to vote in the coming election, learned from the file's own history and scored forward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from graph.model import BallotStatus, Election
from graph.voters import Ballots, ElectionKind, RegistrationStatus, VoterColumns
from prioritization.calendar import day_number, election_kind, is_presidential
from prioritization.forecaster import Forecaster, between
from prioritization.history import age_on, features, has_bit, latest_in_cycle, like_elections
from prioritization.leaning import Leanings

Floats = NDArray[np.float32]

_MOST_ELECTIONS = 3
_MOST_ROWS = 120_000
_FEWEST_ROWS = 2_000
_SCORED_AT_ONCE = 250_000
_MOST_SHIFT, _HALVINGS = 3.0, 24
_PART_OF_LEANING = 0.5
"""What leanings weigh beside trees and regression, in the mean of log-odds: equally, since neither is better everywhere.

A leaning grows surer with every election in the file, while trees learned from people whose history was shorter; trees see what leanings leave
out (who votes in primaries only, which party's). Of fourteen past elections of two invented places their mean made each likelier, by .0002 to .003 in log loss.
"""
_INACTIVE_SHIFT = -1.0
"""Log-odds for an inactive registration. Today's status is later than any label, so it is a prior and never learned."""

_USUAL_TURNOUT = {
    ElectionKind.GENERAL: 0.55,
    ElectionKind.PRIMARY: 0.22,
    ElectionKind.MUNICIPAL: 0.12,
    ElectionKind.SPECIAL: 0.15,
}
_PRESIDENTIAL_TURNOUT = 0.72
"""Shares of the registered who vote, from what is common in United States files; used when the file has no history."""


@dataclass(frozen=True, slots=True)
class TurnoutReport:
    """How the scores were made: ``learned``, ``vendor`` or ``prior``; from which elections; over how many people."""

    method: str
    learned_from: tuple[date, ...]
    people: int
    mean_probability: float


@dataclass(frozen=True, slots=True)
class TurnoutScores:
    """The probability of voting for each row: 1 for who has voted, 0 for who may not."""

    probability: Floats
    report: TurnoutReport


def turnout_probability(
    columns: VoterColumns, election: Election, *, as_of: date, ballots: Ballots, seed: int = 0
) -> TurnoutScores:
    """The probability that each voter takes part in ``election``, as known on ``as_of``.

    Learned from at most three earlier elections like it, each seen with the history that stood before it. A
    vendor's ``turnout`` score takes precedence where there is one; with too little history, age and the kind of election
    decide. Nothing of an election after ``as_of`` or after the day itself is read.
    """
    known = min(as_of, election.day)
    forecast, method, places = _forecast(columns, election.day, known=known, seed=seed)
    forecast = _with_vendor(columns, forecast)
    method = "vendor" if "turnout" in columns.scores else method
    forecast[~may_vote(columns, election.day)] = 0.0
    forecast[_have_voted(columns, ballots)] = 1.0
    learned_from = tuple(columns.elections[place].day for place in places)
    mean = float(forecast.mean()) if len(forecast) else 0.0
    return TurnoutScores(forecast, TurnoutReport(method, learned_from, len(forecast), mean))


def may_vote(columns: VoterColumns, day: date) -> NDArray[np.bool_]:
    """Rows whose registration stands and who are of age by the year of their birth (unknown years count as of age)."""
    stands = np.isin(columns.status, (RegistrationStatus.ACTIVE, RegistrationStatus.INACTIVE))
    return stands & ~(age_on(columns, day) < 18)


def _have_voted(columns: VoterColumns, ballots: Ballots) -> NDArray[np.int64]:
    ids = sorted(voter for voter, status in ballots.status.items() if status is BallotStatus.VOTED)
    return np.flatnonzero(np.isin(columns.voter_ids, np.array(ids, dtype=np.bytes_)))


def _with_vendor(columns: VoterColumns, forecast: Floats) -> Floats:
    score = columns.scores.get("turnout")
    return forecast if score is None else np.where(np.isnan(score), forecast, score).astype(np.float32)


def _forecast(columns: VoterColumns, day: date, *, known: date, seed: int) -> tuple[Floats, str, list[int]]:
    places = like_elections(columns, day, before=known, most=_MOST_ELECTIONS)
    seen, labels = _lessons(columns, places, seed=seed)
    if len(labels) < _FEWEST_ROWS or labels.all() or not labels.any():
        return _prior(columns, day), "prior", []
    probability = _scored(Forecaster.fitted(seen, labels, seed=seed), columns, day, known=known)
    alike = latest_in_cycle(columns, day, before=known)
    leaning = _by_leaning(columns, known=known, like=places[-1] if alike is None else alike, seed=seed)
    probability = between(probability, leaning, _PART_OF_LEANING)
    probability = _shift_inactive(columns, _shifted(probability, _correction(columns, places, day)))
    return _as_many_as_last_time(columns, probability, day, known=known), "learned", places


def _lessons(columns: VoterColumns, places: list[int], *, seed: int) -> tuple[Floats, NDArray[np.bool_]]:
    """What stood before each election and who then voted among those who could, at most ``_MOST_ROWS`` lines in all."""
    chance = np.random.default_rng(seed)
    seen, labels = [], []
    for place in places:
        could = np.flatnonzero(has_bit(columns.eligible, place) & may_vote(columns, columns.elections[place].day))
        most = _MOST_ROWS // len(places)
        rows = could if len(could) <= most else np.sort(chance.choice(could, most, replace=False))
        day = columns.elections[place].day
        seen.append(features(columns, rows, before=day, presidential=is_presidential(day)))
        labels.append(has_bit(columns.voted[rows], place))
    return (
        (np.concatenate(seen), np.concatenate(labels))
        if seen
        else (np.empty((0, 0), np.float32), np.zeros(0, np.bool_))
    )


def _by_leaning(columns: VoterColumns, *, known: date, like: int, seed: int) -> Floats:
    """What each voter's leaning says, with the level of an election that has been; the level to come is set afterwards."""
    learned = Leanings.fitted(columns, np.flatnonzero(may_vote(columns, known)), known=known, seed=seed)
    return np.concatenate([learned.probability(columns, rows, like=like) for rows in _parts(columns)])


def _as_many_as_last_time(columns: VoterColumns, probability: Floats, day: date, *, known: date) -> Floats:
    """Forecasts moved by one shift in log-odds, so that in the mean as many come as to the latest election in the same part of the
    four years. Who comes is learned from several elections; how many come is the stakes', and those of other years mislead.
    """
    place = latest_in_cycle(columns, day, before=known)
    could = np.zeros(0, np.bool_) if place is None else has_bit(columns.eligible, place)
    now = may_vote(columns, day) & ~(columns.registered_on > day_number(known))
    if place is None or could.sum() < _FEWEST_ROWS or not now.any():
        return probability
    share = float(has_bit(columns.voted[could], place).mean())
    return _shifted(probability, _shift_to(share, probability[now])) if 0.0 < share < 1.0 else probability


def _shift_to(share: float, probability: Floats) -> float:
    """The shift in log-odds that brings the mean to ``share``, by halving."""
    low, high = -_MOST_SHIFT, _MOST_SHIFT
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        too_low = float(_shifted(probability, middle).mean(dtype=np.float64)) < share
        low, high = (middle, high) if too_low else (low, middle)
    return (low + high) / 2.0


def _correction(columns: VoterColumns, places: list[int], day: date) -> float:
    """In log-odds, how many more or fewer usually come when none of the elections learned from had the same stakes."""
    stakes = {is_presidential(columns.elections[place].day) for place in places}
    return 0.0 if is_presidential(day) in stakes else _usual(day) - _usual(columns.elections[places[-1]].day)


def _log_odds(share: float) -> float:
    return float(np.log(share / (1.0 - share)))


def _scored(
    forecaster: Forecaster,
    columns: VoterColumns,
    day: date,
    *,
    known: date,
) -> Floats:
    parts = _parts(columns)
    seen = (features(columns, rows, before=known, presidential=is_presidential(day)) for rows in parts)
    return np.concatenate([forecaster.probability(part) for part in seen])


def _parts(columns: VoterColumns) -> list[NDArray[np.int64]]:
    """Everybody's rows, so many at once as memory should hold."""
    everybody = np.arange(len(columns), dtype=np.int64)
    return np.array_split(everybody, max(1, -(-len(everybody) // _SCORED_AT_ONCE)))


def _shift_inactive(columns: VoterColumns, probability: Floats) -> Floats:
    inactive = columns.status == RegistrationStatus.INACTIVE
    return np.where(inactive, _shifted(probability, _INACTIVE_SHIFT), probability).astype(np.float32)


def _shifted(probability: Floats, shift: float) -> Floats:
    odds = probability / (1.0 - probability) * np.float32(np.exp(shift))
    return (odds / (1.0 + odds)).astype(np.float32)


def _usual(day: date) -> float:
    """The log-odds of voting that are usual for an election of this kind."""
    share = _PRESIDENTIAL_TURNOUT if is_presidential(day) else _USUAL_TURNOUT[election_kind(day)]
    return _log_odds(share)


def _prior(columns: VoterColumns, day: date) -> Floats:
    """Without history: what is usual for the kind of election, less for the young, more up to seventy-five."""
    age = np.clip(np.nan_to_num(age_on(columns, day), nan=50.0), 18, 75)
    log_odds = _usual(day) + (age - 50.0) / 25.0
    return _shift_inactive(columns, (1.0 / (1.0 + np.exp(-log_odds))).astype(np.float32))
