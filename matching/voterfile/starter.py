"""A profile to begin with, for a voter file that no layout fits: guessed from its header, completed by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.errors import InputError
from matching.voterfile.delimited import TextFile, examine
from matching.voterfile.history import history_columns
from matching.voterfile.profile import DELIMITERS, LAYOUT_FOLDER, Profile, built_in_layouts, load_profile
from matching.voterfile.sniff import FALLBACK, fitted, looks_like

FILL_IN = "FILL IN"
_FEWEST_KNOWN = 2
_FIRST_OF_THE_CODES = "\ndates:"


@dataclass(frozen=True, slots=True)
class Starter:
    """A profile's text. ``columns`` are our columns that were found, ``missing`` those that have to be filled in."""

    text: str
    columns: tuple[str, ...]
    missing: tuple[str, ...]
    elections: int
    unused: int
    looks_like: str


def write_starter(path: Path, *, name: str) -> Starter:
    """Guess a profile from a file's header, with the words of all built-in layouts and the codes of the generic one.

    Args:
        path: the voter file; of its rows nothing is used.
        name: the profile's name.

    Raises:
        InputError: see ``matching.voterfile.delimited``; a first line that is no header, or names nothing known.
    """
    file, generic = examine(path, delimiters=tuple(DELIMITERS), role="voter file"), load_profile(FALLBACK)
    found = fitted(_known_headers(), file.header)
    fits = looks_like(file.header)
    if (fits and load_profile(fits).header) or len(found) < _FEWEST_KNOWN:
        raise _no_header(file, fits)
    columns = _once_each(found, file.header)
    missing = _missing(generic, columns)
    elections = history_columns(generic, file.header)
    unused = [header for header in file.header if header not in {*columns.values(), *elections}]
    text = _text(file, name, {**columns, **dict.fromkeys(missing, FILL_IN)}, unused)
    return Starter(text, tuple(columns), missing, len(elections), len(unused), "" if fits == FALLBACK else fits)


def _known_headers() -> Mapping[str, tuple[str, ...]]:
    """For each column of ours all headers of all layouts, those of the generic one first."""
    generic = load_profile(FALLBACK).columns
    layouts = [load_profile(layout).columns for layout in built_in_layouts() if layout != FALLBACK]
    return {
        column: tuple(header for columns in (generic, *layouts) for header in columns.get(column, ()))
        for column in generic
    }


def _once_each(found: Mapping[str, int], header: Sequence[str]) -> dict[str, str]:
    """Our columns with their headers; a header serves one of them, the first."""
    taken: dict[int, str] = {}
    for column, place in found.items():
        taken.setdefault(place, column)
    return {column: header[place] for column, place in found.items() if taken[place] == column}


def _missing(generic: Profile, columns: Mapping[str, str]) -> tuple[str, ...]:
    one_of = [group[0] for group in generic.required_one_of if not set(group) & set(columns)]
    return (*(column for column in generic.required if column not in columns), *one_of)


def _text(file: TextFile, name: str, columns: Mapping[str, str], unused: Sequence[str]) -> str:
    delimiter = file.facts().delimiter
    rest = (LAYOUT_FOLDER / f"{FALLBACK}.yaml").read_text(encoding="utf-8").split(_FIRST_OF_THE_CODES, 1)[1]
    born = [column for group in load_profile(FALLBACK).required_one_of for column in group if column in columns]
    lines = [
        "# A profile to begin with: correct the columns below, write the header where it says FILL IN, and check the codes",
        "# further down. Then look what it reads: kith voters import FILE --layout THIS_FILE --dry-run",
        f"name: {json.dumps(name)}",
        f"title: {json.dumps(name)}",
        'state: ""        # two letters; when empty from the state\'s column, else from the option for the state',
        f"delimiters: [{delimiter}]",
        "",
        "# Columns that may be named here: those of layout generic. Headers of the file that nothing names yet:",
        *(f"#   {json.dumps(header)}" for header in unused),
        "columns:",
        *(f"  {column}: [{json.dumps(header)}]" for column, header in columns.items()),
        f"required: [{', '.join(load_profile(FALLBACK).required)}]",
        "# At least one of these must be there; [] when the file tells no birth at all.",
        f"required_one_of: [[{', '.join(born)}]]",
        "",
    ]
    return "\n".join(lines) + _FIRST_OF_THE_CODES + rest


def _no_header(file: TextFile, fits: str) -> InputError:
    return InputError(
        "The first line of this file names no column that is known, so it is hardly a header.",
        thing=f"{file.thing}, line 1",
        next_step=f"This looks like layout {fits}: name that." if fits else "Write a header above the first row.",
    )
