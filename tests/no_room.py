"""A disk that takes nothing more, without a disk of one's own: a process may not write one more byte into any file.

Neo4j and SQLite answer it as they answer a full disk; a small disk that was really filled up gave the same errors.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_room(process_id: int = 0) -> Iterator[None]:
    """While this lasts, a process (0: this one) cannot write to files; what is open can be read."""
    before = resource.prlimit(process_id, resource.RLIMIT_FSIZE)
    resource.prlimit(process_id, resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        resource.prlimit(process_id, resource.RLIMIT_FSIZE, before)
