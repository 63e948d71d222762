"""What an import did, in counts: the dry run's answer and the record of what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from graph.errors import InputError
from matching.voterfile.profile import comparable_code

_SHOWN_CODES = 5
_TOO_MANY_CODES = 30
_LONGEST_CODE = 30


@dataclass(frozen=True, slots=True)
class FileFacts:
    """An input as it was found. ``encoding`` is ascii, utf-8 or latin-1; ``sha256`` is of its bytes."""

    rows: int
    encoding: str
    delimiter: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ElectionCount:
    """An election of the history: who voted, and who could have."""

    day: str
    kind: str
    label: str
    voted: int
    eligible: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Counts for each step (``voters``, ``history``, ``append``) and for each code of each coded column.

    Never a person's data: codes are those that the profile knows.
    """

    layout: str
    state: str
    snapshot: str
    files: Mapping[str, FileFacts] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    elections: Sequence[ElectionCount] = ()
    notes: Sequence[str] = ()

    @property
    def created_from(self) -> dict[str, str]:
        """The digest of each input by its role, as a generation's manifest keeps it."""
        return {role: facts.sha256 for role, facts in self.files.items()}

    def as_json(self) -> dict[str, Any]:
        """The report as JSON objects."""
        return {
            "layout": self.layout,
            "state": self.state,
            "snapshot": self.snapshot,
            "files": {role: asdict(facts) for role, facts in self.files.items()},
            "counts": {step: dict(counts) for step, counts in self.counts.items()},
            "codes": {column: dict(counts) for column, counts in self.codes.items()},
            "elections": [asdict(election) for election in self.elections],
            "notes": list(self.notes),
        }


@dataclass(slots=True)
class Tally:
    """The report while it is being counted."""

    files: dict[str, FileFacts] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    codes: dict[str, dict[str, int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def count(self, step: str, **counts: int) -> None:
        """Set counts of a step."""
        self.counts.setdefault(step, {}).update(counts)

    def count_codes(self, column: str, counts: Mapping[str, int]) -> None:
        """Add counts of codes that occur."""
        total = Counter(self.codes.get(column, {}))
        total.update({code: rows for code, rows in counts.items() if rows})
        self.codes[column] = dict(sorted(total.items()))


def refuse_unknown_codes(
    counts: Mapping[str, int], known: Sequence[str], *, column: str, thing: str, layout: str, where: str
) -> None:
    """Raise an ``InputError`` when a code occurs that the profile does not know.

    The message names codes and counts, unless there are so many that the column cannot hold codes at all.
    """
    allowed = {comparable_code(code) for code in known}
    unknown = {code: rows for code, rows in counts.items() if rows and code not in allowed}
    if not unknown:
        return
    raise InputError(
        f"Column {column} has codes that layout {layout} does not know: {_said(unknown)}. Nothing was imported.",
        thing=thing,
        next_step=f"Find out what they mean and add them to {where} in a copy of the profile.",
    )


def _said(unknown: Mapping[str, int]) -> str:
    if len(unknown) > _TOO_MANY_CODES or any(len(code) > _LONGEST_CODE for code in unknown):
        return f"{len(unknown):,} different ones in {sum(unknown.values()):,} rows, so it hardly holds codes"
    most = sorted(unknown.items(), key=lambda item: (-item[1], item[0]))
    shown = ", ".join(f"{code!r} ({rows:,} rows)" for code, rows in most[:_SHOWN_CODES])
    more = len(unknown) - _SHOWN_CODES
    return f"{shown} and {more} more" if more > 0 else shown
