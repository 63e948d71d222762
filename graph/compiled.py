"""Inner loops compiled by numba, kept on disk between programs where that is possible."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from llvmlite import binding as llvm
from numba import config, njit

_Function = TypeVar("_Function", bound=Callable[..., Any])
_COUNTING_NOTHING: dict[str, Any] = {"_nrt": False}
"""Without numba's run time for counting references; an option that its annotations leave out."""
_NAME_LENGTH = 16
_HOUSE = Path(__file__).resolve().parent.parent
_ROOMS = ("graph", "matching", "prioritization")
"""Where compiled functions stand."""


def sources(house: Path = _HOUSE) -> str:
    """The state of every source that compiled code may come from, a line each: a name, when it was changed, its size."""
    files = sorted(file for room in _ROOMS for file in (house / room).rglob("*.py"))
    stats = [(file.relative_to(house), file.stat()) for file in files]
    return "\n".join([f"{name} {stat.st_mtime_ns} {stat.st_size}" for name, stat in stats])


def folder_for(named: Path, of_sources: str) -> Path:
    """A folder of its own for each state of the sources: numba looks at the file of a function, not at those of what it calls."""
    return named / hashlib.sha256(of_sources.encode()).hexdigest()[:_NAME_LENGTH]


if os.environ.get("NUMBA_CACHE_DIR"):
    config.CACHE_DIR = str(folder_for(Path(os.environ["NUMBA_CACHE_DIR"]), sources()))  # type: ignore[attr-defined]  # made as numba loads


def compiled(function: _Function) -> _Function:
    """The function compiled at its first call, or read from numba's cache (``NUMBA_CACHE_DIR``, else beside the source).

    Where nothing can be written it is compiled anew in each process: slower to start, the same results. Division by zero
    gives what numpy gives, infinity or "not a number", and raises nothing.
    """
    try:
        return cast("_Function", njit(function, cache=True, nogil=True, error_model="numpy"))
    except RuntimeError:  # numba found no folder that it may write
        return cast("_Function", njit(function, nogil=True, error_model="numpy"))


def kept_in() -> Path | None:
    """The folder that was named for compiled code; ``None`` where none was, or it cannot be written."""
    named = os.environ.get("NUMBA_CACHE_DIR")
    folder = Path(named) if named else None
    return folder if folder and folder.is_dir() and os.access(folder, os.W_OK) else None


def forget_older() -> None:
    """Remove what was compiled from sources as they stood before; where nothing is kept nothing happens."""
    named = kept_in()
    if named:
        current = folder_for(named, sources())
        for folder in named.glob("[0-9a-f]" * _NAME_LENGTH):
            if folder != current:
                shutil.rmtree(folder, ignore_errors=True)


def sources_and_machine() -> str:
    """What compiled code is good for: the sources as they stand, this numba, Python, processor."""
    machine = f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"
    return "\n".join([sources(), numba.__version__, sys.version, machine])


def borrowing(function: _Function) -> _Function:
    """The same for a function that makes no array and only reads and fills those that it is given.

    It counts no references to them. Where many arrays stand in one tuple, counting takes many times as long as the work.
    Only such functions call each other: one that counts would count for each call.
    """
    try:
        return cast("_Function", njit(function, cache=True, nogil=True, error_model="numpy", **_COUNTING_NOTHING))
    except RuntimeError:
        return cast("_Function", njit(function, nogil=True, error_model="numpy", **_COUNTING_NOTHING))
