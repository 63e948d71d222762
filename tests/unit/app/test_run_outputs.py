"""What ``kith run`` writes is all there or not at all, and no spreadsheet runs any of it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.run.outputs import check_writable, output_folder, plain_cell, safe_cell, write_csv
from graph.errors import InputError


def test_files_move_in_together_when_all_is_well(tmp_path: Path) -> None:
    with output_folder(tmp_path / "new" / "out") as aside:
        (aside / "asks.csv").write_text("asks")
        assert not (tmp_path / "new" / "out" / "asks.csv").exists()
    assert [path.name for path in (tmp_path / "new" / "out").iterdir()] == ["asks.csv"]


def interrupted(folder: Path, interruption: type[BaseException]) -> None:
    with output_folder(folder) as aside:
        (aside / "asks.csv").write_text("half")
        raise interruption


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt])
def test_an_interruption_leaves_what_was_there(tmp_path: Path, interruption: type[BaseException]) -> None:
    (tmp_path / "asks.csv").write_text("of yesterday")
    with pytest.raises(interruption):
        interrupted(tmp_path, interruption)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"asks.csv": "of yesterday"}


def test_a_folder_that_had_to_be_made_vanishes_again(tmp_path: Path) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (any error will do)
        interrupted(tmp_path / "a" / "b", ValueError)
    assert list(tmp_path.iterdir()) == []


def test_looking_whether_a_folder_can_be_written_leaves_nothing(tmp_path: Path) -> None:
    check_writable(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(InputError, match="cannot be written"):
        check_writable(tmp_path / "out")
    with pytest.raises(InputError, match="cannot be written"):
        check_writable(tmp_path / "out" / "under")


def test_a_folder_with_the_name_of_a_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "asks.csv").mkdir()
    with pytest.raises(InputError, match="folder named asks"):
        check_writable(tmp_path)


@given(st.text())
def test_a_safe_cell_never_begins_like_a_formula_and_can_be_read_back(text: str) -> None:
    safe = safe_cell(text)
    assert isinstance(safe, str)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    if not text.startswith("'") and "\r" not in text:
        assert plain_cell(safe) == text


@pytest.mark.parametrize("text", ["AA000101", "0.5", "O'Neil", "s-ana", "", "1+1"])
def test_ordinary_cells_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text == plain_cell(text)


def test_numbers_below_zero_stay_numbers() -> None:
    assert safe_cell(-1.5) == -1.5


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2)))
def test_whatever_is_in_a_cell_stays_in_that_cell(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    write_csv(path, ("one", "two"), rows)
    with path.open(newline="", encoding="utf-8") as file:
        read = list(csv.reader(file))
    assert read == [["one", "two"], *([safe_cell(cell) for cell in row] for row in rows)]
