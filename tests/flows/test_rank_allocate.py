"""Sharing out asks from a file of ties: what a data team types, and what it is told about a file that is wrong."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from command_line import kith

HEADER = "supporter_id,voter_id,gain\n"


@pytest.fixture
def edges(tmp_path: Path) -> Path:
    """Ana knows Cy and Di, Bo knows Cy alone."""
    file = tmp_path / "edges.csv"
    file.write_text(HEADER + "ana,cy,.10\nana,di,.09\nbo,cy,.08\n", encoding="utf-8")
    return file


def test_cy_goes_to_bo_who_has_nobody_else(edges, tmp_path, capsys):
    out = tmp_path / "picks.csv"
    said = kith(capsys, "rank", "allocate", edges, "--k", "1", "--out", out, "--json")
    assert said.code == 0
    assert out.read_text(encoding="utf-8") == "supporter_id,rank,voter_id\nana,1,di\nbo,1,cy\n"
    figures = json.loads(said.out)
    assert figures["value"] == pytest.approx(0.17)
    assert 0.17 <= figures["bound"] <= 0.1701
    assert figures["seconds"] >= 0


def test_the_friend_who_adds_most_comes_first_and_a_second_ask_counts_half(edges, tmp_path, capsys):
    out = tmp_path / "picks.csv"
    said = kith(capsys, "rank", "allocate", edges, "--out", out, "--json")
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [(row["supporter_id"], row["rank"], row["voter_id"]) for row in rows] == [
        ("ana", "1", "cy"), ("ana", "2", "di"), ("bo", "1", "cy"),
    ]  # fmt: skip
    assert json.loads(said.out)["value"] == pytest.approx(0.10 + 0.09 + 0.04)


def test_the_order_of_rows_and_columns_changes_no_byte(edges, tmp_path, capsys):
    mixed = tmp_path / "mixed.csv"
    mixed.write_text("gain,note,voter_id,supporter_id\n.08,x,cy,bo\n.09,,di,ana\n.10,y,cy,ana\n", encoding="utf-8")
    written = []
    for number, file in enumerate((edges, mixed)):
        out = tmp_path / f"picks-{number}.csv"
        assert kith(capsys, "rank", "allocate", file, "--out", out).code == 0
        written.append(out.read_bytes())
    assert written[0] == written[1]


def test_a_file_without_ties_gives_no_ask(tmp_path, capsys):
    file = tmp_path / "edges.csv"
    file.write_text(HEADER, encoding="utf-8")
    said = kith(capsys, "rank", "allocate", file, "--json")
    assert (said.code, json.loads(said.out)["asks"], json.loads(said.out)["bound"]) == (0, 0, 0.0)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (HEADER + "ana,cy,much\n", "Row 2"),
        (HEADER + "ana,cy,.1\nana,di,\n", "Row 3"),
        (HEADER + "ana,cy,nan\n", "Row 2"),
        (HEADER + "ana,cy,inf\nana,di,inf\n", "1 more"),
        (HEADER + "ana,cy\n", "Row 2"),
        (HEADER + ",cy,.1\n", "no supporter_id"),
        (HEADER + "ana,,.1\n", "no voter_id"),
        ("supporter_id,voter_id\nana,cy\n", "column gain is missing"),
        ("", "no CSV"),
    ],
)
def test_a_wrong_file_is_refused_with_its_row_and_nothing_is_written(rows, words, tmp_path, capsys):
    file, out = tmp_path / "edges.csv", tmp_path / "picks.csv"
    file.write_text(rows, encoding="utf-8")
    said = kith(capsys, "rank", "allocate", file, "--out", out)
    assert said.code != 0
    assert words in said.sentence
    assert str(file) in said.sentence
    assert not out.exists()


def test_a_file_in_the_way_is_not_written_over(edges, capsys):
    assert kith(capsys, "rank", "allocate", edges, "--out", edges).code != 0
    assert edges.read_text(encoding="utf-8").startswith(HEADER)
