"""Two registrations are one person where that is far likelier than two namesakes, and never where both of them voted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from small_register import Neighbor, crowd, register

from graph.model import BallotStatus
from graph.voters import Ballots, RegistrationStatus, VoterColumns
from matching.double_registrations import same_person, under_all_registrations

ZELDA = Neighbor("ZELDA", "ZELLNER", born=1970)
JAMES = Neighbor("JAMES", "BAKER", born=1970)


def towards_the_last(columns: VoterColumns, number: int = 2) -> list[int]:
    """The places from the end of whoever stands for each of the last rows."""
    return (len(columns) - same_person(columns)[-number:]).tolist()


def test_zelda_who_registered_again_is_one_person_and_her_newest_registration_stands_for_her():
    assert towards_the_last(register([*crowd(), ZELDA, replace(ZELDA, registered=12_000)])) == [1, 1]


def test_a_registration_that_was_removed_stands_for_nobody_else():
    gone = replace(ZELDA, registered=12_000, status=int(RegistrationStatus.REMOVED))
    assert towards_the_last(register([*crowd(), ZELDA, gone])) == [2, 2]


def test_two_men_of_a_common_name_born_in_one_year_stay_two():
    several = [replace(JAMES, born=1960 + at) for at in range(1, 6)]
    assert towards_the_last(register([*crowd(3_000), *several, JAMES, JAMES])) == [2, 1]


def test_whoever_voted_twice_in_one_election_is_two_people():
    columns = register([*crowd(), ZELDA, ZELDA])
    voted = np.zeros(len(columns), dtype=np.uint64)
    voted[-2:] = 4, 2
    assert len(set(towards_the_last(replace(columns, voted=voted)))) == 1
    voted[-2:] = 6, 2
    assert towards_the_last(replace(columns, voted=voted)) == [2, 1]


def test_nobody_of_unknown_age_is_taken_for_another():
    assert towards_the_last(register([*crowd(), replace(ZELDA, born=0), replace(ZELDA, born=0)])) == [2, 1]


def test_an_empty_file_has_nobody():
    assert same_person(register([])).tolist() == []


@given(st.lists(st.sampled_from([ZELDA, JAMES, replace(ZELDA, born=1971), replace(ZELDA, registered=3)]), max_size=12))
def test_whoever_stands_for_somebody_stands_for_himself_and_has_the_same_name_and_year(neighbors):
    columns = register([*crowd(40), *neighbors])
    person = same_person(columns)
    assert (person[person] == person).all()
    for column in (columns.last_name.codes, columns.first_name.codes, columns.birth_year):
        assert (column[person] == column).all()


def test_a_ballot_under_zeldas_old_registration_counts_under_her_new_one():
    columns = register([*crowd(), ZELDA, replace(ZELDA, registered=12_000)])
    person, (old, new) = same_person(columns), [voter_id.decode() for voter_id in columns.voter_ids[-2:]]
    came = Ballots(
        {old: BallotStatus.VOTED, new: BallotStatus.SENT, "nobody's": BallotStatus.VOTED}, date(2026, 10, 20)
    )
    told = under_all_registrations(came, columns, person)
    assert told.status == {old: BallotStatus.VOTED, new: BallotStatus.VOTED, "nobody's": BallotStatus.VOTED}
    assert told.as_of == came.as_of
    checked = under_all_registrations(Ballots({new: BallotStatus.NEEDS_CHECK}), columns, person)
    assert checked.status == {old: BallotStatus.NEEDS_CHECK, new: BallotStatus.NEEDS_CHECK}


def test_whose_registration_is_the_only_one_keeps_the_ballots_as_they_came():
    columns = register(crowd(20))
    came = Ballots({columns.voter_ids[3].decode(): BallotStatus.SENT})
    assert under_all_registrations(came, columns, same_person(columns)) == came
    assert under_all_registrations(Ballots(), columns, same_person(columns)) == Ballots()
