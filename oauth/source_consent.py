"""What a supporter agrees to at each way of bringing friends: which source, which fields, until when, in words with a hash.

A purpose says what may be done; a source says what may be read for it. Nothing is read from a source before its line
stands in the ledger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any

import yaml

from graph.errors import InputError
from graph.model import Purpose, SupporterId
from graph.records import RecordStore
from oauth.chain import append_chained
from oauth.consent import DEFAULT_LANGUAGE, stream_of


@dataclass(frozen=True, slots=True)
class SourceText:
    """The words beside a way to bring friends, before the names of the source, its fields and the last day are put in."""

    language: str
    version: int
    text: str

    @property
    def sha256(self) -> str:
        """The hash of the words."""
        return _hash(self.language, str(self.version), self.text)

    def shown(self, *, source: str, fields: str, day: str) -> str:
        """The words as they stand on the page."""
        return self.text.format(source=source, fields=fields, day=day)


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """What is agreed to: the source's id, the words as shown, the fields and scopes asked for, and the last day."""

    source: str
    shown: str
    fields: tuple[str, ...]
    kept_until: date
    scopes: tuple[str, ...] = ()


def record_source(
    records: RecordStore,
    supporter: SupporterId,
    choice: SourceChoice,
    *,
    agreed: bool,
    language: str,
    at: datetime,
) -> None:
    """Write into her ledger that she lets a source be read, or that she took it back.

    Raises ``InputError`` without a source: the line would be taken for one of the purpose.
    """
    if not choice.source:
        raise InputError("A source has no name.", next_step="Name the provider, the file or the typed names.")
    text = source_text(language)
    line: dict[str, Any] = {
        "purpose": Purpose.MATCH.value,
        "agreed": agreed,
        "text_version": text.version,
        "text_sha256": _hash(choice.shown),
        "language": text.language,
        "source": "page",
        "about": choice.source,
        "fields": list(choice.fields),
        "scopes": list(choice.scopes),
        "kept_until": choice.kept_until.isoformat(),
        "shown": choice.shown,
    }
    append_chained(records, stream_of(supporter), line, at=at)


@cache
def source_text(language: str) -> SourceText:
    """The newest words; in English when there are none in this language."""
    known = read_source_texts(resources.files("oauth").joinpath("source_texts.yaml").read_text(encoding="utf-8"))
    spoken = [text for text in known if text.language == language]
    return max(spoken or [t for t in known if t.language == DEFAULT_LANGUAGE], key=lambda text: text.version)


def read_source_texts(yaml_text: str) -> Sequence[SourceText]:
    """Texts with their hashes. Raises ``InputError`` for one that was changed without a new version and hash."""
    return [_checked(entry) for entry in yaml.safe_load(yaml_text)]


def _checked(entry: Mapping[str, Any]) -> SourceText:
    text = SourceText(entry["language"], entry["version"], entry["text"])
    if text.sha256 != entry["sha256"]:
        raise InputError(
            "A source's text was changed without a new version.",
            thing=f"{text.language} {text.version}",
            next_step=f"Add the changed text with the next version, so that the ledger stays true: {text.sha256}",
        )
    return text


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
