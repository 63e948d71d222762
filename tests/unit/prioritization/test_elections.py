"""What can be asked on a day, in words that are true on that day."""

from datetime import date

import pytest

from graph.errors import InputError
from graph.model import AskKind, BallotStatus
from graph.voters import RegistrationStatus
from prioritization.calendar import election_kind
from prioritization.elections import (
    ask_for,
    deadline_sentence,
    find_election,
    last_day,
    possible_asks,
    read_elections,
    shipped_elections,
    until,
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
