"""A provider's own description (OpenID Connect Discovery 1.0, RFC 8414): fetched once by an operator, checked, then pinned.

Nothing here runs while somebody signs in: whoever answers for the document would choose where codes and tokens go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import httpx2

from oauth.providers.base import ID_TOKEN_ALGORITHMS, read_page
from oauth.readers.documents import text_of
from oauth.transport import BoundedTransport, Bounds, Deadline, GuardedTransport, ProviderError, origin_of

WELL_KNOWN = "/.well-known/openid-configuration"
BOUNDS = Bounds(answer_bytes=100_000, total_seconds=15.0)
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is pinned of a provider. ``revocation_endpoint`` is ``""`` when it has none."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    revocation_endpoint: str = ""
    sends_issuer: bool = False


def fetch_metadata(
    issuer: str,
    *,
    also: frozenset[str] = frozenset(),
    transport: httpx2.BaseTransport | None = None,
    loopback: bool = False,
) -> Metadata:
    """Fetch and check a provider's description: one request, no redirect, public addresses only.

    Args:
        issuer: as the provider writes it.
        also: origins that may hold an endpoint beside the issuer's own, such as ``https://keys.example:443``.
        transport: stands in for the network.
        loopback: lets an issuer stand on this machine, under http; for tests only.

    Raises:
        ProviderError: it could not be had or read, or says what a provider must not say.
    """
    deadline = Deadline(BOUNDS.total_seconds)
    inner = transport or GuardedTransport(deadline=deadline)
    wire = BoundedTransport(inner, origins=frozenset({origin_of(issuer)}), bounds=BOUNDS, deadline=deadline)
    with httpx2.Client(transport=wire, trust_env=False, follow_redirects=False) as client:
        try:
            answer = client.get(issuer.rstrip("/") + WELL_KNOWN)
        except httpx2.HTTPError:
            raise _bad("unreachable") from None
    if answer.status_code != httpx2.codes.OK:
        raise _bad("redirect" if answer.has_redirect_location else "status")
    return read_metadata(read_page(answer.content, provider_id="metadata"), issuer=issuer, also=also, loopback=loopback)


def read_metadata(
    document: Mapping[str, object], *, issuer: str, also: frozenset[str] = frozenset(), loopback: bool = False
) -> Metadata:
    """Check a description against the issuer that it was asked of.

    Raises:
        ProviderError: another issuer, an endpoint elsewhere or without https, no PKCE S256, no signature that we take.
    """
    schemes = ("https://", "http://") if loopback else ("https://",)
    _demand(issuer.startswith(schemes) and document.get("issuer") == issuer, "issuer_other")
    allowed = {origin_of(issuer), *also}
    found = {name: text_of(document.get(name)) for name in (*_ENDPOINTS, "revocation_endpoint")}
    for name, address in found.items():
        _demand(bool(address) or name not in _ENDPOINTS, "endpoint_missing")
        _demand(not address or (address.startswith(schemes) and origin_of(address) in allowed), "other_origin")
    _demand("S256" in _texts(document.get("code_challenge_methods_supported")), "no_pkce")
    _demand(bool(ID_TOKEN_ALGORITHMS & _texts(document.get("id_token_signing_alg_values_supported"))), "algorithm")
    sends_issuer = document.get("authorization_response_iss_parameter_supported") is True
    return Metadata(issuer=issuer, sends_issuer=sends_issuer, **found)


def _texts(value: object) -> frozenset[str]:
    return frozenset(map(text_of, value)) if isinstance(value, list) else frozenset()


def _demand(holds: bool, reason: str) -> None:
    if not holds:
        raise _bad(reason)


def _bad(reason: str) -> ProviderError:
    return ProviderError("This provider's description cannot be trusted.", thing="metadata", reason=reason)
