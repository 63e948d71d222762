"""Each source of friends needs its own yes: which fields, until when, in words whose hash the ledger keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import pytest

from graph.errors import InputError, NotAllowedError
from graph.model import Purpose
from graph.sqlite.record_store import SqliteRecordStore, SqliteRecordStores
from oauth.chain import broken_links
from oauth.consent import allows, consent_of, ledger, record_choices, require, stream_of, text_of
from oauth.source_consent import SourceChoice, read_source_texts, record_source, source_text
from people import ANA, NOW, RIVERA

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqliteRecordStore]:
    store = SqliteRecordStores(tmp_path).for_campaign(RIVERA)
    record_choices(store, ANA, {Purpose.MATCH: True}, language="en", at=NOW, source="page")
    yield store
    store.close()


def choice(source: str, *, language: str = "en") -> SourceChoice:
    shown = source_text(language).shown(source=source, fields="names", day="December 15")
    return SourceChoice(source, shown, ("names",), date(2026, 12, 15), ("contacts.readonly",))


def agree(records: SqliteRecordStore, source: str, *, agreed: bool = True, at=NOW, language: str = "en") -> None:
    record_source(records, ANA, choice(source, language=language), agreed=agreed, language=language, at=at)


def test_a_source_is_read_with_its_own_yes_only(records: SqliteRecordStore) -> None:
    agree(records, "google")
    consent = consent_of(records, ANA, NOW)
    assert require(consent, Purpose.MATCH, source="google").source == "google"
    with pytest.raises(NotAllowedError, match="own yes"):
        require(consent, Purpose.MATCH, source="file")
    assert allows(consent, Purpose.MATCH)
    assert not allows(consent, Purpose.POOL)


def test_a_source_does_not_stand_in_for_the_purpose(records: SqliteRecordStore) -> None:
    agree(records, "google")
    record_choices(records, ANA, {Purpose.MATCH: False}, language="en", at=LATER, source="page")
    with pytest.raises(NotAllowedError):
        require(consent_of(records, ANA, LATER), Purpose.MATCH, source="google")


def test_taking_one_source_back_leaves_the_others_and_the_purpose(records: SqliteRecordStore) -> None:
    agree(records, "google")
    agree(records, "file")
    agree(records, "google", agreed=False, at=LATER)
    after = consent_of(records, ANA, LATER)
    assert (after.sources, after.purposes) == ({"file"}, {Purpose.MATCH})


def test_a_line_without_a_source_cannot_pass_for_one_of_the_purpose(records: SqliteRecordStore) -> None:
    with pytest.raises(InputError, match="no name"):
        agree(records, "", agreed=False, at=LATER)
    assert allows(consent_of(records, ANA, LATER), Purpose.MATCH)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_line_says_what_was_shown(records: SqliteRecordStore, language: str) -> None:
    agree(records, "google", language=language)
    line = ledger(records, ANA)[-1]
    assert line.shown == choice("google", language=language).shown
    assert line.text_sha256 == hashlib.sha256(line.shown.encode()).hexdigest()
    assert (line.about, line.fields, line.scopes) == ("google", ("names",), ("contacts.readonly",))
    assert (line.kept_until, line.language) == ("2026-12-15", language)
    assert broken_links(records, stream_of(ANA)) == []


def test_the_words_of_a_purpose_are_found_again_by_their_hash(records: SqliteRecordStore) -> None:
    line = ledger(records, ANA)[0]
    found = text_of(line.text_sha256)
    assert found is not None
    assert (found.purpose, found.version) == (Purpose.MATCH, line.text_version)
    assert text_of("0" * 64) is None


def test_changed_words_need_a_new_version() -> None:
    text = resources.files("oauth").joinpath("source_texts.yaml").read_text(encoding="utf-8")
    with pytest.raises(InputError, match="without a new version"):
        read_source_texts(text.replace("nothing else", "nothing more"))
