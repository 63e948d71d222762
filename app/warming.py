"""Made ready before the first person comes: the voter file opened, the tables of names read, the inner loops compiled."""

from __future__ import annotations

import threading
from contextlib import suppress

import numpy as np

from app.house import House
from app.steps import find_friends
from app.voter_file import voters_of
from graph.errors import KithError
from graph.model import Circle, ContactKey, ContactRecord, SourceKind, Supporter, SupporterId
from matching.posterior import posterior

_INVENTED = Circle(
    Supporter(SupporterId("nobody"), "Nobody Atall"),
    {ContactKey("nobody"): ContactRecord("", 0, SourceKind.TYPED, "Mary Smith")},
)


def warm(house: House) -> None:
    """Look for an invented friend in the current voter file, and keep nothing; before the first import, only compile."""
    one = np.ones(1)
    posterior(one, np.zeros(1, np.int64), one, claim=np.zeros(1, np.int64), is_exempt=np.zeros(1, bool))
    if house.voters.current() is not None:
        find_friends([_INVENTED], voters_of(house), as_of=house.today, learning=False)


class Warming:
    """Warming in a thread of its own, so that pages answer meanwhile; ``is_done`` also when it failed."""

    def __init__(self, house: House) -> None:
        self._done = threading.Event()
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
        finally:
            self._done.set()
