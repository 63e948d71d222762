"""The oh layout: Ohio's wide file, one column for each election since 2000, whole dates of birth."""

from __future__ import annotations

from datetime import date

import pytest
from voter_files import KEY, write
from voter_layouts import NORA, OMAR

from graph.errors import InputError
from graph.model import VoterRef
from graph.voters import ElectionKind, RegistrationStatus
from matching.voterfile.reader import read_voters


def read(path, **given):
    return read_voters(path, layout="oh", key=KEY, **given)


def test_a_wide_file_becomes_elections_with_their_days_and_kinds(tmp_path):
    columns, report = read(write(tmp_path / "v.txt", [NORA, OMAR], delimiter=","))
    assert [(one.day, one.kind) for one in columns.elections] == [
        (date(2000, 3, 7), ElectionKind.PRIMARY),
        (date(2000, 11, 7), ElectionKind.GENERAL),
        (date(2023, 11, 7), ElectionKind.MUNICIPAL),
        (date(2024, 3, 19), ElectionKind.PRIMARY),
        (date(2024, 11, 5), ElectionKind.GENERAL),
    ]
    assert columns.voted.tolist() == [0b01111, 0b10000]
    assert report.counts["history"]["columns_without_votes"] == 1
    assert report.codes["history_code"] == {"": 7, "D": 1, "R": 1, "X": 3}


def test_a_blank_before_her_registration_or_her_18th_birthday_is_no_abstention(tmp_path):
    """Omar registered in October 2024 and turned 18 on the very day of that general."""
    columns, _ = read(write(tmp_path / "v.txt", [NORA, OMAR], delimiter=","))
    assert columns.eligible.tolist() == [0b11111, 0b10000]
    day_after = {**OMAR, "SOS_VOTERID": "OH0033333333", "DATE_OF_BIRTH": "2006-11-06", "GENERAL-11/05/2024": ""}
    columns, _ = read(write(tmp_path / "w.txt", [NORA, OMAR, day_after], delimiter=","))
    assert columns.eligible.tolist() == [0b11111, 0b10000, 0]


def test_the_whole_birth_date_the_status_and_the_state_are_kept(tmp_path):
    columns, _ = read(write(tmp_path / "v.txt", [NORA, OMAR], delimiter=","))
    nora = columns.row(VoterRef("OH", "OH0011111111"))
    assert (columns.birth_year[nora], columns.birth_month[nora], columns.birth_day[nora]) == (1971, 5, 9)
    assert columns.status.tolist() == [RegistrationStatus.ACTIVE, RegistrationStatus.INACTIVE]
    assert len(columns.phones.digests) == 0


def test_another_apartment_is_another_household(tmp_path):
    columns, _ = read(write(tmp_path / "v.txt", [NORA, OMAR], delimiter=","))
    assert columns.street[0] == "12 OAK ST"
    assert columns.street[1] == "12 OAK ST APT 3"
    assert columns.household[0] != columns.household[1]


@pytest.mark.parametrize(("column", "code"), [("VOTER_STATUS", "PURGED"), ("GENERAL-11/05/2024", "Q")])
def test_unknown_codes_are_refused(tmp_path, column, code):
    with pytest.raises(InputError, match=f"'{code}' \\(1 rows\\)") as caught:
        read(write(tmp_path / "v.txt", [NORA, {**OMAR, column: code}], delimiter=","))
    assert "FIELDS" not in str(caught.value)


def test_a_column_for_a_day_that_no_calendar_has(tmp_path):
    odd = {name.replace("11/05/2024", "02/30/2024"): value for name, value in OMAR.items()}
    with pytest.raises(InputError, match="no day of the calendar"):
        read(write(tmp_path / "v.txt", [odd], delimiter=","))
