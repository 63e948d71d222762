"""Authlib's client over our own transport, with everything about the provider pinned (design decision 10)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client

from oauth.providers.base import Provider
from oauth.transport import BoundedTransport, Bounds, Deadline, GuardedTransport, ProviderError

LOGIN_BOUNDS = Bounds(answer_bytes=200_000, total_seconds=20.0)
PKCE_METHOD = "S256"


@contextmanager
def open_wire(
    provider: Provider, *, origins: frozenset[str], bounds: Bounds, transport: httpx2.BaseTransport | None = None
) -> Iterator[BoundedTransport]:
    """A transport for one conversation with a provider. ``transport`` stands in for the network in tests."""
    deadline = Deadline(bounds.total_seconds)
    inner = transport or GuardedTransport(deadline=deadline, loopback=provider.is_loopback)
    wire = BoundedTransport(inner, origins=origins, bounds=bounds, deadline=deadline)
    try:
        yield wire
    finally:
        wire.close()


def oauth_client(provider: Provider, *, redirect_uri: str = "", wire: httpx2.BaseTransport) -> OAuth2Client:
    """Authlib's client: no discovery, no redirects, no environment, PKCE S256 always."""
    return OAuth2Client(
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        redirect_uri=redirect_uri,
        code_challenge_method=PKCE_METHOD,
        transport=wire,
        trust_env=False,
        follow_redirects=False,
    )


@contextmanager
def provider_failures(provider: Provider) -> Iterator[None]:
    """Whatever Authlib, the transport or a broken answer raises becomes one ``ProviderError`` without their texts."""
    try:
        yield
    except ProviderError as error:
        raise ProviderError(error.happened, thing=provider.id, reason=error.reason) from None
    except (AuthlibBaseError, httpx2.HTTPError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ProviderError("The provider refused.", thing=provider.id, reason="refused") from None


def revoke(provider: Provider, token: str, *, transport: httpx2.BaseTransport | None = None) -> bool:
    """Take a grant back at the provider (RFC 7009); whether the provider said yes.

    A failure is the answer ``False``, never an error: erasure goes on, and the caller tries again later. A provider
    without a revocation endpoint answers ``False`` too.
    """
    if not (provider.revocation_endpoint and token):
        return False
    try:
        with (
            open_wire(provider, origins=provider.login_origins, bounds=LOGIN_BOUNDS, transport=transport) as wire,
            provider_failures(provider),
            oauth_client(provider, wire=wire) as client,
        ):
            answer = client.revoke_token(provider.revocation_endpoint, token=token)  # type: ignore[no-untyped-call]  # the stub leaves it bare
            return bool(answer.status_code == httpx2.codes.OK)
    except ProviderError:
        return False
