"""Whose contact files are whose, and what is in them.

One supporter's bad file never loses the run for everybody else: it is left out, counted and named by her id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath

from app.run.outputs import FORMULA_SIGNS
from app.steps import may
from graph.errors import InputError
from graph.model import Circle, ContactKey, ContactRecord, Purpose, Supporter, SupporterId
from oauth.readers.contact_file import ContactFile, LeftOut
from oauth.readers.limits import LARGEST_FILE_BYTES
from oauth.readers.reading import read_contacts

_NEXT_STEP = "Put each supporter's files into the folder, named SUPPORTER_ID.something or listed in the column files."


@dataclass(frozen=True, slots=True)
class FileLeftOut:
    """A contact file that was not read: whose, which of hers (from 1) and why; never its name, which may be a person's."""

    supporter_id: SupporterId
    file: int
    reason: str


@dataclass(frozen=True, slots=True)
class ContactsRead:
    """What the contact files hold.

    Circles are in the order of the supporters; ``unusable`` are, for each of them, the entries that hold nobody, by file
    name (every file that was read has its place there); ``entries`` counts both. ``files_of_nobody`` counts files in the
    folder that belong to no supporter.
    """

    circles: tuple[Circle, ...]
    unusable: tuple[Mapping[str, tuple[LeftOut, ...]], ...]
    entries: int
    files_left_out: tuple[FileLeftOut, ...] = ()
    files_of_nobody: int = 0


def read_circles(supporters: Sequence[Supporter], folder: Path) -> ContactsRead:
    """Each supporter's files under the folder. A file nobody lists belongs to the supporter whose id it begins with.

    Raises:
        InputError: one file is listed for two supporters, or nobody has a file that can be read.
    """
    owned, of_nobody = _owned_files(supporters, folder)
    circles, unusable, left_out = [], [], []
    for supporter in supporters:
        files = {name: _read_file(supporter, folder, name) for name in owned[supporter.supporter_id]}
        whole = {name: read for name, read in files.items() if isinstance(read, ContactFile)}
        left_out += [
            FileLeftOut(supporter.supporter_id, number, read)
            for number, read in enumerate(files.values(), start=1)
            if isinstance(read, str)
        ]
        circles.append(Circle(supporter, {contact_place(one): one for read in whole.values() for one in read.records}))
        unusable.append({name: read.left_out for name, read in whole.items()})
    entries = sum(len(circle.contacts) for circle in circles) + sum(len(v) for each in unusable for v in each.values())
    _refuse_nothing(entries, left_out, folder)
    return ContactsRead(tuple(circles), tuple(unusable), entries, tuple(left_out), of_nobody)


def contact_place(record: ContactRecord) -> ContactKey:
    """A contact's key inside one run: its file and its position."""
    return placed_key(record.source, record.position)


def placed_key(source: str, position: int) -> ContactKey:
    """The key of the contact at a position of a file."""
    return ContactKey(f"{source}#{position}")


def _read_file(supporter: Supporter, folder: Path, name: str) -> ContactFile | str:
    """The contacts of one file, or why it is left out."""
    if not may(supporter, Purpose.MATCH):
        return "The supporter did not agree to match."
    if name.startswith(FORMULA_SIGNS) or not name.isprintable():
        return "Its name begins with a sign that spreadsheets run, or holds one that cannot be printed. Rename it."
    path = folder / name
    try:
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            return "It is not in the folder of contact files. Check the column files."
        if path.stat().st_size > LARGEST_FILE_BYTES:
            return f"It is larger than {LARGEST_FILE_BYTES // 1_000_000} MB. Export without photos, or split the file."
        return read_contacts(path.read_bytes(), source=name)
    except InputError as error:
        return f"{error.happened} {error.next_step}".strip()
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        return f"It cannot be opened ({getattr(error, 'strerror', None) or 'no such name'}). Check its name and rights."


def _refuse_nothing(entries: int, left_out: Sequence[FileLeftOut], folder: Path) -> None:
    if entries:
        return
    if not left_out:
        raise InputError("No supporter has a contact file with entries.", thing=str(folder), next_step=_NEXT_STEP)
    first = left_out[0]
    raise InputError(
        f"None of the contact files can be used ({len(left_out):,} left out). The first: {first.reason}",
        thing=f"supporter {first.supporter_id}, file {first.file}",
    )


def _owned_files(supporters: Sequence[Supporter], folder: Path) -> tuple[dict[SupporterId, list[str]], int]:
    """Names of files under the folder by supporter, listed ones first, and how many files belong to nobody."""
    owned: dict[SupporterId, list[str]] = {supporter.supporter_id: [] for supporter in supporters}
    listed: dict[str, SupporterId] = {}
    for supporter in supporters:
        for name in dict.fromkeys(map(normpath, supporter.files)):
            if name in listed:
                raise InputError(
                    f"One contact file is listed for her and for supporter {listed[name]}.",
                    thing=f"supporter {supporter.supporter_id}",
                    next_step="Give each supporter her own file.",
                )
            listed[name] = supporter.supporter_id
            owned[supporter.supporter_id].append(name)
    of_nobody = 0
    for name in sorted(path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")):
        prefix = SupporterId(name.split(".", 1)[0])
        if name not in listed and prefix in owned:
            owned[prefix].append(name)
        of_nobody += name not in listed and prefix not in owned
    return owned, of_nobody
