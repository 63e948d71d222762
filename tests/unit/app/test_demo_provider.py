"""The demo's provider is as strict as a good one, and never anything but the demo's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi.testclient import TestClient
from providers.demo_peer import CALLBACK, CLIENT_ID, CLIENT_SECRET, InTheDemo, address_book

from app.demo.provider import DemoAccount, DemoClient, DemoProvider
from graph.errors import UsageError

BASE = "http://127.0.0.1:9"
VERIFIER = "v" * 43
ACCOUNTS = {"ana": DemoAccount("Ana <b>Alvarez</b>", address_book(25))}
CLIENT = DemoClient(CLIENT_ID, CLIENT_SECRET, frozenset({CALLBACK}))
ASKED = {
    "client_id": CLIENT_ID,
    "redirect_uri": CALLBACK,
    "response_type": "code",
    "scope": "openid contacts.readonly offline_access",
    "state": "s",
    "nonce": "n",
    "code_challenge": create_s256_code_challenge(VERIFIER),
    "code_challenge_method": "S256",
}


@dataclass
class Clock:
    """A clock that a test moves."""

    at: datetime = field(default_factory=lambda: datetime(2026, 10, 6, 12, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def peer(clock: Clock) -> Iterator[TestClient]:
    provider = DemoProvider(ACCOUNTS, CLIENT, base_url=BASE, settings=InTheDemo(), now=clock)
    with TestClient(provider.app, base_url=BASE, follow_redirects=False) as browser:
        yield browser


def answer(peer: TestClient, *, decision: str = "allow", account: str = "ana", **changes: str) -> dict[str, str]:
    """What the callback is told after this answer to the consent screen."""
    page = peer.get("/authorize", params={**ASKED, **changes})
    ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert ticket, page.text
    done = peer.post("/authorize", data={"ticket": ticket[1], "account": account, "decision": decision})
    return {name: values[0] for name, values in parse_qs(urlsplit(done.headers["location"]).query).items()}


def exchange(peer: TestClient, code: str, **changes: str) -> dict[str, object]:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return dict(peer.post("/token", data={**form, **changes}, auth=(CLIENT_ID, CLIENT_SECRET)).json())


def contacts_status(peer: TestClient, token: object, **params: str) -> int:
    asked = {"personFields": "names", **params}
    return peer.get("/v1/people/me/connections", params=asked, headers={"authorization": f"Bearer {token}"}).status_code


def test_the_callback_carries_code_state_and_issuer(peer: TestClient) -> None:
    told = answer(peer)
    assert set(told) == {"code", "state", "iss"}
    assert told["iss"] == BASE


def test_the_screen_says_that_nobody_is_real_and_shows_names_as_text(peer: TestClient) -> None:
    page = peer.get("/authorize", params=ASKED)
    assert "Demo address book: nobody here is real." in page.text
    assert "<b>" not in page.text
    assert "<style" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "form-action 'self' http://127.0.0.1:8000;" in page.headers["content-security-policy"]
    assert peer.get("/provider.css").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    "changes",
    [{"client_id": "other"}, {"redirect_uri": f"{CALLBACK}/"}, {"redirect_uri": "https://evil.example/"}],
)
def test_a_request_from_elsewhere_is_never_redirected(peer: TestClient, changes: dict[str, str]) -> None:
    page = peer.get("/authorize", params={**ASKED, **changes})
    assert page.status_code == 400
    assert "location" not in page.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_pkce_s256_is_demanded(peer: TestClient, changes: dict[str, str], error: str) -> None:
    told = peer.get("/authorize", params={**ASKED, **changes}).headers["location"]
    assert f"error={error}" in told
    assert told.startswith(CALLBACK)


@pytest.mark.parametrize("decision", ["deny", "", "anything"])
def test_only_a_yes_is_a_yes(peer: TestClient, decision: str) -> None:
    assert answer(peer, decision=decision or "no")["error"] == "access_denied"


def test_a_consent_screen_is_answered_once_and_soon(peer: TestClient, clock: Clock) -> None:
    page = peer.get("/authorize", params=ASKED)
    ticket = re.findall(r'name="ticket" value="([^"]+)"', page.text)[0]
    form = {"ticket": ticket, "account": "ana", "decision": "allow"}
    assert peer.post("/authorize", data=form).status_code == 303
    assert peer.post("/authorize", data=form).status_code == 400
    late = re.findall(r'name="ticket" value="([^"]+)"', peer.get("/authorize", params=ASKED).text)[0]
    clock.at += timedelta(minutes=11)
    assert peer.post("/authorize", data={**form, "ticket": late}).status_code == 400


def test_a_code_used_twice_takes_back_what_it_gave(peer: TestClient) -> None:
    code = answer(peer)["code"]
    token = exchange(peer, code)["access_token"]
    assert contacts_status(peer, token) == 200

    assert exchange(peer, code) == {"error": "invalid_grant"}

    assert contacts_status(peer, token) == 401


@pytest.mark.parametrize(
    "changes",
    [{"code_verifier": "w" * 43}, {"code_verifier": ""}, {"redirect_uri": "x"}, {"grant_type": "x"}],
)
def test_a_code_with_anything_wrong_gives_nothing(peer: TestClient, changes: dict[str, str]) -> None:
    assert exchange(peer, answer(peer)["code"], **changes) == {"error": "invalid_grant"}


def test_an_invented_code_gives_nothing(peer: TestClient) -> None:
    assert exchange(peer, "invented") == {"error": "invalid_grant"}


def test_a_code_dies_after_a_minute(peer: TestClient, clock: Clock) -> None:
    code = answer(peer)["code"]
    clock.at += timedelta(seconds=61)
    assert exchange(peer, code) == {"error": "invalid_grant"}


@pytest.mark.parametrize("secret", ["", "wrong", "é"])
def test_a_client_without_its_secret_gets_nothing(peer: TestClient, secret: str) -> None:
    for path in ("/token", "/revoke"):
        refused = peer.post(path, data={"client_id": CLIENT_ID, "client_secret": secret, "token": "x"})
        assert (refused.status_code, refused.json()) == (401, {"error": "invalid_client"})
    assert peer.post("/token", headers={"authorization": "Basic ???"}).status_code == 401


def test_refresh_tokens_rotate_and_an_old_one_ends_everything(peer: TestClient) -> None:
    first = exchange(peer, answer(peer)["code"])
    second = exchange(peer, "", grant_type="refresh_token", refresh_token=str(first["refresh_token"]))
    assert contacts_status(peer, second["access_token"]) == 200

    assert exchange(peer, "", grant_type="refresh_token", refresh_token=str(first["refresh_token"])) == {
        "error": "invalid_grant"
    }

    assert contacts_status(peer, second["access_token"]) == 401


def test_no_offline_access_no_refresh_token(peer: TestClient) -> None:
    assert "refresh_token" not in exchange(peer, answer(peer, scope="openid contacts.readonly")["code"])


def test_revoking_any_token_ends_the_grant(peer: TestClient) -> None:
    tokens = exchange(peer, answer(peer)["code"])
    done = peer.post("/revoke", data={"token": str(tokens["refresh_token"])}, auth=(CLIENT_ID, CLIENT_SECRET))
    assert done.status_code == 200
    assert contacts_status(peer, tokens["access_token"]) == 401
    assert peer.post("/revoke", data={"token": "unknown"}, auth=(CLIENT_ID, CLIENT_SECRET)).status_code == 200


def test_the_address_book_wants_a_live_token_of_the_right_scope(peer: TestClient, clock: Clock) -> None:
    token = exchange(peer, answer(peer)["code"])["access_token"]
    narrow = exchange(peer, answer(peer, decision="without_contacts")["code"])["access_token"]
    assert contacts_status(peer, "invented") == 401
    assert contacts_status(peer, narrow) == 403
    clock.at += timedelta(hours=1, seconds=1)
    assert contacts_status(peer, token) == 401


def test_pages_hold_what_was_asked_and_nothing_else(peer: TestClient) -> None:
    token = exchange(peer, answer(peer)["code"])["access_token"]
    headers, seen, start = {"authorization": f"Bearer {token}"}, 0, ""
    for _ in range(3):
        params = {"personFields": "names,phoneNumbers", "pageSize": "10"} | ({"pageToken": start} if start else {})
        page = peer.get("/v1/people/me/connections", params=params, headers=headers)
        assert "canary biography" not in page.text
        assert page.json()["totalItems"] == 25
        seen += len(page.json()["connections"])
        start = page.json().get("nextPageToken", "")
    assert (seen, start) == (25, "")


@pytest.mark.parametrize(
    "params",
    [{"personFields": ""}, {"pageSize": "0"}, {"pageSize": "1001"}, {"pageSize": "x"}, {"pageToken": "-1"}],
)
def test_a_page_that_cannot_be_is_a_plain_400(peer: TestClient, params: dict[str, str]) -> None:
    assert contacts_status(peer, exchange(peer, answer(peer)["code"])["access_token"], **params) == 400


@pytest.mark.parametrize(
    ("base_url", "is_demo"),
    [
        (BASE, False),
        ("http://0.1.2.3:9", True),
        ("http://demo.example", True),
        ("http://192.168.1.5:9", True),
        ("", True),
    ],
)
def test_outside_the_demo_it_is_not_made(base_url: str, is_demo: bool) -> None:
    with pytest.raises(UsageError, match="in the demo and on this machine only"):
        DemoProvider(ACCOUNTS, CLIENT, base_url=base_url, settings=InTheDemo(is_demo))
