"""The inner loops compiled before anybody waits for them, on a first start in a process of its own.

A compiler holds Python's lock for seconds at a time: pages would wait for it, and so would the word to stop. A child does
it instead and keeps what it made in the data folder, where this process then reads it. It is ended at once when the server
is told to stop, and ends by itself when the server is gone.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import numpy as np

from app.steps import Voters, find_friends
from graph.compiled import forget_older, kept_in, sources_and_machine
from graph.model import Circle, ContactKey, ContactRecord, SourceKind, Supporter, SupporterId
from graph.voters import UNKNOWN_DAY, Coded, ContactDigests, VoterColumns
from prioritization.allocate import allocate

_KEY = b"nobody's"
_PACKAGES = Path(__file__).parents[1]
_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from app.compiling import child; child(sys.argv[2])"
INVENTED = Circle(
    Supporter(SupporterId("nobody"), "Nobody Atall"),
    {ContactKey("nobody"): ContactRecord("", 0, SourceKind.TYPED, "Mary Smith")},
)
"""Somebody to look for, of whom nothing is kept."""


def compile_loops(as_of: date) -> None:
    """Run every compiled loop once, on one invented voter: matching, learning, and the auction of asks."""
    allocate([0], [0], [1.0], k=1)
    find_friends([INVENTED], Voters.of(_one_voter(), _KEY), as_of=as_of)


def keep_compiled(as_of: date) -> None:
    """``compile_loops``, and note beside what was kept that it is all."""
    compile_loops(as_of)
    if mark := _mark():
        mark.touch()
        forget_older()


def is_kept() -> bool:
    """Whether all loops were compiled before, from these sources and for this machine, and can be read."""
    mark = _mark()
    return mark is not None and mark.exists()


class Compiling:
    """A child process that compiles. Safe from any thread; ``run`` is called once."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._is_stopped = False

    def run(self, as_of: date) -> None:
        """Compile in a child and wait for its end; returns at once where all is kept already, or nothing can be."""
        if _mark() is None or is_kept():
            return
        with self._guard:
            if self._is_stopped:
                return
            self._child = _start_child(as_of)
        self._child.wait()

    def stop(self) -> None:
        """End the child, wherever it is: what it keeps it keeps whole."""
        with self._guard:
            self._is_stopped = True
            if self._child is not None:
                self._child.kill()


def child(as_of: str) -> None:
    """What the child does: compile, and say so in the data folder. It ends with whoever holds the other end of its input."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    keep_compiled(date.fromisoformat(as_of))


def _start_child(as_of: date) -> subprocess.Popen[bytes]:
    """It hears of no setting: there may be secrets among them."""
    told = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    return subprocess.Popen(  # noqa: S603 (our own program)
        [sys.executable, "-c", _CHILD, str(_PACKAGES), as_of.isoformat()],
        env=told, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def _mark() -> Path | None:
    """The file that says that all is there; ``None`` where nothing can be kept."""
    folder = kept_in()
    name = hashlib.sha256(sources_and_machine().encode()).hexdigest()[:32]
    return None if folder is None else folder / f"all-{name}"


def _one_voter() -> VoterColumns:
    """A voter file of one invented voter."""
    nothing = ContactDigests(np.zeros(0, np.uint64), np.zeros(0, np.int32))
    return VoterColumns(
        state="NC",
        voter_ids=np.array([b"A1"]),
        last_name=_same("SMITH"),
        first_name=_same("MARY"),
        middle_name=_same(""),
        name_suffix=_same(""),
        street=_same(""),
        city=_same("ELMVILLE"),
        postal_code=_same(""),
        county=_same("Elm"),
        precinct=_same("1"),
        party=_same(""),
        gender=_same("F"),
        birth_year=np.full(1, 1980, np.int16),
        birth_month=np.zeros(1, np.int8),
        birth_day=np.zeros(1, np.int8),
        registered_on=np.full(1, UNKNOWN_DAY, np.int32),
        status=np.zeros(1, np.int8),
        household=np.zeros(1, np.int32),
        area_code=np.zeros(1, np.int16),
        elections=(),
        voted=np.zeros(1, np.uint64),
        eligible=np.zeros(1, np.uint64),
        phones=nothing,
        emails=nothing,
    )


def _same(value: str) -> Coded:
    return Coded(np.zeros(1, np.int32), (value,))
