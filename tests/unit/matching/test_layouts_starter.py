"""The generic layout, and the profile to begin with that is guessed from a header and completed by hand."""

from __future__ import annotations

import json
from datetime import date

import pytest
from command_line import kith
from voter_files import KEY, write
from voter_layouts import IVY, RUTH, SAM, florida

from graph.errors import InputError
from graph.voters import ElectionKind, RegistrationStatus
from matching.voterfile.profile import load_profile
from matching.voterfile.reader import read_voters
from matching.voterfile.starter import write_starter

MAE = {
    "Reg No": "77", "Surname": "Quist", "Given Name": "Mae", "Born": "1971-05-09", "Town": "Elmville", "Zip": "28000",
    "Voter Status": "A", "General 2024": "Y", "Primary-03/05/2024": "", "Shoe size": "7",
}  # fmt: skip


def completed(path, **headers):
    text = path.read_text(encoding="utf-8")
    for column, header in headers.items():
        assert f'{column}: ["FILL IN"]' in text
        text = text.replace(f'{column}: ["FILL IN"]', f'{column}: ["{header}"]')
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_starter_is_guessed_completed_and_read(tmp_path, capsys):
    voters, ours = write(tmp_path / "county.csv", [MAE], delimiter=","), tmp_path / "ours.yaml"
    said = kith(capsys, "voters", "layout", voters, "--write", ours)
    assert said.code == 0
    assert "Quist" not in said.out + said.err + ours.read_text(encoding="utf-8")
    layout = completed(ours, voter_id="Reg No", birth_date="Born")
    columns, _ = read_voters(voters, layout=layout, key=KEY, state="NC")
    assert (columns.first_name[0], columns.last_name[0], columns.city[0]) == ("MAE", "QUIST", "ELMVILLE")
    assert (columns.birth_year[0], columns.birth_month[0], columns.birth_day[0]) == (1971, 5, 9)
    assert [(one.day, one.kind) for one in columns.elections] == [(date(2024, 11, 5), ElectionKind.GENERAL)]
    assert columns.status[0] == RegistrationStatus.ACTIVE


def test_what_is_not_filled_in_yet_is_named(tmp_path, capsys):
    voters, ours = write(tmp_path / "county.csv", [MAE], delimiter=","), tmp_path / "ours.yaml"
    kith(capsys, "voters", "layout", voters, "--write", ours)
    with pytest.raises(InputError, match="no column 'FILL IN'"):
        read_voters(voters, layout=str(ours), key=KEY, state="NC")


def test_a_starter_lists_what_it_could_not_use(tmp_path):
    starter = write_starter(write(tmp_path / "county.csv", [MAE]), name="county")
    assert starter.missing == ("voter_id", "birth_date")
    assert (starter.elections, starter.unused) == (2, 3)
    for header in ("Reg No", "Born", "Shoe size"):
        assert f'#   "{header}"' in starter.text


def test_a_header_that_would_break_yaml_is_quoted(tmp_path):
    odd = {**MAE, "a: [b": "1", "#c": "2", "d 'e'": "3", "Precinct": "x"}
    (tmp_path / "odd.yaml").write_text(write_starter(write(tmp_path / "v.txt", [odd]), name="odd: one").text)
    assert load_profile(str(tmp_path / "odd.yaml")).name == "odd: one"


def test_a_known_layout_is_said(tmp_path, capsys):
    said = kith(capsys, "voters", "layout", write(tmp_path / "v.txt", [IVY]), "--write", tmp_path / "ours.yaml")
    assert "looks like layout l2" in said.err


@pytest.mark.parametrize("name", ["ours.txt", "there.yaml"])
def test_nothing_is_written_over_or_under_another_ending(tmp_path, capsys, name):
    (tmp_path / "there.yaml").write_text("mine")
    said = kith(capsys, "voters", "layout", write(tmp_path / "v.txt", [MAE]), "--write", tmp_path / name)
    assert said.code in (1, 2)
    assert (tmp_path / "there.yaml").read_text() == "mine"
    assert not (tmp_path / "ours.txt").exists()


def test_a_line_that_is_no_header_is_not_written_anywhere(tmp_path):
    with pytest.raises(InputError, match="looks like layout fl") as caught:
        write_starter(florida(tmp_path / "v.txt", [RUTH, SAM]), name="ours")
    assert "Ruth" not in str(caught.value)
    path = tmp_path / "w.txt"
    path.write_text("77,Quist,Mae\n78,Quist,Moe\n")
    with pytest.raises(InputError, match="hardly a header") as caught:
        write_starter(path, name="ours")
    assert "Quist" not in str(caught.value)


def test_the_generic_layout_refuses_codes_it_does_not_know(tmp_path):
    person = {
        "voter_id": "7",
        "first_name": "Mae",
        "last_name": "Quist",
        "birth_year": "1976",
        "state": "NC",
        "status": "Paused",
    }
    with pytest.raises(InputError, match="'PAUSED' \\(1 rows\\)"):
        read_voters(write(tmp_path / "v.txt", [person]), layout="generic", key=KEY)
    hidden = {**person, "voter_id": "8", "status": "Active", "confidential": "Yes"}
    open_ = {**person, "status": "Active", "confidential": "No"}
    columns, report = read_voters(write(tmp_path / "w.txt", [open_, hidden]), layout="generic", key=KEY)
    assert len(columns) == 1
    assert report.counts["voters"]["confidential_left_out"] == 1


def test_a_profile_of_ones_own_may_name_the_columns_of_a_file_without_a_header(tmp_path):
    path, ours = tmp_path / "v.csv", tmp_path / "ours.yaml"
    path.write_text("77,Quist,Mae,1971\n78,Quist,Moe,1975\n")
    content = load_profile("generic").model_dump(mode="json")
    content |= {"header": ["voter_id", "last_name", "first_name", "birth_year"], "name": "ours"}
    ours.write_text(json.dumps(content))
    columns, _ = read_voters(path, layout=str(ours), key=KEY, state="NC")
    assert [columns.first_name[row] for row in range(2)] == ["MAE", "MOE"]
    assert columns.birth_year.tolist() == [1971, 1975]
    path.write_text("77,Quist,Mae\n")
    with pytest.raises(InputError, match="3 columns"):
        read_voters(path, layout=str(ours), key=KEY, state="NC")
