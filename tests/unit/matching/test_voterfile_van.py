"""The van layout: chosen columns, election columns, vendor scores on a declared scale."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from voter_files import KEY, write

from graph.errors import InputError
from graph.voters import ElectionKind, RegistrationStatus
from matching.voterfile.profile import load_profile
from matching.voterfile.reader import read_voters

ANA = {
    "Voter File VANID": "1001", "LastName": "Peña", "FirstName": "Ana", "State": "NC", "DOB": "11/09/2000", "Sex": "F",
    "DateReg": "1/5/2018", "Party": "D", "vAddress": "12 Oak St", "City": "Raeford", "Zip5": "28376",
    "Cell Phone": "910-211-0101", "Turnout Score": "62.5", "General18": "", "Primary20": "D", "2018 General": "", "General20": "E",
    "Municipal 2019": "", "General26": "",
}  # fmt: skip
BEN = {**ANA, "Voter File VANID": "1002", "DOB": "", "Age": "", "DateReg": "", "Turnout Score": "", "General18": "A",
       "Primary20": "N", "General20": "x"}  # fmt: skip


def read(path, **given):
    return read_voters(path, layout="van", key=KEY, **given)


def test_election_columns_become_elections(tmp_path):
    columns, report = read(write(tmp_path / "v.txt", [ANA, BEN], encoding="utf-8"))
    assert [(one.day, one.kind) for one in columns.elections] == [
        (date(2018, 11, 6), ElectionKind.GENERAL),
        (date(2020, 3, 3), ElectionKind.PRIMARY),
        (date(2020, 11, 3), ElectionKind.GENERAL),
    ]
    assert columns.voted.tolist() == [0b110, 0b101]
    assert columns.eligible.tolist() == [0b110, 0b111]  # Ana was 17 on 2018-11-06, by three days
    assert report.counts["history"]["columns_without_votes"] == 3
    assert (columns.birth_year[0], columns.birth_month[0], columns.birth_day[0]) == (2000, 11, 9)
    assert columns.status.tolist() == [RegistrationStatus.ACTIVE] * 2


def test_scores_are_probabilities_and_a_blank_is_unknown(tmp_path):
    columns, _ = read(write(tmp_path / "v.txt", [ANA, BEN]))
    assert columns.scores["turnout"][0] == pytest.approx(0.625)
    assert np.isnan(columns.scores["turnout"][1])
    assert set(columns.scores) == {"turnout"}


@pytest.mark.parametrize("score", ["100.5", "-1", "high", "nan", "inf"])
def test_a_score_off_its_scale_is_refused_with_its_line(tmp_path, score):
    with pytest.raises(InputError, match="line 3") as caught:
        read(write(tmp_path / "v.txt", [ANA, {**BEN, "Turnout Score": score}]))
    assert "0 to 100" in str(caught.value)


def test_a_profile_of_ones_own_declares_another_scale(tmp_path):
    content = (load_profile("van").model_dump_json()).replace('"scale":100', '"scale":10')
    (tmp_path / "ours.yaml").write_text(content, encoding="utf-8")
    path = write(tmp_path / "v.txt", [{**ANA, "Turnout Score": "6.25"}])
    columns, _ = read_voters(path, layout=str(tmp_path / "ours.yaml"), key=KEY)
    assert columns.scores["turnout"][0] == pytest.approx(0.625)


def test_unknown_history_codes_are_refused(tmp_path):
    with pytest.raises(InputError, match="'W' \\(1 rows\\)") as caught:
        read(write(tmp_path / "v.txt", [ANA, {**BEN, "General18": "W"}]))
    assert "General18" in str(caught.value)


def test_the_state_comes_from_the_column_or_is_given(tmp_path):
    nowhere = [{name: value for name, value in voter.items() if name != "State"} for voter in (ANA, BEN)]
    path = write(tmp_path / "v.txt", nowhere)
    with pytest.raises(InputError, match="no state"):
        read(path)
    assert read(path, state="va")[0].state == "VA"
    with pytest.raises(InputError, match="2 states"):
        read(write(tmp_path / "w.txt", [ANA, {**BEN, "State": "VA"}]))


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_scores_of_two_scales_in_one_column_are_refused_with_the_first_line(tmp_path, share):
    voters = [
        {**ANA, "Voter File VANID": str(1_000 + at), "Turnout Score": "0.62" if at >= 60 * (1 - share) else "62"}
        for at in range(60)
    ]
    with pytest.raises(InputError, match="two scales are mixed") as caught:
        read(write(tmp_path / "v.txt", voters))
    assert f"line {2 + int(60 * (1 - share))}" in str(caught.value)


def test_a_few_scores_below_one_are_honest(tmp_path):
    voters = [
        {**ANA, "Voter File VANID": str(1_000 + at), "Turnout Score": "0.62" if at < 10 else "62"} for at in range(60)
    ]
    columns, _ = read(write(tmp_path / "v.txt", voters))
    assert columns.scores["turnout"][0] == pytest.approx(0.0062)
