"""Compiled loops work where their machine code cannot be kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graph.compiled import compiled, folder_for, forget_older, sources


def test_a_function_of_no_file_cannot_be_kept_and_is_compiled_all_the_same():
    written: dict[str, object] = {}
    exec("def twice(number):\n    return 2 * number\n", written)  # noqa: S102 (its source stands here)
    twice = compiled(written["twice"])
    assert twice(21) == 42


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for room in ("graph", "matching", "prioritization"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "loop.py").write_text("def once(): ...\n", encoding="utf-8")
    return tmp_path


def test_code_compiled_before_any_source_changed_is_not_taken_again(house: Path):
    before = folder_for(house, sources(house))
    assert folder_for(house, sources(house)) == before
    changed = house / "matching" / "loop.py"
    os.utime(changed, ns=(0, changed.stat().st_mtime_ns + 1))
    assert folder_for(house, sources(house)) != before


def test_only_what_older_sources_gave_is_forgotten(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    older, current, foreign = tmp_path / ("0" * 16), folder_for(tmp_path, sources()), tmp_path / "all-marks"
    for folder in (older, current, foreign):
        folder.mkdir()
    forget_older()
    assert [older.exists(), current.exists(), foreign.exists()] == [False, True, True]


def test_where_nothing_is_kept_nothing_is_forgotten(monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    forget_older()
