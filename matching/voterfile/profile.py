"""A layout of a voter file as data: which header is which column, and what its codes mean.

The built-in layouts are the YAML files in ``profiles/``; a campaign may hand in its own. Everything in a profile is
checked when it is loaded, so that no later step meets a word it does not know.
"""

from __future__ import annotations

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

LAYOUT_FOLDER = Path(__file__).parent / "profiles"
_NOT_WORD = re.compile(r"[^0-9a-z]+")
_DAY_RULE = re.compile(r"november|(0[1-9]|1[0-2])-(0[1-9]|[12]\d)")

Headers = tuple[str, ...]
Delimiter = Literal["tab", "comma", "pipe", "semicolon"]
KindWord = Literal["general", "primary", "municipal", "special"]
StatusWord = Literal["active", "inactive", "removed", "denied", "preregistered"]

VOTER_COLUMNS = frozenset({
    "voter_id", "state", "last_name", "first_name", "middle_name", "name_suffix", "status", "confidential", "street",
    "unit", "city", "postal_code", "county", "precinct", "party", "gender", "registered_on", "birth_date", "birth_year",
    "age", "phone_area", "phone", "cell_phone", "email",
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
    """A history file with one row for each vote. ``header`` names the columns, in their order, of a file that does not."""

    style: Literal["rows"]
    header: Headers = ()
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
    """One layout.

    ``columns`` gives for each column of ours the headers it may have, the best first. ``header`` names the columns, in
    their order, of a file that does not name them itself. A second line of the address (``unit``) follows the ``street``,
    and ``phone_area`` goes before the ``phone``.
    """

    name: str
    title: str
    state: str = ""
    delimiters: tuple[Delimiter, ...] = ("tab", "comma")
    header: Headers = ()
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
    return tuple(sorted(path.stem for path in LAYOUT_FOLDER.glob("*.yaml")))


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
    return _read_profile(LAYOUT_FOLDER / f"{layout}.yaml")


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
