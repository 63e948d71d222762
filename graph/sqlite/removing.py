"""A campaign's file removed: held by nobody else, overwritten, then gone."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import apsw

_CHUNK = bytes(1 << 20)


def claim_alone(path: Path) -> bool:
    """Fold the log into the file, which works only while nobody else has it open; whether it did. No file: nobody has."""
    if not path.exists():
        return True
    connection = apsw.Connection(str(path))
    try:
        with suppress(apsw.BusyError):
            mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            return mode is not None and mode[0] == "delete"
        return False
    finally:
        connection.close()


def overwrite(path: Path) -> None:
    """Write zeros over every byte of a file, and let the disk have them before it is removed."""
    left = path.stat().st_size
    with path.open("r+b") as file:
        while left > 0:
            left -= file.write(_CHUNK[:left])
        file.flush()
        os.fsync(file.fileno())
