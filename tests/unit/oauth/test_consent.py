"""Ana chooses, changes her mind, and can read what she chose; nobody acts without it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InputError, NotAllowedError
from graph.model import Purpose
from graph.sqlite.record_store import SqliteRecordStore, SqliteRecordStores
from oauth.chain import broken_links
from oauth.consent import (
    Consent,
    Permit,
    consent_of,
    consent_texts,
    declared_by_operator,
    ledger,
    read_texts,
    record_choices,
    require,
    stream_of,
)
from people import ANA, JO, NOW, RIVERA

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqliteRecordStore]:
    store = SqliteRecordStores(tmp_path).for_campaign(RIVERA)
    yield store
    store.close()


def choose(records: SqliteRecordStore, choices: dict[Purpose, bool], *, at=NOW, language="en") -> None:
    record_choices(records, ANA, choices, language=language, at=at, source="page")


def test_who_never_chose_agreed_to_nothing(records: SqliteRecordStore) -> None:
    assert consent_of(records, ANA, NOW) == Consent(ANA, frozenset())


def test_each_purpose_is_agreed_to_by_itself(records: SqliteRecordStore) -> None:
    choose(records, {Purpose.MATCH: True, Purpose.POOL: False})
    assert consent_of(records, ANA, NOW).purposes == {Purpose.MATCH}
    assert consent_of(records, JO, NOW).purposes == frozenset()


def test_the_last_choice_counts_and_the_earlier_ones_stay_readable(records: SqliteRecordStore) -> None:
    choose(records, {Purpose.MATCH: True, Purpose.COORDINATE: True})
    choose(records, {Purpose.MATCH: False}, at=LATER)
    assert consent_of(records, ANA, NOW).purposes == {Purpose.MATCH, Purpose.COORDINATE}
    assert consent_of(records, ANA, LATER).purposes == {Purpose.COORDINATE}
    assert [(line.purpose, line.agreed) for line in ledger(records, ANA)] == [
        (Purpose.MATCH, True),
        (Purpose.COORDINATE, True),
        (Purpose.MATCH, False),
    ]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_ledger_holds_exactly_the_text_that_was_shown(records: SqliteRecordStore, language: str) -> None:
    choose(records, dict.fromkeys(Purpose, True), language=language)
    for line in ledger(records, ANA):
        shown = consent_texts(language)[line.purpose]
        assert (line.language, line.text_version, line.text_sha256) == (language, shown.version, shown.sha256)
        assert (line.at, line.source) == (NOW, "page")


def test_a_permit_is_given_for_what_she_agreed_to_only(records: SqliteRecordStore) -> None:
    choose(records, {Purpose.MATCH: True})
    consent = consent_of(records, ANA, NOW)
    permit = require(consent, Purpose.MATCH)
    version = consent_texts("en")[Purpose.MATCH].version
    assert (permit.supporter, permit.purpose, permit.source, permit.text_version) == (ANA, Purpose.MATCH, "", version)
    permit.must_cover(Purpose.MATCH)
    for purpose, source in ((Purpose.SHARE_RESULTS, ""), (Purpose.MATCH, "google")):
        with pytest.raises(NotAllowedError, match="something else"):
            permit.must_cover(purpose, source=source)
    with pytest.raises(NotAllowedError, match=r"consent to .*My data") as refused:
        require(consent, Purpose.POOL)
    assert refused.value.next_step


def test_nobody_makes_a_permit_by_hand() -> None:
    with pytest.raises(TypeError, match="Only"):
        Permit(ANA, Purpose.MATCH, object())
    permit = require(declared_by_operator(ANA, frozenset({Purpose.MATCH})), Purpose.MATCH)
    with pytest.raises((TypeError, ValueError)):
        dataclasses.replace(permit, purpose=Purpose.POOL)
    with pytest.raises(dataclasses.FrozenInstanceError):
        permit.purpose = Purpose.POOL  # type: ignore[misc] # that is the point


@settings(max_examples=20, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(Purpose), st.booleans(), max_size=4), max_size=6))
def test_consent_is_what_was_said_last(
    tmp_path_factory: pytest.TempPathFactory, turns: list[dict[Purpose, bool]]
) -> None:
    records = SqliteRecordStores(tmp_path_factory.mktemp("consent")).for_campaign(RIVERA)
    for number, choices in enumerate(turns):
        choose(records, choices, at=NOW + timedelta(seconds=number))
    last = {purpose: agreed for choices in turns for purpose, agreed in choices.items()}
    expected = {purpose for purpose, agreed in last.items() if agreed}
    assert consent_of(records, ANA, NOW + timedelta(days=1)).purposes == expected
    assert broken_links(records, stream_of(ANA)) == []
    records.close()


def test_a_line_that_was_changed_or_taken_out_is_noticed(tmp_path: Path) -> None:
    import apsw

    records = SqliteRecordStores(tmp_path).for_campaign(RIVERA)
    choose(records, dict.fromkeys(Purpose, False))
    assert broken_links(records, stream_of(ANA)) == []
    raw = apsw.Connection(str(tmp_path / "campaigns" / RIVERA / "kith.db"))
    raw.execute("UPDATE entry SET value = replace(value, 'false', 'true') WHERE sequence = 2")
    assert broken_links(records, stream_of(ANA)) == [f"consent:{ANA}: line 2 was changed"]
    raw.execute("DELETE FROM entry WHERE sequence = 2")
    assert broken_links(records, stream_of(ANA)) == [f"consent:{ANA}: lines 2 to 2 are missing"]
    raw.execute("DELETE FROM entry WHERE sequence > 1")
    assert broken_links(records, stream_of(ANA)) == [f"consent:{ANA}: lines 2 to 4 are missing"]
    raw.close()


# --- the texts ------------------------------------------------------------------------------------------------------


def shipped() -> str:
    return resources.files("oauth").joinpath("consent_texts.yaml").read_text(encoding="utf-8")


def test_every_purpose_has_a_text_in_both_languages() -> None:
    for language in ("en", "es"):
        assert set(consent_texts(language)) == set(Purpose)
        assert {text.language for text in consent_texts(language).values()} == {language}
    assert {text.title for text in consent_texts("en").values()}.isdisjoint(
        text.title for text in consent_texts("es").values()
    )


def test_a_language_without_texts_is_answered_in_english() -> None:
    assert consent_texts("fr") == consent_texts("en")


@pytest.mark.parametrize(("was", "becomes"), [("30 days", "300 days"), ("version: 1", "version: 2"), ("match", "pool")])
def test_a_text_that_was_changed_without_a_new_version_is_refused(was: str, becomes: str) -> None:
    with pytest.raises(InputError, match="changed without a new version"):
        read_texts(shipped().replace(was, becomes, 1))


def test_no_text_is_there_twice() -> None:
    names = [(text.purpose, text.language, text.version) for text in read_texts(shipped())]
    assert len(set(names)) == len(names)
