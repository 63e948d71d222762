"""What can be asked on a day, in words that are true on that day."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from graph.errors import InputError
from graph.model import AskKind, BallotStatus
from graph.voters import RegistrationStatus
from prioritization.calendar import election_kind
from prioritization.elections import (
    ask_for,
    deadline_sentence,
    find_election,
    in_table,
    last_day,
    possible_asks,
    read_elections,
    shipped_elections,
    still_possible,
    until,
    voting_day,
)

DAY = date(2026, 11, 3)
GENERAL = find_election(DAY, state="NC")
REGISTER, EARLY, MAIL, VOTE = AskKind.REGISTER, AskKind.VOTE_EARLY, AskKind.RETURN_BALLOT, AskKind.VOTE


@pytest.mark.parametrize(
    ("day", "possible"),
    [
        (date(2026, 10, 9), (REGISTER, MAIL, VOTE)),
        (date(2026, 10, 10), (MAIL, VOTE)),
        (date(2026, 10, 15), (EARLY, MAIL, VOTE)),
        (date(2026, 10, 31), (EARLY, MAIL, VOTE)),
        (date(2026, 11, 1), (MAIL, VOTE)),
        (DAY, (MAIL, VOTE)),
        (date(2026, 11, 4), ()),
    ],
)
def test_past_deadlines_never_show(day, possible):
    assert possible_asks(GENERAL, day) == possible


@pytest.mark.parametrize(
    ("day", "ask"),
    [
        (date(2026, 10, 1), VOTE),
        (date(2026, 10, 15), EARLY),
        (date(2026, 10, 31), EARLY),
        (date(2026, 11, 1), VOTE),
        (DAY, VOTE),
        (date(2026, 11, 4), None),
    ],
)
def test_a_registered_friend_is_asked_for_the_nearest_way_to_vote(day, ask):
    assert ask_for(GENERAL, day) is ask


def test_other_states_of_a_voter_have_their_own_ask():
    october = date(2026, 10, 20)
    assert ask_for(GENERAL, october, ballot=BallotStatus.VOTED) is None
    assert ask_for(GENERAL, october, ballot=BallotStatus.NEEDS_CHECK) is AskKind.CURE
    assert ask_for(GENERAL, october, ballot=BallotStatus.SENT) is MAIL
    assert ask_for(GENERAL, october, registration=None) is None
    assert ask_for(GENERAL, date(2026, 10, 9), registration=None) is REGISTER


def test_an_election_that_nobody_put_in_the_table_has_only_its_day():
    unknown = find_election(date(2026, 9, 1), state="VT")
    assert possible_asks(unknown, date(2026, 8, 1)) == (VOTE,)
    assert deadline_sentence(unknown, VOTE, date(2026, 8, 1)) == "Election day is Tuesday, September 1."


def test_sentences_are_true_on_the_day_they_are_read():
    assert deadline_sentence(GENERAL, EARLY, date(2026, 10, 20)) == "Early voting ends Saturday, October 31."
    assert deadline_sentence(GENERAL, EARLY, date(2026, 10, 31)) == "Early voting ends today."
    assert deadline_sentence(GENERAL, VOTE, DAY).startswith(
        "Election day is today. Polls are open from 6:30 am to 7:30 pm."
    )
    assert until(GENERAL, EARLY, date(2026, 10, 20)) == "until October 31"
    assert until(GENERAL, EARLY, date(2026, 10, 26)) == "until Saturday"
    assert until(GENERAL, VOTE, DAY) == "today"


def test_the_shipped_table_is_in_order_within_each_election():
    for election in shipped_elections():
        assert (
            election.registration_deadline <= election.early_voting_starts <= election.early_voting_ends <= election.day
        )
        assert last_day(election, VOTE) == election.day


def test_a_table_with_a_bad_date_names_its_line():
    header = ",".join(["state", "day", "name", "registration_deadline", "early_voting_starts", "early_voting_ends"])
    header += ",mail_ballot_due,polls_open,polls_close,lookup_url,time_zone"
    with pytest.raises(InputError, match=r"mine\.csv, line 2: A date cannot be read. Write dates as 2026-11-03."):
        read_elections([header, "NC,11/03/2026,General,,,,,,,,"], source="mine.csv")
    with pytest.raises(InputError, match="no column state"):
        read_elections(["day"], source="mine.csv")
    with pytest.raises(InputError, match="has no day"):
        read_elections([header, "NC,,General,,,,,,,,"], source="mine.csv")


@pytest.mark.parametrize(
    ("day", "kind"),
    [(DAY, "GENERAL"), (date(2025, 11, 4), "MUNICIPAL"), (date(2026, 3, 3), "PRIMARY"), (date(2026, 7, 4), "SPECIAL")],
)
def test_the_day_tells_the_kind_of_election(day, kind):
    assert election_kind(day).name == kind


@pytest.mark.parametrize("day", [date(2026, 10, 1), date(2026, 10, 20), DAY, date(2026, 11, 4)])
@pytest.mark.parametrize("registration", [*RegistrationStatus, None])
@pytest.mark.parametrize("ballot", [*BallotStatus, None])
def test_nothing_is_asked_that_cannot_be_done_on_that_day(day, registration, ballot):
    ask = ask_for(GENERAL, day, registration=registration, ballot=ballot)
    assert ask is None or ask is AskKind.CURE or ask in possible_asks(GENERAL, day)
    if ballot is BallotStatus.VOTED or day > DAY:
        assert ask is None


def test_whose_mail_came_back_checks_the_registration_while_that_is_possible():
    inactive = RegistrationStatus.INACTIVE
    assert ask_for(GENERAL, date(2026, 10, 9), registration=inactive) is REGISTER
    assert ask_for(GENERAL, date(2026, 10, 20), registration=inactive) is EARLY
    assert ask_for(GENERAL, date(2026, 10, 20), registration=RegistrationStatus.REMOVED) is None


BY_MAIL = replace(GENERAL, ballot_request_deadline=date(2026, 10, 27))


@pytest.mark.parametrize(
    ("day", "ask"),
    [
        (date(2026, 10, 1), AskKind.REQUEST_BALLOT),
        (date(2026, 10, 14), AskKind.REQUEST_BALLOT),
        (date(2026, 10, 15), EARLY),
        (date(2026, 11, 1), VOTE),
    ],
)
def test_where_the_table_has_a_last_day_for_requests_a_ballot_is_asked_for_until_the_first_vote_in_person(day, ask):
    assert ask_for(BY_MAIL, day) is ask
    assert AskKind.REQUEST_BALLOT not in possible_asks(BY_MAIL, date(2026, 10, 28))
    assert ask_for(replace(BY_MAIL, early_voting_starts=None, early_voting_ends=None), date(2026, 10, 28)) is VOTE


ALL_OF_THEM = [
    (date(2026, 10, 5), None, None, REGISTER),
    (date(2026, 10, 5), RegistrationStatus.ACTIVE, None, AskKind.REQUEST_BALLOT),
    (date(2026, 10, 20), RegistrationStatus.ACTIVE, BallotStatus.SENT, MAIL),
    (date(2026, 10, 20), RegistrationStatus.ACTIVE, None, EARLY),
    (date(2026, 10, 20), RegistrationStatus.ACTIVE, BallotStatus.NEEDS_CHECK, AskKind.CURE),
    (date(2026, 11, 2), RegistrationStatus.ACTIVE, None, VOTE),
]


@pytest.mark.parametrize(("day", "registration", "ballot", "ask"), ALL_OF_THEM)
def test_every_ask_of_the_table_has_its_day(day, registration, ballot, ask):
    assert ask_for(BY_MAIL, day, registration=registration, ballot=ballot) is ask
    assert deadline_sentence(BY_MAIL, ask, day)


def test_every_kind_is_among_them_but_the_invitation():
    assert {ask for *_, ask in ALL_OF_THEM} == set(AskKind) - {AskKind.INVITE}


@pytest.mark.parametrize(
    ("zone", "utc", "day"),
    [
        ("America/New_York", "2026-11-04T00:29", date(2026, 11, 3)),
        ("America/New_York", "2026-11-04T00:30", date(2026, 11, 4)),
        ("America/Los_Angeles", "2026-11-04T03:29", date(2026, 11, 3)),
        ("America/Los_Angeles", "2026-11-04T03:30", date(2026, 11, 4)),
        ("America/New_York", "2026-10-20T03:59", date(2026, 10, 19)),
        ("America/New_York", "2026-10-20T04:00", date(2026, 10, 20)),
    ],
)
def test_the_last_hour_of_voting_in_the_state_ends_every_ask(zone, utc, day):
    election = replace(GENERAL, time_zone=zone)
    today = voting_day(election, datetime.fromisoformat(utc).replace(tzinfo=UTC))
    assert today == day
    assert bool(possible_asks(election, today)) is (day <= DAY)


def test_without_an_hour_in_the_table_the_last_day_lasts_until_midnight():
    election = replace(GENERAL, polls_close="")
    assert voting_day(election, datetime(2026, 11, 4, 4, 59, tzinfo=UTC)) == DAY
    assert voting_day(election, datetime(2026, 11, 4, 5, 0, tzinfo=UTC)) == date(2026, 11, 4)


@pytest.mark.parametrize(
    ("kind", "day", "left"),
    [
        (EARLY, date(2026, 10, 31), EARLY),
        (EARLY, date(2026, 11, 1), VOTE),
        (REGISTER, date(2026, 10, 10), None),
        (AskKind.REQUEST_BALLOT, date(2026, 10, 28), VOTE),
        (MAIL, DAY, MAIL),
        (AskKind.INVITE, DAY, AskKind.INVITE),
        *((kind, date(2026, 11, 4), None) for kind in AskKind),
    ],
)
def test_what_was_chosen_yesterday_is_not_asked_past_its_day(kind, day, left):
    assert still_possible(BY_MAIL, kind, day) is left


def test_a_table_may_lack_the_last_day_for_requests_but_not_hours_or_zones_that_are_none():
    header = "state,day,name,registration_deadline,early_voting_starts,early_voting_ends,mail_ballot_due"
    header += ",polls_open,polls_close,lookup_url,time_zone"
    (plain,) = read_elections([header, "VT,2026-11-03,General,,,,,7 am,7 PM,,"])
    assert (plain.ballot_request_deadline, in_table(plain)) == (None, True)
    (asked,) = read_elections([f"{header},ballot_request_deadline", "VT,2026-11-03,General,,,,,,19:00,,,2026-10-27"])
    assert asked.ballot_request_deadline == date(2026, 10, 27)
    with pytest.raises(InputError, match=r"line 2: The hour at which polls close cannot be read\."):
        read_elections([header, "VT,2026-11-03,General,,,,,7 am,late,,"])
    with pytest.raises(InputError, match=r"line 2: There is no such time zone\."):
        read_elections([header, "VT,2026-11-03,General,,,,,,,,Vermont"])
    assert not in_table(find_election(date(2026, 9, 1), state="VT"))
