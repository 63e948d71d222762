"""After warming nothing is left to compile: the first friend looked for waits for no compiler."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import _data_folder

ROOT = Path(__file__).parents[3]
COUNT_SIGNATURES = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests")!r}]
from numba.core.dispatcher import Dispatcher
from app.steps import Voters, find_friends
from app.compiling import compile_loops
from prioritization.allocate import allocate
from app.run.consent import permits_in
from graph.model import Purpose
from small_register import AS_OF, KEY, Neighbor, card, circle, crowd, register

def signatures():
    ours = [module for name, module in sys.modules.items() if name.startswith(("matching.", "prioritization."))]
    loops = {{id(loop): loop for module in ours for loop in vars(module).values() if isinstance(loop, Dispatcher)}}
    return {{loop.py_func.__qualname__: len(loop.signatures) for loop in loops.values()}}

compile_loops(AS_OF)
warm = signatures()
everybody = register([Neighbor("ROSA", "QUILL", phone="919-555-0101"), Neighbor("LUIS", "QUILL"), *crowd(300)])
cards = [card(name, at) for at, name in enumerate(("Rosa Quill", "Luis Quill", "Mary Baker", "L Quill"))]
circles = [circle(*cards, supporter=one) for one in ("s1", "s2")]
find_friends(circles, Voters.of(everybody, KEY), as_of=AS_OF, pooling=permits_in(circles, Purpose.POOL))
allocate([0, 0, 1], [0, 1, 1], [1.0, 0.5, 0.7], k=2)
later = signatures()
assert warm and warm == later, {{name: (warm[name], count) for name, count in later.items() if warm[name] != count}}
"""


@pytest.mark.full
def test_after_warming_nothing_is_compiled():
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", COUNT_SIGNATURES], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("told", [["--data", "elsewhere"], ["--data=elsewhere"]])
def test_compiled_code_is_kept_in_the_folder_that_the_command_is_told(told, monkeypatch):
    monkeypatch.setenv("KITH_DATA", "usual")
    assert _data_folder(["voters", "import", "voters.txt", *told]) == Path("elsewhere")
    assert _data_folder(["voters", "import", "voters.txt", "--data"]) == Path("usual")
    monkeypatch.delenv("KITH_DATA")
    assert _data_folder(["warm"]) == Path(".kith")
