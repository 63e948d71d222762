"""What the demo's provider has promised and to whom: pending consents, codes, grants and their tokens, in memory.

Every secret lives once: a code used twice takes back what it gave (RFC 6749 section 4.1.2), and so does a refresh
token used after its successor was issued (RFC 9700 section 4.14).
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from joserfc.util import to_bytes, urlsafe_b64encode

Now = Callable[[], datetime]

CODE_LIVES = timedelta(seconds=60)
CONSENT_LIVES = timedelta(minutes=10)
ACCESS_LIVES = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A valid authorization request, kept while somebody reads the consent screen."""

    redirect_uri: str
    scopes: tuple[str, ...]
    state: str
    nonce: str
    code_challenge: str
    asked_at: datetime


@dataclass(slots=True)
class Given:
    """One person's yes to one request, and the tokens that stand for it."""

    account_id: str
    scopes: tuple[str, ...]
    request: AuthorizationRequest
    given_at: datetime
    is_code_used: bool = False
    is_revoked: bool = False
    access_tokens: dict[str, datetime] = field(default_factory=dict)
    refresh_token: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """Fresh tokens; ``refresh_token`` is ``""`` when offline access was not granted."""

    given: Given
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)


class Grants:
    """The provider's memory. Safe for several threads; gone when the process ends."""

    def __init__(self, *, now: Now) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._pending: dict[str, AuthorizationRequest] = {}
        self._codes: dict[str, Given] = {}
        self._tokens: dict[str, Given] = {}

    def ask(self, request: AuthorizationRequest) -> str:
        """Keep a request while its consent screen is read; the id that the form carries."""
        with self._lock:
            ticket = secrets.token_urlsafe(24)
            self._pending[ticket] = request
            return ticket

    def answer(self, ticket: str) -> AuthorizationRequest | None:
        """Take the request of a consent form; ``None`` when it is unknown, answered or older than ten minutes."""
        with self._lock:
            request = self._pending.pop(ticket, None)
            is_fresh = request is not None and self._now() - request.asked_at <= CONSENT_LIVES
            return request if is_fresh else None

    def give_code(self, request: AuthorizationRequest, *, account_id: str, scopes: tuple[str, ...]) -> str:
        """A code for 60 seconds and one use."""
        with self._lock:
            code = secrets.token_urlsafe(32)
            self._codes[code] = Given(account_id, scopes, request, self._now())
            return code

    def redeem(self, code: str, *, redirect_uri: str, verifier: str) -> Issued | None:
        """Tokens for a code; ``None`` when anything is wrong. A code seen twice revokes what it gave."""
        with self._lock:
            given = self._codes.get(code)
            if given is None:
                return None
            if given.is_code_used:
                given.is_revoked = True
                return None
            given.is_code_used = True
            is_late = self._now() - given.given_at > CODE_LIVES
            is_right = bool(verifier) and _challenge_of(verifier) == given.request.code_challenge
            if is_late or not is_right or redirect_uri != given.request.redirect_uri:
                return None
            return self._issue(given)

    def refresh(self, token: str) -> Issued | None:
        """New tokens for the newest refresh token; an older one revokes the whole grant."""
        with self._lock:
            given = self._tokens.get(token)
            if given is None or given.is_revoked:
                return None
            if token != given.refresh_token:
                given.is_revoked = True
                return None
            return self._issue(given)

    def bearer(self, token: str) -> Given | None:
        """Whose access token this is; ``None`` when it is unknown, expired or revoked."""
        with self._lock:
            given = self._tokens.get(token)
            expires = given.access_tokens.get(token) if given else None
            is_live = given is not None and not given.is_revoked and expires is not None and self._now() < expires
            return given if is_live else None

    def revoke(self, token: str) -> None:
        """Take back the grant behind any of its tokens; unknown tokens are fine (RFC 7009 section 2.2)."""
        with self._lock:
            if given := self._tokens.get(token):
                given.is_revoked = True

    def _issue(self, given: Given) -> Issued:
        access = secrets.token_urlsafe(32)
        refresh = secrets.token_urlsafe(32) if "offline_access" in given.scopes else ""
        given.access_tokens[access] = self._now() + ACCESS_LIVES
        given.refresh_token = refresh
        self._tokens[access] = given
        if refresh:
            self._tokens[refresh] = given
        return Issued(given, access, refresh)


def _challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636 section 4.2)."""
    return urlsafe_b64encode(hashlib.sha256(to_bytes(verifier)).digest()).decode()
