"""Who voted in ten years of elections, who will in the coming one, and who has returned a ballot already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from app.town.columns import Flags, Numbers, Whole
from app.town.people import Households, People
from app.town.register import DENIED, INACTIVE, REMOVED, Register
from app.town.shape import ElectionKind, TownShape

METHODS = ("IN-PERSON", "ABSENTEE ONESTOP", "ABSENTEE BY MAIL", "PROVISIONAL", "CURBSIDE")
OTHER_LABELS = ("ELECTION DAY", "EARLY VOTING IN-PERSON", "ABSENTEE", "PROVISIONAL", "ELECTION DAY CURBSIDE")
"""How the same methods are called in the file's second row of the same vote."""

BALLOT_STATUSES = ("ACCEPTED", "WITNESS INFO INCOMPLETE", "SIGNATURE DIFFERENT", "SPOILED")
_REGISTRATION_CLOSES_DAYS = 25
_FIRST_MAIL_DAY, _FIRST_EARLY_DAY, _LAST_EARLY_DAY = 45, 19, 3


@dataclass(frozen=True, slots=True)
class PastElection:
    """One election: its day and kind, the people who voted, and how; ``again`` are those with a second row."""

    day: date
    kind: ElectionKind
    voted: Whole
    method: Whole
    again: Whole


@dataclass(frozen=True, slots=True)
class Turnout:
    """The past as the history file tells it, and the coming election as nobody can know it."""

    past: tuple[PastElection, ...]
    p0: Numbers
    """The probability to vote in the coming election when no friend asks."""
    will_vote: Flags
    returned_on: Whole
    """The ordinal day on which a ballot came back, 0 when none has."""
    ballot_status: Whole
    susceptibility: Numbers
    """What a word from a friend changes, 1 on average, sometimes below 0."""

    @property
    def has_voted(self) -> Flags:
        """Whose ballot was accepted before the snapshot."""
        is_accepted: Flags = (self.returned_on > 0) & (self.ballot_status == 0)
        return is_accepted


def elections_before(day: date, years: int) -> Iterator[tuple[date, ElectionKind]]:
    """The elections of a state in the years before a day, in their order."""
    start = day.replace(day=1).replace(year=day.year - years)
    for year in range(start.year, day.year + 1):
        for election, kind in _elections_of(year):
            if start <= election < day:
                yield election, kind


def _elections_of(year: int) -> list[tuple[date, ElectionKind]]:
    november = _tuesday_after_monday(year, 11)
    if year % 2:
        return [(november, ElectionKind.MUNICIPAL)]
    general = ElectionKind.PRESIDENTIAL if year % 4 == 0 else ElectionKind.MIDTERM
    return [(_tuesday_after_monday(year, 3), ElectionKind.PRIMARY), (november, general)]


def _tuesday_after_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(7 - first.weekday()) % 7 + 1)


def hold_elections(
    chance: np.random.Generator,
    shape: TownShape,
    people: People,
    homes: Households,
    register: Register,
    *,
    precinct: Whole,
    election: date,
    as_of: date,
) -> Turnout:
    """History from latent propensity, the kind of election and habit; then the coming election's probabilities."""
    leaning = _leaning(chance, shape, people, homes, register, precinct)
    past, habit = _past_elections(chance, shape, people, register, leaning, as_of)
    age = people.age_on(election)
    shock = chance.normal(0, 0.3, len(people))
    log_odds = shape.intercepts[shape.coming_kind] + leaning + _age_effect(shape, age) + habit + shock
    is_barred = (register.status == REMOVED) | (register.status == DENIED)
    p0 = np.where(is_barred, 0.0, _sigmoid(log_odds))
    will_vote = chance.random(len(people)) < p0
    returned_on, status = _returned_ballots(chance, shape, will_vote, election, as_of)
    susceptibility = chance.normal(1.0, shape.effect_spread, len(people))
    return Turnout(past, p0, will_vote, returned_on, status, susceptibility)


def _leaning(
    chance: np.random.Generator,
    shape: TownShape,
    people: People,
    homes: Households,
    register: Register,
    precinct: Whole,
) -> Numbers:
    own = chance.normal(0, shape.person_spread, len(people))
    shared = chance.normal(0, shape.household_spread, len(homes.first))[people.household]
    local = chance.normal(0, shape.precinct_spread, int(precinct.max()) + 1)[precinct]
    leaning: Numbers = own + shared + local - 1.6 * (register.status == INACTIVE)
    return leaning


def _age_effect(shape: TownShape, age: Whole) -> Numbers:
    return shape.age_slope_per_year * (np.minimum(age, 74) - 48) - 0.05 * np.maximum(age - 80, 0)


def _sigmoid(log_odds: Numbers) -> Numbers:
    return 1 / (1 + np.exp(-log_odds))


def _past_elections(
    chance: np.random.Generator,
    shape: TownShape,
    people: People,
    register: Register,
    leaning: Numbers,
    as_of: date,
) -> tuple[tuple[PastElection, ...], Numbers]:
    past = []
    habit = np.zeros(len(people))
    last_day = as_of - timedelta(days=shape.history_lag_days)
    for day, kind in elections_before(last_day, shape.history_years):
        age = people.age_on(day)
        log_odds = shape.intercepts[kind] + leaning + _age_effect(shape, age) + habit
        can = (age >= 18) & (register.eligible_from <= day.toordinal() - _REGISTRATION_CLOSES_DAYS)
        has_voted = can & (register.status != DENIED) & (chance.random(len(people)) < _sigmoid(log_odds))
        past.append(_held(chance, shape, day, kind, np.flatnonzero(has_voted).astype(np.int32)))
        habit = np.where(has_voted, shape.habit, np.where(can, -shape.habit, 0.0))
    return tuple(past), habit


def _held(chance: np.random.Generator, shape: TownShape, day: date, kind: ElectionKind, voted: Whole) -> PastElection:
    early = shape.early_share if kind != ElectionKind.MUNICIPAL else 0.3
    shares = [1 - early - shape.mail_share - 0.012, early, shape.mail_share, 0.004, 0.008]
    method = chance.choice(len(METHODS), size=len(voted), p=shares).astype(np.int32)
    again = np.flatnonzero(chance.random(len(voted)) < shape.duplicate_history_share).astype(np.int32)
    return PastElection(day, kind, voted, method, again)


def _returned_ballots(
    chance: np.random.Generator, shape: TownShape, will_vote: Flags, election: date, as_of: date
) -> tuple[Whole, Whole]:
    """Ballots that came back by the snapshot: by mail from six weeks before, in person from nineteen days before."""
    count = len(will_vote)
    drawn = chance.random(count)
    by_mail = will_vote & (drawn < shape.mail_share)
    in_person = will_vote & ~by_mail & (drawn < shape.mail_share + shape.early_share)
    mail_day = election.toordinal() - chance.integers(1, _FIRST_MAIL_DAY, count)
    early_day = election.toordinal() - chance.integers(_LAST_EARLY_DAY, _FIRST_EARLY_DAY + 1, count)
    day = np.where(by_mail, mail_day, np.where(in_person, early_day, 0))
    returned_on = np.where(day <= as_of.toordinal(), day, 0).astype(np.int32)
    trouble = chance.choice(len(BALLOT_STATUSES), size=count, p=[0.93, 0.03, 0.02, 0.02])
    return returned_on, np.where(by_mail, trouble, 0).astype(np.int32)
