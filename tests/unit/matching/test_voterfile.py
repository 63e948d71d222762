"""A voter file becomes columns: what is kept, what is left out, and that the layout's details do not matter."""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from voter_files import ANA, BEN, CARL, HIDDEN, KEY, vote, write

from graph.digests import keyed_digest
from graph.model import VoterRef
from graph.voters import UNKNOWN_DAY, ElectionKind, RegistrationStatus
from matching.voterfile.columns import day_of
from matching.voterfile.reader import read_voters

PEOPLE = [ANA, BEN, CARL]


def read(path, **given_):
    return read_voters(path, layout="nc", key=KEY, **given_)


def test_ana_is_read_as_the_state_wrote_her(tmp_path):
    columns, report = read(write(tmp_path / "voters.txt", PEOPLE))
    ana = columns.row(VoterRef("NC", "AA000001"))
    assert (columns.last_name[ana], columns.first_name[ana], columns.middle_name[ana]) == ("PENA", "ANA", "MARIA")
    assert (columns.street[ana], columns.city[ana], columns.postal_code[ana]) == ("12 OAK ST", "RAEFORD", "28376")
    assert (columns.precinct[ana], columns.county[ana], columns.party[ana]) == ("PRECINCT 01", "HOKE", "DEM")
    assert (columns.birth_year[ana], columns.birth_month[ana], columns.area_code[ana]) == (1980, 0, 910)
    assert day_of(columns.registered_on[ana]) == date(2010, 3, 1)
    assert columns.snapshot == date(2022, 10, 20)
    assert report.counts["voters"]["kept"] == 3


@pytest.mark.parametrize(
    ("delimiter", "encoding", "quote", "end"),
    list(itertools.product("\t,", ("latin-1", "utf-8", "utf-8-sig"), ('"', ""), ("\n", "\r\n"))),
)
def test_encoding_delimiter_quotes_and_line_ends_do_not_matter(tmp_path, delimiter, encoding, quote, end):
    plain, _ = read(write(tmp_path / "plain.txt", PEOPLE))
    path = write(tmp_path / "other.txt", PEOPLE, delimiter=delimiter, encoding=encoding, quote=quote, end=end)
    other, _ = read(path)
    assert [other.last_name[row] for row in range(3)] == ["PENA", "LEE", "ONEIL"]
    assert np.array_equal(plain.household, other.household)


@settings(max_examples=25, deadline=None)
@given(st.permutations(sorted(ANA)), st.permutations(PEOPLE), st.sampled_from(["extra", "race_code", ""]))
def test_order_of_columns_and_rows_and_extra_columns_never_matter(tmp_path_factory, header, people, extra):
    folder = tmp_path_factory.mktemp("order")
    columns, _ = read(write(folder / "voters.txt", people, header=[*header, extra]))
    plain, _ = read(write(folder / "plain.txt", PEOPLE))
    assert columns.voter_ids.tolist() == plain.voter_ids.tolist()
    assert [columns.street[row] for row in range(3)] == [plain.street[row] for row in range(3)]
    assert columns.phones.digests.tolist() == plain.phones.digests.tolist()


def test_headers_of_before_2022_are_read(tmp_path):
    old = {name: value for name, value in ANA.items() if name not in ("birth_year", "gender_code")}
    old |= {"birth_age": "46", "sex_code": "F", "absent_ind": "", "registr_dt": "10/01/2026"}
    columns, _ = read(write(tmp_path / "voters.txt", [old]))
    assert (columns.birth_year[0], columns.gender[0]) == (1980, "F")


def test_nothing_of_a_confidential_voter_stays(tmp_path):
    path = write(tmp_path / "voters.txt", [*PEOPLE, HIDDEN, {**HIDDEN, "confidential_ind": "N"}])
    history = write(tmp_path / "history.txt", [vote(HIDDEN, "11/06/2018"), vote(ANA, "11/06/2018")])
    columns, report = read(path, history=history)
    assert len(columns) == 3
    assert columns.row(VoterRef("NC", "AA000009")) is None
    assert "SECRET" not in columns.last_name.values
    assert "1 SAFE PL" not in columns.street.values
    assert report.counts["voters"]["confidential_left_out"] == 2
    assert report.counts["history"]["voter_confidential"] == 1
    assert columns.voted.tolist() == [1, 0, 0]


def test_removed_and_denied_voters_are_kept_with_their_status(tmp_path):
    denied = {**BEN, "ncid": "AA000004", "status_cd": "D", "res_street_address": "REMOVED"}
    columns, _ = read(write(tmp_path / "voters.txt", [*PEOPLE, denied]))
    assert columns.status.tolist() == [0, 0, RegistrationStatus.REMOVED, RegistrationStatus.DENIED]
    assert (columns.street[3], columns.household[3]) == ("", -1)


def test_one_household_for_each_address(tmp_path):
    columns, _ = read(write(tmp_path / "voters.txt", [*PEOPLE, {**CARL, "ncid": "AA000004", "zip_code": "27501"}]))
    ana, ben, carl, elsewhere = columns.household.tolist()
    assert ana == ben
    assert len({ana, carl, elsewhere}) == 3


def test_equal_rows_collapse_and_of_differing_ones_the_last_stays(tmp_path):
    moved = {**ANA, "res_street_address": "77 NEW RD"}
    columns, report = read(write(tmp_path / "voters.txt", [ANA, BEN, BEN, moved]))
    assert len(columns) == 2
    assert columns.street[0] == "77 NEW RD"
    assert report.counts["voters"]["identical_rows_collapsed"] == 1
    assert report.counts["voters"]["differing_rows_replaced_by_the_last"] == 1


def test_dates_and_years_that_cannot_be_are_unknown_and_counted(tmp_path):
    slip = {**BEN, "ncid": "AA000004", "registr_dt": "01/01/0201", "birth_year": "1804"}
    columns, report = read(write(tmp_path / "voters.txt", [ANA, BEN, CARL, slip]))
    assert columns.registered_on[2] == UNKNOWN_DAY
    assert columns.birth_year[3] == 0
    assert report.counts["voters"]["registration_day_unparsable"] == 1
    assert report.counts["voters"]["birth_year_unknown"] == 1


def test_history_is_one_bit_for_each_voter_and_election(tmp_path):
    rows = [
        vote(ANA, "11/06/2018"),
        vote(ANA, "11/06/2018", method="ELECTION DAY"),
        vote(ANA, "05/17/2022", "05/17/2022 PRIMARY", "ABSENTEE ONESTOP"),
        vote(BEN, "11/08/2022", method="ELIGIBLE DID NOT VOTE"),
        vote({"ncid": "ZZ9"}, "11/08/2022"),
        vote(ANA, "??"),
    ]
    columns, report = read(write(tmp_path / "v.txt", PEOPLE), history=write(tmp_path / "h.txt", rows))
    assert [(one.day, one.kind) for one in columns.elections] == [
        (date(2018, 11, 6), ElectionKind.GENERAL),
        (date(2022, 5, 17), ElectionKind.PRIMARY),
    ]
    assert columns.voted.tolist() == [0b11, 0, 0]
    assert report.counts["history"] == {
        "rows_read": 6,
        "voter_confidential": 0,
        "voter_not_in_file": 1,
        "not_a_vote": 1,
        "unparsable_dates": 1,
        "votes_kept": 2,
        "votes_in_elections_left_out": 0,
        "repeated_rows_collapsed": 1,
        "elections": 2,
    }


def test_who_could_not_vote_is_not_said_to_have_stayed_home(tmp_path):
    """Ben came of age and registered in 2022; Carl's registration is unknown, so he counts from his first vote."""
    days = ("11/08/2016", "11/06/2018", "11/08/2022")
    rows = [vote(ANA, day) for day in days] + [vote(CARL, "11/06/2018"), vote(BEN, "11/08/2022")]
    columns, _ = read(write(tmp_path / "v.txt", PEOPLE), history=write(tmp_path / "h.txt", rows))
    assert columns.eligible.tolist() == [0b111, 0b100, 0b110]
    assert columns.voted.tolist() == [0b111, 0b100, 0b010]


def test_of_more_than_64_elections_the_newest_stay(tmp_path):
    days = [f"{month:02d}/01/{year}" for year in range(2011, 2017) for month in range(1, 13)]
    columns, report = read(
        write(tmp_path / "v.txt", PEOPLE), history=write(tmp_path / "h.txt", [vote(ANA, day) for day in days])
    )
    assert len(columns.elections) == 64
    assert columns.elections[-1].day == date(2016, 12, 1)
    assert columns.voted[0] == 2**64 - 1
    assert "72 elections" in report.notes[0]
    assert report.counts["history"]["votes_in_elections_left_out"] == 8


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PEOPLE), st.integers(2011, 2022)), min_size=1, max_size=30), st.randoms())
def test_voted_implies_eligible_and_order_and_repetition_change_nothing(tmp_path_factory, votes, shuffle):
    folder = tmp_path_factory.mktemp("history")
    rows = [vote(voter, f"11/05/{year}") for voter, year in votes]
    path = write(folder / "v.txt", PEOPLE)
    once, _ = read(path, history=write(folder / "h.txt", rows))
    again = [*rows, *rows]
    shuffle.shuffle(again)
    twice, _ = read(path, history=write(folder / "h2.txt", again))
    assert np.array_equal(once.voted, twice.voted)
    assert np.array_equal(once.eligible, twice.eligible)
    assert not np.any(once.voted & ~once.eligible)


def test_appended_phones_and_emails_stand_beside_the_files_own(tmp_path):
    header = ["email", "ncid", "cell_phone"]
    rows = [
        {"ncid": "AA000001", "cell_phone": "(910) 211-0199", "email": "Ana@Mail.example"},
        {"ncid": "AA000003", "cell_phone": "919-211-0142", "email": "no mail"},
        {"ncid": "AA000001", "cell_phone": "910 211 0101", "email": ""},
        {"ncid": "AA000002", "cell_phone": "12", "email": ""},
        {"ncid": "ZZ000001", "cell_phone": "9102110111", "email": ""},
    ]
    append = write(tmp_path / "append.csv", rows, header=header, delimiter=",", quote="")
    columns, report = read(write(tmp_path / "v.txt", PEOPLE), append=append)
    at = np.flatnonzero(columns.phones.digests == keyed_digest(KEY, "+19102110199"))
    assert columns.phones.rows[at].tolist() == [0]
    assert columns.emails.digests.tolist() == [keyed_digest(KEY, "ana@mail.example")]
    assert columns.area_code.tolist() == [910, 910, 919]
    assert np.all(np.diff(columns.phones.digests.astype(np.float64)) >= 0)
    assert len(columns.phones.rows) == 4  # Ana's two, Ben's, Carl's: the one she has twice counts once
    assert report.counts["append"] == {
        "rows_read": 5, "voter_not_in_file": 1, "phones_kept": 3, "phones_invalid": 1, "emails_kept": 1, "emails_invalid": 1,
    }  # fmt: skip


def test_the_report_is_json_and_holds_nobody(tmp_path):
    import json

    history = write(tmp_path / "h.txt", [vote(ANA, "11/06/2018")])
    _, report = read(write(tmp_path / "v.txt", PEOPLE), history=history)
    said = json.dumps(report.as_json())
    assert set(report.created_from) == {"voters", "history"}
    for private in ("PENA", "PEÑA", "OAK", "9102110101", "AA000001"):
        assert private not in said
