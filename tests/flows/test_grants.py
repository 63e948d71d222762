"""What happens to a grant while its provider is asked: nothing of it may be left by the one who comes second, on both stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import httpx2
import neo4j_tools
import pytest
from providers.token_peer import GOOGLE

from graph.errors import NotAllowedError
from graph.model import CampaignId, SupporterId
from graph.records import RecordStore
from graph.sqlite.record_store import SqliteRecordStores
from oauth.connections import keep_connection, take_back_connections
from oauth.grant import Errand, Grant, Tokens
from oauth.id_token import Identity
from oauth.refresh import fresh_token
from oauth.vault import Vault

NOW = datetime(2026, 10, 20, 14, tzinfo=UTC)
HARBOR, ANA = CampaignId("harbor"), SupporterId("ana")
FRESH = {"access_token": "canary-next", "refresh_token": "canary-other", "token_type": "Bearer", "expires_in": 3600}


@dataclass(frozen=True)
class Kept:
    """Ana's connection to Google, in records and under keys of her campaign."""

    records: RecordStore
    vault: Vault


@pytest.fixture(params=[SqliteRecordStores, neo4j_tools.open_records], ids=["sqlite", "neo4j"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    with closing(request.param(tmp_path).for_campaign(HARBOR)) as records:
        vault = Vault(records, HARBOR, b"k" * 32)
        grant = Grant(
            provider_id=GOOGLE.id, errand=Errand.CONNECT, identity=Identity(GOOGLE.issuer, "ana"),
            tokens=Tokens("canary-access", "canary-refresh", NOW), granted_scopes=frozenset({"openid"}),
            surplus_scopes=frozenset(), may_read_contacts=True, supporter=ANA, next_path="",
        )  # fmt: skip
        keep_connection(records, vault, grant=grant, supporter=ANA, now=NOW)
        yield Kept(records, vault)


@dataclass
class Between:
    """A provider that gives fresh tokens and takes grants back, and lets something happen before its first answer at a path."""

    path: str
    happens: Callable[[httpx2.BaseTransport], object]
    revoked: list[str] = field(default_factory=list)
    has_happened: bool = False

    def transport(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self._answer)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        if str(request.url) == self.path and not self.has_happened:
            self.has_happened = True
            self.happens(self.transport())
        if str(request.url) == GOOGLE.token_endpoint:
            return httpx2.Response(200, json=FRESH)
        self.revoked += parse_qs(request.content.decode())["token"]
        return httpx2.Response(200)


def test_72_whoever_leaves_during_a_refresh_leaves_no_key_and_no_token(kept: Kept) -> None:

    def leave(transport: httpx2.BaseTransport) -> None:
        take_back_connections(kept.records, kept.vault, [GOOGLE], supporter=ANA, transport=transport)
        kept.vault.destroy(ANA)

    peer = Between(GOOGLE.token_endpoint, leave)
    with pytest.raises(NotAllowedError, match="Connect it again"):
        fresh_token(
            kept.records, kept.vault, GOOGLE, supporter=ANA, clock=lambda: NOW + timedelta(minutes=1),
            transport=peer.transport(),
        )  # fmt: skip

    assert (kept.records.all("connection"), kept.records.all("supporter_key")) == ([], [])
    assert peer.revoked == ["canary-refresh", "canary-other"]


def test_72_tokens_refreshed_while_the_grant_is_taken_back_are_taken_back_too(kept: Kept) -> None:

    def refresh(transport: httpx2.BaseTransport) -> None:
        fresh_token(
            kept.records, kept.vault, GOOGLE, supporter=ANA, clock=lambda: NOW + timedelta(minutes=1),
            transport=transport,
        )  # fmt: skip

    peer = Between(GOOGLE.revocation_endpoint, refresh)
    done = take_back_connections(kept.records, kept.vault, [GOOGLE], supporter=ANA, transport=peer.transport())

    assert kept.records.all("connection") == []
    assert peer.revoked == ["canary-refresh", "canary-other"]
    assert [one.is_confirmed for one in done] == [True, True]
