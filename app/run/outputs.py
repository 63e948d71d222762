"""What ``kith run`` writes: all of it, or nothing."""

from __future__ import annotations

import csv
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graph.errors import InputError


@contextmanager
def output_folder(out: Path) -> Iterator[Path]:
    """A folder beside the real one; its files move in together when the block ends well, and vanish when it does not.

    Raises ``InputError`` when the folder cannot be written or the disk is full.
    """
    aside: Path | None = None
    try:
        out.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".kith-", dir=out))
        yield aside
        for made in sorted(aside.iterdir()):
            made.replace(out / made.name)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        raise InputError(
            f"The output could not be written ({reason}); nothing was changed.",
            thing=str(out),
            next_step="Free some space or choose another folder with --out.",
        ) from error
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)


def check_writable(out: Path) -> None:
    """Find out before the work that the folder can be written."""
    with output_folder(out):
        pass


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A CSV with Unix line ends, the same bytes for the same rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """A JSON object, keys in the order given."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


Progress = Callable[[str], None]
"""Told each step in a few words, for people; the batch itself prints nothing."""
