"""What ``kith run`` is given, checked before anything is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.run.outputs import FORMULA_SIGNS, OUTPUTS
from graph.errors import InputError, UsageError
from graph.model import Purpose, Supporter, SupporterId

_LARGEST_TABLE = 50_000_000
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_LONGEST_ID = 100


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
    state: str = ""
    effect: Path | None = None
    experiment: Path | None = None
    experiment_day: date | None = None
    model_in: Path | None = None
    model_out: Path | None = None
    elections: Path | None = None
    explore: float = 0.0
    support: Path | None = None


def check_inputs(inputs: RunInputs) -> None:
    """Refuse what cannot work. Raises ``UsageError`` for choices and ``InputError`` for files."""
    _check_choices(inputs)
    files = (
        inputs.elections, inputs.support, inputs.voters, inputs.history, inputs.append, inputs.ballots,
        inputs.supporters, inputs.answers, inputs.effect, inputs.experiment, inputs.model_in,
    )  # fmt: skip
    for path in check_files(files, layout=inputs.layout, contacts=inputs.contacts):
        _refuse_written_over(path, inputs.out)


def _check_choices(inputs: RunInputs) -> None:
    if inputs.as_of is not None and inputs.election < inputs.as_of:
        raise UsageError(
            f"The election {inputs.election} is before --as-of {inputs.as_of}.",
            next_step="Give the coming election, or an earlier --as-of.",
        )
    if not 1 <= inputs.asks <= 50:
        raise UsageError("--asks must be between 1 and 50.", next_step="Five is what supporters manage.")
    if not 0 <= inputs.holdout <= 0.5:
        raise UsageError("--holdout must be between 0 and 0.5.", next_step="0 holds nobody out, 0.1 is usual.")
    if not 0 <= inputs.explore <= 0.5:
        raise UsageError("--explore must be between 0 and 0.5.", next_step="0 leaves nothing to chance, 0.05 is usual.")
    if (inputs.experiment is None) != (inputs.experiment_day is None):
        raise UsageError(
            "--experiment and --experiment-day go together.",
            next_step="Give the election that the pilot was held before.",
        )
    if inputs.experiment_day is not None and inputs.experiment_day >= inputs.election:
        raise UsageError(
            "The pilot's election is not before the coming one.", next_step="Check --experiment-day and --election."
        )


def check_files(files: Iterable[Path | None], *, layout: str, contacts: Path) -> list[Path]:
    """The files that were given, a layout's own profile among them. Raises ``InputError`` for one that is no file, and where
    there is no folder of contact files.
    """
    profile = Path(layout) if layout.endswith((".yaml", ".yml")) else None
    given = [path for path in (*files, profile) if path is not None]
    for path in given:
        check_file(path)
    if not contacts.is_dir():
        raise InputError("There is no such folder of contact files.", thing=str(contacts), next_step="Check the path.")
    return given


def check_file(path: Path) -> None:
    """Refuse a path that is no file's: a missing one, a folder, a pipe. Raises ``InputError``."""
    if not path.is_file():
        raise InputError(_no_file(path), thing=str(path), next_step="Check the path.")


def _no_file(path: Path) -> str:
    if path.is_dir():
        return "This is a folder, not a file."
    return "This is a pipe or a device, and files are read twice." if path.exists() else "There is no such file."


def _refuse_written_over(path: Path, out: Path) -> None:
    if path.resolve() in [(out / name).resolve() for name in OUTPUTS]:
        raise UsageError(
            "The run would write over one of its inputs.",
            thing=str(path),
            next_step="Copy that file elsewhere, or choose another --out.",
        )


def read_table(path: Path, *, needs: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a small CSV with a header, keys stripped and lower-cased; a row that is short has ``""`` at its end.

    Raises:
        InputError: larger than 50 MB, not UTF-8, not a CSV, without one of the columns in ``needs``, a row that is too long.
    """
    text = _text_of(path)
    try:
        table = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows = list(table)
    except csv.Error as error:
        raise InputError(
            "The file is not a well-formed CSV.", thing=path.name, next_step="Save it again as CSV."
        ) from error
    header = [(name or "").strip().lower() for name in table.fieldnames or ()]
    for column in needs:
        if column not in header:
            raise InputError(
                f"The column {column} is missing.", thing=path.name, next_step=f"Needed columns: {', '.join(needs)}."
            )
    for line, row in enumerate(rows, start=2):
        if None in row:
            raise InputError(
                "A row has more cells than the header.",
                thing=f"{path.name} row {line}",
                next_step="Put quotes around cells that hold a comma.",
            )
    return [{name.strip().lower(): (value or "").strip() for name, value in row.items()} for row in rows]


def _text_of(path: Path) -> str:
    if path.stat().st_size > _LARGEST_TABLE:
        raise InputError("The file is larger than 50 MB.", thing=path.name, next_step="This should be a short table.")
    data = path.read_bytes()
    try:
        text = data.decode("utf-16" if data.startswith(_UTF16_MARKS) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("The file is not UTF-8 text.", thing=path.name, next_step="Save it as CSV UTF-8.") from error
    if "\0" in text:
        raise InputError("The file is not text.", thing=path.name, next_step="Save it as CSV UTF-8.")
    return text


def read_supporters(path: Path) -> list[Supporter]:
    """The supporters in the order of the file. Raises ``InputError`` for a missing column or an id used twice."""
    rows = read_table(path, needs=("supporter_id",))
    if not rows:
        raise InputError("The file names no supporter.", thing=path.name, next_step="One row for each supporter.")
    supporters = [_supporter(row, line, path.name) for line, row in enumerate(rows, start=2)]
    lines: dict[SupporterId, int] = {}
    for line, supporter in enumerate(supporters, start=2):
        first = lines.setdefault(supporter.supporter_id, line)
        if first != line:
            raise InputError(
                f"The supporter id {supporter.supporter_id} stands on row {first} already.",
                thing=f"{path.name} row {line}",
                next_step="Give each supporter one row; list several files with ; between them.",
            )
    return supporters


def _supporter(row: dict[str, str], line: int, file_name: str) -> Supporter:
    _check_id(row["supporter_id"], f"{file_name} row {line}")
    return Supporter(
        supporter_id=SupporterId(row["supporter_id"]),
        display_name=row.get("display_name", ""),
        email=row.get("email", ""),
        phone=row.get("phone", ""),
        postal_code=row.get("zip", row.get("postal_code", "")),
        files=tuple(part.strip() for part in row.get("files", "").split(";") if part.strip()),
        purposes=_purposes(row["purposes"], line, file_name) if "purposes" in row else None,
    )


def _check_id(supporter_id: str, thing: str) -> None:
    """An id stands in every table we write, unchanged: so it must be short, printable and no formula of a spreadsheet."""
    if not supporter_id:
        raise InputError("A row has no supporter_id.", thing=thing, next_step="Give it one.")
    if len(supporter_id) > _LONGEST_ID or not supporter_id.isprintable():
        raise InputError(
            f"A supporter_id is longer than {_LONGEST_ID} signs, or holds one that cannot be printed.",
            thing=thing,
            next_step="Give a short id of letters and digits.",
        )
    if supporter_id.startswith(FORMULA_SIGNS):
        raise InputError(
            "A supporter_id begins with a sign that spreadsheets take for a formula.",
            thing=thing,
            next_step="Give an id of letters and digits.",
        )


def _purposes(text: str, line: int, file_name: str) -> frozenset[Purpose]:
    try:
        return frozenset(Purpose(part.strip()) for part in text.replace(",", ";").split(";") if part.strip())
    except ValueError as error:
        known = ", ".join(Purpose)
        raise InputError(
            "A purpose is unknown.", thing=f"{file_name} row {line}", next_step=f"Known purposes: {known}."
        ) from error
