"""Who voted when: a history file with one row for each vote, or one column for each election, as one mask a voter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graph.errors import InputError
from graph.voters import UNKNOWN_DAY, ElectionKind, PastElection
from matching.voterfile.columns import day_of, day_parser, label, mapped, parts
from matching.voterfile.delimited import Progress, TextFile, dictionary_counts, examine, read_columns
from matching.voterfile.elections import MOST_ELECTIONS, History, election_day, kind_of
from matching.voterfile.profile import ColumnsHistory, Profile, RowsHistory, comparable_code
from matching.voterfile.report import Tally, refuse_unknown_codes
from matching.voterfile.sniff import fitted, missing_column

_MOST_UNPARSABLE = 0.5


@dataclass(frozen=True, slots=True)
class VoteRows:
    """Votes as they were read: for each the row of its voter, and the place of its election in ``elections``."""

    voters: NDArray[np.int32]
    places: NDArray[np.int32]
    elections: tuple[PastElection, ...]
    thing: str

    def per_day(self) -> dict[date, int]:
        """How many votes each election day has."""
        counts = np.bincount(self.places, minlength=len(self.elections))
        return {election.day: int(count) for election, count in zip(self.elections, counts, strict=True)}


@dataclass(frozen=True, slots=True)
class KnownIds:
    """The ids of the voter file, sorted, and those that were left out because they are confidential."""

    kept: pa.Array
    hidden: pa.Array


def read_history(
    path: Path, *, profile: Profile, ids: KnownIds, tally: Tally, progress: Progress | None = None
) -> VoteRows:
    """Read a history file of one row for each vote.

    Rows of voters who are not in the file, of confidential ones, without a date, and of methods that mean "did not vote"
    are left out and counted; a method that the profile does not know is refused.

    Raises:
        InputError: see ``matching.voterfile.delimited``; a missing column; an unknown method; a file mostly without dates.
    """
    layout = profile.history
    assert isinstance(layout, RowsHistory)  # noqa: S101 - the caller chose by the style
    file = examine(path, delimiters=profile.delimiters, role="history file", progress=progress, names=layout.header)
    if file.is_headless and len(file.first_row) != len(layout.header):
        raise _not_history(profile, file, len(layout.header))
    found = fitted(layout.columns, file.header)
    for column in layout.required:
        if column not in found:
            headers = layout.columns[column]
            raise missing_column(headers, file.header, thing=file.thing, expected="history", layout=profile.name)
    table = read_columns(file, found, plain=("voter_id",), step="history", progress=progress)
    tally.files["history"] = file.facts()
    _count_methods(table, layout, profile, tally, file.thing)
    return _votes(table, layout, profile, ids, tally, file.thing)


def _not_history(profile: Profile, file: TextFile, columns: int) -> InputError:
    return InputError(
        f"A history file of layout {profile.name} ({profile.title}) has no header and {columns} columns; this one has"
        f" {len(file.first_row):,}.",
        thing=f"{file.thing}, line 1",
        next_step="Check that it is the history file of this layout.",
    )


def _count_methods(table: pa.Table, layout: RowsHistory, profile: Profile, tally: Tally, thing: str) -> None:
    counts = dictionary_counts(table["method"], comparable_code)
    known = (*layout.voted, *layout.not_voted)
    refuse_unknown_codes(
        counts,
        known,
        column=layout.columns["method"][0],
        thing=thing,
        layout=profile.name,
        where="history: voted or not_voted",
    )
    tally.count_codes("voting_method", counts)


def _votes(table: pa.Table, layout: RowsHistory, profile: Profile, ids: KnownIds, tally: Tally, thing: str) -> VoteRows:
    voters, hidden = _rows_of(table["voter_id"], ids)
    meant = {comparable_code(code) for code in layout.voted}
    voted = mapped(table["method"], lambda code: comparable_code(code) in meant, bool)
    days = mapped(table["election_day"], day_parser(profile.dates), np.int32)
    dated = days != UNKNOWN_DAY
    if np.count_nonzero(dated) < _MOST_UNPARSABLE * len(days):
        raise InputError(
            "Most election dates of this file cannot be read.",
            thing=thing,
            next_step="Add their format to the profile (dates).",
        )
    keep = (voters >= 0) & voted & dated
    tally.count(
        "history",
        rows_read=len(days),
        voter_confidential=int(np.count_nonzero(hidden)),
        voter_not_in_file=int(np.count_nonzero((voters < 0) & ~hidden)),
        not_a_vote=int(np.count_nonzero(~voted)),
        unparsable_dates=int(np.count_nonzero(~dated)),
    )
    elections, places = _elections(table, days, keep, profile, tally)
    return VoteRows(voters[keep], places, elections, thing)


def _rows_of(column: pa.ChunkedArray, ids: KnownIds) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    wanted = pc.utf8_trim_whitespace(column)
    rows = pc.fill_null(pc.index_in(wanted, value_set=ids.kept), -1).to_numpy().astype(np.int32)
    return rows, pc.is_in(wanted, value_set=ids.hidden).to_numpy()


def _elections(
    table: pa.Table, days: NDArray[np.int32], keep: NDArray[np.bool_], profile: Profile, tally: Tally
) -> tuple[tuple[PastElection, ...], NDArray[np.int32]]:
    """The distinct days, each with the description that most of its votes have."""
    distinct, places = np.unique(days[keep], return_inverse=True)
    words = _descriptions(table, keep, places.astype(np.int64), len(distinct))
    elections = tuple(_election(profile, day_of(day), words[at], tally) for at, day in enumerate(distinct))
    return elections, places.astype(np.int32)


def _descriptions(table: pa.Table, keep: NDArray[np.bool_], places: NDArray[np.int64], elections: int) -> list[str]:
    if "description" not in table.column_names:
        return [""] * elections
    codes, values = parts(table["description"])
    pairs, counts = np.unique(places * len(values) + codes[keep], return_counts=True)
    most: dict[int, tuple[int, str]] = {}
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        place, code = divmod(pair, len(values))
        best = most.get(place, (0, ""))
        most[place] = max(best, (count, label(values[code])))
    return [most[place][1] for place in range(elections)]


def _election(profile: Profile, day: date, description: str, tally: Tally) -> PastElection:
    kind = kind_of(profile, description, day)
    if kind is None:
        tally.notes.append(f"The election of {day} is of no kind that the layout knows: it counts as special.")
    return PastElection(day, ElectionKind.SPECIAL if kind is None else kind, description)


def history_columns(profile: Profile, header: tuple[str, ...]) -> dict[str, int]:
    """The places of a voter file's election columns, by header; empty when the layout keeps history in a file."""
    if not isinstance(profile.history, ColumnsHistory):
        return {}
    return {name: place for place, name in enumerate(header) if _pattern_match(profile.history, name)}


def read_history_columns(
    table: pa.Table, names: dict[str, int], *, profile: Profile, state: str, tally: Tally, thing: str
) -> VoteRows:
    """The votes in the election columns of a voter file whose rows are in the order of the voters.

    Raises:
        InputError: a code that the profile does not know, with counts; a header that names no real day.
    """
    layout = profile.history
    assert isinstance(layout, ColumnsHistory)  # noqa: S101 - the caller chose by the style
    meant = {comparable_code(code) for code in layout.voted}
    by_day: dict[date, PastElection] = {}
    cells: list[tuple[date, NDArray[np.int32]]] = []
    for name in names:
        counts = dictionary_counts(table[name], comparable_code)
        known = (*layout.voted, *layout.not_voted)
        refuse_unknown_codes(
            counts, known, column=repr(name), thing=thing, layout=profile.name, where="history: voted or not_voted"
        )
        tally.count_codes("history_code", counts)
        election = _column_election(profile, layout, name, state, thing)
        by_day.setdefault(election.day, election)
        voted = mapped(table[name], lambda code: comparable_code(code) in meant, bool)
        cells.append((election.day, np.flatnonzero(voted).astype(np.int32)))
    return _gathered(by_day, cells, tally, thing)


def _gathered(
    by_day: dict[date, PastElection], cells: list[tuple[date, NDArray[np.int32]]], tally: Tally, thing: str
) -> VoteRows:
    held = {day for day, voters in cells if len(voters)}
    elections = tuple(by_day[day] for day in sorted(held))
    place = {election.day: at for at, election in enumerate(elections)}
    none = np.zeros(0, dtype=np.int32)
    voters = np.concatenate([none, *(rows for _, rows in cells)])
    places = np.concatenate([none, *(np.full(len(rows), place.get(day, 0), dtype=np.int32) for day, rows in cells)])
    tally.count(
        "history",
        election_columns=len(cells),
        columns_without_votes=sum(not len(voters) for _, voters in cells),
        rows_read=len(voters),
    )
    return VoteRows(voters, places, elections, thing)


def _pattern_match(layout: ColumnsHistory, header: str) -> re.Match[str] | None:
    matches = (re.fullmatch(pattern, header.strip(), re.IGNORECASE) for pattern in layout.patterns)
    return next((found for found in matches if found), None)


def _column_election(profile: Profile, layout: ColumnsHistory, name: str, state: str, thing: str) -> PastElection:
    found = _pattern_match(layout, name)
    assert found is not None  # noqa: S101 - the columns were chosen by this pattern
    told = profile.kind_of(f"{found['kind']} {found['year']}")
    kind = ElectionKind.SPECIAL if told is None else told
    try:
        return PastElection(election_day(layout, found, kind=kind, state=state), kind, label(name))
    except ValueError as error:
        raise InputError(
            f"Column {name!r} names no day of the calendar.",
            thing=f"{thing}, line 1",
            next_step="Rename or drop that column.",
        ) from error


def collapse(votes: VoteRows, *, voters: int, tally: Tally) -> History:
    """Distinct (voter, election day) pairs as masks; of more than 64 elections the newest 64."""
    left_out = max(0, len(votes.elections) - MOST_ELECTIONS)
    masks = np.zeros(voters, dtype=np.uint64)
    order = np.argsort(votes.places, kind="stable")
    bounds = np.searchsorted(votes.places[order], np.arange(len(votes.elections) + 1))
    for place in range(left_out, len(votes.elections)):
        rows = votes.voters[order[bounds[place] : bounds[place + 1]]]
        masks[rows] |= np.uint64(1) << np.uint64(place - left_out)
    if left_out:
        tally.notes.append(f"The history has {len(votes.elections)} elections: the newest {MOST_ELECTIONS} are kept.")
    distinct = int(np.bitwise_count(masks).sum())
    tally.count(
        "history",
        votes_kept=distinct,
        votes_in_elections_left_out=int(bounds[left_out]),
        repeated_rows_collapsed=len(votes.voters) - int(bounds[left_out]) - distinct,
        elections=len(votes.elections) - left_out,
    )
    return History(votes.elections[left_out:], masks)
