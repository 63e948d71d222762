"""How commands speak: steps to stderr, results to stdout as a small table or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from graph.errors import UsageError

_steps = Console(stderr=True, highlight=False)
_results = Console(highlight=False)


def step(words: str) -> None:
    """Say what is being done."""
    _steps.print(words, style="dim" if _steps.is_terminal else None, markup=False)


def show(values: Mapping[str, Any], *, as_json: bool, title: str = "") -> None:
    """Print results: JSON for programs, a two-column table for people (nested values are counted, not shown)."""
    if as_json:
        typer.echo(json.dumps(values, indent=2, ensure_ascii=False, default=str))
        return
    table = Table("what", "how many", title=title or None, box=None, pad_edge=False, show_header=False)
    for name, value in values.items():
        for row_name, row_value in _rows(name, value):
            table.add_row(row_name, row_value)
    _results.print(table)


def _rows(name: str, value: object) -> list[tuple[str, str]]:
    label = name.replace("_", " ")
    if isinstance(value, Mapping):
        return [
            (f"{label}: {key}".replace("_", " "), str(each))
            for key, each in value.items()
            if not isinstance(each, Mapping)
        ]
    return [(label, f"{value:,}" if isinstance(value, int) else str(value))]


def parse_day(text: str | None, option: str) -> date | None:
    """A date written ``YYYY-MM-DD``. Raises ``UsageError``."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} is not a date.", next_step="Write it as YYYY-MM-DD.") from error


def is_terminal() -> bool:
    """Whether somebody sits at the keyboard."""
    return sys.stdin.isatty()
