"""Inner loops compiled by numba, kept on disk between programs where that is possible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """The function compiled at its first call, or read from numba's cache (``NUMBA_CACHE_DIR``, else beside the source).

    Where nothing can be written it is compiled anew in each process: slower to start, the same results. Division by zero
    gives what numpy gives, infinity or "not a number", and raises nothing.
    """
    try:
        return cast("_Function", njit(function, cache=True, nogil=True, error_model="numpy"))
    except RuntimeError:  # numba found no folder that it may write
        return cast("_Function", njit(function, nogil=True, error_model="numpy"))
