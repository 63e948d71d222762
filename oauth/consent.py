"""What a supporter allowed: four purposes, each by itself, in a ledger that she can read and nobody can rewrite.

Whoever needs a permission takes a ``Permit`` as an argument, and only ``require`` makes one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any, Generic, Literal, TypeAlias, TypeVar

import yaml

from graph.errors import InputError, NotAllowedError
from graph.model import Purpose, SupporterId
from graph.records import Entry, RecordStore
from oauth.chain import append_chained

DEFAULT_LANGUAGE = "en"
_MADE_BY_REQUIRE = object()
Chosen = TypeVar("Chosen", Purpose, str)
For = TypeVar("For", bound=Purpose)
For_co = TypeVar("For_co", bound=Purpose, covariant=True)


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The words a supporter reads before she ticks a purpose. Whoever changes a word gives it a new version."""

    purpose: Purpose
    language: str
    version: int
    title: str
    explanation: str

    @property
    def sha256(self) -> str:
        """The hash of the text as shown, which the ledger keeps."""
        parts = (self.purpose.value, self.language, str(self.version), self.title, self.explanation)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One choice as it was made: when, of what, yes or no, exactly which text had been shown, and ``source``: where.

    A line ``about`` a source of contacts says which fields and scopes were agreed to, until when, and the words shown.
    """

    at: datetime
    purpose: Purpose
    agreed: bool
    text_version: int
    text_sha256: str
    language: str
    source: str
    about: str = ""
    fields: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    kept_until: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """What a supporter agrees to at one moment; nothing for somebody who never chose."""

    supporter: SupporterId
    purposes: frozenset[Purpose] = frozenset()
    sources: frozenset[str] = frozenset()
    versions: Mapping[Purpose, int] = field(default_factory=dict)
    """Of each purpose, which text she last chose by."""


@dataclass(frozen=True, slots=True)
class Permit(Generic[For_co]):
    """Proof that a supporter agreed to a purpose, by which text, and to a source where one is named. Only ``require`` makes
    one; what reads, matches, ranks together, pools or shares takes it as an argument, so that it cannot be done without
    asking. The purpose is part of its type: mypy refuses one that was given for something else.
    """

    supporter: SupporterId
    purpose: For_co
    made_by: InitVar[object]
    source: str = ""
    text_version: int = 0

    def __post_init__(self, made_by: object) -> None:
        """Refuse to be made by hand."""
        if made_by is not _MADE_BY_REQUIRE:
            raise TypeError("Only oauth.consent.require makes a Permit.")

    def must_cover(self, purpose: Purpose, *, source: str = "") -> None:
        """Raise ``NotAllowedError`` when this was given for something else."""
        if self.purpose is not purpose or (source and self.source != source):
            raise NotAllowedError(
                "This was agreed to for something else.",
                thing=self.supporter,
                next_step="Ask for the purpose and the source at hand.",
            )


MatchPermit: TypeAlias = Permit[Literal[Purpose.MATCH]]
CoordinatePermit: TypeAlias = Permit[Literal[Purpose.COORDINATE]]
PoolPermit: TypeAlias = Permit[Literal[Purpose.POOL]]
SharePermit: TypeAlias = Permit[Literal[Purpose.SHARE_RESULTS]]


def require(consent: Consent, purpose: For, *, source: str = "") -> Permit[For]:
    """A permit for this purpose, and for reading a source when one is named.

    Raises ``NotAllowedError`` when she did not agree to it, or took it back.
    """
    if source and source not in consent.sources:
        raise NotAllowedError(
            "This source needs the supporter's own yes.",
            thing=consent.supporter,
            next_step='She gives it with the button of this source on the page "Bring your friends".',
        )
    if purpose not in consent.purposes:
        raise NotAllowedError(
            f'This needs the supporter\'s consent to "{consent_texts(DEFAULT_LANGUAGE)[purpose].title}".',
            thing=consent.supporter,
            next_step='She can give it, and take it back, on the page "My data".',
        )
    return Permit(consent.supporter, purpose, _MADE_BY_REQUIRE, source, consent.versions.get(purpose, 0))


def permitted(consent: Consent, purpose: For) -> Permit[For] | None:
    """What ``require`` gives, or ``None``: for those who leave somebody out instead of refusing her."""
    try:
        return require(consent, purpose)
    except NotAllowedError:
        return None


def allows(consent: Consent, purpose: Purpose) -> bool:
    """Whether ``require`` would give a permit: where it is only counted or shown."""
    return permitted(consent, purpose) is not None


def declared_by_operator(supporter: SupporterId, purposes: frozenset[Purpose]) -> Consent:
    """Consent that the operator of a batch declares; the report has to say so."""
    return Consent(supporter, purposes)


def record_choices(
    records: RecordStore,
    supporter: SupporterId,
    choices: Mapping[Purpose, bool],
    *,
    language: str,
    at: datetime,
    source: str,
) -> None:
    """Write a line for each choice, yes or no, in the order of the purposes; ``source`` says where she made it."""
    texts = consent_texts(language)
    for purpose in Purpose:
        if purpose in choices:
            line = _line(texts[purpose], agreed=choices[purpose], source=source)
            append_chained(records, stream_of(supporter), line, at=at)


def consent_of(records: RecordStore, supporter: SupporterId, now: datetime) -> Consent:
    """What she agrees to at ``now``: of each purpose and of each source the last choice counts."""
    lines = [line for line in ledger(records, supporter) if line.at <= now]
    purposes = {line.purpose: line.agreed for line in lines if not line.about}
    sources = {line.about: line.agreed for line in lines if line.about}
    versions = {line.purpose: line.text_version for line in lines if not line.about}
    return Consent(supporter, _agreed(purposes), _agreed(sources), versions)


def _agreed(last: Mapping[Chosen, bool]) -> frozenset[Chosen]:
    return frozenset(chosen for chosen, agreed in last.items() if agreed)


def ledger(records: RecordStore, supporter: SupporterId) -> list[LedgerLine]:
    """All her choices, oldest first."""
    return [_ledger_line(entry) for entry in records.read(stream_of(supporter))]


@cache
def text_of(sha256: str) -> ConsentText | None:
    """The text of a line's hash, however old; ``None`` for one that this program never showed."""
    known = read_texts(resources.files("oauth").joinpath("consent_texts.yaml").read_text(encoding="utf-8"))
    return next((text for text in known if text.sha256 == sha256), None)


@cache
def consent_texts(language: str) -> Mapping[Purpose, ConsentText]:
    """The newest text of each purpose; in English when there is none in this language."""
    known = read_texts(resources.files("oauth").joinpath("consent_texts.yaml").read_text(encoding="utf-8"))
    spoken = language if any(text.language == language for text in known) else DEFAULT_LANGUAGE
    ordered = sorted((text for text in known if text.language == spoken), key=lambda text: text.version)
    return {text.purpose: text for text in ordered}


def read_texts(yaml_text: str) -> list[ConsentText]:
    """Texts with their hashes. Raises ``InputError`` for a text that was changed without a new version and hash."""
    return [_checked(entry) for entry in yaml.safe_load(yaml_text)]


def _checked(entry: Mapping[str, Any]) -> ConsentText:
    text = ConsentText(
        Purpose(entry["purpose"]), entry["language"], entry["version"], entry["title"], entry["explanation"]
    )
    if text.sha256 != entry["sha256"]:
        raise InputError(
            "A consent text was changed without a new version.",
            thing=f"{text.purpose.value} {text.language} {text.version}",
            next_step=f"Add the changed text with the next version, so that the ledger stays true: {text.sha256}",
        )
    return text


def stream_of(supporter: SupporterId) -> str:
    """The stream of her ledger."""
    return f"consent:{supporter}"


def _line(text: ConsentText, *, agreed: bool, source: str) -> dict[str, Any]:
    return {
        "purpose": text.purpose.value,
        "agreed": agreed,
        "text_version": text.version,
        "text_sha256": text.sha256,
        "language": text.language,
        "source": source,
    }


def _ledger_line(entry: Entry) -> LedgerLine:
    line = entry.value
    return LedgerLine(
        entry.at,
        Purpose(line["purpose"]),
        bool(line["agreed"]),
        int(line["text_version"]),
        line["text_sha256"],
        line["language"],
        line["source"],
        line.get("about", ""),
        tuple(line.get("fields", ())),
        tuple(line.get("scopes", ())),
        line.get("kept_until", ""),
        line.get("shown", ""),
    )
