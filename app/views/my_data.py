"""What the pages of my data, of consent and of leaving show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from graph.model import Purpose


@dataclass(frozen=True, slots=True)
class ConsentChoice:
    """One purpose on the consent page, with the text that goes into the ledger by its hash."""

    purpose: Purpose
    title: str
    explanation: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the consent ledger as its owner reads it."""

    at: datetime
    purpose: Purpose
    agreed: bool
    text_version: str
    title: str = ""
    words: str = ""
    text_sha256: str = ""


@dataclass(frozen=True, slots=True)
class SeenLine:
    """One look of somebody else at something of a supporter's: who (a role or an id), at what, whose name if a friend's."""

    at: datetime
    who: str
    what: str
    name: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source on "My data": its name, how many friends it brought, when."""

    source: str
    label: str
    friends: int


@dataclass(frozen=True, slots=True)
class MyData:
    """What is held of a supporter, in her own words."""

    name: str
    email: str
    postal_code: str
    phone: str
    sources: tuple[SourceLine, ...]
    choices: tuple[ConsentChoice, ...]
    ledger: tuple[LedgerLine, ...]
    names_seen_by_campaign: int
    kept_until: date | None
    looks: tuple[SeenLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an erasure really removed."""

    reference: str
    at: datetime
    lines: tuple[tuple[str, int], ...]
