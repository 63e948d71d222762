"""The fl layout: no header, columns by their order; preregistered voters stay, exempt ones do not."""

from __future__ import annotations

from datetime import date

import pytest
from voter_files import KEY
from voter_layouts import EXEMPT, RUTH, SAM, florida, florida_history, florida_vote

from graph.digests import keyed_digest
from graph.errors import InputError
from graph.model import VoterRef
from graph.voters import ElectionKind, RegistrationStatus
from matching.voterfile.reader import read_voters


def read(path, **given):
    return read_voters(path, layout="fl", key=KEY, **given)


def refusal(path, **given):
    with pytest.raises(InputError) as caught:
        read(path, **given)
    said = str(caught.value)
    assert not any(private in said for private in ("Ruth", "Márquez", "Oak", "100000001", "2110199"))
    return said


def test_the_first_line_is_a_voter(tmp_path):
    columns, report = read(florida(tmp_path / "ALA.txt"))
    assert report.files["voters"].rows == 4
    ruth = columns.row(VoterRef("FL", "100000001"))
    assert (columns.first_name[ruth], columns.last_name[ruth]) == ("RUTH", "MARQUEZ")
    assert (columns.street[ruth], columns.postal_code[ruth]) == ("12 OAK ST APT 2", "32601")
    assert (columns.birth_year[ruth], columns.birth_month[ruth], columns.birth_day[ruth]) == (1971, 5, 9)
    assert columns.area_code[ruth] == 352
    assert columns.phones.digests.tolist() == [keyed_digest(KEY, "+13522110199")]
    assert columns.emails.digests.tolist() == [keyed_digest(KEY, "ruth@mail.example")]


def test_a_header_that_somebody_added_is_no_voter(tmp_path):
    columns, _ = read(florida(tmp_path / "v.txt", [RUTH, SAM], is_headless=False))
    assert len(columns) == 2


def test_counties_written_one_after_the_other_are_one_file(tmp_path):
    first, second = florida(tmp_path / "a.txt", [RUTH]), florida(tmp_path / "b.txt", [SAM])
    both = tmp_path / "fl.txt"
    both.write_bytes(first.read_bytes() + second.read_bytes())
    assert len(read(both)[0]) == 2


def test_a_preregistered_voter_stays_and_counts_as_such(tmp_path):
    columns, report = read(florida(tmp_path / "v.txt"))
    assert columns.status.tolist() == [
        RegistrationStatus.ACTIVE,
        RegistrationStatus.INACTIVE,
        RegistrationStatus.PREREGISTERED,
    ]
    assert report.codes["status"] == {"ACT": 1, "INA": 1, "PRE": 1}


def test_nothing_of_an_exempt_voter_stays(tmp_path):
    history = florida_history(
        tmp_path / "h.txt", [florida_vote(EXEMPT, "11/05/2024"), florida_vote(RUTH, "11/05/2024")]
    )
    columns, report = read(florida(tmp_path / "v.txt"), history=history)
    assert columns.row(VoterRef("FL", "100000004")) is None
    assert report.counts["voters"]["confidential_left_out"] == 1
    assert report.counts["history"]["voter_confidential"] == 1


@pytest.mark.parametrize(
    ("code", "is_vote"),
    [("A", True), ("E", True), ("F", True), ("Y", True), ("Z", True), ("B", False), ("N", False), ("P", False)],
)
def test_a_ballot_that_was_not_counted_is_no_vote(tmp_path, code, is_vote):
    rows = [florida_vote(RUTH, "11/05/2024", code=code), florida_vote(SAM, "11/05/2024")]
    columns, report = read(florida(tmp_path / "v.txt"), history=florida_history(tmp_path / "h.txt", rows))
    assert columns.voted.tolist() == [int(is_vote), 1, 0]
    assert report.counts["history"]["not_a_vote"] == int(not is_vote)


def test_history_tells_the_kind_of_each_election_and_ids_it_alone_has_are_counted(tmp_path):
    days = {"03/19/2024": "PPP", "08/20/2024": "PRI", "11/05/2024": "GEN", "04/07/2026": "OTH", "05/12/2026": "RUN"}
    rows = [florida_vote(RUTH, day, kind) for day, kind in days.items()] + [
        florida_vote({"Voter ID": "999"}, "11/05/2024")
    ]
    columns, report = read(florida(tmp_path / "v.txt"), history=florida_history(tmp_path / "h.txt", rows))
    assert [(one.day, one.kind) for one in columns.elections] == [
        (date(2024, 3, 19), ElectionKind.PRIMARY),
        (date(2024, 8, 20), ElectionKind.PRIMARY),
        (date(2024, 11, 5), ElectionKind.GENERAL),
        (date(2026, 4, 7), ElectionKind.MUNICIPAL),
        (date(2026, 5, 12), ElectionKind.SPECIAL),
    ]
    assert report.counts["history"]["voter_not_in_file"] == 1
    tess = columns.row(VoterRef("FL", "100000003"))
    assert (columns.voted[tess], columns.eligible[tess]) == (0, 0)


def test_unknown_codes_are_refused(tmp_path):
    assert "'XYZ' (1 rows)" in refusal(florida(tmp_path / "v.txt", [RUTH, {**SAM, "Voter Status": "XYZ"}]))
    assert "'XYZ' (1 rows)" in refusal(florida(tmp_path / "w.txt", [{**RUTH, "Voter Status": "XYZ"}, SAM]))
    blank = {**SAM, "Requested public records exemption": ""}
    assert "column confidential" in refusal(florida(tmp_path / "x.txt", [RUTH, blank])).lower()
    history = florida_history(
        tmp_path / "h.txt", [florida_vote(RUTH, "11/05/2024"), florida_vote(SAM, "11/05/2024", code="Q")]
    )
    assert "'Q' (1 rows)" in refusal(florida(tmp_path / "y.txt"), history=history)


def test_lines_are_counted_from_the_first_voter(tmp_path):
    path = florida(tmp_path / "v.txt", [RUTH, SAM])
    path.write_bytes(path.read_bytes() + b"ALA\t100000009\n")
    said = refusal(path)
    assert "line 3" in said
    assert "where the layout has 38" in said
    assert "line 2" in refusal(florida(tmp_path / "w.txt", [RUTH, {**SAM, "Voter ID": "Ñ1"}]))


def test_a_table_of_other_columns_is_refused_without_a_word_of_it(tmp_path):
    assert "5 columns" in refusal(florida_history(tmp_path / "h.txt", [florida_vote(RUTH, "11/05/2024")]))
    assert "one has 38" in refusal(florida(tmp_path / "v.txt"), history=florida(tmp_path / "w.txt"))
