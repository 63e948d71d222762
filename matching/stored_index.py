"""The index as files beside the voter file: memory-mapped, shared by processes, built again whenever it does not fit."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.errors import InputError
from graph.voters import VoterColumns
from matching.file_facts import FileFacts
from matching.index import Groups, MatchIndex, SortedKeys
from matching.name_classes import NameClasses
from matching.vocabulary import Vocabulary

INDEX_VERSION = 8
_MANIFEST = "index.json"
_PLAIN = ("person", "last_first", "last_middle", "street_keys", "street_codes")


def open_index(
    columns: VoterColumns, folder: Path, *, tell: Callable[[InputError], None] = lambda _: None
) -> MatchIndex:
    """The index of these columns: the one in the folder, or a new one that is kept there for the next program.

    One that is missing, cut short or of another version is built again; ``tell`` hears why, unless there was none. Where the
    folder cannot be written, it is built in memory.
    """
    try:
        return load_index(columns, folder)
    except InputError as error:
        if folder.exists():
            tell(error)
    built = MatchIndex.build(columns)
    with suppress(OSError, InputError):
        save_index(built, folder)
        return load_index(columns, folder)
    return built


def save_index(index: MatchIndex, folder: Path) -> None:
    """Write the arrays aside and put them in the folder's place at once; a program that has the old ones open keeps them."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".aside-", dir=folder.parent))
    try:
        for name, array in _arrays(index).items():
            np.save(aside / f"{name}.npy", array, allow_pickle=False)
        manifest = {"version": INDEX_VERSION, "rows": len(index.person)}
        (aside / _MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def load_index(columns: VoterColumns, folder: Path) -> MatchIndex:
    """Open a saved index, memory-mapped. Raises ``InputError`` when it is incomplete or of other columns or version."""
    _check_manifest(folder, len(columns))
    try:
        stored = {path.stem: _mapped(path) for path in folder.glob("*.npy")}
        return _from_arrays(columns, stored)
    except (KeyError, ValueError, TypeError, OSError, EOFError) as error:
        raise _unusable("the index is incomplete", folder) from error


def _mapped(path: Path) -> NDArray[Any]:
    """An array that stays in its file; as a plain one, because numpy's class for those is slow to take parts of."""
    array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return array.view(np.ndarray)


def _arrays(index: MatchIndex) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    for part in fields(index):
        value = getattr(index, part.name)
        if isinstance(value, np.ndarray):
            arrays[part.name] = value
            continue
        arrays |= {
            f"{part.name}.{inner.name}": getattr(value, inner.name) for inner in fields(value) if inner.name != "words"
        }
    return arrays


def _from_arrays(columns: VoterColumns, stored: dict[str, NDArray[Any]]) -> MatchIndex:
    words = {"first": columns.first_name, "middle": columns.middle_name, "last": columns.last_name}
    parts: dict[str, Any] = {name: stored[name] for name in _PLAIN}
    for part in fields(MatchIndex):
        inner = {name.partition(".")[2]: array for name, array in stored.items() if name.startswith(f"{part.name}.")}
        if part.name in words:
            parts[part.name] = Vocabulary(words=words[part.name].values, **inner)
        elif part.name not in _PLAIN:
            parts[part.name] = _kind(part.name, inner)(**inner)
    return MatchIndex(**parts)


def _kind(part: str, arrays: dict[str, NDArray[Any]]) -> Callable[..., Any]:
    named: dict[str, Callable[..., Any]] = {"classes": NameClasses, "facts": FileFacts}
    return named.get(part, SortedKeys if "keys" in arrays else Groups)


def _check_manifest(folder: Path, rows: int) -> None:
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unusable("the index is incomplete", folder) from error
    if manifest != {"version": INDEX_VERSION, "rows": rows}:
        raise _unusable("the index was built from another voter file or by another version", folder)


def _unusable(happened: str, folder: Path) -> InputError:
    return InputError(happened, thing=folder.name, next_step="Build it again from the voter file.")
