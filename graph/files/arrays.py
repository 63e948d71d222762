"""Arrays and vocabularies as files: written with their digests, opened without being read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

_BLOCK = 2**20


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it was written: its size and the SHA-256 of its bytes."""

    size: int
    sha256: str


class Vocabulary(Sequence[str]):
    """Texts kept end to end: one is decoded when it is asked for, all of them when they are walked over."""

    def __init__(self, letters: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self._letters = letters
        self._ends = ends

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self._text(at) for at in range(*place.indices(len(self)))]
        at = place + len(self) if place < 0 else place
        if not 0 <= at < len(self):
            raise IndexError(place)
        return self._text(at)

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # equal to any equal sequence, as a list is

    def _text(self, at: int) -> str:
        start = int(self._ends[at - 1]) if at else 0
        return self._letters[start : int(self._ends[at])].tobytes().decode()

    @cached_property
    def _all(self) -> list[str]:
        letters = self._letters.tobytes()
        ends = self._ends.tolist()
        return [letters[start:end].decode() for start, end in zip([0, *ends[:-1]], ends, strict=True)] if ends else []


def letters_and_ends(texts: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Texts end to end in UTF-8, and where each one ends."""
    encoded = [text.encode() for text in texts]
    ends = np.cumsum(np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded)), dtype=np.int64)
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), ends


def write_array(path: Path, array: NDArray[Any]) -> Written:
    """Write an array as ``.npy``, through to the disk."""
    with path.open("xb") as stream:
        np.lib.format.write_array(stream, np.ascontiguousarray(array), allow_pickle=False)
        stream.flush()
        os.fsync(stream.fileno())
    return Written(path.stat().st_size, digest_of(path))


def write_bytes(path: Path, content: bytes) -> Written:
    """Write a new file, through to the disk."""
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return Written(len(content), hashlib.sha256(content).hexdigest())


def open_array(path: Path) -> NDArray[Any]:
    """An array mapped into memory, read only; a plain one: numpy's own class for those is slow to take parts of."""
    array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return array.view(np.ndarray)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a folder's new names survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
