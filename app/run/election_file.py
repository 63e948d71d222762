"""A campaign's own table of elections, from a file."""

from __future__ import annotations

from pathlib import Path

from graph.errors import InputError
from graph.model import Election
from prioritization.elections import read_elections


def read_election_table(path: Path) -> tuple[Election, ...]:
    """The elections of a CSV. Raises ``InputError`` when it cannot be read, with the line of a date or an hour that is none."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "The table of elections cannot be read.", thing=str(path), next_step="Give a CSV in UTF-8."
        ) from error
    found = read_elections(text.splitlines(), source=path.name)
    if not found:
        raise InputError("The table holds no election.", thing=path.name, next_step="One row for each election.")
    return found
