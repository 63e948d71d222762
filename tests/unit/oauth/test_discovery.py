"""What a provider says of itself is believed only where it cannot hurt. Numbers are those of the attack table."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import httpx2
import pytest

from graph.errors import InputError
from oauth.discovery import WELL_KNOWN, Metadata, fetch_metadata, read_metadata
from oauth.transport import ProviderError

ISSUER = "https://id.example"
RIGHT: Mapping[str, object] = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/jwks",
    "revocation_endpoint": f"{ISSUER}/revoke",
    "code_challenge_methods_supported": ["S256"],
    "id_token_signing_alg_values_supported": ["RS256", "none"],
    "authorization_response_iss_parameter_supported": True,
}


def reason_for(document: Mapping[str, object], *, also: frozenset[str] = frozenset()) -> str:
    with pytest.raises(ProviderError) as refusal:
        read_metadata(document, issuer=ISSUER, also=also)
    return refusal.value.reason


def test_a_right_description_is_pinned_as_it_is() -> None:
    pinned = read_metadata(RIGHT, issuer=ISSUER)

    expected = (ISSUER, f"{ISSUER}/auth", f"{ISSUER}/token", f"{ISSUER}/jwks", f"{ISSUER}/revoke", True)
    assert dataclasses.astuple(pinned) == expected


def test_11_a_provider_that_drops_pkce_is_refused() -> None:
    assert reason_for({**RIGHT, "code_challenge_methods_supported": ["plain"]}) == "no_pkce"
    assert reason_for({**RIGHT, "code_challenge_methods_supported": None}) == "no_pkce"


@pytest.mark.parametrize("claimed", ["https://other.example", f"{ISSUER}/", "", None, ["https://id.example"]])
def test_16_a_description_of_another_issuer_is_refused(claimed: object) -> None:
    assert reason_for({**RIGHT, "issuer": claimed}) == "issuer_other"


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri", "authorization_endpoint", "revocation_endpoint"])
@pytest.mark.parametrize(
    "address",
    ["https://evil.example/x", "http://id.example/x", "https://id.example:8443/x", "https://id.example@evil.example/"],
)
def test_17_an_endpoint_elsewhere_is_refused_unless_it_is_listed(name: str, address: str) -> None:
    assert reason_for({**RIGHT, name: address}) == "other_origin"


def test_17_a_listed_origin_may_hold_an_endpoint() -> None:
    document = {**RIGHT, "jwks_uri": "https://keys.example/jwks"}
    pinned = read_metadata(document, issuer=ISSUER, also=frozenset({"https://keys.example:443"}))
    assert pinned.jwks_uri == "https://keys.example/jwks"


def test_19_a_provider_without_a_signature_that_we_take_is_refused() -> None:
    assert reason_for({**RIGHT, "id_token_signing_alg_values_supported": ["none", "HS256"]}) == "algorithm"


def test_what_is_missing_is_said() -> None:
    assert reason_for({**RIGHT, "token_endpoint": ""}) == "endpoint_missing"
    assert read_metadata({**RIGHT, "revocation_endpoint": None}, issuer=ISSUER).revocation_endpoint == ""


def fetched(answer: httpx2.Response, asked: list[str]) -> Metadata:
    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return answer

    return fetch_metadata(ISSUER, transport=httpx2.MockTransport(handle))


def test_a_description_is_asked_for_once_at_its_own_place() -> None:
    asked: list[str] = []
    assert fetched(httpx2.Response(200, json=dict(RIGHT)), asked).issuer == ISSUER
    assert asked == [ISSUER + WELL_KNOWN]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx2.Response(302, headers={"location": "http://169.254.169.254/"}), "redirect"),
        (httpx2.Response(500), "status"),
        (httpx2.Response(200, content=b"x" * 200_000), "too_large"),
        (httpx2.Response(200, content=b"[]"), "unreadable"),
        (httpx2.Response(200, content=b"<html></html>"), "unreadable"),
    ],
)
def test_39_and_42_a_description_that_cannot_be_had(answer: httpx2.Response, reason: str) -> None:
    asked: list[str] = []
    with pytest.raises(ProviderError) as refusal:
        fetched(answer, asked)
    assert refusal.value.reason == reason
    assert len(asked) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "localhost", "[::1]"])
def test_37_a_description_on_this_machine_is_never_asked_for(host: str) -> None:
    with pytest.raises(InputError):
        fetch_metadata(f"https://{host}")
