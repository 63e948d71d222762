"""The l2 and targetsmart layouts: vendors' headers, election columns, scores on a declared scale, the state from a column."""

from __future__ import annotations

from datetime import date

import pytest
from voter_files import KEY, write
from voter_layouts import IVY, JON, KAY, LEO

from graph.digests import keyed_digest
from graph.errors import InputError, UsageError
from graph.voters import ElectionKind, RegistrationStatus
from matching.voterfile.reader import read_voters


def read(path, layout, **given):
    return read_voters(path, layout=layout, key=KEY, **given)


def test_l2_elections_in_new_and_old_headers(tmp_path):
    columns, report = read(write(tmp_path / "v.tab", [IVY, JON], quote=""), "l2", as_of=date(2026, 10, 1))
    assert [(one.day, one.kind) for one in columns.elections] == [
        (date(2014, 11, 4), ElectionKind.GENERAL),
        (date(2018, 11, 6), ElectionKind.GENERAL),
        (date(2020, 6, 23), ElectionKind.PRIMARY),
        (date(2021, 11, 2), ElectionKind.MUNICIPAL),
    ]
    assert columns.voted.tolist() == [0b1111, 0b1000]
    assert report.counts["history"]["election_columns"] == 5  # neither the performance nor the kind of ballot
    assert columns.status.tolist() == [RegistrationStatus.ACTIVE, RegistrationStatus.INACTIVE]


def test_l2_ages_count_from_the_day_of_the_file_and_cells_are_keyed(tmp_path):
    columns, _ = read(write(tmp_path / "v.tab", [IVY, JON], quote=""), "l2", as_of=date(2026, 10, 1))
    assert columns.birth_year.tolist() == [1982, 0]
    assert columns.birth_month.tolist() == [0, 0]
    assert (columns.state, columns.party[0]) == ("VA", "NON PARTISAN")
    assert columns.phones.digests.tolist() == [keyed_digest(KEY, "+17572110143")]


def test_targetsmart_elections_scores_and_births(tmp_path):
    columns, _ = read(write(tmp_path / "v.csv", [KAY, LEO], delimiter=","), "targetsmart")
    assert [(one.day, one.kind) for one in columns.elections] == [
        (date(2016, 11, 8), ElectionKind.GENERAL),
        (date(2018, 5, 15), ElectionKind.PRIMARY),
        (date(2019, 11, 5), ElectionKind.MUNICIPAL),
    ]
    assert columns.voted.tolist() == [0b111, 0b110]
    assert columns.scores["turnout"].tolist() == pytest.approx([0.855, 0.855])
    assert columns.scores["support"][0] == pytest.approx(0.996)
    assert columns.birth_year.tolist() == [1979, 1981]
    assert (columns.birth_month.tolist(), columns.birth_day.tolist()) == ([3, 0], [8, 0])


def test_an_unregistered_person_is_nobody_to_ask(tmp_path):
    columns, _ = read(write(tmp_path / "v.csv", [KAY, LEO], delimiter=","), "targetsmart")
    assert columns.status.tolist() == [RegistrationStatus.ACTIVE, RegistrationStatus.REMOVED]


@pytest.mark.parametrize(
    ("layout", "people", "column", "code"),
    [
        ("l2", [IVY, JON], "General_2018_11_06", "W"),
        ("l2", [IVY, JON], "Voters_Active", "Z"),
        ("targetsmart", [KAY, LEO], "vb.vf_g2016", "E"),
        ("targetsmart", [KAY, LEO], "vb.voterbase_registration_status", "Pending"),
    ],
)
def test_unknown_codes_are_refused(tmp_path, layout, people, column, code):
    with pytest.raises(InputError, match=f"(?i)'{code}' \\(1 rows\\)"):
        read(write(tmp_path / "v.txt", [people[0], {**people[1], column: code}]), layout)


def test_a_score_off_its_declared_scale_is_refused_with_its_line(tmp_path):
    with pytest.raises(InputError, match="line 3") as caught:
        read(write(tmp_path / "v.txt", [KAY, {**LEO, "ts.tsmart_partisan_score": "101"}]), "targetsmart")
    assert "0 to 100" in str(caught.value)


@pytest.mark.parametrize(
    ("layout", "person", "column"), [("l2", IVY, "Residence_Addresses_State"), ("targetsmart", KAY, "vb.tsmart_state")]
)
def test_the_state_is_the_columns_or_the_one_that_is_given(tmp_path, layout, person, column):
    nowhere = {name: value for name, value in person.items() if name != column}
    path = write(tmp_path / "v.txt", [nowhere])
    with pytest.raises(InputError, match="no state"):
        read(path, layout)
    assert read(path, layout, state="wi")[0].state == "WI"
    with pytest.raises(UsageError):
        read(path, layout, state="Wisconsin")
