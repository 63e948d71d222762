"""Generations of the voter file as folders of memory-mapped arrays: the folder adapter of ``graph.voters.VoterFile``.

    root/voters/<generation>/          one .npy for each column, and manifest.json with the digest of every file
    root/voters/<generation>.index/    a cache that the matching index may build again at any time
    root/ballots/<digest>.json         the returned ballots

A generation is built in a hidden folder beside and renamed when it is whole. The record ``current_generation`` is the only
switch. Whoever writes under one root takes turns by a lock file; reading takes no lock.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graph.errors import StoreError
from graph.files.arrays import digest_of, sync_folder, write_bytes
from graph.files.columns import (
    FORMAT,
    as_json,
    ballots_as_json,
    generation_of,
    open_columns,
    read_ballots,
    write_columns,
)
from graph.records import RecordStore
from graph.voters import Ballots, Generation, VoterColumns

_KIND, _BALLOTS, _KEY = "current_generation", "current_ballots", "voters"
_ID = re.compile(r"[0-9a-f]{32}")
_IMPORT_AGAIN = "Import the voter file again."
_NEXT_STEPS = {
    errno.ENOSPC: "The disk is full: free some space and try again.",
    errno.EDQUOT: "The disk quota is used up: free some space and try again.",
    errno.EACCES: "Give the program the right to write there, or choose another data folder.",
    errno.EPERM: "Give the program the right to write there, or choose another data folder.",
    errno.EROFS: "That disk is read only: choose another data folder.",
}


class FolderVoterFile:
    """The voter file of one campaign, under one folder and one record space."""

    def __init__(self, root: Path, records: RecordStore) -> None:
        self._voters = root / "voters"
        self._ballots = root / "ballots"
        self._records = records

    def current(self) -> Generation | None:
        """The current generation, or ``None`` when nothing was imported yet."""
        record = self._records.get(_KIND, _KEY)
        return generation_of(self._manifest(str(record.value["generation_id"]))) if record else None

    def generations(self) -> list[Generation]:
        """All complete generations, oldest first."""
        manifests = [self._manifest(name) for name in self._complete()]
        return [generation_of(manifest) for manifest in sorted(manifests, key=lambda one: int(one["sequence"]))]

    def columns(self, generation_id: str | None = None) -> VoterColumns:
        """The columns of a generation (the current one when not named), memory-mapped, read only.

        The size of each file is compared with the manifest, its digest only by ``verify``: opening reads no column.
        """
        wanted = generation_id or self._current_id()
        manifest = self._manifest(wanted)
        if problems := self._wrong_sizes(wanted, manifest):
            raise StoreError(problems[0], thing=f"generation {wanted}", next_step=_IMPORT_AGAIN)
        return open_columns(self._voters / wanted, manifest)

    def build(self, columns: VoterColumns, *, layout: str, created_from: Mapping[str, str]) -> Generation:
        """Write a new generation aside. The same columns and inputs give the same id, and a second build does nothing."""
        with _storing(self._voters), _turn(self._voters), _aside_of(self._voters) as folder:
            manifest = write_columns(folder, columns, layout=layout, created_from=created_from)
            generation_id = str(manifest["generation_id"])
            if not self._is_whole(generation_id):
                manifest["sequence"] = 1 + max((self._sequence(one) for one in self._complete()), default=0)
                write_bytes(folder / "manifest.json", as_json(manifest))
                sync_folder(folder)
                _discard(self._voters / generation_id)
                folder.rename(self._voters / generation_id)
                sync_folder(self._voters)
        return generation_of(self._manifest(generation_id))

    def switch(self, generation_id: str) -> None:
        """Make a complete generation the current one."""
        self._manifest(generation_id)
        with _storing(self._voters), _turn(self._voters):
            if problems := self._wrong_sizes(generation_id, self._manifest(generation_id)):
                raise StoreError(problems[0], thing=f"generation {generation_id}", next_step=_IMPORT_AGAIN)
            self._records.put(_KIND, _KEY, {"generation_id": generation_id})

    def remove(self, generation_id: str) -> None:
        """Erase a generation that is not current, with its index."""
        self._manifest(generation_id)
        with _storing(self._voters), _turn(self._voters):
            record = self._records.get(_KIND, _KEY)
            if record and record.value["generation_id"] == generation_id:
                raise StoreError(
                    "The current generation cannot be removed.",
                    thing=f"generation {generation_id}",
                    next_step="Switch to another one first.",
                )
            with _aside_of(self._voters) as folder:
                (self._voters / generation_id).rename(folder / generation_id)
            _discard(self.index_folder(generation_id))

    def index_folder(self, generation_id: str) -> Path:
        """Where the matching index of a generation may keep what it can build again; not made here."""
        return self._voters / f"{_checked_id(generation_id)}.index"

    def verify(self, generation_id: str | None = None) -> list[str]:
        """Read every byte of a generation: problems in words, empty when all is well."""
        wanted = generation_id or self._current_id()
        manifest = self._manifest(wanted)
        problems = self._wrong_sizes(wanted, manifest)
        if problems:
            return problems
        files: Mapping[str, Any] = manifest["files"]
        changed = [name for name, kept in files.items() if digest_of(self._voters / wanted / name) != kept["sha256"]]
        return [f"File {name} is not what was written." for name in sorted(changed)]

    def put_ballots(self, ballots: Ballots) -> None:
        """Replace the returned ballots of the coming election."""
        content = ballots_as_json(ballots)
        name = f"{hashlib.sha256(content).hexdigest()}.json"
        with _storing(self._ballots), _turn(self._ballots):
            if not (self._ballots / name).exists():
                with _aside_of(self._ballots) as folder:
                    write_bytes(folder / name, content)
                    (folder / name).rename(self._ballots / name)
                sync_folder(self._ballots)
            self._records.put(_BALLOTS, _KEY, {"file": name})
            for old in self._ballots.glob("*.json"):
                if old.name != name:
                    old.unlink(missing_ok=True)

    def ballots(self) -> Ballots:
        """The returned ballots; empty when none were given."""
        for _ in range(3):  # another process may replace the file between the record and the reading
            record = self._records.get(_BALLOTS, _KEY)
            if record is None:
                return Ballots()
            path = self._ballots / Path(str(record.value["file"])).name
            if path.exists():
                return read_ballots(path)
        raise StoreError("The file of returned ballots is gone.", next_step="Import the returned ballots again.")

    def _current_id(self) -> str:
        record = self._records.get(_KIND, _KEY)
        if record is None:
            raise StoreError("No voter file was imported yet.", next_step="Import one: kith voters import.")
        return str(record.value["generation_id"])

    def _manifest(self, generation_id: str) -> dict[str, Any]:
        path = self._voters / _checked_id(generation_id) / "manifest.json"
        try:
            manifest: dict[str, Any] = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            raise StoreError(
                "This generation is missing or its manifest is broken.",
                thing=f"generation {generation_id}",
                next_step=_IMPORT_AGAIN,
            ) from error
        if manifest.get("format") != FORMAT or manifest.get("generation_id") != generation_id:
            raise StoreError(
                "This generation was written by another version of Kith.",
                thing=f"generation {generation_id}",
                next_step=_IMPORT_AGAIN,
            )
        return manifest

    def _wrong_sizes(self, generation_id: str, manifest: Mapping[str, Any]) -> list[str]:
        problems = []
        for name, kept in manifest["files"].items():
            path = self._voters / generation_id / name
            size = path.stat().st_size if path.exists() else -1
            if size != kept["bytes"]:
                problems.append(f"File {name} is {'missing' if size < 0 else 'of another size than was written'}.")
        return problems

    def _is_whole(self, generation_id: str) -> bool:
        try:
            return not self._wrong_sizes(generation_id, self._manifest(generation_id))
        except StoreError:
            return False

    def _complete(self) -> list[str]:
        names = (folder.name for folder in self._voters.iterdir()) if self._voters.is_dir() else ()
        return [name for name in names if _ID.fullmatch(name) and self._is_whole(name)]

    def _sequence(self, generation_id: str) -> int:
        return int(self._manifest(generation_id)["sequence"])


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """One who writes into a folder at a time; what an interrupted one left behind is swept away."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in folder.glob(".aside-*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


@contextmanager
def _aside_of(folder: Path) -> Iterator[Path]:
    """A hidden folder beside, gone afterwards unless it was renamed."""
    aside = Path(tempfile.mkdtemp(prefix=".aside-", dir=folder))
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _storing(folder: Path) -> Iterator[None]:
    """What the disk refuses becomes a ``StoreError`` with the next step."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"The voter file could not be kept ({error.strerror or 'unknown reason'}).",
            thing=str(folder),
            next_step=_NEXT_STEPS.get(error.errno or 0, "Check the data folder and try again."),
        ) from error


def _checked_id(generation_id: str) -> str:
    if not _ID.fullmatch(generation_id):
        raise StoreError("This is no generation's id.", next_step="List the generations and take one of those.")
    return generation_id


def _discard(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
