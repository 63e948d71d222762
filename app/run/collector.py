"""A batch without the collector of cyclic garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Nothing that a run makes refers to itself, and millions of contacts and names would be walked again and again to find that out.

    Memory is given back all the same, as soon as nobody refers to it. Afterwards the collector is as it was. Also a decorator.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
