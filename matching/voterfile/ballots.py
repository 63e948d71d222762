"""The daily file of returned ballots: accepted means voted, anything else needs a check and is not a vote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graph.model import BallotStatus
from graph.voters import UNKNOWN_DAY, Ballots
from matching.voterfile.columns import day_of, day_parser, days_since_epoch, mapped
from matching.voterfile.delimited import Progress, dictionary_counts, examine, read_columns
from matching.voterfile.profile import BallotLayout, Profile, comparable_code, load_profile
from matching.voterfile.report import FileFacts
from matching.voterfile.sniff import fitted, missing_column

_LATE = 60
_MOST_CODES = 40
_LONGEST_CODE = 60


@dataclass(frozen=True, slots=True)
class BallotReport:
    """What a file of returned ballots held. ``codes`` counts the ballot statuses of this election's rows."""

    file: FileFacts
    election: str
    as_of: str
    counts: Mapping[str, int] = field(default_factory=dict)
    codes: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The report as JSON objects."""
        return asdict(self)


def read_ballots(
    path: Path,
    *,
    election: date,
    known_ids: NDArray[np.bytes_],
    layout: str = "nc",
    progress: Progress | None = None,
) -> tuple[Ballots, BallotReport]:
    """Read the returned ballots of the coming election.

    Args:
        path: the file; one row for each ballot, columns found by header.
        election: the election day; rows of other elections are counted apart.
        known_ids: the voter file's ids (``VoterColumns.voter_ids``); others are counted and left out.
        layout: as for ``read_voters``.
        progress: called with the step's name and how far it is.

    Returns:
        The ballots by id, where accepted wins over other rows of the same voter; ``as_of`` is the newest return date.

    Raises:
        InputError: a file that cannot be read whole, or lacks the id, the election or the status.
    """
    profile = load_profile(layout)
    file = examine(path, delimiters=("comma", "tab"), role="ballot file", progress=progress)
    found = _places(profile, file.header, file.thing)
    table = read_columns(file, found, plain=("voter_id",), step="ballots", progress=progress)
    days = mapped(table["election_day"], day_parser(profile.dates), np.int32)
    ours = days == days_since_epoch(election)
    mine = table.filter(pa.array(ours))
    accepted, known, out = _accepted(mine, profile.ballots), _known(mine, known_ids), _still_out(mine)
    as_of = _newest_return(mine, profile.ballots, election)
    status = _by_voter(mine, accepted, known, out)
    standing = Counter(status.values())
    counts = {
        "rows_read": len(table),
        "other_elections": int(np.count_nonzero(~ours)),
        "voter_not_in_file": int(np.count_nonzero(~known)),
        "repeated_rows_collapsed": int(np.count_nonzero(known)) - len(status),
        "voted": standing[BallotStatus.VOTED],
        "needs_check": standing[BallotStatus.NEEDS_CHECK],
        "sent": standing[BallotStatus.SENT],
    }
    report = BallotReport(file.facts(), str(election), str(as_of or ""), counts, _codes(mine))
    return Ballots(status, as_of), report


def _places(profile: Profile, header: Sequence[str], thing: str) -> dict[str, int]:
    found = fitted(profile.ballots.columns, header)
    for column in ("voter_id", "election_day", "status"):
        if column not in found:
            wanted = profile.ballots.columns[column]
            raise missing_column(wanted, header, thing=thing, expected="returned ballots", layout=profile.name)
    return found


def _accepted(table: pa.Table, layout: BallotLayout) -> NDArray[np.bool_]:
    meant = {comparable_code(code) for code in layout.accepted}
    return mapped(table["status"], lambda code: comparable_code(code) in meant, bool)


def _known(table: pa.Table, known_ids: NDArray[np.bytes_]) -> NDArray[np.bool_]:
    ids = pc.utf8_trim_whitespace(table["voter_id"]).cast(pa.binary())
    known: NDArray[np.bool_] = pc.is_in(ids, value_set=pa.array(known_ids.tolist(), type=pa.binary())).to_numpy()
    return known.astype(bool)


def _still_out(table: pa.Table) -> NDArray[np.bool_]:
    """Ballots that were sent and are not back: the file gives them neither a status nor, where it has days, a day of return."""
    out = mapped(table["status"], lambda code: not code.strip(), bool)
    if "returned_on" in table.column_names:
        out &= mapped(table["returned_on"], lambda day: not day.strip(), bool)
    return np.asarray(out, dtype=np.bool_)


def _by_voter(
    table: pa.Table, accepted: NDArray[np.bool_], known: NDArray[np.bool_], out: NDArray[np.bool_]
) -> dict[str, BallotStatus]:
    """One status for each voter, by id: the accepted rows are written last, so that they win; those still out come first."""
    ids = pc.utf8_trim_whitespace(table["voter_id"])
    rows = {
        BallotStatus.SENT: out & ~accepted,
        BallotStatus.NEEDS_CHECK: ~out & ~accepted,
        BallotStatus.VOTED: accepted,
    }
    status: dict[str, BallotStatus] = {}
    for said, which in rows.items():
        status |= dict.fromkeys(ids.filter(pa.array(known & which)).to_pylist(), said)
    return dict(sorted(status.items()))


def _newest_return(table: pa.Table, layout: BallotLayout, election: date) -> date | None:
    if "returned_on" not in table.column_names:
        return None
    days = mapped(table["returned_on"], _return_day(layout.dates, election), np.int32)
    known = days[days != UNKNOWN_DAY]
    return day_of(known.max()) if len(known) else None


def _return_day(formats: Sequence[str], election: date) -> Callable[[str], int]:
    """A parser of return dates; one without a year is of the election's, or of the year before when that is too late."""
    whole = day_parser([form for form in formats if "%Y" in form])
    yearless = day_parser([f"{form} %Y" for form in formats if "%Y" not in form])

    def parse(text: str) -> int:
        if (day := whole(text)) != UNKNOWN_DAY:
            return day
        this_year = yearless(f"{text.strip()} {election.year}")
        late = this_year > days_since_epoch(election) + _LATE
        return yearless(f"{text.strip()} {election.year - 1}") if late else this_year

    return parse


def _codes(table: pa.Table) -> dict[str, int]:
    counts = dictionary_counts(table["status"], comparable_code)
    if len(counts) > _MOST_CODES or any(len(code) > _LONGEST_CODE for code in counts):
        return {f"{len(counts)} different ones": sum(counts.values())}
    return {code: rows for code, rows in sorted(counts.items()) if rows}
