"""A connection's tokens are kept sealed and are taken back when she leaves. Numbers are those of the attack table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs

import httpx2
import pytest
from providers.token_peer import GOOGLE

from graph.errors import StoreError
from graph.model import CampaignId, SupporterId
from graph.sqlite.record_store import SqliteRecordStore, SqliteRecordStores
from oauth.client import revoke
from oauth.connections import CONNECTION_KIND, connection_id, keep_connection, opened, take_back_connections
from oauth.grant import Errand, Grant, Tokens
from oauth.id_token import Identity
from oauth.providers.microsoft import microsoft
from oauth.vault import Vault

NOW = datetime(2026, 10, 6, 12, tzinfo=UTC)
ANA, BEN = SupporterId("ana"), SupporterId("ben")


@pytest.fixture
def vault(records: SqliteRecordStore) -> Vault:
    return Vault(records, CampaignId("harbor"), b"k" * 32)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqliteRecordStore]:
    store = SqliteRecordStores(tmp_path).for_campaign(CampaignId("harbor"))
    yield store
    store.close()


def grant_of(who: str, *, provider_id: str = "google", account: str = "") -> Grant:
    return Grant(
        provider_id=provider_id,
        errand=Errand.CONNECT,
        identity=Identity(GOOGLE.issuer, account or who),
        tokens=Tokens(f"canary-access-{account or who}", f"canary-refresh-{account or who}", NOW),
        granted_scopes=frozenset({"openid"}),
        surplus_scopes=frozenset(),
        may_read_contacts=True,
        supporter=SupporterId(who),
        next_path="",
    )


def keep(records: SqliteRecordStore, vault: Vault, who: str, *, provider_id: str = "google") -> str:
    grant = grant_of(who, provider_id=provider_id)
    return keep_connection(records, vault, grant=grant, supporter=SupporterId(who), now=NOW)


def tokens_of(records: SqliteRecordStore, vault: Vault, who: SupporterId) -> Tokens:
    record = records.get(CONNECTION_KIND, connection_id(who, "google"))
    assert record
    return opened(vault, record, who, "google").tokens


def test_tokens_come_back_as_they_went_and_are_nowhere_in_the_clear(records: SqliteRecordStore, vault: Vault) -> None:
    assert keep(records, vault, "ana") == "google:ana"

    assert tokens_of(records, vault, ANA) == grant_of("ana").tokens
    assert "canary" not in str(records.all(CONNECTION_KIND))


def test_47_tokens_moved_to_another_ones_row_do_not_open(records: SqliteRecordStore, vault: Vault) -> None:
    keep(records, vault, "ana")
    keep(records, vault, "ben")
    stolen = records.get(CONNECTION_KIND, "google:ana")
    assert stolen
    records.put(CONNECTION_KIND, "google:ben", stolen.value)

    with pytest.raises(StoreError):
        tokens_of(records, vault, BEN)


def test_taking_back_revokes_at_the_provider_and_erases_here(records: SqliteRecordStore, vault: Vault) -> None:
    revoked: list[str] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        assert str(request.url) == GOOGLE.revocation_endpoint
        revoked.append(request.content.decode())
        return httpx2.Response(200)

    keep(records, vault, "ana")
    keep(records, vault, "ben")

    done = take_back_connections(records, vault, [GOOGLE], supporter=ANA, transport=httpx2.MockTransport(handle))

    assert [(one.provider_id, one.is_confirmed) for one in done] == [("google", True)]
    assert "token=canary-refresh-ana" in revoked[0]
    assert [record.key for record in records.all(CONNECTION_KIND)] == ["google:ben"]


def test_p5_every_account_that_she_connected_is_taken_back(records: SqliteRecordStore, vault: Vault) -> None:
    revoked: list[str] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        revoked.extend(parse_qs(request.content.decode())["token"])
        return httpx2.Response(200)

    for account in ("home", "work", "home", "choir", "choir"):
        grant = grant_of("ana", account=account)
        keep_connection(records, vault, grant=grant, supporter=ANA, now=NOW)
    assert tokens_of(records, vault, ANA) == grant.tokens

    done = take_back_connections(records, vault, [GOOGLE], supporter=ANA, transport=httpx2.MockTransport(handle))

    assert [one.is_confirmed for one in done] == [True] * 3
    assert revoked == ["canary-refresh-choir", "canary-refresh-home", "canary-refresh-work"]
    assert records.all(CONNECTION_KIND) == []


@pytest.mark.parametrize("status", [400, 500, 302])
def test_a_provider_that_does_not_confirm_holds_nothing_up(
    records: SqliteRecordStore, vault: Vault, status: int
) -> None:
    keep(records, vault, "ana")
    peer = httpx2.MockTransport(lambda _: httpx2.Response(status))

    done = take_back_connections(records, vault, [GOOGLE], supporter=ANA, transport=peer)

    assert [(one.is_confirmed, one.token) for one in done] == [(False, "canary-refresh-ana")]
    assert "canary" not in repr(done)
    assert records.all(CONNECTION_KIND) == []


def test_tokens_that_no_longer_open_are_erased_all_the_same(records: SqliteRecordStore, vault: Vault) -> None:
    keep(records, vault, "ana")
    record = records.get(CONNECTION_KIND, "google:ana")
    assert record
    records.put(CONNECTION_KIND, record.key, {**record.value, "sealed": "AAAA"})

    done = take_back_connections(records, vault, [GOOGLE], supporter=ANA)

    assert [one.is_confirmed for one in done] == [False]
    assert records.all(CONNECTION_KIND) == []


def test_a_provider_without_revocation_is_said_to_be_unconfirmed() -> None:
    assert not revoke(microsoft("client", "secret"), "canary-token")
    assert not revoke(GOOGLE, "")


def test_a_peer_that_is_down_is_unconfirmed() -> None:
    def handle(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no route")

    assert not revoke(GOOGLE, "canary-token", transport=httpx2.MockTransport(handle))
