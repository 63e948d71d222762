"""Seconds and memory of each step, for timings.json."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_KIBI = 1024 if sys.platform != "darwin" else 1
_SPEAK_EVERY_SECONDS = 2.0


def now_and_then(say: Callable[[str], None]) -> Callable[[str, int], None]:
    """Passes on how far a long step is, every other second; a short one is silent."""
    spoke = time.monotonic()

    def tell(what: str, count: int) -> None:
        nonlocal spoke
        if (now := time.monotonic()) - spoke >= _SPEAK_EVERY_SECONDS:
            say(f"  {what}: {count:,}")
            spoke = now

    return tell


class Stopwatch:
    """Measures named steps."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._steps: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure one step."""
        started = time.perf_counter()
        yield
        self._steps[name] = round(time.perf_counter() - started, 3)

    def as_dict(self) -> dict[str, object]:
        """Seconds of each step and in all, and the peak memory in megabytes."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIBI / 1e6
        return {
            "seconds": self._steps,
            "seconds_in_all": round(time.perf_counter() - self._started, 3),
            "peak_megabytes": round(peak),
        }
