"""Inner loops compiled by numba, kept on disk between programs where that is possible."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from llvmlite import binding as llvm
from numba import njit

_Function = TypeVar("_Function", bound=Callable[..., Any])
_COUNTING_NOTHING: dict[str, Any] = {"_nrt": False}
"""Without numba's run time for counting references; an option that its annotations leave out."""
_sources: set[str] = set()


def compiled(function: _Function) -> _Function:
    """The function compiled at its first call, or read from numba's cache (``NUMBA_CACHE_DIR``, else beside the source).

    Where nothing can be written it is compiled anew in each process: slower to start, the same results. Division by zero
    gives what numpy gives, infinity or "not a number", and raises nothing.
    """
    _sources.add(function.__code__.co_filename)
    try:
        return cast("_Function", njit(function, cache=True, nogil=True, error_model="numpy"))
    except RuntimeError:  # numba found no folder that it may write
        return cast("_Function", njit(function, nogil=True, error_model="numpy"))


def kept_in() -> Path | None:
    """The folder that was named for compiled code; ``None`` where none was, or it cannot be written."""
    named = os.environ.get("NUMBA_CACHE_DIR")
    folder = Path(named) if named else None
    return folder if folder and folder.is_dir() and os.access(folder, os.W_OK) else None


def sources_and_machine() -> str:
    """What compiled code is good for, as numba understands it: each loaded source as it stands, this numba, Python, processor."""
    stats = [(name, Path(name).stat()) for name in sorted(_sources)]
    sources = [f"{name} {stat.st_mtime_ns} {stat.st_size}" for name, stat in stats]
    machine = f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"
    return "\n".join([*sources, numba.__version__, sys.version, machine])


def borrowing(function: _Function) -> _Function:
    """The same for a function that makes no array and only reads and fills those that it is given.

    It counts no references to them. Where many arrays stand in one tuple, counting takes many times as long as the work.
    """
    try:
        return cast("_Function", njit(function, cache=True, nogil=True, error_model="numpy", **_COUNTING_NOTHING))
    except RuntimeError:
        return cast("_Function", njit(function, nogil=True, error_model="numpy", **_COUNTING_NOTHING))


def inlined(function: _Function) -> _Function:
    """A part that is written into every compiled function that calls it: for what is done once for each pair."""
    return cast("_Function", njit(function, inline="always", nogil=True, error_model="numpy"))
