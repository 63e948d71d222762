"""The demo's own OAuth provider: a small, honest authorization server with an address book in the People API's shape.

It belongs to the demo: it will not be made outside it, nor at an address that is not this machine. It does what a
good provider does (PKCE S256 required, exact redirect URI, client authentication, single-use codes of 60 seconds,
signed id_tokens with the nonce, ``iss`` in the callback, rotation, revocation), so the login that it accepts is the
login that Google would see.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NamedTuple, Protocol
from urllib.parse import urlencode

from fastapi import FastAPI, Form, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from joserfc import jwt
from joserfc.jwk import RSAKey

from app.demo.provider_book import add_address_books, book_of
from app.demo.provider_grants import AuthorizationRequest, Given, Grants, Now
from app.demo.provider_tokens import add_tokens
from graph.errors import UsageError
from oauth.providers.demo import CONTACTS_SCOPE
from oauth.transport import is_loopback, origin_of

_HERE = Path(__file__).parent
_PAGES = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_SCOPES = {
    "openid": "know that it is you",
    "email": "see your e-mail address",
    "profile": "see your name",
    CONTACTS_SCOPE: "see the names, phones and e-mails in your address book",
    "offline_access": "keep this until you take it back",
}


class DemoOnly(Protocol):
    """The settings that a caller must hold: they say whether this process is the demo."""

    @property
    def is_demo(self) -> bool:
        """Whether everything in this process is invented."""


class DemoAccount(NamedTuple):
    """An invented person's account: her name, and her address book as pages of the People API."""

    name: str
    pages: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class DemoClient:
    """The one client the provider knows: our own app."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uris: frozenset[str]
    label: str = "The campaign"


class DemoProvider:
    """The provider's parts, behind ``app``. ``calls`` holds the last thousand requests as ``GET /path``."""

    def __init__(
        self,
        accounts: Mapping[str, DemoAccount],
        client: DemoClient,
        *,
        base_url: str,
        settings: DemoOnly,
        now: Now = lambda: datetime.now(UTC),
    ) -> None:
        refuse_outside_demo(base_url, settings)
        self.base_url = base_url
        self.client = client
        self.accounts = accounts
        self.books = {account_id: book_of(account.pages) for account_id, account in accounts.items()}
        self.grants = Grants(now=now)
        self.calls: deque[str] = deque(maxlen=1000)
        self.key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
        self.now = now
        self.app = _routes(self)

    def callback(self, request: AuthorizationRequest, **answer: str) -> RedirectResponse:
        """Back to the client, with the state it sent and our own name (RFC 9207)."""
        pairs = {**answer, "state": request.state, "iss": self.base_url}
        target = f"{request.redirect_uri}{'&' if '?' in request.redirect_uri else '?'}{urlencode(pairs)}"
        return RedirectResponse(target, status_code=303)

    def id_token(self, given: Given) -> str:
        """Who it is, signed for this client and this login."""
        at = int(self.now().timestamp())
        claims = {
            "iss": self.base_url,
            "sub": given.account_id,
            "aud": self.client.client_id,
            "iat": at,
            "exp": at + 600,
            "nonce": given.request.nonce,
            "name": self.accounts[given.account_id].name,
            "email": f"{given.account_id}@demo.example",
            "email_verified": True,
        }
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


def refuse_outside_demo(base_url: str, settings: DemoOnly) -> None:
    """Refuse to be anything but the demo's.

    Raises:
        UsageError: the settings are not the demo's, or the address is not this machine.
    """
    host = origin_of(base_url).partition("://")[2].rpartition(":")[0].strip("[]")
    try:
        is_here = is_loopback(host)
    except ValueError:
        is_here = False
    if not (settings.is_demo and is_here):
        raise UsageError(
            "The demo's address book runs in the demo and on this machine only.",
            thing="demo provider",
            next_step="Start it with kith demo, at 127.0.0.1.",
        )


def _routes(provider: DemoProvider) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _add_headers(app, provider)
    _add_consent(app, provider)
    add_tokens(app, provider)
    add_address_books(app, provider.books, provider.grants)
    return app


def _add_headers(app: FastAPI, provider: DemoProvider) -> None:
    returns = {origin_of(uri).removesuffix(":443").removesuffix(":80") for uri in provider.client.redirect_uris}
    policy = f"default-src 'none'; style-src 'self'; form-action 'self' {' '.join(sorted(returns))}; "
    policy += "base-uri 'none'; frame-ancestors 'none'"

    @app.middleware("http")
    async def headers(request: Request, call_next: object) -> Response:
        provider.calls.append(f"{request.method} {request.url.path}")
        answer: Response = await call_next(request)  # type: ignore[operator]  # Starlette names no type for it
        answer.headers["content-security-policy"] = policy
        answer.headers["cache-control"] = "no-store"
        answer.headers["referrer-policy"] = "same-origin"
        answer.headers["x-content-type-options"] = "nosniff"
        return answer


def _add_consent(app: FastAPI, provider: DemoProvider) -> None:
    @app.get("/authorize")
    def ask(request: Request) -> Response:
        params = dict(request.query_params)
        is_known = params.get("client_id") == provider.client.client_id
        if not is_known or params.get("redirect_uri") not in provider.client.redirect_uris:
            # Never redirect to an address that was not registered.
            return _page("This request is not from a known app.", status=400)
        asked = _read_request(params, provider.now())
        if problem := _problem(params):
            return provider.callback(asked, error=problem)
        return _consent_page(provider, provider.grants.ask(asked), asked)

    @app.post("/authorize")
    def answer(
        ticket: Annotated[str, Form()], account: Annotated[str, Form()], decision: Annotated[str, Form()]
    ) -> Response:
        asked = provider.grants.answer(ticket)
        if asked is None or account not in provider.accounts:
            return _page("This page is too old. Go back to the app and start again.", status=400)
        if decision not in ("allow", "without_contacts"):
            return provider.callback(asked, error="access_denied")
        is_whole = decision == "allow"
        scopes = tuple(scope for scope in asked.scopes if is_whole or scope != CONTACTS_SCOPE)
        return provider.callback(asked, code=provider.grants.give_code(asked, account_id=account, scopes=scopes))

    @app.get("/provider.css")
    def style() -> FileResponse:
        return FileResponse(_HERE / "provider.css", media_type="text/css")


def _read_request(params: Mapping[str, str], now: datetime) -> AuthorizationRequest:
    return AuthorizationRequest(
        redirect_uri=params["redirect_uri"],
        scopes=tuple(scope for scope in params.get("scope", "").split() if scope in _SCOPES),
        state=params.get("state", ""),
        nonce=params.get("nonce", ""),
        code_challenge=params.get("code_challenge", ""),
        asked_at=now,
    )


def _problem(params: Mapping[str, str]) -> str:
    if params.get("response_type") != "code":
        return "unsupported_response_type"
    is_s256 = params.get("code_challenge_method") == "S256"
    has_challenge = _CHALLENGE.fullmatch(params.get("code_challenge", "")) is not None
    return "" if is_s256 and has_challenge else "invalid_request"


def _consent_page(provider: DemoProvider, ticket: str, asked: AuthorizationRequest) -> HTMLResponse:
    choices = [(key, account.name, len(provider.books[key])) for key, account in provider.accounts.items()]
    page = _PAGES.get_template("provider.html").render(
        heading="Choose an address book",
        ticket=ticket,
        choices=choices,
        client_label=provider.client.label,
        asked=[_SCOPES[scope] for scope in asked.scopes],
        asks_contacts=CONTACTS_SCOPE in asked.scopes,
    )
    return HTMLResponse(page)


def _page(problem: str, *, status: int) -> HTMLResponse:
    page = _PAGES.get_template("provider.html").render(heading="This did not work", ticket="", problem=problem)
    return HTMLResponse(page, status_code=status)
