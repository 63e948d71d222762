"""A token endpoint that may lie: it answers on a mock transport with whatever id_token a test makes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import httpx2
from joserfc import jwt
from joserfc.jwk import RSAKey

from oauth.providers.base import Provider
from oauth.providers.google import google

KEY = RSAKey.generate_key(2048, {"kid": "ours"})
STRANGERS_KEY = RSAKey.generate_key(2048, {"kid": "ours"})
GOOGLE = google("client-of-the-campaign", "canary-client-secret")


def claims_for(provider: Provider, *, nonce: str, now: datetime, **changes: object) -> dict[str, Any]:
    """Right claims, with changes; a change to ``None`` takes the claim out."""
    at = int(now.timestamp())
    right = {
        "iss": provider.issuer,
        "aud": provider.client_id,
        "sub": "ana",
        "iat": at,
        "exp": at + 600,
        "nonce": nonce,
    }
    return {name: value for name, value in {**right, **changes}.items() if value is not None}


def signed(claims: Mapping[str, Any], *, key: RSAKey = KEY, **header: object) -> str:
    """An id_token by the provider's key, or by another."""
    return jwt.encode({"alg": "RS256", "kid": "ours", **header}, dict(claims), key)


def unsigned(claims: Mapping[str, Any]) -> str:
    """An id_token with ``alg: none`` and no signature."""
    return _packed({"alg": "none", "kid": "ours"}, claims) + "."


def keyed_by_public_key(claims: Mapping[str, Any]) -> str:
    """An id_token whose HMAC secret is the provider's public key, byte for byte."""
    text = _packed({"alg": "HS256", "kid": "ours"}, claims)
    mac = hmac.new(KEY.as_pem(private=False), text.encode(), hashlib.sha256).digest()
    return f"{text}.{_base64(mac)}"


def _packed(*parts: Mapping[str, Any]) -> str:
    return ".".join(_base64(json.dumps(dict(part)).encode()) for part in parts)


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class TokenPeer:
    """The peer: ``answer`` is the token endpoint's JSON, ``keys`` its key set, ``sent`` what it was asked."""

    answer: dict[str, object] = field(default_factory=dict)
    status: int = 200
    body: bytes | None = None
    keys: bytes = json.dumps({"keys": [{**KEY.as_dict(private=False), "use": "sig"}]}).encode()
    sent: list[dict[str, list[str]]] = field(default_factory=list)

    def transport(self) -> httpx2.MockTransport:
        """The peer as a transport."""
        return httpx2.MockTransport(self._handle)

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        if str(request.url) == GOOGLE.jwks_uri:
            return httpx2.Response(200, content=self.keys)
        assert str(request.url) == GOOGLE.token_endpoint
        self.sent.append(parse_qs(request.content.decode()))
        if self.body is not None:
            return httpx2.Response(self.status, content=self.body)
        token = {"access_token": "canary-access", "token_type": "Bearer", "expires_in": 3600}
        return httpx2.Response(self.status, json={**token, **self.answer})
