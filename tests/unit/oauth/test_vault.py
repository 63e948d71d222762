"""What Ana brought opens for Ana alone, and never again once her key is gone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InputError, NotFoundError, StoreError
from graph.model import Birthday, ContactRecord, Place, Relation, SourceKind
from graph.sqlite.record_store import SqliteRecordStore, SqliteRecordStores
from oauth.contact_json import from_json, to_json
from oauth.vault import Vault
from people import ANA, HARBOR, JO, MARIAS_CARD, RIVERA, key_of

MASTER = bytes(range(32))
MARIA = key_of(ANA, "maria")


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqliteRecordStore]:
    store = SqliteRecordStores(tmp_path).for_campaign(RIVERA)
    yield store
    store.close()


@pytest.fixture
def vault(records: SqliteRecordStore) -> Vault:
    return Vault(records, RIVERA, MASTER)


def test_a_contact_opens_as_it_was_sealed_here_and_in_another_process(records: SqliteRecordStore, vault: Vault) -> None:
    sealed = vault.seal_records(ANA, {MARIA: MARIAS_CARD})[MARIA]
    assert vault.open_record(ANA, MARIA, sealed) == MARIAS_CARD
    assert Vault(records, RIVERA, MASTER).open_record(ANA, MARIA, sealed) == MARIAS_CARD


def test_many_contacts_at_once_are_sealed_and_opened_like_one_by_one(vault: Vault) -> None:
    cards = {MARIA: MARIAS_CARD, key_of(ANA, "tom"): replace(MARIAS_CARD, display_name="Tom")}
    sealed = vault.seal_records(ANA, cards)
    assert {key: vault.open_record(ANA, key, each) for key, each in sealed.items()} == cards
    assert vault.open_records(ANA, sealed) == cards
    assert vault.open_records(JO, {}) == vault.seal_records(JO, {}) == {}
    with pytest.raises(StoreError, match="does not open here"):
        vault.open_records(ANA, {MARIA: sealed[key_of(ANA, "tom")]})
    vault.destroy(ANA)
    with pytest.raises(NotFoundError):
        vault.open_records(ANA, sealed)


def test_nothing_of_a_contact_can_be_read_without_the_key(tmp_path: Path, vault: Vault) -> None:
    sealed = vault.seal_records(ANA, {MARIA: MARIAS_CARD})[MARIA]
    stored = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    for text in (b"Alvarez", b"0101", b"mail.example", b"book club", MASTER):
        assert text not in sealed
        assert text not in stored


def test_sealing_the_same_twice_gives_two_results(vault: Vault) -> None:
    assert vault.seal(ANA, "token", b"same") != vault.seal(ANA, "token", b"same")


def test_what_was_moved_does_not_open(vault: Vault) -> None:
    sealed, jos = vault.seal_records(ANA, {MARIA: MARIAS_CARD})[MARIA], vault.seal(JO, "token", b"Jo's")
    moved = [
        lambda: vault.open_record(ANA, key_of(ANA, "tom"), sealed),
        lambda: vault.open_record(JO, MARIA, sealed),
        lambda: vault.open(ANA, "token", jos),
        lambda: vault.open(ANA, "token", sealed),
    ]
    for act in moved:
        with pytest.raises(StoreError, match="does not open here"):
            act()


def test_what_was_cut_or_changed_does_not_open(vault: Vault) -> None:
    sealed = vault.seal(ANA, "token", b"a refresh token")
    for length in range(len(sealed)):
        with pytest.raises(StoreError, match="does not open here"):
            vault.open(ANA, "token", sealed[:length])
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(StoreError, match="does not open here"):
            vault.open(ANA, "token", changed)


def test_a_contact_of_another_campaign_does_not_open(tmp_path: Path, vault: Vault) -> None:
    sealed = vault.seal(ANA, "token", b"content")
    other = Vault(SqliteRecordStores(tmp_path).for_campaign(HARBOR), HARBOR, MASTER)
    other.seal(ANA, "token", b"her own there")
    with pytest.raises(StoreError, match="does not open here"):
        other.open(ANA, "token", sealed)


def test_another_master_key_opens_nothing_and_says_what_to_check(records: SqliteRecordStore, vault: Vault) -> None:
    sealed = vault.seal(ANA, "token", b"content")
    with pytest.raises(StoreError, match="KITH_MASTER_KEY"):
        Vault(records, RIVERA, bytes(32)).open(ANA, "token", sealed)


def test_a_master_key_of_the_wrong_length_is_refused(records: SqliteRecordStore) -> None:
    with pytest.raises(InputError, match="32 bytes"):
        Vault(records, RIVERA, b"short")


def test_destroying_her_key_erases_what_was_sealed_in_every_process(records: SqliteRecordStore, vault: Vault) -> None:
    other = Vault(records, RIVERA, MASTER)
    hers, jos = vault.seal(ANA, "token", b"hers"), vault.seal(JO, "token", b"Jo's")
    assert other.open(ANA, "token", hers) == b"hers"
    assert vault.destroy(ANA) is True
    for one in (vault, other):
        with pytest.raises(NotFoundError, match="erased"):
            one.open(ANA, "token", hers)
    assert vault.open(JO, "token", jos) == b"Jo's"
    assert vault.destroy(ANA) is False


def test_a_new_key_after_a_withdrawal_does_not_open_the_old(vault: Vault) -> None:
    old = vault.seal(ANA, "token", b"old")
    vault.destroy(ANA)
    new = vault.seal(ANA, "token", b"new")
    assert vault.open(ANA, "token", new) == b"new"
    with pytest.raises(StoreError):
        vault.open(ANA, "token", old)


def test_no_byte_of_a_destroyed_key_stays(tmp_path: Path, records: SqliteRecordStore, vault: Vault) -> None:
    vault.seal(ANA, "token", b"content")
    record = records.get("supporter_key", ANA)
    assert record is not None
    wrapped = str(record.value["wrapped"]).encode()
    assert any(wrapped in file.read_bytes() for file in tmp_path.rglob("kith.db*"))
    vault.destroy(ANA)
    assert not any(wrapped in file.read_bytes() for file in tmp_path.rglob("kith.db*"))


def test_exchanging_the_campaigns_key_keeps_everything_open(records: SqliteRecordStore, vault: Vault) -> None:
    sealed = {supporter: vault.seal(supporter, "token", supporter.encode()) for supporter in (ANA, JO)}
    secret, keys = vault.campaign_secret("contacts"), {record.key for record in records.all("campaign_key")}
    assert vault.rotate() == 2
    for one in (vault, Vault(records, RIVERA, MASTER)):
        assert {supporter: one.open(supporter, "token", sealed[supporter]) for supporter in sealed} == {
            supporter: supporter.encode() for supporter in sealed
        }
        assert one.campaign_secret("contacts") == secret
    assert {record.key for record in records.all("campaign_key")} & keys == {"current", "root"}


def test_secrets_are_apart_by_purpose_and_campaign_and_last(tmp_path: Path, vault: Vault) -> None:
    stores = SqliteRecordStores(tmp_path)
    other = Vault(stores.for_campaign(HARBOR), HARBOR, MASTER)
    secrets = [one.campaign_secret(purpose) for one in (vault, other) for purpose in ("contacts", "voters", "links")]
    secrets += [vault.install_secret("suppression"), vault.install_secret("other")]
    assert len(set(secrets)) == 8
    assert {len(secret) for secret in secrets} == {32}
    assert other.install_secret("suppression") == vault.install_secret("suppression")
    assert Vault(stores.for_campaign(RIVERA), RIVERA, MASTER).campaign_secret("links") == vault.campaign_secret("links")


def test_five_thousand_contacts_are_sealed_and_opened_within_seconds(vault: Vault) -> None:
    started = time.process_time()
    sealed = [*vault.seal_records(ANA, {key_of(ANA, str(n)): MARIAS_CARD for n in range(5000)}).values()]
    assert vault.open_record(ANA, key_of(ANA, "4999"), sealed[-1]) == MARIAS_CARD
    assert time.process_time() - started < 2.0


WORDS = st.text(max_size=20)
PLACES = st.builds(Place, WORDS, WORDS, WORDS, WORDS)
RECORDS = st.builds(
    ContactRecord,
    source=WORDS,
    position=st.integers(0, 2**40),
    kind=st.sampled_from(SourceKind),
    display_name=WORDS,
    phones=st.lists(WORDS, max_size=3).map(tuple),
    emails=st.lists(WORDS, max_size=3).map(tuple),
    places=st.lists(PLACES, max_size=2).map(tuple),
    birthday=st.none() | st.builds(Birthday, st.none() | st.integers(1, 2026), st.none() | st.just(3), st.none()),
    relations=st.lists(st.builds(Relation, WORDS, WORDS), max_size=2).map(tuple),
    labels=st.lists(WORDS, max_size=2).map(tuple),
    is_starred=st.booleans(),
    connected_on=st.none() | st.dates(),
)


@settings(deadline=None)
@given(RECORDS)
def test_any_contact_comes_back_from_its_json(record: ContactRecord) -> None:
    assert from_json(to_json(record)) == record


def test_what_is_unknown_takes_no_room() -> None:
    assert (
        to_json(ContactRecord("t", 0, SourceKind.TYPED, "Tom")) == b'{"source":"t","display_name":"Tom","kind":"typed"}'
    )
    full = replace(MARIAS_CARD, connected_on=date(2026, 1, 2), birthday=Birthday(1980, 5, 4))
    assert from_json(to_json(full)) == full
