"""Ties and their gains as a file, and the asks picked from them: ``supporter_id,voter_id,gain`` in, ``supporter_id,rank,voter_id`` out."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv

from graph.errors import InputError
from prioritization.allocate import shares

COLUMNS = ("supporter_id", "voter_id", "gain")
PICKED = ("supporter_id", "rank", "voter_id")
Indices = NDArray[np.int64]

_NAMES = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True, slots=True)
class Edges:
    """Ties in the order of the file; ``supporter`` and ``voter`` are places in the sorted names."""

    supporter_names: pa.StringArray
    voter_names: pa.StringArray
    supporter: Indices
    voter: Indices
    gain: NDArray[np.float64]

    def __len__(self) -> int:
        """How many ties there are."""
        return len(self.gain)


def read_edges(path: Path) -> Edges:
    """Read ties from a CSV with a header; the order of its columns is free, further columns are passed over.

    Raises:
        InputError: it cannot be read, lacks a column, or a row has no id or a gain that is not a number.
    """
    table = _read(path)
    gain = np.asarray(table["gain"].to_numpy(), dtype=np.float64)
    _refuse_rows(path, ~np.isfinite(gain), "has a gain that is not a number")
    supporter_names, supporter = _sorted_names(table["supporter_id"])
    voter_names, voter = _sorted_names(table["voter_id"])
    _refuse_rows(path, _is_nameless(supporter_names, supporter), "has no supporter_id")
    _refuse_rows(path, _is_nameless(voter_names, voter), "has no voter_id")
    return Edges(supporter_names, voter_names, supporter, voter, gain)


def _read(path: Path) -> pa.Table:
    one_thread = arrow_csv.ReadOptions(use_threads=False)  # so that a mistake is told with its row
    types = {"supporter_id": _NAMES, "voter_id": _NAMES, "gain": pa.float64()}
    columns = arrow_csv.ConvertOptions(column_types=types, include_columns=list(COLUMNS))
    try:
        return arrow_csv.read_csv(path, read_options=one_thread, convert_options=columns).unify_dictionaries()
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise _refused(path, _said(str(error))) from error
    except OSError as error:
        raise InputError("The file cannot be read.", thing=str(path), next_step="Check the path.") from error


def _said(words: str) -> str:
    """What pyarrow found, without repeating the row: it may hold a name."""
    row = re.search(r"Row #(\d+)", words)
    column = re.search(r"Column '(\w+)'", words)
    if row:
        return f"Row {row[1]} is no row of an id, an id and a number"
    return f"The column {column[1]} is missing" if column else "It is no CSV with a header"


def _refused(path: Path, what: str) -> InputError:
    header = ",".join(COLUMNS)
    return InputError(f"{what}.", thing=str(path), next_step=f"Give a CSV in UTF-8 with the columns {header}.")


def _refuse_rows(path: Path, is_wrong: NDArray[np.bool_], what: str) -> None:
    if is_wrong.any():
        more = f", and {is_wrong.sum() - 1:,} more do" if is_wrong.sum() > 1 else ""
        raise _refused(path, f"Row {int(is_wrong.argmax()) + 2:,} {what}{more}")


def _sorted_names(column: pa.ChunkedArray) -> tuple[pa.StringArray, Indices]:
    """The names in order, and for each row its name's place; a missing id is the name that is empty."""
    if not len(column):
        return pa.array([], pa.string()), np.zeros(0, dtype=np.int64)
    names = column.chunk(0).dictionary
    order = pc.sort_indices(names).to_numpy()
    place = np.empty(len(names), dtype=np.int64)
    place[order] = np.arange(len(names))
    return names.take(pa.array(order)), place[pa.chunked_array([c.indices for c in column.chunks]).to_numpy()]


def _is_nameless(names: pa.StringArray, numbers: Indices) -> NDArray[np.bool_]:
    empty = pc.equal(names, "").to_numpy(zero_copy_only=False)
    return np.asarray(empty, dtype=np.bool_)[numbers] if len(numbers) else np.zeros(0, dtype=np.bool_)


def write_picks(path: Path, edges: Edges, picks: Indices, *, cap: int, decay: float) -> None:
    """Write each supporter's asks, the one that adds most first; supporters in the order of their names."""
    share = shares(edges.voter[picks], edges.gain[picks], cap=cap, decay=decay)
    order = np.lexsort((edges.voter[picks], -edges.gain[picks] * share, edges.supporter[picks]))
    supporter, voter = edges.supporter[picks][order], edges.voter[picks][order]
    rank = 1 + np.arange(len(order)) - np.searchsorted(supporter, supporter)
    names = edges.supporter_names.take(pa.array(supporter)), edges.voter_names.take(pa.array(voter))
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(PICKED)
        rows.writerows(zip(names[0].to_pylist(), rank.tolist(), names[1].to_pylist(), strict=True))
