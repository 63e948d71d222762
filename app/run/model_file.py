"""What a campaign's contacts taught the matcher, kept for the next: rates and laws as JSON, with the day and the digest of the voter file.

A model holds sums over all supporters' contacts, nobody's name, number or address. One that a campaign's own contacts taught
says whose it is: it serves another campaign only inside an organization to which the owners of both agreed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from graph.errors import InputError
from matching.model import MODEL_VERSION, MatchModel

FORMAT = "kith matching model"
_LARGEST = 5_000_000
_NEXT_STEP = "Leave --model-in out to learn from these contacts, or give a model that --model-out wrote."


class VoterFileKind(Protocol):
    """What a model needs to know of the voter file that it was learned on."""

    @property
    def layout(self) -> str:
        """The layout's name."""

    @property
    def state(self) -> str:
        """The state, two letters."""

    @property
    def created_from(self) -> Mapping[str, str]:
        """The digest of each input by its role."""


class Origin(NamedTuple):
    """The campaign whose contacts taught a model, and the organization that its owner agreed to (``""``: to none)."""

    campaign: str
    organization: str = ""


class KeptModel(NamedTuple):
    """A model, and whose contacts taught it: ``None`` when they were those of files."""

    model: MatchModel
    origin: Origin | None


def read_model(path: Path, here: VoterFileKind, *, serves: Origin | None = None) -> KeptModel:
    """The model in a file, to start learning from.

    Args:
        path: as ``write_model`` left it.
        here: the voter file that is searched.
        serves: the campaign that it shall serve, with the organization that its owner agreed to; without one files are
            searched, and whoever has them answers for that.

    Raises:
        InputError: the file is no model, one of another version, one learned on a voter file of another layout or state, or
            another campaign's without both owners' agreement.
    """
    kept = _kept(path)
    _refuse_other_kind(kept, here, path)
    origin = Origin(str(kept["campaign"]), str(kept.get("organization", ""))) if kept.get("campaign") else None
    if origin is not None and serves is not None:
        _refuse_without_agreement(origin, serves, path)
    try:
        return KeptModel(MatchModel.from_json(json.dumps(kept["model"])), origin)
    except InputError as error:
        raise InputError(error.happened.capitalize() + ".", thing=path.name, next_step=_NEXT_STEP) from error


def write_model(
    path: Path, model: MatchModel, *, learned_on: VoterFileKind, as_of: date, origin: Origin | None = None
) -> None:
    """Write the model, all of it or nothing. Raises ``InputError`` when the file cannot be written.

    ``origin``: the campaign whose contacts taught it, or taught the one that it was learned from.
    """
    kept = {
        "format": FORMAT,
        "version": MODEL_VERSION,
        "learned_on": as_of.isoformat(),
        "layout": learned_on.layout,
        "state": learned_on.state,
        "voter_file_sha256": dict(learned_on.created_from),
        **(origin._asdict() if origin else {}),
        "model": asdict(model),
    }
    aside = path.with_name(f".{path.name}.aside")
    try:
        aside.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise InputError(
            "The model cannot be written; all else was done.",
            thing=path.name,
            next_step="Name a file in a folder that can be written with --model-out.",
        ) from error


def _refuse_other_kind(kept: Mapping[str, Any], here: VoterFileKind, path: Path) -> None:
    """A model serves the version that wrote it, on voter files of the layout and state that it was learned on."""
    if kept.get("version") != MODEL_VERSION:
        raise InputError(
            f"This is not a matching model of the version that is in use: that is {MODEL_VERSION}, and this is"
            f" {kept.get('version', 'of none')}.",
            thing=path.name,
            next_step=_NEXT_STEP,
        )
    learned_on, of_here = (kept.get("layout"), kept.get("state")), (here.layout, here.state)
    if learned_on != of_here:
        raise InputError(
            f"The model was learned on a voter file of another kind: {_kind(learned_on)}, and this one is {_kind(of_here)}.",
            thing=path.name,
            next_step=_NEXT_STEP,
        )


def _refuse_without_agreement(origin: Origin, serves: Origin, path: Path) -> None:
    """Another campaign's model serves inside one organization only, when the owners of both agreed to it."""
    if origin.campaign == serves.campaign:
        return
    whose = f"The model was learned from the contacts of another campaign, {origin.campaign}"
    happened = next_step = ""
    if not origin.organization:
        happened = f"{whose}, whose owner had not agreed to let it serve others."
        next_step = "Ask that owner to run kith match agree, and then to write the model again."
    elif not serves.organization:
        happened = f"{whose} of {origin.organization}, and no owner of this campaign has agreed to share models there."
        next_step = f"An owner may agree: kith match agree {origin.organization} --owner NAME. Or leave --model-in out."
    elif origin.organization != serves.organization:
        happened = f"{whose} of {origin.organization}; this campaign shares models with {serves.organization} only."
        next_step = "Leave --model-in out, or give a model of a campaign of the same organization."
    if happened:
        raise InputError(happened, thing=path.name, next_step=next_step)


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
