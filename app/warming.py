"""Made ready before the first person comes: the inner loops compiled, the voter file opened, turnout scored."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from app.compiling import INVENTED, Compiling, compile_loops, keep_compiled
from app.house import House
from app.steps import find_friends
from app.unforeseen import kind_and_place
from app.voter_file import turnout_of, voters_of
from graph.errors import KithError

_log = logging.getLogger(__name__)

_STOP_SECONDS = 2.0
"""So long the end of warming is waited for; what goes on behind that keeps nothing."""


def warm(house: House) -> None:
    """Compile every inner loop, and look for an invented friend in the current voter file; nothing is kept of her."""
    keep_compiled(house.today)
    open_voters(house)


def open_voters(house: House) -> None:
    """Open the current voter file, where there is one, and search it once."""
    if house.voters.current() is not None:
        find_friends([INVENTED], voters_of(house), as_of=house.today, learning=False)


def score_voters(house: House) -> None:
    """Who will probably vote, as the first list needs it; this process remembers it."""
    if house.voters.current() is not None:
        turnout_of(house, voters_of(house).columns)


class Warming:
    """Warming in a thread of its own, so that pages answer meanwhile; ``is_done`` also when it failed, with the ``problem``.

    ``when_compiled`` is called once nothing compiles any more (jobs may search from then on), ``then`` at the end.
    """

    def __init__(
        self, house: House, *, when_compiled: Callable[[], None] = lambda: None, then: Callable[[], None] = lambda: None
    ) -> None:
        self._done, self._stopped = threading.Event(), threading.Event()
        self._when_compiled, self._then = when_compiled, then
        self.problem: KithError | None = None
        """What was wrong with the voter file; pages that need none are served all the same."""
        self._compiling = Compiling()
        self._thread = threading.Thread(target=self._warm, args=(house,), name="warming", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End the compiler at once, and wait a moment for the rest, so that nothing is asked of stores that are closed."""
        self._stopped.set()
        self._compiling.stop()
        self._thread.join(_STOP_SECONDS)

    @property
    def is_done(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self._done.is_set()

    def _warm(self, house: House) -> None:
        steps: tuple[Callable[[], object], ...] = (
            lambda: self._compiling.run(house.today),
            lambda: compile_loops(house.today),  # reads what the child made, and makes what it could not
            self._when_compiled,
            lambda: open_voters(house),
            lambda: score_voters(house),
            self._then,
        )
        for step in steps:
            if not self._stopped.is_set():
                self._try(step)
        self._done.set()

    def _try(self, step: Callable[[], object]) -> None:
        """One step; whatever is wrong with it, the next ones follow: jobs wait for the one that lets them begin."""
        try:
            step()
        except KithError as error:  # whoever asks for a page is told, in words
            self.problem = error
            _log.warning("not ready to find friends: %s", error)
        except Exception as error:  # noqa: BLE001 (the end of a thread is seen by nobody)
            _log.error("a step of warming failed: %s", kind_and_place(error))
