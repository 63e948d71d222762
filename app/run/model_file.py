"""What one run taught the matcher, kept for the next: rates and laws as JSON, with the day and the digest of the voter file.

A model holds sums over all supporters' contacts, nobody's name, number or address.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from graph.errors import InputError
from matching.model import MODEL_VERSION, MatchModel
from matching.voterfile.report import ImportReport

FORMAT = "kith matching model"
_LARGEST = 5_000_000
_NEXT_STEP = "Leave --model-in out to learn from these contacts, or give a model that kith run --model-out wrote."


def read_model(path: Path, report: ImportReport) -> MatchModel:
    """The model in a file, to start learning from.

    Raises:
        InputError: the file is no model, one of another version, or one learned on a voter file of another layout or state.
    """
    kept = _kept(path)
    learned_on, here = (kept.get("layout"), kept.get("state")), (report.layout, report.state)
    if learned_on != here:
        raise InputError(
            f"The model was learned on a voter file of another kind: {_kind(learned_on)}, and this one is {_kind(here)}.",
            thing=path.name,
            next_step=_NEXT_STEP,
        )
    try:
        return MatchModel.from_json(json.dumps(kept["model"]))
    except InputError as error:
        raise InputError(error.happened, thing=path.name, next_step=_NEXT_STEP) from error


def write_model(path: Path, model: MatchModel, *, report: ImportReport, as_of: date) -> None:
    """Write the model, all of it or nothing. Raises ``InputError`` when the file cannot be written."""
    kept = {
        "format": FORMAT,
        "version": MODEL_VERSION,
        "learned_on": as_of.isoformat(),
        "layout": report.layout,
        "state": report.state,
        "voter_file_sha256": report.created_from,
        "model": asdict(model),
    }
    aside = path.with_name(f".{path.name}.aside")
    try:
        aside.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise InputError(
            "The model cannot be written; the run's other files are there.",
            thing=path.name,
            next_step="Name a file in a folder that can be written with --model-out.",
        ) from error


def _kept(path: Path) -> Mapping[str, Any]:
    try:
        is_too_large = path.stat().st_size > _LARGEST
        kept = None if is_too_large else json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        kept = None
    if not isinstance(kept, dict) or kept.get("format") != FORMAT or not isinstance(kept.get("model"), dict):
        raise InputError("This is not a matching model.", thing=path.name, next_step=_NEXT_STEP)
    return kept


def _kind(kind: tuple[object, object]) -> str:
    return " ".join(str(part) for part in kind if part) or "of no known layout"
