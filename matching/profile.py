"""A layout of a voter file as data: which header is which column, and what its codes mean.

The built-in layouts are the YAML files in ``profiles/``; a campaign may hand in its own. Everything in a profile is
checked when it is loaded, so that no later step meets a word it does not know.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, Self, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from graph.errors import InputError, UsageError
from graph.voters import ElectionKind, RegistrationStatus

_FOLDER = Path(__file__).parent / "profiles"
_NOT_WORD = re.compile(r"[^0-9a-z]+")
_DAY_RULE = re.compile(r"november|(0[1-9]|1[0-2])-(0[1-9]|[12]\d)")
_CLOSE_ENOUGH = 0.7
_LONGEST_HEADER = 60

Headers = tuple[str, ...]
Delimiter = Literal["tab", "comma", "pipe", "semicolon"]
KindWord = Literal["general", "primary", "municipal", "special"]
StatusWord = Literal["active", "inactive", "removed", "denied", "preregistered"]

VOTER_COLUMNS = frozenset({
    "voter_id", "state", "last_name", "first_name", "middle_name", "name_suffix", "status", "confidential", "street",
    "city", "postal_code", "county", "precinct", "party", "gender", "registered_on", "birth_date", "birth_year", "age",
    "phone", "cell_phone", "email",
})  # fmt: skip
DELIMITERS: Mapping[str, str] = {"tab": "\t", "comma": ",", "pipe": "|", "semicolon": ";"}


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Confidential(_Data):
    """Which codes hide a voter, and which do not."""

    hidden: tuple[str, ...] = ()
    open: tuple[str, ...] = ("",)


class Score(_Data):
    """A vendor's score: its headers and the number that stands for certainty."""

    headers: Headers
    scale: int

    @field_validator("scale")
    @classmethod
    def _declared(cls, scale: int) -> int:
        if scale not in (1, 10, 100):
            raise ValueError("a scale ends at 1, 10 or 100")
        return scale


class KindRule(_Data):
    """A pattern in an election's description and the kind of election it tells."""

    kind: KindWord
    pattern: str

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        return _checked_pattern(pattern)


class RowsHistory(_Data):
    """A history file with one row for each vote."""

    style: Literal["rows"]
    columns: Mapping[str, Headers]
    required: tuple[str, ...]
    voted: tuple[str, ...]
    not_voted: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _only(self.columns, {"voter_id", "election_day", "description", "method"})
        _only(self.required, self.columns)
        return self


class ColumnsHistory(_Data):
    """One column for each election, in the voter file itself."""

    style: Literal["columns"]
    patterns: tuple[str, ...]
    voted: tuple[str, ...]
    not_voted: tuple[str, ...] = ("",)
    days: Mapping[str, str] = Field(default_factory=dict)
    known_days: Mapping[str, Mapping[str, tuple[date, ...]]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for kinds in (self.days, *self.known_days.values()):
            _only(kinds, get_args(KindWord))
        if wrong := [rule for rule in self.days.values() if not _DAY_RULE.fullmatch(rule)]:
            raise ValueError(f"{wrong[0]!r} is neither november nor a month and a day, such as 05-15")
        return self

    @field_validator("patterns")
    @classmethod
    def _compile(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_checked_pattern(pattern, needs=("kind", "year")) for pattern in patterns)


class AppendLayout(_Data):
    """A vendor's file of phones and e-mails by voter id."""

    columns: Mapping[str, Headers]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _exactly(self.columns, {"voter_id", "phones", "emails"})
        return self


class BallotLayout(_Data):
    """A file of returned ballots."""

    columns: Mapping[str, Headers]
    dates: tuple[str, ...]
    accepted: tuple[str, ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _exactly(self.columns, {"voter_id", "election_day", "returned_on", "status"})
        return self


class Profile(_Data):
    """One layout. ``columns`` gives for each column of ours the headers it may have, the best first."""

    name: str
    title: str
    state: str = ""
    delimiters: tuple[Delimiter, ...] = ("tab", "comma")
    columns: Mapping[str, Headers]
    required: tuple[str, ...]
    required_one_of: tuple[tuple[str, ...], ...] = ()
    dates: tuple[str, ...]
    statuses: Mapping[str, StatusWord]
    confidential: Confidential = Confidential()
    not_an_address: tuple[str, ...] = ()
    scores: Mapping[str, Score] = Field(default_factory=dict)
    history: RowsHistory | ColumnsHistory = Field(discriminator="style")
    kinds: tuple[KindRule, ...]
    append: AppendLayout
    ballots: BallotLayout

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _only(self.columns, VOTER_COLUMNS)
        _only([*self.required, *(column for group in self.required_one_of for column in group)], self.columns)
        _only(self.scores, {"turnout", "support", "persuasion"})
        return self

    @cached_property
    def status_of(self) -> Mapping[str, RegistrationStatus]:
        """The registration status of each code, by its comparable form."""
        return {comparable_code(code): RegistrationStatus[word.upper()] for code, word in self.statuses.items()}

    def kind_of(self, description: str) -> ElectionKind | None:
        """The kind of election that a description tells, or ``None`` when no rule fits."""
        wanted = description.upper()
        fits = (ElectionKind[rule.kind.upper()] for rule in self.kinds if re.search(rule.pattern, wanted))
        return next(fits, None)


def _only(words: Iterable[str], allowed: Collection[str]) -> None:
    if strange := sorted(set(words) - set(allowed)):
        raise ValueError(f"{strange[0]!r} is none of {', '.join(sorted(allowed))}")


def _exactly(words: Collection[str], needed: Collection[str]) -> None:
    _only(words, needed)
    _only(needed, words)


def _checked_pattern(pattern: str, *, needs: Sequence[str] = ()) -> str:
    try:
        groups = re.compile(pattern, re.IGNORECASE).groupindex
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    if missing := [name for name in needs if name not in groups]:
        raise ValueError(f"has no group called {missing[0]}")
    return pattern


def comparable_code(code: str) -> str:
    """A code without case and outer spaces, inner spaces single."""
    return " ".join(code.upper().split())


def comparable_header(header: str) -> str:
    """A header without case, spaces and signs: ``Voter File VANID`` and ``voter_file_vanid`` are one."""
    return _NOT_WORD.sub("", header.strip().lower())


def built_in_layouts() -> tuple[str, ...]:
    """The names of the layouts that come with Kith, sorted."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def load_profile(layout: str) -> Profile:
    """The profile of a built-in layout, or of a YAML file when ``layout`` ends in ``.yaml`` or ``.yml``.

    Raises:
        UsageError: no such layout.
        InputError: the file cannot be read, or says something that a profile cannot say.
    """
    if layout.endswith((".yaml", ".yml")):
        return _read_profile(Path(layout))
    if layout not in built_in_layouts():
        known = ", ".join(built_in_layouts())
        raise UsageError(
            f"There is no layout called {layout[:40]!r}.",
            next_step=f"Use one of {known}, or a profile of yours (.yaml).",
        )
    return _built_in(layout)


@lru_cache(maxsize=32)
def _built_in(layout: str) -> Profile:
    return _read_profile(_FOLDER / f"{layout}.yaml")


def _read_profile(path: Path) -> Profile:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - texts only: No is a code
        return Profile.model_validate(content)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(
            "This profile cannot be read as YAML.", thing=path.name, next_step="Copy a built-in one and change that."
        ) from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise InputError(
            f"This profile says something it cannot say, at {where}: {first['msg']}.",
            thing=path.name,
            next_step=f"Correct {where} and try again.",
        ) from error


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


def demand(profile: Profile, header: Sequence[str], *, thing: str) -> dict[str, int]:
    """The places of a voter file's columns; an ``InputError`` names the column that is missing and what may be meant."""
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
    other = looks_like(header, but_not=layout)
    advice = (
        f"This looks like layout {other}: name that."
        if other
        else "Check the file and the layout, or use a profile of yours."
    )
    return InputError(
        f"There is no column {_either(headers)}, which layout {layout} ({expected}) needs.{nearest}",
        thing=f"{thing}, line 1",
        next_step=advice,
    )


def looks_like(header: Sequence[str], *, but_not: str = "") -> str:
    """The built-in layout whose needed columns a header has, or ``""``."""
    for layout in built_in_layouts():
        profile = load_profile(layout)
        found = fitted(profile.columns, header)
        whole = set(profile.required) <= set(found) and all(
            set(group) & set(found) for group in profile.required_one_of
        )
        if layout != but_not and whole:
            return layout
    return ""


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
