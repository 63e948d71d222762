"""The token, revocation and key endpoints of the demo's provider (RFC 6749, 7009, 7517)."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from app.demo.provider_grants import ACCESS_LIVES, Issued

if TYPE_CHECKING:
    from app.demo.provider import DemoClient, DemoProvider


def add_tokens(app: FastAPI, provider: DemoProvider) -> None:
    """Let the provider answer at ``/token``, ``/revoke`` and ``/jwks``."""

    @app.post("/token")
    async def token(request: Request) -> JSONResponse:
        form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
        if not _is_client(provider.client, request, form):
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        issued = _redeem(provider, form)
        if issued is None:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        return JSONResponse(_token_answer(provider, issued))

    @app.post("/revoke")
    async def revoke(request: Request) -> Response:
        form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
        if not _is_client(provider.client, request, form):
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        provider.grants.revoke(form.get("token", ""))
        return Response(status_code=200)

    @app.get("/jwks")
    def keys() -> JSONResponse:
        return JSONResponse({"keys": [provider.key.as_dict(private=False)]})


def _redeem(provider: DemoProvider, form: Mapping[str, str]) -> Issued | None:
    kind = form.get("grant_type")
    if kind == "authorization_code":
        verifier, redirect_uri = form.get("code_verifier", ""), form.get("redirect_uri", "")
        return provider.grants.redeem(form.get("code", ""), redirect_uri=redirect_uri, verifier=verifier)
    return provider.grants.refresh(form.get("refresh_token", "")) if kind == "refresh_token" else None


def _token_answer(provider: DemoProvider, issued: Issued) -> dict[str, object]:
    given = issued.given
    answer: dict[str, object] = {
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": int(ACCESS_LIVES / timedelta(seconds=1)),
        "scope": " ".join(given.scopes),
    }
    answer |= {"refresh_token": issued.refresh_token} if issued.refresh_token else {}
    answer |= {"id_token": provider.id_token(given)} if "openid" in given.scopes else {}
    return answer


def _is_client(client: DemoClient, request: Request, form: Mapping[str, str]) -> bool:
    """Client authentication by HTTP Basic, or by the form (RFC 6749 section 2.3.1)."""
    scheme, _, packed = request.headers.get("authorization", "").partition(" ")
    given_id, given_secret = form.get("client_id", ""), form.get("client_secret", "")
    if scheme.lower() == "basic":
        try:
            decoded = base64.b64decode(packed, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return False
        given_id, _, given_secret = (unquote(part) for part in decoded.partition(":"))
    is_secret = hmac.compare_digest(given_secret.encode(), client.client_secret.encode())
    return given_id == client.client_id and is_secret
