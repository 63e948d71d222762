"""``kith match evaluate`` says how good matches are, where somebody knows the truth, and refuses what it cannot hold together."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest
from command_line import Said, kith
from small_campaign import Campaign

MATCHES = ["supporter_id", "source", "contact_index", "voter_id", "match_probability", "status", "reason"]
TRUTH = ["source", "contact_index", "voter_id"]
BOOK = [
    ["s-ana", "a.vcf", 0, "V1", 0.99, "auto", "same phone number; same surname"],
    ["s-ana", "a.vcf", 0, "V2", 0.01, "auto", "same surname"],
    ["s-ana", "a.vcf", 1, "V3", 0.8, "unsure", "same surname; same first name; same town"],
    ["s-ana", "a.vcf", 2, "", "", "no_match", "nobody similar"],
    ["s-ana", "a.vcf", 3, "V4", 0.7, "rejected", "same surname"],
    ["s-ana", "a.vcf", 4, "V9", 0.95, "auto", "same surname"],
]
KNOWN = [["a.vcf", 0, "V1"], ["a.vcf", 1, "V7"], ["a.vcf", 2, ""], ["a.vcf", 3, "V5"], ["b.vcf", 0, "V8"]]


def table(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def evaluated(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    *more: str,
    matches: Sequence[Sequence[object]] = BOOK,
    truth: Sequence[Sequence[object]] = KNOWN,
) -> Said:
    held, known = table(folder / "matches.csv", MATCHES, matches), table(folder / "known.csv", TRUTH, truth)
    return kith(capsys, "match", "evaluate", "--matches", held, "--truth", known, *more)


def as_json(said: Said) -> Mapping[str, object]:
    assert said.code == 0, said.err
    answer: Mapping[str, object] = json.loads(said.out)
    return answer


def test_the_best_candidate_counts_and_what_she_rejected_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = as_json(evaluated(tmp_path, capsys, "--json"))
    assert (held["contacts"], held["in_the_file"], held["not_in_the_file"]) == (5, 4, 1)
    assert (held["rows_without_truth"], held["truths_without_row"]) == (1, 1)
    assert held["at"] == {
        "threshold": 0.5, "proposed": 2, "right": 1, "present": 4, "precision": 0.5, "recall": 0.25, "f1": 0.3333,
    }  # fmt: skip
    assert held["recall_at_precision"] == {"0.95": 0.25, "0.98": 0.25, "0.99": 0.25}


def test_a_voter_who_is_no_best_candidate_but_one_of_them_counts_as_found_among_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    second = [["a.vcf", 0, "V2"], ["a.vcf", 1, "V7"], ["a.vcf", 2, ""], ["a.vcf", 4, "V9"], ["b.vcf", 0, "V8"]]
    held = as_json(evaluated(tmp_path, capsys, "--json", truth=second))
    assert held["shown_recall"] == 0.5
    assert "candidate_recall" not in held
    assert "among the candidates shown" in evaluated(tmp_path, capsys, truth=second).out


def test_quality_is_told_by_the_strongest_evidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = as_json(evaluated(tmp_path, capsys, "--json"))
    by_evidence = held["by_evidence"]
    assert isinstance(by_evidence, dict)
    assert {kind: (one["right"], one["proposed"]) for kind, one in by_evidence.items()} == {
        "phone": (1, 1),
        "town": (0, 1),
    }


def test_without_reasons_nothing_is_said_of_evidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bare = [[*row[:6], ""] for row in BOOK]
    assert as_json(evaluated(tmp_path, capsys, "--json", matches=bare))["by_evidence"] == {}


def test_a_double_registration_is_right_under_either_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = as_json(evaluated(tmp_path, capsys, "--json", truth=[["a.vcf", 0, "V2;V1"], ["a.vcf", 1, "V3; V6"]]))
    assert isinstance(held["at"], dict)
    assert held["at"]["precision"] == 1.0


def test_people_read_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = evaluated(tmp_path, capsys)
    assert said.code == 0
    for words in ("precision", "greatest recall", "calibration", "by the strongest evidence", "0.9 to 1.0"):
        assert words in said.out
    assert "1 contacts of the truth have no row" in said.err


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"truth": [["c.vcf", 0, "V1"]]}, "None of its contacts"),
        ({"truth": [["a.vcf", 0, "V1"], ["a.vcf", 0, "V2"]]}, "line 3"),
        ({"truth": [["a.vcf", "first", "V1"]]}, "line 2"),
        ({"truth": [["a.vcf", 0]]}, "2 cells where the header has 3"),
        ({"truth": []}, "None of its contacts"),
        ({"matches": [["s-ana", "a.vcf", 0, "V1", "1.5", "auto", ""]]}, "from 0 to 1"),
        ({"matches": [["s-ana", "a.vcf", 0, "V1", "nan", "auto", ""]]}, "from 0 to 1"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, list[list[object]]], sentence: str
) -> None:
    said = evaluated(tmp_path, capsys, **changed)
    assert said.code == 1
    assert sentence in said.sentence
    assert said.out == ""


def test_files_that_are_no_such_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held, known = table(tmp_path / "m.csv", MATCHES, BOOK), tmp_path / "t.csv"
    assert "cannot be read" in kith(capsys, "match", "evaluate", "--matches", held, "--truth", known).sentence
    known.write_bytes(b"\xff\xd8\xff\xe0 a photo")
    assert "CSV in UTF-8" in kith(capsys, "match", "evaluate", "--matches", held, "--truth", known).sentence
    known.write_text("source,contact_index\na.vcf,0\n")
    assert "voter_id is missing" in kith(capsys, "match", "evaluate", "--matches", held, "--truth", known).sentence


def searched(campaign: Campaign, capsys: pytest.CaptureFixture[str], *more: str) -> Said:
    """The small campaign's contacts, of whom Maria, Dana and one stranger are known."""
    rows = [
        ["s-ana.vcf", 0, "AA000101"],
        ["s-ana.vcf", 1, ""],
        ["s-lee.vcf", 0, "AA000103"],
        ["s-lee.vcf", 1, "AA000104"],
    ]
    known = table(campaign.folder / "known.csv", TRUTH, rows)
    files = [campaign.folder / name for name in ("voters.txt", "supporters.csv", "contacts")]
    options = zip(("--voters", "--supporters", "--contacts"), files, strict=True)
    return kith(capsys, "match", "evaluate", "--truth", known, *(word for pair in options for word in pair), *more)


def test_a_search_made_for_it_says_what_a_runs_matches_say_and_who_was_looked_at(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    held = as_json(searched(campaign, capsys, "--json"))
    assert kith(capsys, *campaign.options()).code == 0
    known, matches = campaign.folder / "known.csv", campaign.out / "matches.csv"
    of_run = as_json(kith(capsys, "match", "evaluate", "--matches", matches, "--truth", known, "--json"))
    assert of_run.items() <= held.items()
    asked = held["candidates"]
    assert isinstance(asked, dict)
    assert (asked["in_the_file"], asked["looked_at"], held["candidate_recall"]) == (3, 2, 0.6667)
    assert asked["lost"] == {"taken for no person": 1}
    assert asked["by_key"]["phone number"] == {"found": 1, "alone": 0, "share": 0.3333}


def test_people_read_where_friends_are_lost_and_nobodys_name(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    said = searched(campaign, capsys)
    assert said.code == 0, said.err
    for words in ("where friends in the file are lost", "no other key", "surname, first name", "taken for no person"):
        assert words in said.out
    assert not any(name in (said.out + said.err).lower() for name in ("maria", "osgoode", "pizza"))


def test_a_search_may_start_from_a_model_and_keep_one(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    model = campaign.folder / "model.json"
    assert searched(campaign, capsys, "--model-out", str(model)).code == 0
    assert searched(campaign, capsys, "--model-in", str(model)).code == 0
    model.write_text(model.read_text().replace('"layout": "nc"', '"layout": "fl"'))
    said = searched(campaign, capsys, "--model-in", str(model))
    assert (said.code, said.out) == (1, "")
    assert "another kind: fl NC, and this one is nc NC" in said.sentence


def test_matches_and_a_search_do_not_go_together(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--matches alone" in searched(campaign, capsys, "--matches", str(campaign.folder / "known.csv")).sentence
    assert "--matches alone" in kith(capsys, "match", "evaluate", "--truth", campaign.folder / "known.csv").sentence


def test_a_towns_matches_are_held_against_its_truth(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = tmp_path / "known.csv"
    contacts = pd.read_parquet(town.parent / "truth" / "truth_contacts.parquet")
    doubles = pd.read_csv(town.parent / "truth" / "truth_duplicates.csv", dtype=str)
    older = dict(zip(doubles["ncid_person"], doubles["ncid_duplicate"], strict=True))
    ids = [f"{ncid};{older[ncid]}" if ncid in older else ncid for ncid in contacts["ncid"]]
    table(known, TRUTH, list(zip(contacts["file"], contacts["index"], ids, strict=True)))
    files = ("--voters", town / "ncvoter_synth.txt", "--append", town / "voter_append.csv", "--supporters",
             town / "supporters.csv", "--contacts", town / "contacts")  # fmt: skip
    held = as_json(kith(capsys, "match", "evaluate", *files, "--truth", known, "--json"))
    assert held["contacts"] == len(contacts)
    assert held["truths_without_row"] == 0
    at, error = held["at"], held["calibration_error"]
    assert isinstance(at, dict)
    assert isinstance(error, float)
    assert at["precision"] > 0.8
    assert at["recall"] > 0.5
    assert error < 0.1
    recall, shown, asked = held["candidate_recall"], held["shown_recall"], held["candidates"]
    assert isinstance(recall, float)
    assert isinstance(shown, float)
    assert isinstance(asked, dict)
    assert 1 > recall >= shown >= at["recall"]
    assert asked["in_the_file"] == held["in_the_file"]
    assert sum(asked["lost"].values()) == asked["in_the_file"] - asked["looked_at"]
    assert isinstance(held["by_evidence"], dict)
    assert sum(one["proposed"] for one in held["by_evidence"].values()) == at["proposed"]
