"""Reading an id_token: who signed it, for whom, for which login, and when. OpenID Connect Core 1.0, section 3.1.3.7."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from oauth.providers.base import Provider
from oauth.readers.documents import objects_of, text_of

Claims = Mapping[str, object]

_TENANT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FORBIDDEN_HEADERS = ("crit", "jwk", "jku", "x5u", "x5c")
_CLOCK_SKEW_SECONDS = 300
_LONGEST_TOKEN = 16_000


class IdTokenError(Exception):
    """An id_token that proves nothing. Holds one word, never any of the token."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody at one issuer. The same ``subject`` at two issuers is two people; e-mail alone joins nobody."""

    issuer: str
    subject: str
    email: str = ""
    is_email_verified: bool = False
    name: str = ""


def read_id_token(token: object, keys: object, *, provider: Provider, nonce: str, now: datetime) -> Identity:
    """The identity that an id_token proves.

    Args:
        token: what the token endpoint gave as ``id_token``.
        keys: the provider's key set, a JSON object with ``keys``.
        provider: whose issuer, client and algorithms are pinned.
        nonce: what this login was started with.
        now: the instant, aware.

    Raises:
        IdTokenError: anything missing or wrong, with one word.
    """
    claims = _verified(token, keys, provider)
    _check_audience(claims, provider.client_id)
    _check_times(claims, now.timestamp())
    _demand(claims.get("iss") == _issuer(claims, provider), "issuer")
    _demand(bool(nonce) and claims.get("nonce") == nonce, "nonce")
    return _identity(claims)


def _verified(token: object, keys: object, provider: Provider) -> Claims:
    _demand(isinstance(token, str) and 0 < len(token) <= _LONGEST_TOKEN, "missing")
    try:
        header = jws.extract_compact(str(token).encode()).headers()
        algorithm = str(header.get("alg"))
        _demand(algorithm in provider.id_token_algorithms, "algorithm")
        _demand(not any(name in header for name in _FORBIDDEN_HEADERS), "header")
        key = _import_key(_key_of(header.get("kid"), keys), algorithm)
        return jwt.decode(str(token), key, algorithms=[algorithm]).claims
    except (JoseError, ValueError, TypeError, KeyError):
        raise IdTokenError("signature") from None


def _key_of(kid: object, keys: object) -> dict[str, str | list[str]]:
    found = [key for key in objects_of(keys) if kid and key.get("kid") == kid and key.get("use", "sig") == "sig"]
    _demand(len(found) == 1, "key")
    return {name: text for name, text in found[0].items() if isinstance(text, str)}


def _import_key(key: dict[str, str | list[str]], algorithm: str) -> RSAKey | ECKey:
    """A public key of the kind that the algorithm wants: an RSA key never becomes an HMAC secret."""
    return ECKey.import_key(key) if algorithm == "ES256" else RSAKey.import_key(key)


def _check_audience(claims: Claims, client_id: str) -> None:
    audience = claims.get("aud")
    several = audience if isinstance(audience, list) else [audience]
    _demand(client_id in several, "audience")
    authorized = claims.get("azp", client_id if len(several) == 1 else None)
    _demand(authorized == client_id, "audience")


def _check_times(claims: Claims, now: float) -> None:
    expires, issued = _instant(claims, "exp"), _instant(claims, "iat")
    _demand(expires > now - _CLOCK_SKEW_SECONDS, "expired")
    _demand(issued <= now + _CLOCK_SKEW_SECONDS, "future")


def _instant(claims: Claims, name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise IdTokenError(name)
    return float(value)


def _issuer(claims: Claims, provider: Provider) -> str:
    tenant = text_of(claims.get("tid"))
    if "{tid}" in provider.issuer:
        _demand(_TENANT.fullmatch(tenant) is not None, "issuer")
    return provider.issuer.replace("{tid}", tenant)


def _identity(claims: Claims) -> Identity:
    subject = text_of(claims.get("sub"))
    _demand(0 < len(subject) <= 255, "subject")
    return Identity(
        issuer=text_of(claims.get("iss")),
        subject=subject,
        email=text_of(claims.get("email")),
        is_email_verified=claims.get("email_verified") is True,
        name=text_of(claims.get("name")),
    )


def _demand(holds: bool, word: str) -> None:
    if not holds:
        raise IdTokenError(word)
