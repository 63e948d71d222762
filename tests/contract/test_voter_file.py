"""The promises of ``graph.voters.VoterFile``, for every adapter: add one line to ``ADAPTERS`` to hold another one to them."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_precinct import precinct

from graph.errors import StoreError
from graph.files.generations import FolderVoterFile
from graph.model import BallotStatus, CampaignId
from graph.sqlite.record_store import SqliteRecordStores
from graph.voters import Ballots, Coded, ContactDigests, Generation, VoterColumns, VoterFile

Open = Callable[[], VoterFile]
INPUTS = {"voters": "5e" * 32, "history": "0f" * 32}


def _folder(root: Path) -> Iterator[Open]:
    with closing(SqliteRecordStores(root).for_campaign(CampaignId("maple"))) as records:
        yield lambda: FolderVoterFile(root / "files", records)


ADAPTERS = {"folder": _folder}


@pytest.fixture(params=sorted(ADAPTERS))
def opened(request, tmp_path) -> Iterator[Open]:
    yield from ADAPTERS[request.param](tmp_path)


@pytest.fixture
def voter_file(opened) -> VoterFile:
    return opened()


def town(*names: str) -> VoterColumns:
    """A file of these people with everything a file can hold."""
    columns = precinct(names or ("ANA LEE", "BEN LEE", "CARL PENA"), voted=[1] * (len(names) or 3))
    rows = np.arange(len(columns), dtype=np.int32)
    return dataclasses.replace(
        columns,
        precinct=Coded(np.zeros(len(columns), np.int32), ("PRECINCT 01 Ñ",)),
        phones=ContactDigests(np.arange(len(columns), dtype=np.uint64) + np.uint64(2**63), rows),
        scores={"turnout": np.full(len(columns), 0.25, np.float32)},
        snapshot=date(2026, 10, 24),
    )


def build(voter_file: VoterFile, columns: VoterColumns, **inputs: str) -> Generation:
    return voter_file.build(columns, layout="nc", created_from=inputs or INPUTS)


def assert_same(kept: VoterColumns, given_: VoterColumns) -> None:
    """Every field of the columns, whatever they grow, is as it was given."""
    for field in dataclasses.fields(VoterColumns):
        one, other = getattr(kept, field.name), getattr(given_, field.name)
        match other:
            case np.ndarray():
                assert np.array_equal(one, other)
                assert one.dtype == other.dtype
            case Coded():
                assert [one[row] for row in range(len(kept))] == [other[row] for row in range(len(kept))]
                assert list(one.values) == list(other.values)
            case ContactDigests():
                assert np.array_equal(one.digests, other.digests)
                assert np.array_equal(one.rows, other.rows)
            case dict():
                assert {name: values.tolist() for name, values in one.items()} == {
                    name: values.tolist() for name, values in other.items()
                }
            case _:
                assert one == other


def test_nothing_imported_is_nothing(voter_file):
    assert voter_file.current() is None
    assert voter_file.generations() == []
    assert voter_file.ballots() == Ballots()
    with pytest.raises(StoreError) as caught:
        voter_file.columns()
    assert "Import" in caught.value.next_step


def test_what_was_built_is_what_is_read(voter_file, opened):
    generation = build(voter_file, town())
    voter_file.switch(generation.generation_id)
    assert_same(opened().columns(), town())
    assert opened().current() == generation
    assert (generation.voters, generation.elections, generation.state, generation.layout) == (3, 6, "NC", "nc")
    assert (dict(generation.created_from), generation.snapshot) == (INPUTS, date(2026, 10, 24))


@settings(max_examples=15, deadline=None)
@given(names=st.lists(st.text(max_size=12), min_size=0, max_size=6), score=st.floats(0, 1, width=32))
def test_any_columns_come_back_as_they_were(tmp_path_factory, names, score):
    for adapter in ADAPTERS.values():
        for open_one in adapter(tmp_path_factory.mktemp("any")):
            columns = dataclasses.replace(town(*(f"{name} X" for name in names)))
            columns = dataclasses.replace(columns, scores={"support": np.full(len(columns), score, np.float32)})
            voter_file = open_one()
            assert_same(voter_file.columns(build(voter_file, columns).generation_id), columns)


def test_columns_are_read_only(voter_file):
    columns = voter_file.columns(build(voter_file, town()).generation_id)
    with pytest.raises(ValueError, match="read-only"):
        columns.voted[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        columns.last_name.codes[0] = 0


def test_a_built_generation_is_not_current_until_the_switch(voter_file, opened):
    first = build(voter_file, town())
    voter_file.switch(first.generation_id)
    second = build(voter_file, town("DORA DIAZ"))
    assert opened().current() == first
    assert len(opened().columns(second.generation_id)) == 1
    voter_file.switch(second.generation_id)
    assert opened().current() == second
    assert opened().generations() == [first, second]


def test_a_reader_keeps_the_columns_it_opened_through_a_switch_and_a_removal(voter_file):
    first = build(voter_file, town())
    voter_file.switch(first.generation_id)
    held = voter_file.columns()
    voter_file.switch(build(voter_file, town("DORA DIAZ")).generation_id)
    voter_file.remove(first.generation_id)
    assert held.last_name[2] == "PENA"


def test_the_same_columns_and_inputs_give_the_same_id_and_nothing_new(voter_file):
    first = build(voter_file, town())
    assert build(voter_file, town()) == first
    assert voter_file.generations() == [first]


def test_other_columns_or_inputs_or_layout_give_another_id(voter_file):
    ids = {
        build(voter_file, town()).generation_id,
        build(voter_file, town("DORA DIAZ")).generation_id,
        build(voter_file, town(), voters="aa" * 32).generation_id,
        voter_file.build(town(), layout="van", created_from=INPUTS).generation_id,
    }
    assert len(ids) == 4
    assert len(voter_file.generations()) == 4


def test_removing(voter_file, opened):
    first, second = build(voter_file, town()), build(voter_file, town("DORA DIAZ"))
    voter_file.switch(second.generation_id)
    with pytest.raises(StoreError):
        voter_file.remove(second.generation_id)
    voter_file.remove(first.generation_id)
    assert opened().generations() == [second]
    with pytest.raises(StoreError):
        voter_file.columns(first.generation_id)


@pytest.mark.parametrize("strange", ["f" * 32, "../../etc", "", "current"])
def test_a_generation_that_is_not_there(voter_file, strange):
    for act in (voter_file.switch, voter_file.remove, *([voter_file.columns] if strange else [])):
        with pytest.raises(StoreError) as caught:
            act(strange)
        assert caught.value.next_step
    assert voter_file.current() is None


def test_builders_at_once_make_one_generation(opened):
    made: list[Generation] = []
    threads = [threading.Thread(target=lambda: made.append(build(opened(), town()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({generation.generation_id for generation in made}) == 1
    assert len(made) == 4
    assert opened().generations() == [made[0]]


def test_ballots_are_replaced_as_a_whole(voter_file, opened):
    first = Ballots({"V1": BallotStatus.VOTED, "V2": BallotStatus.NEEDS_CHECK}, date(2026, 10, 18))
    voter_file.put_ballots(first)
    voter_file.put_ballots(first)
    assert opened().ballots() == first
    second = Ballots({"V2": BallotStatus.VOTED}, date(2026, 10, 19))
    voter_file.put_ballots(second)
    assert opened().ballots() == second
    voter_file.put_ballots(Ballots())
    assert opened().ballots() == Ballots()


# --- of the folder alone ----------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path) -> Iterator[tuple[FolderVoterFile, Path]]:
    for open_one in _folder(tmp_path):
        yield open_one(), tmp_path / "files" / "voters"  # type: ignore[misc]  # this adapter makes no other


def test_a_file_of_another_size_is_refused_and_built_again(folder):
    voter_file, root = folder
    generation = build(voter_file, town())
    path = root / generation.generation_id / "birth_year.npy"
    path.write_bytes(path.read_bytes()[:-1])
    for act in (voter_file.columns, voter_file.switch):
        with pytest.raises(StoreError, match=r"birth_year\.npy"):
            act(generation.generation_id)
    assert voter_file.generations() == []
    assert build(voter_file, town()) == generation
    assert voter_file.verify(generation.generation_id) == []


def test_a_changed_byte_is_found_by_reading_all_of_them(folder):
    voter_file, root = folder
    generation = build(voter_file, town())
    voter_file.switch(generation.generation_id)
    path = root / generation.generation_id / "household.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert voter_file.verify() == ["File household.npy is not what was written."]


def test_what_an_interrupted_build_left_is_not_a_generation_and_is_swept(folder):
    voter_file, root = folder
    generation = build(voter_file, town())
    shutil.copytree(root / generation.generation_id, root / ".aside-killed")
    (root / ("0" * 32)).mkdir()
    assert voter_file.generations() == [generation]
    build(voter_file, town("DORA DIAZ"))
    assert not (root / ".aside-killed").exists()


def test_the_index_stands_apart_and_goes_with_its_generation(folder):
    voter_file, _ = folder
    generation = build(voter_file, town())
    index = voter_file.index_folder(generation.generation_id)
    index.mkdir()
    (index / "words.npy").write_bytes(b"x")
    assert voter_file.verify(generation.generation_id) == []
    assert voter_file.generations() == [generation]
    voter_file.remove(generation.generation_id)
    assert not index.exists()


_FULL_DISK = """
import resource, sys
from pathlib import Path
sys.path[:0] = sys.argv[2].split(":")
from test_voter_file import build, town
from graph.errors import StoreError
from graph.files.generations import FolderVoterFile
voter_file = FolderVoterFile(Path(sys.argv[1]), None)
resource.setrlimit(resource.RLIMIT_FSIZE, (140, 140))
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    build(voter_file, town())
except StoreError as error:
    print(error)
"""


def test_a_disk_that_takes_no_more_leaves_nothing_half_written(tmp_path):
    """A limit on the size of files refuses writes as a full disk does."""
    here = Path(__file__).parent
    said = subprocess.run(  # noqa: S603 - this interpreter, with a program that stands above
        [sys.executable, "-c", _FULL_DISK, str(tmp_path), f"{here}:{here.parent}:{here.parent.parent}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "could not be kept" in said.stdout
    assert [path.name for path in (tmp_path / "voters").iterdir()] == [".lock"]


class _RefusingRecords:
    """Records on a disk that refuses."""

    def __init__(self, reason: int) -> None:
        self._reason = reason

    def put(self, *_args, **_named):
        raise OSError(self._reason, os.strerror(self._reason))


@pytest.mark.parametrize(
    ("reason", "advice"),
    [(errno.ENOSPC, "free some space"), (errno.EACCES, "right to write"), (errno.EROFS, "read only")],
)
def test_what_the_disk_refuses_is_said_with_the_next_step(tmp_path, reason, advice):
    voter_file = FolderVoterFile(tmp_path / "files", _RefusingRecords(reason))  # type: ignore[arg-type]  # only put is reached
    with pytest.raises(StoreError) as caught:
        voter_file.put_ballots(Ballots())
    assert advice in caught.value.next_step


def test_a_data_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "files").write_text("not a folder")
    with pytest.raises(StoreError) as caught:
        build(FolderVoterFile(tmp_path / "files", None), town())  # type: ignore[arg-type]  # no record is reached
    assert str(tmp_path) in str(caught.value)


class _Interrupted:
    """Records beside whose first put somebody else works, for as long as he is let."""

    def __init__(self, records, *, before=None, after=None):
        self._records, self._before, self._after = records, before, after

    def put(self, *args, **named):
        before, after, self._before, self._after = self._before, self._after, None, None
        self._alongside(before)
        kept = self._records.put(*args, **named)
        self._alongside(after)
        return kept

    def _alongside(self, work):
        if work:
            self.other = threading.Thread(target=work)
            self.other.start()
            self.other.join(0.5)

    def __getattr__(self, name):
        return getattr(self._records, name)


def test_ballots_put_by_two_at_once_are_those_of_one_of_them(tmp_path):
    first = Ballots({"A1": BallotStatus.VOTED}, date(2026, 10, 24))
    second = Ballots({"B2": BallotStatus.SENT}, date(2026, 10, 25))
    with closing(SqliteRecordStores(tmp_path).for_campaign(CampaignId("maple"))) as records:
        voter_file = FolderVoterFile(tmp_path / "files", records)
        slow = _Interrupted(records, after=lambda: voter_file.put_ballots(second))
        FolderVoterFile(tmp_path / "files", slow).put_ballots(first)
        slow.other.join()
        assert voter_file.ballots() == second


def test_a_generation_is_not_removed_while_it_is_made_the_current_one(tmp_path):
    with closing(SqliteRecordStores(tmp_path).for_campaign(CampaignId("maple"))) as records:
        voter_file = FolderVoterFile(tmp_path / "files", records)
        built = build(voter_file, town()).generation_id
        said = []

        def remove():
            with contextlib.suppress(StoreError):
                voter_file.remove(built)
                said.append("removed")

        slow = _Interrupted(records, before=remove)
        FolderVoterFile(tmp_path / "files", slow).switch(built)
        slow.other.join()
        assert (voter_file.current(), said) == (voter_file.generations()[0], [])


def test_what_an_interrupted_import_of_ballots_left_is_swept_away(tmp_path):
    left = tmp_path / "files" / "ballots" / ".aside-left"
    left.mkdir(parents=True)
    (left / "half.json").write_text("{}")
    with closing(SqliteRecordStores(tmp_path).for_campaign(CampaignId("maple"))) as records:
        FolderVoterFile(tmp_path / "files", records).put_ballots(Ballots({"A1": BallotStatus.VOTED}))
    assert [one.suffix for one in left.parent.iterdir() if one.name != ".lock"] == [".json"]


# --- can this file fail? ----------------------------------------------------------------------------------------------


class _SwitchesAtOnce(FolderVoterFile):
    def build(self, *args, **named):
        generation = super().build(*args, **named)
        self.switch(generation.generation_id)
        return generation


class _KeepsOldBallots(FolderVoterFile):
    def put_ballots(self, ballots):
        super().put_ballots(Ballots({**self.ballots().status, **ballots.status}, ballots.as_of))


class _ForgetsScores(FolderVoterFile):
    def build(self, columns, **named):
        return super().build(dataclasses.replace(columns, scores={}), **named)


class _RemovesTheCurrent(FolderVoterFile):
    def remove(self, generation_id):
        shutil.rmtree(self._voters / generation_id, ignore_errors=True)


@pytest.mark.parametrize(
    ("broken", "promise"),
    [
        (_SwitchesAtOnce, test_a_built_generation_is_not_current_until_the_switch),
        (_KeepsOldBallots, test_ballots_are_replaced_as_a_whole),
        (_ForgetsScores, test_what_was_built_is_what_is_read),
        (_RemovesTheCurrent, test_removing),
    ],
)
def test_a_broken_adapter_turns_a_promise_red(tmp_path, broken, promise):
    records = SqliteRecordStores(tmp_path).for_campaign(CampaignId("maple"))
    with closing(records), pytest.raises((AssertionError, StoreError, pytest.fail.Exception)):
        promise(broken(tmp_path / "files", records), lambda: broken(tmp_path / "files", records))
