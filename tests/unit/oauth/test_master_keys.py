"""The master key is exchanged: what was sealed opens, who was left out stays left out, and the old key is worth nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.errors import InputError, StoreError
from graph.sqlite.record_store import SqliteRecordStore, SqliteRecordStores
from oauth.keyring import CAMPAIGN_KEY
from oauth.vault import Vault
from people import ANA, HARBOR, RIVERA

OLD, NEW, NEWEST = b"o" * 32, b"n" * 32, b"x" * 32


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[SqliteRecordStores]:
    return SqliteRecordStores(tmp_path)


@pytest.fixture
def records(stores: SqliteRecordStores) -> Iterator[SqliteRecordStore]:
    store = stores.for_campaign(RIVERA)
    yield store
    store.close()


@pytest.fixture
def install(stores: SqliteRecordStores) -> Iterator[SqliteRecordStore]:
    store = stores.install()
    yield store
    store.close()


def test_the_old_key_still_opens_while_both_are_given(records: SqliteRecordStore, install: SqliteRecordStore) -> None:
    before = Vault(records, RIVERA, OLD, install=install)
    sealed = before.seal(ANA, "note", b"canary")
    secrets = before.install_secret("suppression"), before.campaign_secret("contacts")

    both = Vault(records, RIVERA, NEW, old_master_key=OLD, install=install)

    assert both.open(ANA, "note", sealed) == b"canary"
    assert (both.install_secret("suppression"), both.campaign_secret("contacts")) == secrets


def test_after_the_exchange_the_new_key_alone_opens_everything(
    records: SqliteRecordStore, install: SqliteRecordStore
) -> None:
    before = Vault(records, RIVERA, OLD, install=install)
    sealed, secret = before.seal(ANA, "note", b"canary"), before.install_secret("suppression")

    both = Vault(records, RIVERA, NEW, old_master_key=OLD, install=install)
    assert both.exchange_master_key() == 2
    assert both.exchange_master_key() == 0

    after = Vault(records, RIVERA, NEW, install=install)
    assert after.open(ANA, "note", sealed) == b"canary"
    assert after.install_secret("suppression") == secret
    with pytest.raises(StoreError):
        Vault(records, RIVERA, OLD, install=install).open(ANA, "note", sealed)


def test_a_second_exchange_and_a_new_campaign_keep_the_installs_secrets(
    stores: SqliteRecordStores, records: SqliteRecordStore, install: SqliteRecordStore
) -> None:
    secret = Vault(records, RIVERA, OLD, install=install).install_secret("suppression")
    Vault(records, RIVERA, NEW, old_master_key=OLD, install=install).exchange_master_key()
    Vault(records, RIVERA, NEWEST, old_master_key=NEW, install=install).exchange_master_key()
    other = stores.for_campaign(HARBOR)

    assert Vault(other, HARBOR, NEWEST, install=install).install_secret("suppression") == secret
    other.close()


def test_keys_from_before_keys_had_names_open_and_are_wrapped_again(
    records: SqliteRecordStore, install: SqliteRecordStore
) -> None:
    sealed = Vault(records, RIVERA, OLD, install=install).seal(ANA, "note", b"canary")
    for record in records.all(CAMPAIGN_KEY):
        if "by_master" in record.value:
            value = {name: text for name, text in record.value.items() if name != "by_master"}
            records.put(CAMPAIGN_KEY, record.key, value)

    assert Vault(records, RIVERA, OLD, install=install).open(ANA, "note", sealed) == b"canary"
    assert Vault(records, RIVERA, NEW, old_master_key=OLD, install=install).exchange_master_key() == 2
    assert Vault(records, RIVERA, NEW, install=install).open(ANA, "note", sealed) == b"canary"


def test_neither_key_is_in_any_file(tmp_path: Path, records: SqliteRecordStore, install: SqliteRecordStore) -> None:
    Vault(records, RIVERA, OLD, install=install).seal(ANA, "note", b"canary")
    Vault(records, RIVERA, NEW, old_master_key=OLD, install=install).exchange_master_key()
    stored = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert not [key for key in (OLD, NEW, OLD.hex().encode(), NEW.hex().encode()) if key in stored]


def test_an_old_key_of_another_length_is_refused(records: SqliteRecordStore) -> None:
    with pytest.raises(InputError, match="not 32 bytes"):
        Vault(records, RIVERA, NEW, old_master_key=b"short")
