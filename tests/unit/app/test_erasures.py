"""The journal of erasures: ids and hashes only, on the disk before anything is erased, readable after any accident."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.rights.erasures import Erasure, ErasureJournal
from graph.errors import StoreError
from graph.model import ContactKey
from people import ANA, JO, NOW, RIVERA

MARIA, TOM = ContactKey("0a" * 16), ContactKey("0b" * 16)


@pytest.fixture
def journal(tmp_path: Path) -> ErasureJournal:
    return ErasureJournal(tmp_path / "apart" / "erasures.jsonl")


def test_who_left_is_told_in_order(journal: ErasureJournal) -> None:
    assert (journal.end(), list(journal.since(0))) == (0, [])
    journal.note_left(RIVERA, ANA, at=NOW)
    journal.note_removed(RIVERA, JO, [MARIA, TOM], at=NOW)
    journal.note_left_out(RIVERA, ["abc"], at=NOW)
    assert list(journal.since(0)) == [
        Erasure(RIVERA, ANA),
        Erasure(RIVERA, JO, (MARIA, TOM)),
        Erasure(RIVERA, "", left_out=("abc",)),
    ]


def test_nothing_erased_is_no_line(journal: ErasureJournal) -> None:
    journal.note_removed(RIVERA, ANA, [], at=NOW)
    journal.note_left_out(RIVERA, [], at=NOW)
    assert journal.end() == 0


def test_only_what_came_since_is_read(journal: ErasureJournal) -> None:
    journal.note_left(RIVERA, ANA, at=NOW)
    place = journal.end()
    journal.note_left(RIVERA, JO, at=NOW)
    assert list(journal.since(place)) == [Erasure(RIVERA, JO)]
    assert list(journal.since(journal.end())) == []


def test_another_shorter_journal_is_read_whole(journal: ErasureJournal) -> None:
    journal.note_left(RIVERA, ANA, at=NOW)
    assert list(journal.since(10_000)) == [Erasure(RIVERA, ANA)]


def test_a_line_that_a_stopped_machine_left_half_written_hides_no_other(
    journal: ErasureJournal, tmp_path: Path
) -> None:
    journal.note_left(RIVERA, ANA, at=NOW)
    path = tmp_path / "apart" / "erasures.jsonl"
    path.write_bytes(path.read_bytes()[:-9])
    journal.note_left(RIVERA, JO, at=NOW)
    assert [line.supporter for line in journal.since(0)] == ["", JO]


def test_many_at_once_lose_no_line(journal: ErasureJournal) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: journal.note_left(RIVERA, f"s-{n}", at=NOW), range(40)))
    assert {line.supporter for line in journal.since(0)} == {f"s-{n}" for n in range(40)}


def test_it_is_readable_by_one_user_only(journal: ErasureJournal, tmp_path: Path) -> None:
    journal.note_left(RIVERA, ANA, at=NOW)
    assert (tmp_path / "apart" / "erasures.jsonl").stat().st_mode & 0o077 == 0


def test_where_it_cannot_be_written_the_erasure_does_not_begin(tmp_path: Path) -> None:
    (tmp_path / "apart").write_text("a file where a folder should be")
    with pytest.raises(StoreError, match="nothing was erased"):
        ErasureJournal(tmp_path / "apart" / "erasures.jsonl").note_left(RIVERA, ANA, at=NOW)
