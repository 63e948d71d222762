"""The rows of a voter file that are kept: one for each voter, in the order of their ids, nobody confidential."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graph.errors import InputError, UsageError
from matching.voterfile.columns import ids_as_bytes, mapped
from matching.voterfile.delimited import Progress, TextFile, dictionary_counts, examine, read_columns
from matching.voterfile.history import KnownIds, history_columns
from matching.voterfile.profile import Profile, comparable_code
from matching.voterfile.report import Tally, refuse_unknown_codes
from matching.voterfile.scores import refuse_wrong_scores, score_columns
from matching.voterfile.sniff import demand

_PLAIN = ("voter_id", "phone", "cell_phone", "email")
_LONGEST_ID = 32


@dataclass(frozen=True, slots=True)
class Roll:
    """What was kept. ``election_columns`` are the places of history columns by header, where the layout has them."""

    file: TextFile
    table: pa.Table
    ids: KnownIds
    state: str
    places: dict[str, int]
    election_columns: dict[str, int]

    def __len__(self) -> int:
        """How many voters are kept."""
        return len(self.ids.kept)

    def has(self, column: str) -> bool:
        """Whether the file has this column of ours."""
        return column in self.table.column_names


def read_roll(voters: Path, *, profile: Profile, tally: Tally, progress: Progress | None, state: str) -> Roll:
    """Read a voter file's wanted columns and keep one row for each voter.

    Raises:
        InputError: see ``matching.voterfile.delimited``; a missing column, an unknown code, a wrong score, more than one state.
        UsageError: the given state is not one, or not the layout's.
    """
    file = examine(voters, delimiters=profile.delimiters, role="voter file", progress=progress, names=profile.header)
    found = demand(profile, file.header, thing=file.thing, first_row=file.first_row if file.is_headless else None)
    elections = history_columns(profile, file.header)
    wanted = {**found, **score_columns(profile, file.header), **elections}
    table = read_columns(file, wanted, plain=_PLAIN, step="voters", progress=progress)
    table = _joined(_joined(table, "street", "unit"), "phone_area", "phone", as_name="phone")
    refuse_wrong_scores(table, profile=profile, file=file)
    tally.files["voters"] = file.facts()
    tally.count("voters", rows_read=file.rows)
    ids = _checked_ids(table["voter_id"], file, tally)
    hidden = _hidden(table, profile, tally, file.thing)
    table, kept, left_out = _chosen_rows(table, ids, hidden, tally)
    if not len(kept):
        raise InputError(
            f"None of its {file.rows:,} rows can be kept: they are confidential or have no id.",
            thing=file.thing,
            next_step="Check the layout.",
        )
    return Roll(file, table, KnownIds(kept, left_out), _state(table, profile, state, file.thing), wanted, elections)


def _joined(table: pa.Table, first: str, second: str, *, as_name: str = "") -> pa.Table:
    """The table with two columns as one text, with a space where both say something; as it was when one is missing."""
    if not {first, second} <= set(table.column_names):
        return table
    texts = [pc.utf8_trim_whitespace(table[name].cast(pa.string())) for name in (first, second)]
    both = pc.utf8_trim_whitespace(pc.binary_join_element_wise(*texts, " "))
    kept = as_name or first
    whole = both if kept in _PLAIN else both.dictionary_encode()
    rest = table.drop_columns([name for name in (first, second) if name != kept])
    return rest.set_column(rest.column_names.index(kept), kept, whole)


def _checked_ids(column: pa.ChunkedArray, file: TextFile, tally: Tally) -> pa.Array:
    ids = pc.utf8_trim_whitespace(column).combine_chunks()
    bad = pc.or_(pc.greater(pc.utf8_length(ids), _LONGEST_ID), pc.invert(pc.string_is_ascii(ids)))
    if (first := pc.index(bad, True).as_py()) >= 0:
        raise InputError(
            f"This voter's id is none: longer than {_LONGEST_ID} signs, or with other than plain letters and digits.",
            thing=f"{file.thing}, line {file.line_of(first):,}",
            next_step="Check the layout.",
        )
    tally.count("voters", without_id=int(pc.sum(pc.equal(ids, "")).as_py() or 0))
    return ids


def _hidden(table: pa.Table, profile: Profile, tally: Tally, thing: str) -> NDArray[np.bool_]:
    """Which rows are confidential."""
    if "confidential" not in table.column_names:
        return np.zeros(len(table), dtype=bool)
    rule = profile.confidential
    counts = dictionary_counts(table["confidential"], comparable_code)
    refuse_unknown_codes(
        counts,
        (*rule.hidden, *rule.open),
        column="confidential",
        thing=thing,
        layout=profile.name,
        where="confidential",
    )
    tally.count_codes("confidential", counts)
    codes = {comparable_code(code) for code in rule.hidden}
    return mapped(table["confidential"], lambda code: comparable_code(code) in codes, bool)


def _chosen_rows(
    table: pa.Table, ids: pa.Array, hidden: NDArray[np.bool_], tally: Tally
) -> tuple[pa.Table, pa.Array, pa.Array]:
    """One row for each id that is not confidential, in the order of the ids: the last one of several."""
    left_out = pc.unique(ids.filter(pa.array(hidden)))
    keep = ~(pc.is_in(ids, value_set=left_out).to_numpy(zero_copy_only=False)) & pc.not_equal(ids, "").to_numpy(
        zero_copy_only=False
    )
    rows = np.flatnonzero(keep)
    as_bytes = ids_as_bytes(ids)[rows]
    order = np.argsort(as_bytes, kind="stable")
    rows, as_bytes = rows[order], as_bytes[order]
    repeated = np.zeros(len(rows), dtype=bool)
    repeated[:-1] = as_bytes[:-1] == as_bytes[1:]
    differing = _count_differing(table, rows, repeated)
    rows = rows[~repeated]
    tally.count(
        "voters",
        confidential_left_out=int(np.count_nonzero(pc.is_in(ids, value_set=left_out).to_numpy(zero_copy_only=False))),
        identical_rows_collapsed=int(np.count_nonzero(repeated)) - differing,
        differing_rows_replaced_by_the_last=differing,
        kept=len(rows),
    )
    taken = pa.array(rows)
    return table.take(taken), ids.take(taken), left_out


def _count_differing(table: pa.Table, rows: NDArray[np.int64], repeated: NDArray[np.bool_]) -> int:
    """Of the rows whose id comes again, how many differ from the next row of that id."""
    at = np.flatnonzero(repeated)
    first, second = table.take(pa.array(rows[at])), table.take(pa.array(rows[at + 1]))
    differ = np.zeros(len(at), dtype=bool)
    for name in table.column_names:
        one, other = (part[name].cast(pa.string()) for part in (first, second))
        differ |= pc.not_equal(one, other).to_numpy().astype(bool)
    return int(np.count_nonzero(differ))


def _state(table: pa.Table, profile: Profile, given: str, thing: str) -> str:
    """The state of the file: fixed by the layout, given, or the only one in its column."""
    if profile.state or given:
        if given and profile.state and given.upper() != profile.state:
            raise UsageError(f"Layout {profile.name} is of {profile.state}.", next_step="Leave the state out.")
        return _state_code(given or profile.state)
    counts = dictionary_counts(table["state"], comparable_code) if "state" in table.column_names else {}
    named = {code: rows for code, rows in counts.items() if code and rows}
    if len(named) != 1:
        said = "no state" if not named else f"{len(named)} states"
        raise InputError(
            f"The file names {said}, and a voter file is of one.",
            thing=thing,
            next_step="Name the state, or split the file.",
        )
    return _state_code(next(iter(named)))


def _state_code(text: str) -> str:
    code = text.strip().upper()
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise UsageError("A state is named by its two letters.", next_step="Write NC for North Carolina.")
    return code
