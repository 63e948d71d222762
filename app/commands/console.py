"""How commands speak: steps to stderr, results to stdout as a small table or as JSON."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from graph.errors import InputError, UsageError

StoreOption = Annotated[
    str,
    typer.Option(metavar="URL", help="sqlite:FOLDER or neo4j://USER@HOST:PORT. Without it: KITH_STORE, else SQLite."),
]
"""Where people and ties are kept; a password is never part of it."""


def step(words: str) -> None:
    """Say what is being done, in one line."""
    console = Console(stderr=True, highlight=False)
    console.print(words, style="dim" if console.is_terminal else None, markup=False, soft_wrap=True)


def show(values: Mapping[str, Any], *, as_json: bool, title: str = "") -> None:
    """Print results: JSON for programs, two columns for people. What is nested more than once is for programs only."""
    if as_json:
        typer.echo(json.dumps(values, indent=2, default=str))
        return
    if title:
        Console(highlight=False).print(title, style="bold", markup=False, soft_wrap=True)
    rows = [row for name, value in values.items() for row in _rows(name.replace("_", " "), value)]
    width = max((len(label) for label, _ in rows), default=0)
    for label, text in rows:
        typer.echo(f"  {label:<{width}}  {text}".rstrip())


def _rows(label: str, value: object) -> Iterable[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            if not isinstance(each, Mapping | list):
                yield f"{label}: {str(name).replace('_', ' ')}", _text(each)
    elif isinstance(value, list):
        yield label, _text(len(value))
    else:
        yield label, _text(value)


def _text(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def rounded(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """The same with fractions to four places."""
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in numbers.items()}


def parse_day(text: str, option: str) -> date:
    """A date written ``YYYY-MM-DD``. Raises ``UsageError``."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} is not a date.", next_step="Write it as YYYY-MM-DD.") from error


def refuse_in_the_way(out: Path) -> None:
    """Refuse to write over what is there, or where there is no folder. Raises ``InputError``."""
    if out.exists() or out.is_symlink():
        raise InputError("There is a file already.", thing=str(out), next_step="Name another, or remove it first.")
    if not out.parent.is_dir():
        raise InputError("There is no such folder.", thing=str(out.parent), next_step="Make it first.")


@contextmanager
def written_whole(out: Path) -> Iterator[Path]:
    """A file beside the real one, readable by its owner alone, that takes its place when the block ends well.

    Raises:
        InputError: the folder cannot be written, or the disk is full.
    """
    aside: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".kith-", dir=out.parent)
        os.close(handle)
        aside = Path(name)
        yield aside
        aside.replace(out)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        raise InputError(
            f"The file cannot be written ({reason}).", thing=str(out), next_step="Name another, or free some space."
        ) from error
    finally:
        if aside is not None:
            aside.unlink(missing_ok=True)
