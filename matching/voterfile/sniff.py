"""Which column of a file is which, and which layout a file has when it is not the one that was named."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from graph.errors import InputError
from matching.voterfile.profile import Profile, built_in_layouts, comparable_code, comparable_header, load_profile

FALLBACK = "generic"
_CLOSE_ENOUGH = 0.7
_LONGEST_HEADER = 60
_CHECK = "Check the file and the layout, or use a profile of yours."


def fitted(columns: Mapping[str, Sequence[str]], header: Sequence[str]) -> dict[str, int]:
    """For each column of ours that the header has, its place; the first header named in the profile wins."""
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        places.setdefault(comparable_header(name), place)
    found = {
        column: next((places[key] for key in map(comparable_header, headers) if key in places), None)
        for column, headers in columns.items()
    }
    return {column: place for column, place in found.items() if place is not None}


def demand(
    profile: Profile, header: Sequence[str], *, thing: str, first_row: Sequence[str] | None = None
) -> dict[str, int]:
    """The places of a voter file's columns.

    Args:
        profile: the layout that was named.
        header: the file's header, or the one that the layout gives a file without.
        thing: the file, for messages.
        first_row: the first line of a file without a header, which must look like a voter of the layout.

    Raises:
        InputError: a column is missing, with what may be meant; or the file is of another layout.
    """
    if first_row is not None and not _may_be_a_voter(profile, first_row):
        raise not_of_layout(profile, first_row, thing=thing)
    found = fitted(profile.columns, header)
    groups = [(column,) for column in profile.required] + list(profile.required_one_of)
    for group in groups:
        if not any(column in found for column in group):
            headers = [name for column in group for name in profile.columns.get(column, ())]
            raise missing_column(headers, header, thing=thing, expected=profile.title, layout=profile.name)
    return found


def missing_column(
    headers: Sequence[str], header: Sequence[str], *, thing: str, expected: str, layout: str
) -> InputError:
    """What to say of a header that lacks a column: which, what is closest to it, and which layout fits better."""
    closest = _closest(headers, header)
    nearest = f" The closest is {closest!r}." if closest else ""
    return InputError(
        f"There is no column {_either(headers)}, which layout {layout} ({expected}) needs.{nearest}",
        thing=f"{thing}, line 1",
        next_step=_advice(header, layout),
    )


def not_of_layout(profile: Profile, first_row: Sequence[str], *, thing: str) -> InputError:
    """What to say of a file whose first line cannot be one of a layout without a header; nothing of the line is said."""
    return InputError(
        f"A file of layout {profile.name} ({profile.title}) has no header and {len(profile.header):,} columns, and its codes"
        f" stand in their places; this first line has {len(first_row):,} columns and is none of those.",
        thing=f"{thing}, line 1",
        next_step=_advice(first_row, profile.name),
    )


def looks_like(first_line: Sequence[str], *, but_not: str = "") -> str:
    """The built-in layout that fits a file's first line best, or ``""``.

    A header fits a layout when it has all needed columns; the more columns the better. A line without a header fits by
    its length and by the codes in their places. The generic layout is named only when no other fits.
    """
    fits = [
        (_is_more_than_fallback(layout), columns, layout)
        for layout in built_in_layouts()
        if layout != but_not and (columns := _columns_that_fit(load_profile(layout), first_line))
    ]
    return max(fits)[2] if fits else ""


def _is_more_than_fallback(layout: str) -> bool:
    return layout != FALLBACK


def _columns_that_fit(profile: Profile, first_line: Sequence[str]) -> int:
    if profile.header and _is_a_voter(profile, first_line):
        return len(profile.header)
    found = fitted(profile.columns, first_line)
    has_one_of_each = all(set(group) & set(found) for group in profile.required_one_of)
    return len(found) if set(profile.required) <= set(found) and has_one_of_each else 0


def _is_a_voter(profile: Profile, row: Sequence[str]) -> bool:
    """Whether a line has a known code wherever a layout without a header has codes."""
    return len(row) == len(profile.header) and all(_known_codes(profile, row))


def _may_be_a_voter(profile: Profile, row: Sequence[str]) -> bool:
    """Whether one of the codes is known: the state may have changed the other, which is refused by its name then."""
    if len(row) != len(profile.header):
        return False
    known = _known_codes(profile, row)
    return any(known) or not known


def _known_codes(profile: Profile, row: Sequence[str]) -> list[bool]:
    places = fitted(profile.columns, profile.header)
    rule = profile.confidential
    codes = {"status": profile.statuses, "confidential": (*rule.hidden, *rule.open)}
    return [
        comparable_code(row[places[column]]) in set(map(comparable_code, known))
        for column, known in codes.items()
        if column in places
    ]


def _advice(first_line: Sequence[str], layout: str) -> str:
    other = looks_like(first_line, but_not=layout)
    return f"This looks like layout {other}: name that." if other else _CHECK


def _closest(headers: Sequence[str], header: Sequence[str]) -> str:
    """The header most like those wanted. Only whole words count: a file without a header starts with a person."""
    short = [name for name in header if name.isascii() and 0 < len(name) <= _LONGEST_HEADER and not name[:1].isdigit()]
    by_key = {comparable_header(name): name for name in short}
    for wanted in headers:
        close = difflib.get_close_matches(comparable_header(wanted), by_key, n=1, cutoff=_CLOSE_ENOUGH)
        if close:
            return by_key[close[0]]
    return ""


def _either(headers: Sequence[str]) -> str:
    return " or ".join(repr(name) for name in headers[:3])
