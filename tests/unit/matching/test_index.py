"""The index returns every row that it should, and opens again as it was saved."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA
from small_register import AS_OF, KEY, Neighbor, card, circle, crowd, register

from graph.errors import InputError
from graph.voters import Coded
from matching.index import Groups, MatchIndex, expand
from matching.link import match_circles
from matching.model import MatchModel
from matching.stored_index import load_index, open_index, save_index
from matching.vocabulary import Vocabulary, look_up, remainders, word_hashes

ROOT = Path(__file__).parents[3]
words = st.text(alphabet="ABC", min_size=1, max_size=6)


@given(seen=words, stored=st.lists(words, min_size=1, max_size=8, unique=True))
def test_every_name_one_edit_away_is_found(seen, stored):
    stored = sorted(stored)
    vocabulary = Vocabulary.of(Coded(np.arange(len(stored), dtype=np.int32), stored))
    keys, _ = remainders([seen])
    _, codes = look_up(vocabulary.near_keys, vocabulary.near_codes, keys)
    near = {code for code, word in enumerate(stored) if OSA.distance(seen, word) <= 1}
    assert near <= set(codes.tolist())


@given(st.lists(st.text(alphabet="ABCDEFGH ", max_size=12), unique=True, max_size=50))
def test_different_words_have_different_hashes(some_words):
    distinct = {word.rstrip("\0") for word in some_words}
    assert len(set(word_hashes(sorted(distinct)).tolist())) == len(distinct)


@given(st.lists(st.integers(-1, 5), max_size=40))
def test_groups_hold_each_row_once_in_its_group(codes):
    groups = Groups.of(np.array(codes, dtype=np.int32), 6)
    start, stop = groups.ranges(np.arange(6))
    owner, place = expand(start, stop)
    laid_out = sorted(zip(owner.tolist(), groups.rows[place].tolist(), strict=True))
    assert laid_out == sorted((code, row) for row, code in enumerate(codes) if code >= 0)


def test_a_saved_index_opens_as_it_was_and_matches_the_same(tmp_path):
    columns = register([*crowd(100), Neighbor("MARGARET", "ZELLNER")])
    built = MatchIndex.build(columns)
    save_index(built, tmp_path / "index")
    opened = load_index(columns, tmp_path / "index")
    told = [circle(card("Peggy Zellner"), card("John Baker", 1))]
    results = [
        match_circles(columns, index, told, key=KEY, model=MatchModel(), as_of=AS_OF).matches
        for index in (built, opened)
    ]
    assert results[0] == results[1]


def test_an_index_of_another_file_or_half_an_index_is_refused(tmp_path):
    columns = register(crowd(50))
    save_index(MatchIndex.build(columns), tmp_path / "index")
    with pytest.raises(InputError, match="another voter file"):
        load_index(register(crowd(40)), tmp_path / "index")
    (tmp_path / "index" / "person.npy").unlink()
    with pytest.raises(InputError, match="incomplete"):
        load_index(columns, tmp_path / "index")


def is_mapped(index):
    return isinstance(index.person.base, np.memmap) or isinstance(index.person, np.memmap)


def test_an_index_is_built_once_and_then_opened(tmp_path):
    columns = register(crowd(50))
    assert is_mapped(open_index(columns, tmp_path / "index"))
    before = (tmp_path / "index" / "person.npy").stat().st_mtime_ns
    assert is_mapped(open_index(columns, tmp_path / "index"))
    assert (tmp_path / "index" / "person.npy").stat().st_mtime_ns == before
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


@pytest.mark.parametrize("harm", ["cut short", "gone", "another version", "no folder"])
def test_an_index_that_was_harmed_is_built_again(tmp_path, harm):
    columns, folder = register(crowd(50)), tmp_path / "index"
    whole = open_index(columns, folder).person.tolist()
    if harm == "cut short":
        (folder / "person.npy").write_bytes((folder / "person.npy").read_bytes()[:100])
    elif harm == "gone":
        (folder / "person.npy").unlink()
    elif harm == "another version":
        (folder / "index.json").write_text('{"version": 0, "rows": 50}')
    else:
        shutil.rmtree(folder)
    heard: list[InputError] = []
    assert open_index(columns, folder, tell=heard.append).person.tolist() == whole
    assert len(heard) == (0 if harm == "no folder" else 1)
    assert load_index(columns, folder).person.tolist() == whole


def test_where_nothing_can_be_written_the_index_is_built_in_memory(tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    assert len(open_index(register(crowd(50)), in_the_way / "index").person) == 50


def test_a_build_that_was_killed_leaves_the_old_index_serving(tmp_path):
    columns, folder = register(crowd(50)), tmp_path / "index"
    whole = open_index(columns, folder).person.tolist()
    script = (
        "import sys, os, signal, numpy as np; from pathlib import Path; from matching import stored_index\n"
        "real = np.save\n"
        "def save(path, array, **more):\n"
        "    real(path, array, **more)\n"
        "    os.kill(os.getpid(), signal.SIGKILL) if 'person' in str(path) else None\n"
        "np.save = save\n"
        "from small_register import crowd, register; from matching.index import MatchIndex\n"
        "stored_index.save_index(MatchIndex.build(register(crowd(40))), Path(sys.argv[1]))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(str(ROOT / part) for part in (".", "tests"))}
    killed = subprocess.run([sys.executable, "-c", script, str(folder)], env=environment, check=False)  # noqa: S603 - ours
    assert killed.returncode == -signal.SIGKILL
    assert load_index(columns, folder).person.tolist() == whole


def test_rare_namesakes_with_other_days_of_birth_stay_two_people():
    double = register([*crowd(), *(Neighbor("ZELDA", "ZELLNER", born=1970, registered=day) for day in (1, 9))])
    days = np.full(len(double), 4, dtype=np.int8)
    same = MatchIndex.build(replace(double, birth_month=days, birth_day=days)).person
    days = days.copy()
    days[-1] = 5
    other = MatchIndex.build(replace(double, birth_month=days, birth_day=days)).person
    assert same[-1] == same[-2]
    assert other[-1] != other[-2]


def test_common_namesakes_of_one_year_stay_two_people_and_a_rare_double_registration_is_one():
    namesakes = [Neighbor("MARY", "BAKER", born=1970)] * 40
    double = [Neighbor("ZELDA", "ZELLNER", born=1970, registered=day) for day in (1, 9)]
    index = MatchIndex.build(register([*namesakes, *double]))
    assert index.person[:40].tolist() == list(range(40))
    assert index.person[40:].tolist() == [41, 41]
