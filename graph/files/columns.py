"""Columns, manifests and ballots as files: what is in a generation's folder, and how it is opened again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.errors import StoreError
from graph.files.arrays import Vocabulary, Written, letters_and_ends, open_array, write_array
from graph.model import BallotStatus
from graph.voters import Ballots, Coded, ContactDigests, ElectionKind, Generation, PastElection, VoterColumns

FORMAT = 1


def write_columns(
    folder: Path, columns: VoterColumns, *, layout: str, created_from: Mapping[str, str]
) -> dict[str, Any]:
    """Write every column; the manifest without its sequence. Whatever ``VoterColumns`` grows is kept by its type."""
    files: dict[str, Written] = {}
    shapes: dict[str, str] = {}
    for field in fields(columns):
        value = getattr(columns, field.name)
        shape, arrays = _arrays_of(value)
        if not shape:
            continue
        shapes[field.name] = shape
        for part, array in arrays.items():
            name = f"{field.name}.{part}.npy" if part else f"{field.name}.npy"
            files[name] = write_array(folder / name, array)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "state": columns.state,
        "layout": layout,
        "voters": len(columns),
        "snapshot": columns.snapshot.isoformat() if columns.snapshot else None,
        "created_from": dict(sorted(created_from.items())),
        "elections": [[one.day.isoformat(), one.kind.name.lower(), one.label] for one in columns.elections],
        "columns": shapes,
        "files": {name: {"bytes": kept.size, "sha256": kept.sha256} for name, kept in sorted(files.items())},
    }
    manifest["generation_id"] = hashlib.sha256(as_json(manifest)).hexdigest()[:32]
    return manifest


def _arrays_of(value: object) -> tuple[str, dict[str, Any]]:
    """How a field is kept, and its arrays by part; nothing for what the manifest itself says."""
    match value:
        case np.ndarray():
            return "array", {"": value}
        case Coded():
            letters, ends = letters_and_ends(value.values)
            return "texts", {"codes": value.codes, "letters": letters, "ends": ends}
        case ContactDigests():
            return "digests", {"digests": value.digests, "rows": value.rows}
        case Mapping():
            return "scores", dict(value)
        case _:
            return "", {}


def open_columns(folder: Path, manifest: Mapping[str, Any]) -> VoterColumns:
    """The columns of a folder, mapped into memory; no column is read."""
    values = {name: _opened(folder, name, shape, manifest) for name, shape in manifest["columns"].items()}
    elections = tuple(
        PastElection(date.fromisoformat(day), ElectionKind[kind.upper()], label)
        for day, kind, label in manifest["elections"]
    )
    return VoterColumns(state=manifest["state"], elections=elections, snapshot=_snapshot(manifest), **values)


def _opened(folder: Path, name: str, shape: str, manifest: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as its shape says
    def part(word: str) -> NDArray[Any]:
        return open_array(folder / f"{name}.{word}.npy")

    match shape:
        case "array":
            return open_array(folder / f"{name}.npy")
        case "texts":
            return Coded(part("codes"), Vocabulary(part("letters"), part("ends")))
        case "digests":
            return ContactDigests(part("digests"), part("rows"))
        case _:
            words = [file.split(".")[1] for file in manifest["files"] if file.startswith(f"{name}.")]
            return {word: part(word) for word in words}


def generation_of(manifest: Mapping[str, Any]) -> Generation:
    """What a manifest says, as the port has it."""
    return Generation(
        generation_id=manifest["generation_id"],
        state=manifest["state"],
        layout=manifest["layout"],
        voters=manifest["voters"],
        elections=len(manifest["elections"]),
        created_from=manifest["created_from"],
        snapshot=_snapshot(manifest),
    )


def _snapshot(manifest: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(manifest["snapshot"]) if manifest["snapshot"] else None


def ballots_as_json(ballots: Ballots) -> bytes:
    """Ballots as bytes, the same for the same ballots."""
    by_status: dict[str, list[str]] = {status.value: [] for status in BallotStatus}
    for voter_id, status in sorted(ballots.status.items()):
        by_status[status.value].append(voter_id)
    return as_json({"as_of": ballots.as_of.isoformat() if ballots.as_of else None, "status": by_status})


def read_ballots(path: Path) -> Ballots:
    """Ballots as they were kept."""
    try:
        kept = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise StoreError(
            "The file of returned ballots cannot be read.", next_step="Import the returned ballots again."
        ) from error
    status = {voter_id: BallotStatus(word) for word, ids in kept["status"].items() for voter_id in ids}
    return Ballots(dict(sorted(status.items())), date.fromisoformat(kept["as_of"]) if kept["as_of"] else None)


def as_json(value: Mapping[str, Any]) -> bytes:
    """JSON as bytes, the same for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode()
