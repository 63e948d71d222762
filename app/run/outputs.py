"""What ``kith run`` writes: all of it, or nothing."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from graph.errors import InputError

MATCHES, ASKS, QUESTIONS, SUMMARY, TIMINGS = (
    "matches.csv", "asks.csv", "questions.csv", "summary.json", "timings.json",
)  # fmt: skip
OUTPUTS = (MATCHES, ASKS, QUESTIONS, SUMMARY, TIMINGS)
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet runs a cell that begins with one of these."""

Progress = Callable[[str], None]
"""Told each step in a few words, for people; the batch itself prints nothing."""


@contextmanager
def output_folder(out: Path) -> Iterator[Path]:
    """A folder beside the real one; its files move in together when the block ends well, and vanish when it does not.

    Folders that had to be made for it vanish too, as long as nothing moved in.

    Raises:
        InputError: the folder cannot be written, or the disk is full.
    """
    made, aside = _missing_folders(out), None
    try:
        out.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".kith-", dir=out))
        yield aside
        with _undisturbed():
            for file in sorted(aside.iterdir()):
                file.replace(out / file.name)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        raise InputError(
            f"The output cannot be written ({reason}); nothing was changed.",
            thing=str(out),
            next_step="Free some space or choose another folder with --out.",
        ) from error
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
        _remove_empty(made)


def _missing_folders(out: Path) -> list[Path]:
    """The folders that are not there yet, innermost first."""
    return [folder for folder in (out, *out.parents) if not os.path.lexists(folder)]


def _remove_empty(folders: Sequence[Path]) -> None:
    with suppress(OSError):  # one that holds something stays, and so do those around it
        for folder in folders:
            folder.rmdir()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait for the few milliseconds in which finished files move in."""
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def check_writable(out: Path) -> None:
    """Find out before the work that the folder can be written; nothing is left there. Raises ``InputError``."""
    with output_folder(out) as aside:
        (aside / SUMMARY).write_bytes(b" " * 4096)
        (aside / SUMMARY).unlink()
    for name in OUTPUTS:
        if (out / name).is_dir():
            raise InputError(f"There is a folder named {name}.", thing=str(out), next_step="Choose another --out.")


def safe_cell(value: object) -> object:
    """A cell that no spreadsheet runs: a text that begins like a formula gets an apostrophe before it.

    A carriage return becomes a space, because the csv module does not quote it and readers see a new row in it.
    """
    if not isinstance(value, str):
        return value
    return f"'{value}".replace("\r", " ") if value.startswith(FORMULA_SIGNS) else value.replace("\r", " ")


def plain_cell(text: str) -> str:
    """A cell as it was before ``safe_cell``."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_SIGNS) else text


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A CSV with Unix line ends, safe in a spreadsheet, the same bytes for the same rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([safe_cell(cell) for cell in row] for row in rows)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """A JSON object, keys in the order given."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
