"""What cannot be a voter file is refused in one sentence with its place, and nothing of a person in it."""

from __future__ import annotations

import gzip
import tracemalloc
from datetime import date

import pytest
from voter_files import ANA, BEN, CARL, HIDDEN, KEY, vote, write

from graph.errors import InputError, UsageError
from matching.voterfile.reader import read_voters

PRIVATE = ("PENA", "PEÑA", "Ana", "ONEIL", "9102110101", "OAK")


def refusal(path, layout="nc", **given):
    with pytest.raises(InputError) as caught:
        read_voters(path, layout=layout, key=KEY, **given)
    said = str(caught.value)
    assert caught.value.next_step
    assert not any(private in said for private in PRIVATE)
    return said


def lines_of(path):
    return path.read_bytes().splitlines(keepends=True)


def test_a_missing_an_empty_and_a_header_only_file(tmp_path):
    assert "cannot be read" in refusal(tmp_path / "nowhere.txt")
    (tmp_path / "empty.txt").write_bytes(b"")
    assert "is empty" in refusal(tmp_path / "empty.txt")
    assert "no rows" in refusal(write(tmp_path / "head.txt", [], header=list(ANA)))
    assert "cannot be read" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK\x03\x04rest", "zip"),
        (gzip.compress(b"ncid\tlast_name\n"), "gzip"),
        (b"\xff\xd8\xff\xe0photo", "photo"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        ("ncid\tlast_name\nA\tB\n".encode("utf-16"), "UTF-16"),
        ("ncid\tlast_name\nA\tB\n".encode("utf-16-le"), "UTF-16"),
        (b"ncid\tlast_name\nA\tB\nC\t\0D\n", "binary"),
    ],
)
def test_what_is_not_text_is_never_unpacked(tmp_path, content, what):
    (tmp_path / "voters.txt").write_bytes(content)
    assert what in refusal(tmp_path / "voters.txt")


def test_a_nul_is_named_by_its_line(tmp_path):
    path = write(tmp_path / "v.txt", [ANA, BEN, CARL])
    lines = lines_of(path)
    path.write_bytes(b"".join([*lines[:2], lines[2].replace(b"LEE", b"L\0E"), lines[3]]))
    assert "line 3" in refusal(path)


def test_rows_with_too_few_or_too_many_columns(tmp_path):
    path = write(tmp_path / "v.txt", [ANA, BEN, CARL])
    lines = lines_of(path)
    path.write_bytes(b"".join([*lines[:2], b'"AA1"\t"X"\n', lines[3]]))
    said = refusal(path)
    assert "line 3" in said
    assert "2 columns where the header has 17" in said
    path.write_bytes(b"".join([*lines[:3], lines[3].replace(b"\n", b'\t"more"\n')]))
    assert "line 4" in refusal(path)


def test_a_file_that_was_cut_off(tmp_path):
    path = write(tmp_path / "v.txt", [ANA, BEN, CARL])
    path.write_bytes(path.read_bytes()[:-60])
    said = refusal(path)
    assert "cut off" in said
    assert "line 4" in said


@pytest.mark.parametrize("quote", ['"', ""])
def test_a_quote_that_is_never_closed(tmp_path, quote):
    path = write(tmp_path / "v.txt", [{**ANA, "ncid": f"AA{number:06d}"} for number in range(50)], quote=quote)
    lines = lines_of(path)
    lines[6] = lines[6].replace(b"Ana", b'"Ana').replace(b'""Ana"', b'"Ana')
    path.write_bytes(b"".join(lines))
    said = refusal(path)
    assert "line 7" in said
    assert "quote" in said


def test_a_field_of_ten_thousand_characters(tmp_path):
    path = write(tmp_path / "v.txt", [ANA, BEN, {**CARL, "last_name": "X" * 10_000}])
    said = refusal(path)
    assert "line 4" in said
    assert "characters" in said


def test_a_line_of_two_hundred_megabytes_takes_no_memory(tmp_path):
    path = write(tmp_path / "v.txt", [ANA, BEN])
    with path.open("ab") as stream:
        for _ in range(200):
            stream.write(b"x" * 2**20)
    tracemalloc.start()
    said = refusal(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "line 4" in said
    assert peak < 40 * 2**20


def test_a_missing_column_is_named_with_the_closest_header(tmp_path):
    renamed = {("last_nme" if name == "last_name" else name): value for name, value in ANA.items()}
    said = refusal(write(tmp_path / "v.txt", [renamed]))
    assert "'last_name'" in said
    assert "'last_nme'" in said
    assert "layout nc" in said


def test_another_layout_is_recognised(tmp_path):
    van = [{"Voter File VANID": "7", "LastName": "LEE", "FirstName": "BEN", "State": "NC"}]
    assert "looks like layout van" in refusal(write(tmp_path / "v.txt", van))
    assert "looks like layout nc" in refusal(write(tmp_path / "w.txt", [ANA]), layout="van")


def test_a_file_without_a_header_does_not_show_its_first_voter(tmp_path):
    path = write(tmp_path / "v.txt", [ANA, BEN])
    path.write_bytes(b"".join(lines_of(path)[1:]))
    assert "'ncid'" in refusal(path)


def test_unknown_codes_are_refused_with_their_counts(tmp_path):
    path = write(tmp_path / "v.txt", [ANA, {**BEN, "status_cd": "Q"}, {**CARL, "status_cd": "Q"}])
    said = refusal(path)
    assert "'Q' (2 rows)" in said
    assert "Nothing was imported" in said
    history = write(tmp_path / "h.txt", [vote(ANA, "11/06/2018", method="BY PIGEON"), vote(BEN, "11/06/2018")])
    said = refusal(write(tmp_path / "w.txt", [ANA, BEN]), history=history)
    assert "'BY PIGEON' (1 rows)" in said
    assert "voting_method" in said


def test_a_column_that_holds_no_codes_is_not_shown(tmp_path):
    people = [{**ANA, "ncid": f"AA{number:06d}", "status_cd": f"PENA {number}"} for number in range(40)]
    assert "40 different ones in 40 rows" in refusal(write(tmp_path / "v.txt", people))


def test_votes_of_an_election_that_is_still_to_come(tmp_path):
    history = write(tmp_path / "h.txt", [vote(ANA, "11/06/2018"), vote(ANA, "11/03/2026")])
    said = refusal(write(tmp_path / "v.txt", [ANA]), history=history, as_of=date(2026, 10, 24))
    assert "2026-11-03 (1 votes)" in said
    assert "2026-10-24" in said


def test_wrong_calls(tmp_path):
    path = write(tmp_path / "v.txt", [ANA])
    with pytest.raises(UsageError, match="no layout"):
        read_voters(path, layout="zz", key=KEY)
    with pytest.raises(UsageError, match="NC"):
        read_voters(path, layout="nc", key=KEY, state="VA")


def test_a_profile_that_says_what_it_cannot(tmp_path):
    profile = tmp_path / "ours.yaml"
    profile.write_text("name: ours\ntitle: Ours\ncolumns: {voter_id: [id], shoe_size: [x]}\n")
    assert "ours.yaml" in refusal(write(tmp_path / "v.txt", [ANA]), layout=str(profile))
    profile.write_text("{")
    assert "YAML" in refusal(write(tmp_path / "v.txt", [ANA]), layout=str(profile))


def test_an_id_that_is_none_is_named_by_its_line(tmp_path):
    assert "line 3" in refusal(write(tmp_path / "v.txt", [ANA, {**BEN, "ncid": "ÑÑ1"}]))


def test_a_file_of_which_nobody_can_be_kept(tmp_path):
    assert "None of its 2 rows" in refusal(write(tmp_path / "v.txt", [HIDDEN, {**ANA, "ncid": " "}]))


def test_line_ends_of_another_age(tmp_path):
    path = write(tmp_path / "v.txt", [ANA, BEN], end="\r")
    assert "carriage returns" in refusal(path)


def test_blank_lines_are_no_rows(tmp_path):
    path = write(tmp_path / "v.txt", [ANA, BEN], end="\r\n\r\n")
    columns, report = read_voters(path, layout="nc", key=KEY)
    assert (len(columns), report.files["voters"].rows) == (2, 2)
