"""What a login believes of a provider's answer, and what it refuses. Numbers are those of the attack table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from providers.token_peer import (
    GOOGLE,
    STRANGERS_KEY,
    TokenPeer,
    claims_for,
    keyed_by_public_key,
    signed,
    unsigned,
)

from graph.model import CampaignId, SupporterId
from graph.sqlite.record_store import SqliteRecordStore, SqliteRecordStores
from oauth.grant import Errand, Grant
from oauth.id_token import Identity
from oauth.login import STATE_KIND, LoginRefusedError, begin, finish
from oauth.providers.google import CONTACTS_SCOPE

NOW = datetime(2026, 10, 6, 12, tzinfo=UTC)
CALLBACK = "https://harbor.example/oauth/google/callback"
ANA = SupporterId("ana")


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqliteRecordStore]:
    store = SqliteRecordStores(tmp_path).for_campaign(CampaignId("harbor"))
    yield store
    store.close()


def begin_for_ana(records: SqliteRecordStore, errand: Errand = Errand.CONNECT) -> dict[str, str]:
    url = begin(records, GOOGLE, session_id="hers", supporter=ANA, errand=errand, redirect_uri=CALLBACK, now=NOW)
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def finish_for_ana(records: SqliteRecordStore, peer: TokenPeer, state: str) -> Grant:
    return finish(
        records,
        GOOGLE,
        session_id="hers",
        supporter=ANA,
        redirect_uri=CALLBACK,
        query=f"state={state}&code=canary-code",
        now=NOW,
        transport=peer.transport(),
    )


def reason_for(records: SqliteRecordStore, make_answer: Callable[[str], dict[str, object]]) -> str:
    """Why a flow with this answer of the token endpoint is refused; the sentence is the same for all."""
    asked = begin_for_ana(records)
    with pytest.raises(LoginRefusedError) as refusal:
        finish_for_ana(records, TokenPeer(make_answer(asked["nonce"])), asked["state"])
    assert refusal.value.happened == "This sign-in could not be completed."
    assert records.all(STATE_KIND) == []
    return refusal.value.reason


def test_a_url_says_pkce_nonce_and_only_what_is_needed(records: SqliteRecordStore) -> None:
    asked = begin_for_ana(records)
    signing_in = begin_for_ana(records, Errand.LOGIN)

    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert asked["redirect_uri"] == CALLBACK
    assert asked["scope"] == f"openid {CONTACTS_SCOPE}"
    assert signing_in["scope"] == "openid email profile"
    assert asked["state"] != signing_in["state"]


def test_a_right_answer_says_who_and_what_was_granted(records: SqliteRecordStore) -> None:
    asked = begin_for_ana(records)
    claims = claims_for(GOOGLE, nonce=asked["nonce"], now=NOW, email="ana@mail.example", email_verified=False)
    scope = f"openid {CONTACTS_SCOPE} https://www.googleapis.com/auth/drive"
    peer = TokenPeer({"id_token": signed(claims), "scope": scope})

    grant = finish_for_ana(records, peer, asked["state"])

    assert grant.identity == Identity(GOOGLE.issuer, "ana", "ana@mail.example", is_email_verified=False)
    assert grant.may_read_contacts
    assert grant.surplus_scopes == {"https://www.googleapis.com/auth/drive"}
    assert grant.tokens.expires_at == NOW + timedelta(hours=1)


def test_12_the_verifier_is_sent_even_to_a_peer_that_would_not_ask(records: SqliteRecordStore) -> None:
    asked = begin_for_ana(records)
    peer = TokenPeer({"id_token": signed(claims_for(GOOGLE, nonce=asked["nonce"], now=NOW))})

    finish_for_ana(records, peer, asked["state"])

    assert len(peer.sent) == 1
    assert len(peer.sent[0]["code_verifier"][0]) == 43
    assert peer.sent[0]["redirect_uri"] == [CALLBACK]


def test_21_a_smaller_grant_is_seen(records: SqliteRecordStore) -> None:
    asked = begin_for_ana(records)
    token = signed(claims_for(GOOGLE, nonce=asked["nonce"], now=NOW))

    grant = finish_for_ana(records, TokenPeer({"id_token": token, "scope": "openid"}), asked["state"])

    assert not grant.may_read_contacts


AT = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://evil.example"}, "id_token_issuer"),
        ({"iss": None}, "id_token_issuer"),
        ({"aud": "another-client"}, "id_token_audience"),
        ({"aud": None}, "id_token_audience"),
        ({"aud": ["client-of-the-campaign", "another-client"]}, "id_token_audience"),
        ({"azp": "another-client"}, "id_token_audience"),
        ({"nonce": "another-login"}, "id_token_nonce"),
        ({"nonce": None}, "id_token_nonce"),
        ({"exp": AT - 301}, "id_token_expired"),
        ({"exp": None}, "id_token_exp"),
        ({"exp": True}, "id_token_exp"),
        ({"iat": AT + 301}, "id_token_future"),
        ({"iat": "now"}, "id_token_iat"),
        ({"sub": None}, "id_token_subject"),
        ({"sub": "a" * 256}, "id_token_subject"),
    ],
)
def test_18_claims_that_are_not_for_this_login(
    records: SqliteRecordStore, changes: dict[str, object], reason: str
) -> None:
    assert reason == reason_for(
        records, lambda nonce: {"id_token": signed(claims_for(GOOGLE, now=NOW, **{"nonce": nonce, **changes}))}
    )


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (unsigned, "id_token_algorithm"),
        (keyed_by_public_key, "id_token_algorithm"),
        (lambda claims: signed(claims, key=STRANGERS_KEY), "id_token_signature"),
        (lambda claims: signed(claims, kid="unknown"), "id_token_key"),
        (
            lambda claims: signed(claims, jwk=STRANGERS_KEY.as_dict(private=False), key=STRANGERS_KEY),
            "id_token_signature",
        ),
        (lambda claims: signed(claims, x5c=["AAAA"]), "id_token_header"),
        (lambda claims: signed(claims)[:-4] + "AAAA", "id_token_signature"),
        (lambda _: "not.a.token", "id_token_signature"),
        (lambda claims: signed(claims).replace(".", ""), "id_token_signature"),
    ],
    ids=["none", "hmac", "strangers key", "unknown kid", "key inside", "chain inside", "cut", "nonsense", "no dots"],
)
def test_19_signatures_that_prove_nothing(
    records: SqliteRecordStore, make: Callable[[dict[str, Any]], str], reason: str
) -> None:
    assert reason == reason_for(records, lambda nonce: {"id_token": make(claims_for(GOOGLE, nonce=nonce, now=NOW))})


@pytest.mark.parametrize("answer", [{}, {"id_token": None}, {"id_token": ""}, {"id_token": {"sub": "ana"}}])
def test_20_no_id_token_is_no_login(records: SqliteRecordStore, answer: dict[str, object]) -> None:
    assert reason_for(records, lambda _: answer) == "id_token_missing"


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (200, b"<html>hello</html>", "refused"),
        (503, b"<html>later</html>", "refused"),
        (400, b'{"error": "invalid_grant", "error_description": "canary-code"}', "refused"),
        (200, b"[1, 2]", "refused"),
        (200, b'{"access_token": "canary-access"}', "no_token"),
        (200, b'{"token_type": "Bearer"}', "no_token"),
        (200, b'{"access_token": 5, "token_type": "Bearer"}', "no_token"),
        (302, b"", "refused"),
        (200, b"[" * 100_000, "refused"),
        (200, b"x" * 300_000, "too_large"),
    ],
)
def test_a_token_endpoint_that_answers_anything_else(
    records: SqliteRecordStore, status: int, body: bytes, reason: str
) -> None:
    asked = begin_for_ana(records)
    with pytest.raises(LoginRefusedError) as refusal:
        finish_for_ana(records, TokenPeer(status=status, body=body), asked["state"])
    assert refusal.value.reason == reason
    assert "canary" not in f"{refusal.value}{refusal.value!r}"


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        (b'{"keys": [', "unreadable"),
        (b"<html>later</html>", "unreadable"),
        (b"[]", "unreadable"),
        (b"{}", "id_token_key"),
        (b'{"keys": "none"}', "id_token_key"),
    ],
)
def test_a_key_set_that_is_anything_else_refuses_the_sign_in(
    records: SqliteRecordStore, keys: bytes, reason: str
) -> None:
    asked = begin_for_ana(records)
    peer = TokenPeer({"id_token": signed(claims_for(GOOGLE, nonce=asked["nonce"], now=NOW))}, keys=keys)
    with pytest.raises(LoginRefusedError) as refusal:
        finish_for_ana(records, peer, asked["state"])
    assert refusal.value.reason == reason


def test_a_flow_needs_a_browser_session(records: SqliteRecordStore) -> None:
    with pytest.raises(LoginRefusedError):
        begin(records, GOOGLE, session_id="", supporter=None, errand=Errand.LOGIN, redirect_uri=CALLBACK, now=NOW)
