"""What ``kith run`` is given, checked before anything is read."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.errors import InputError, UsageError
from graph.model import Purpose, Supporter, SupporterId

_LARGEST_TABLE = 50_000_000
_REQUIRED = ("supporter_id",)


@dataclass(frozen=True, slots=True)
class RunInputs:
    """The files and choices of one run. ``as_of`` is the only clock; ``None`` means the newest date in the inputs."""

    voters: Path
    history: Path | None
    supporters: Path
    contacts: Path
    election: date
    out: Path
    layout: str = "nc"
    append: Path | None = None
    ballots: Path | None = None
    as_of: date | None = None
    asks: int = 5
    holdout: float = 0.0
    pool: bool = False
    answers: Path | None = None


def check_inputs(inputs: RunInputs) -> None:
    """Refuse what cannot work. Raises ``UsageError`` for choices and ``InputError`` for files."""
    if inputs.as_of is not None and inputs.election < inputs.as_of:
        raise UsageError(
            f"The election {inputs.election} is before --as-of {inputs.as_of}.",
            next_step="Give the coming election, or an earlier --as-of.",
        )
    if not 1 <= inputs.asks <= 50:
        raise UsageError("--asks must be between 1 and 50.", next_step="Five is what supporters manage.")
    if not 0 <= inputs.holdout <= 0.5:
        raise UsageError("--holdout must be between 0 and 0.5.", next_step="0 holds nobody out, 0.1 is usual.")
    files = (inputs.voters, inputs.history, inputs.append, inputs.ballots, inputs.supporters, inputs.answers)
    for path in files:
        if path is not None and not path.is_file():
            raise InputError("There is no such file.", thing=str(path), next_step="Check the path.")
    if not inputs.contacts.is_dir():
        raise InputError(
            "There is no such folder of contact files.", thing=str(inputs.contacts), next_step="Check the path."
        )


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a small CSV with a header, keys stripped and lower-cased. Raises ``InputError``."""
    if path.stat().st_size > _LARGEST_TABLE:
        raise InputError("The file is larger than 50 MB.", thing=path.name, next_step="This should be a short table.")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("The file is not UTF-8 text.", thing=path.name, next_step="Save it as CSV UTF-8.") from error
    if "\0" in text:
        raise InputError("The file is not text.", thing=path.name, next_step="Save it as CSV UTF-8.")
    try:
        rows = list(csv.DictReader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise InputError(
            "The file is not a well-formed CSV.", thing=path.name, next_step="Save it again as CSV."
        ) from error
    return [{(key or "").strip().lower(): (value or "").strip() for key, value in row.items() if key} for row in rows]


def read_supporters(path: Path) -> list[Supporter]:
    """The supporters in the order of the file. Raises ``InputError`` for a missing column or an id used twice."""
    rows = read_table(path)
    if not rows:
        raise InputError("The file names no supporter.", thing=path.name, next_step="One row for each supporter.")
    for column in _REQUIRED:
        if column not in rows[0]:
            raise InputError(
                f"The column {column} is missing.", thing=path.name, next_step="See the README for the columns."
            )
    supporters = [_supporter(row, line, path.name) for line, row in enumerate(rows, start=2)]
    twice = [name for name, count in Counter(s.supporter_id for s in supporters).items() if count > 1]
    if twice:
        raise InputError(
            f"The supporter id {twice[0]} stands on {Counter(s.supporter_id for s in supporters)[twice[0]]} rows.",
            thing=path.name,
            next_step="Give each supporter one row; list several files with ; between them.",
        )
    return supporters


def _supporter(row: dict[str, str], line: int, file_name: str) -> Supporter:
    if not row["supporter_id"]:
        raise InputError("A row has no supporter_id.", thing=f"{file_name} line {line}", next_step="Give it one.")
    return Supporter(
        supporter_id=SupporterId(row["supporter_id"]),
        display_name=row.get("display_name", ""),
        email=row.get("email", ""),
        phone=row.get("phone", ""),
        postal_code=row.get("zip", row.get("postal_code", "")),
        files=tuple(part.strip() for part in row.get("files", "").split(";") if part.strip()),
        purposes=_purposes(row["purposes"], line, file_name) if "purposes" in row else None,
    )


def _purposes(text: str, line: int, file_name: str) -> frozenset[Purpose]:
    try:
        return frozenset(Purpose(part.strip()) for part in text.replace(",", ";").split(";") if part.strip())
    except ValueError as error:
        known = ", ".join(Purpose)
        raise InputError(
            "A purpose is unknown.", thing=f"{file_name} line {line}", next_step=f"Known purposes: {known}."
        ) from error
