"""Returned ballots: accepted means voted; whatever else happened to a ballot needs a check."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from voter_files import write

from graph.errors import InputError
from graph.model import BallotStatus
from matching.voterfile.ballots import read_ballots

IDS = np.array(["AA000001", "AA000002", "AA000003"], dtype=np.bytes_)
ELECTION = date(2026, 11, 3)


def row(voter_id, status="ACCEPTED", *, returned="10/18", election="11/03/2026"):
    return {"ncid": voter_id, "election_lbl": election, "ballot_rtn_dt": returned, "ballot_rtn_status": status}


def read(tmp_path, rows, **given):
    path = write(tmp_path / "absentee.csv", rows, delimiter=",")
    return read_ballots(path, election=ELECTION, known_ids=IDS, **given)


def test_only_an_accepted_ballot_is_a_vote(tmp_path):
    ballots, report = read(
        tmp_path, [row("AA000001", "Accepted "), row("AA000002", "WITNESS INFO INCOMPLETE"), row("AA000003", "")]
    )
    assert ballots.status == {
        "AA000001": BallotStatus.VOTED,
        "AA000002": BallotStatus.NEEDS_CHECK,
        "AA000003": BallotStatus.NEEDS_CHECK,
    }
    assert report.codes == {"": 1, "ACCEPTED": 1, "WITNESS INFO INCOMPLETE": 1}


def test_a_ballot_that_was_sent_and_is_not_back_is_no_vote_and_needs_no_check(tmp_path):
    ballots, report = read(
        tmp_path, [row("AA000001", "", returned=""), row("AA000002", "", returned=""), row("AA000002")]
    )
    assert ballots.status == {"AA000001": BallotStatus.SENT, "AA000002": BallotStatus.VOTED}
    assert (report.counts["sent"], report.counts["needs_check"]) == (1, 0)


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_ballots_of_one_voter_the_accepted_one_wins(tmp_path, order):
    rows = [row("AA000001", "SPOILED"), row("AA000001", "ACCEPTED - CURED"), row("AA000001", "SPOILED")][::order]
    ballots, report = read(tmp_path, rows)
    assert ballots.status == {"AA000001": BallotStatus.VOTED}
    assert report.counts["repeated_rows_collapsed"] == 2


def test_other_elections_and_strangers_are_counted_apart(tmp_path):
    ballots, report = read(tmp_path, [row("AA000001", election="03/03/2026"), row("ZZ000001"), row("AA000002")])
    assert list(ballots.status) == ["AA000002"]
    assert report.counts["other_elections"] == 1
    assert report.counts["voter_not_in_file"] == 1


@pytest.mark.parametrize(
    ("returned", "as_of"),
    [
        ("10/18", date(2026, 10, 18)),
        ("10/19/2026", date(2026, 10, 19)),
        ("2026-10-20", date(2026, 10, 20)),
        ("?", None),
    ],
)
def test_the_newest_return_is_as_of(tmp_path, returned, as_of):
    ballots, report = read(tmp_path, [row("AA000001", returned=returned), row("AA000002", returned="")])
    assert ballots.as_of == as_of
    assert report.as_json()["as_of"] == str(as_of or "")


def test_a_return_in_december_before_a_january_election_is_last_years(tmp_path):
    path = write(tmp_path / "a.csv", [row("AA000001", returned="12/30", election="01/06/2026")], delimiter=",")
    ballots, _ = read_ballots(path, election=date(2026, 1, 6), known_ids=IDS)
    assert ballots.as_of == date(2025, 12, 30)


def test_a_file_without_the_status_is_refused(tmp_path):
    with pytest.raises(InputError, match="ballot_rtn_status"):
        read(tmp_path, [{"ncid": "AA000001", "election_lbl": "11/03/2026"}])
