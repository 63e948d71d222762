"""Made ready before the first person comes: the voter file opened, the tables of names read, the inner loops compiled."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date

import numpy as np

from app.house import House
from app.steps import Voters, find_friends
from app.voter_file import voters_of
from graph.errors import KithError
from graph.model import Circle, ContactKey, ContactRecord, SourceKind, Supporter, SupporterId
from graph.voters import UNKNOWN_DAY, Coded, ContactDigests, VoterColumns
from prioritization.allocate import allocate

_KEY = b"nobody's"
_INVENTED = Circle(
    Supporter(SupporterId("nobody"), "Nobody Atall"),
    {ContactKey("nobody"): ContactRecord("", 0, SourceKind.TYPED, "Mary Smith")},
)


def warm(house: House) -> None:
    """Compile every inner loop, and look for an invented friend in the current voter file; nothing is kept of her."""
    compile_loops(house.today)
    if house.voters.current() is not None:
        find_friends([_INVENTED], voters_of(house), as_of=house.today, learning=False)


def compile_loops(as_of: date) -> None:
    """Run every compiled loop once, on one invented voter: matching, learning, and the auction of asks."""
    allocate([0], [0], [1.0], k=1)
    find_friends([_INVENTED], Voters.of(_one_voter(), _KEY), as_of=as_of)


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


def set_long_lived_aside() -> None:
    """Let the collector of cyclic garbage pass by whatever a warm process keeps for good: walking it took a tenth of each search.

    For a process that only serves: what was set aside is never looked at again.
    """
    gc.collect()
    gc.freeze()


class Warming:
    """Warming in a thread of its own, so that pages answer meanwhile; ``is_done`` also when it failed. ``then`` is called at its end."""

    def __init__(self, house: House, then: Callable[[], None] = lambda: None) -> None:
        self._done = threading.Event()
        self._then = then
        self._thread = threading.Thread(target=self._warm, args=(house,), name="warming", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Wait for the end, so that nothing is asked of stores that are closed."""
        self._thread.join()

    @property
    def is_done(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self._done.is_set()

    def _warm(self, house: House) -> None:
        try:
            with suppress(KithError):  # whoever asks for a page is told, in words
                warm(house)
            self._then()
        finally:
            self._done.set()
