"""The election table: what can still be done on a day, in the state where the friend votes.

The table is a dated CSV; the one that ships is ``data/elections.csv``, and a campaign may give its own with the same
columns. Dates that have passed never show, and once the polls have closed on the last day nothing does.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from importlib import resources
from zoneinfo import ZoneInfo

from graph.errors import InputError
from graph.model import AskKind, BallotStatus, Election
from graph.voters import RegistrationStatus
from prioritization.calendar import in_words

COLUMNS = (
    "state",
    "day",
    "name",
    "registration_deadline",
    "early_voting_starts",
    "early_voting_ends",
    "mail_ballot_due",
    "polls_open",
    "polls_close",
    "lookup_url",
    "time_zone",
)
OPTIONAL = ("ballot_request_deadline",)
"""Columns that a table may lack: where nothing is said of requests, nobody is asked for one."""
_SHIPPED = "elections.csv"
_USUAL_ZONE = "America/New_York"
_HOURS = ("%I:%M %p", "%I %p", "%H:%M")


def read_elections(lines: Iterable[str], *, source: str = _SHIPPED) -> tuple[Election, ...]:
    """The elections of a table, in its order. Raises ``InputError`` on a missing column or a date that is none."""
    table = csv.DictReader(lines)
    missing = [column for column in COLUMNS if column not in (table.fieldnames or ())]
    if missing:
        raise InputError(
            f"The election table has no column {missing[0]}.",
            thing=source,
            next_step="Give every column, empty if unknown.",
        )
    return tuple(_election(row, f"{source}, line {table.line_num}") for row in table)


def shipped_elections() -> tuple[Election, ...]:
    """The elections that come with the program."""
    text = resources.files("prioritization").joinpath("data", _SHIPPED).read_text(encoding="utf-8")
    return read_elections(text.splitlines())


def find_election(day: date, *, state: str, table: Sequence[Election] | None = None) -> Election:
    """The election of this state on this day; when the table does not have it, only its day is known."""
    known = shipped_elections() if table is None else table
    found = [election for election in known if election.day == day and election.state == state]
    return found[0] if found else Election(name="Election day", day=day, state=state)


def in_table(election: Election) -> bool:
    """Whether more than the day is known of it."""
    return election != Election(name=election.name, day=election.day, state=election.state)


def local_day(election: Election, at: datetime) -> date:
    """The calendar day of an instant where the election is held."""
    return at.astimezone(ZoneInfo(election.time_zone)).date()


def voting_day(election: Election, at: datetime) -> date:
    """The day as far as voting goes: the local one, and the next from the moment the polls close on the last.

    Where the table tells no hour, the last day lasts until midnight.
    """
    here = at.astimezone(ZoneInfo(election.time_zone))
    closes = _hour(election.polls_close)
    is_over = here.date() == election.day and closes is not None and here.time() >= closes
    return here.date() + timedelta(days=is_over)


def possible_asks(election: Election, day: date) -> tuple[AskKind, ...]:
    """What can still be done on ``day``, the most pressing first; empty after the election."""
    if day > election.day:
        return ()
    open_until = {
        AskKind.REGISTER: election.registration_deadline,
        AskKind.REQUEST_BALLOT: election.ballot_request_deadline,
        AskKind.VOTE_EARLY: election.early_voting_ends if _early_voting_is_near(election, day) else None,
        AskKind.RETURN_BALLOT: election.mail_ballot_due,
        AskKind.VOTE: election.day,
    }
    return tuple(kind for kind, last in open_until.items() if last is not None and day <= last)


def ask_for(
    election: Election,
    day: date,
    *,
    registration: RegistrationStatus | None = RegistrationStatus.ACTIVE,
    ballot: BallotStatus | None = None,
) -> AskKind | None:
    """The one thing to ask of a voter on ``day``, or ``None`` when nothing is left for a friend to ask.

    ``registration`` is ``None`` for who is not registered. The table below is read from top to bottom; the first line that fits
    decides. A ballot that needs a check gives ``CURE``, which goes to the leaders' calls and never to a friend by name.
    """
    possible = possible_asks(election, day)
    if not possible or ballot is BallotStatus.VOTED:
        return None
    stands = registration in (RegistrationStatus.ACTIVE, RegistrationStatus.INACTIVE)
    table = (
        (ballot is BallotStatus.NEEDS_CHECK, AskKind.CURE),
        (registration is RegistrationStatus.INACTIVE, AskKind.REGISTER),  # her mail came back: is the address right?
        (registration is None, AskKind.REGISTER),
        (ballot is BallotStatus.SENT, AskKind.RETURN_BALLOT),
        (stands, AskKind.VOTE_EARLY),
        (stands, AskKind.REQUEST_BALLOT),  # where nobody can vote in person yet
        (stands, AskKind.VOTE),
    )
    return next((kind for fits, kind in table if fits and (kind in possible or kind is AskKind.CURE)), None)


def still_possible(election: Election, kind: AskKind, day: date) -> AskKind | None:
    """What is left on ``day`` of an ask that was chosen before: the same, election day for early voting, or nothing."""
    possible = possible_asks(election, day)
    if kind in possible or (possible and kind in (AskKind.INVITE, AskKind.CURE)):
        return kind
    return AskKind.VOTE if possible and kind in (AskKind.VOTE_EARLY, AskKind.REQUEST_BALLOT) else None


def last_day(election: Election, kind: AskKind) -> date:
    """The last day on which this can be done; the election's own day when the table does not say."""
    known = {
        AskKind.REGISTER: election.registration_deadline,
        AskKind.REQUEST_BALLOT: election.ballot_request_deadline,
        AskKind.VOTE_EARLY: election.early_voting_ends,
        AskKind.RETURN_BALLOT: election.mail_ballot_due,
    }
    return known.get(kind) or election.day


def deadline_sentence(election: Election, kind: AskKind, day: date) -> str:
    """One true sentence about a date that is everyone's, as seen on ``day``."""
    if kind is AskKind.VOTE_EARLY:
        return _early_sentence(election, day)
    when = "today" if last_day(election, kind) == day else in_words(last_day(election, kind))
    sentences: Mapping[AskKind, str] = {
        AskKind.REGISTER: f"The last day to register is {when}.",
        AskKind.REQUEST_BALLOT: f"The last day to ask for a ballot by mail is {when}.",
        AskKind.RETURN_BALLOT: f"Mail ballots are due {when}.",
        AskKind.VOTE: f"Election day is {when}.{_hours(election)}",
    }
    return sentences.get(kind, f"Election day is {when}.")


def until(election: Election, kind: AskKind, day: date) -> str:
    """The short tag of an ask: ``until Saturday`` inside a week, ``until October 31`` before, ``today`` on the last day."""
    last = last_day(election, kind)
    if last <= day:
        return "today"
    if (last - day).days < 7:
        return f"until {last:%A}"
    return f"until {last:%B} {last.day}"


def _early_voting_is_near(election: Election, day: date) -> bool:
    """Early voting is asked for from the day it opens; before that, election day is the plain date."""
    return election.early_voting_starts is None or day >= election.early_voting_starts


def _early_sentence(election: Election, day: date) -> str:
    ends = election.early_voting_ends or election.day
    return "Early voting ends today." if ends == day else f"Early voting ends {in_words(ends)}."


def _hours(election: Election) -> str:
    if not (election.polls_open and election.polls_close):
        return ""
    return f" Polls are open from {election.polls_open} to {election.polls_close}."


def _election(row: Mapping[str, str | None], where: str) -> Election:
    text = {column: (row.get(column) or "").strip() for column in (*COLUMNS, *OPTIONAL)}
    day = _day(text["day"], where)
    if day is None:
        raise InputError("An election has no day.", thing=where, next_step="Write it as 2026-11-03.")
    if text["polls_close"] and _hour(text["polls_close"]) is None:
        raise InputError("The hour at which polls close cannot be read.", thing=where, next_step="Write it as 7:30 pm.")
    return Election(
        name=text["name"],
        day=day,
        state=text["state"],
        registration_deadline=_day(text["registration_deadline"], where),
        early_voting_starts=_day(text["early_voting_starts"], where),
        early_voting_ends=_day(text["early_voting_ends"], where),
        mail_ballot_due=_day(text["mail_ballot_due"], where),
        polls_open=text["polls_open"],
        polls_close=text["polls_close"],
        lookup_url=text["lookup_url"],
        time_zone=_zone(text["time_zone"] or _USUAL_ZONE, where),
        ballot_request_deadline=_day(text["ballot_request_deadline"], where),
    )


def _zone(name: str, where: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError):  # ZoneInfoNotFoundError is a KeyError
        raise InputError(
            "There is no such time zone.", thing=where, next_step="Write it as America/New_York."
        ) from None


def _hour(text: str) -> time | None:
    """The time of day in a table's words; ``None`` for none."""
    for form in _HOURS:
        with suppress(ValueError):
            return datetime.strptime(text.strip().upper().replace(".", ""), form).time()  # noqa: DTZ007 (a time of day)
    return None


def _day(text: str, where: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError("A date cannot be read.", thing=where, next_step="Write dates as 2026-11-03.") from None
