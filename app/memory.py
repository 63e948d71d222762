"""What a process remembers between requests: the opened voter file, its index, its turnout scores. Nothing personal of
a supporter is kept here, and everything can be made again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar, cast

Made = TypeVar("Made")


class Memory:
    """The newest value for each name, made once for each version of what it is made from. Safe from any thread; what is made under
    one name makes nobody wait who asks for another.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, threading.RLock] = {}
        self._values: dict[str, tuple[object, object]] = {}

    def once(self, name: str, version: object, make: Callable[[], Made]) -> Made:
        """The value of this version, made when it is not the one remembered."""
        with self._guard:
            lock = self._locks.setdefault(name, threading.RLock())
        with lock:
            known = self._values.get(name)
            if known is None or known[0] != version:
                known = (version, make())
                self._values[name] = known
            return cast("Made", known[1])
