"""A campaign's file removed: held by nobody else, overwritten, then gone."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

import apsw

_CHUNK = bytes(1 << 20)
_ASIDE = ".erased"
"""No campaign's folder has a dot in its name."""


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


def erased(folder: Path) -> int:
    """Overwrite every file of a campaign's folder and remove it; how many went. Raises ``OSError`` when the disk refuses.

    It is moved aside first: what a fault leaves half overwritten is no campaign any more, and goes the next time.
    """
    aside = folder.with_name(f"{folder.name}{_ASIDE}")
    gone = _emptied(aside)
    if folder.exists():
        folder.rename(aside)
        gone += _emptied(aside)
    return gone


def _emptied(folder: Path) -> int:
    if not folder.exists():
        return 0
    files = [file for file in folder.rglob("*") if file.is_file()]
    for file in files:
        _overwrite(file)
    shutil.rmtree(folder)
    return len(files)


def _overwrite(path: Path) -> None:
    """Write zeros over every byte of a file, and let the disk have them before it is removed."""
    left = path.stat().st_size
    with path.open("r+b") as file:
        while left > 0:
            left -= file.write(_CHUNK[:left])
        file.flush()
        os.fsync(file.fileno())
