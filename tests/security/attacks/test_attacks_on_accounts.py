"""Attacks on who somebody is at a provider, and on the records behind it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from providers.token_peer import GOOGLE, claims_for, signed

from graph.errors import NotAllowedError
from graph.model import CampaignId, SupporterId
from graph.sqlite.record_store import SqliteRecordStore, SqliteRecordStores
from oauth.connections import CONNECTION_KIND, keep_connection
from oauth.grant import Errand, Grant, Tokens
from oauth.id_token import Identity
from oauth.identities import identity_key, link_identity, supporter_of_identity
from oauth.refresh import fresh_token
from oauth.vault import Vault

NOW = datetime(2026, 10, 6, 12, tzinfo=UTC)
HARBOR, ANA, BEN = CampaignId("harbor"), SupporterId("ana"), SupporterId("ben")


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqliteRecordStore]:
    store = SqliteRecordStores(tmp_path).for_campaign(HARBOR)
    yield store
    store.close()


@pytest.fixture
def vault(records: SqliteRecordStore) -> Vault:
    return Vault(records, HARBOR, b"k" * 32)


def connect(records: SqliteRecordStore, vault: Vault) -> None:
    tokens = Tokens("canary-access", "canary-refresh", NOW)
    grant = Grant(
        provider_id="google", errand=Errand.CONNECT, identity=Identity(GOOGLE.issuer, "ana"), tokens=tokens,
        granted_scopes=frozenset({"openid"}), surplus_scopes=frozenset(), may_read_contacts=True, supporter=ANA,
        next_path="",
    )  # fmt: skip
    keep_connection(records, vault, grant=grant, supporter=ANA, now=NOW)


def test_attack_23_one_subject_at_two_issuers_is_two_people(records: SqliteRecordStore, vault: Vault) -> None:
    here = Identity("https://one.example", "42", "ana@mail.example", is_email_verified=True)
    there = Identity("https://two.example", "42", "ana@mail.example", is_email_verified=True)
    link_identity(records, identity_key(vault, here), ANA, now=NOW)

    assert supporter_of_identity(records, identity_key(vault, here)) == ANA
    assert supporter_of_identity(records, identity_key(vault, there)) is None


def test_attack_23_an_address_joins_nobody_verified_or_not(records: SqliteRecordStore, vault: Vault) -> None:
    hers = Identity("https://one.example", "42", "ana@mail.example", is_email_verified=True)
    link_identity(records, identity_key(vault, hers), ANA, now=NOW)
    for is_verified in (True, False):
        his = Identity("https://one.example", "43", "ana@mail.example", is_email_verified=is_verified)
        assert supporter_of_identity(records, identity_key(vault, his)) is None


def test_attack_23_an_issuer_and_subject_that_run_together_are_apart(vault: Vault) -> None:
    assert identity_key(vault, Identity("https://a.example", "1b")) != identity_key(
        vault, Identity("https://a.example1", "b")
    )


def test_attack_23_an_account_that_is_linked_is_not_taken_over(records: SqliteRecordStore, vault: Vault) -> None:
    key = identity_key(vault, Identity("https://one.example", "42"))
    assert link_identity(records, key, ANA, now=NOW)
    assert not link_identity(records, key, BEN, now=NOW)
    assert supporter_of_identity(records, key) == ANA


@pytest.mark.parametrize("subject", ["ben", "", None])
def test_attack_46_another_subject_at_refresh_ends_the_connection(
    records: SqliteRecordStore, vault: Vault, subject: str | None
) -> None:
    connect(records, vault)
    token = signed(claims_for(GOOGLE, nonce="", now=NOW, sub=subject)) if subject else "a.b.c"
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        body = {"access_token": "canary-other", "token_type": "Bearer", "expires_in": 3600, "id_token": token}
        return httpx2.Response(200, json=body)

    for _ in range(2):
        with pytest.raises(NotAllowedError, match="Connect it again"):
            fresh_token(
                records, vault, GOOGLE, supporter=ANA, clock=lambda: NOW + timedelta(hours=1),
                transport=httpx2.MockTransport(answer),
            )  # fmt: skip

    kept = records.get(CONNECTION_KIND, "google:ana")
    assert kept
    assert (kept.value["state"], kept.value["sealed"]) == ("ended", "")
    assert asked == [GOOGLE.token_endpoint, GOOGLE.revocation_endpoint]


def test_attack_46_the_same_subject_at_refresh_goes_on(records: SqliteRecordStore, vault: Vault) -> None:
    connect(records, vault)
    token = signed(claims_for(GOOGLE, nonce="", now=NOW))
    body = {"access_token": "canary-next", "token_type": "Bearer", "expires_in": 3600, "id_token": token}
    peer = httpx2.MockTransport(lambda _: httpx2.Response(200, json=body))

    assert fresh_token(records, vault, GOOGLE, supporter=ANA, clock=lambda: NOW, transport=peer) == "canary-next"


@pytest.mark.parametrize("sealed", ["", "AAAA", base64.b64encode(b"x" * 60).decode()])
def test_attack_47_a_sealed_token_that_was_cut_or_changed_calls_nobody(
    records: SqliteRecordStore, vault: Vault, sealed: str
) -> None:
    connect(records, vault)
    record = records.get(CONNECTION_KIND, "google:ana")
    assert record
    records.put(CONNECTION_KIND, record.key, {**record.value, "sealed": sealed})
    asked: list[str] = []

    def hear(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(500)

    with pytest.raises(Exception, match="does not open here") as refusal:
        fresh_token(
            records, vault, GOOGLE, supporter=ANA, clock=lambda: NOW, transport=httpx2.MockTransport(hear)
        )  # fmt: skip
    assert "canary" not in str(refusal.value)
    assert asked == []


HOSTILE = ["'; DROP TABLE record; --", '" OR 1=1 --', "%_", "\\", "x' UNION SELECT value FROM record --"]


@pytest.mark.parametrize("text", HOSTILE)
def test_attack_54_a_text_is_never_a_part_of_a_query(records: SqliteRecordStore, text: str) -> None:
    records.put("canary", "ana", {"kept": True})
    records.put(text, text, {"said": text})
    records.append(text, {"said": text}, at=NOW)

    assert json.loads(json.dumps(dict(records.all(text)[0].value))) == {"said": text}
    assert [entry.value["said"] for entry in records.read(text)] == [text]
    assert records.get("canary", text) is None
    assert records.delete(text, text)
    assert records.all("canary")[0].value == {"kept": True}
