"""What every answer of ours carries and every request of ours must pass, in one ASGI layer that no route can forget.

Order: the host is ours; the body is not too large; an unsafe method comes from our own page (Origin and
Sec-Fetch-Site) and, with a session cookie, carries that session's form token; the answer gets its headers.
"""

from __future__ import annotations

from asyncio import timeout
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, Response
from starlette.datastructures import FormData, Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request, cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.sessions import cookie_name, csrf_of, drop_cookie

Refuse = Callable[[str, int], ASGIApp]

CSRF_FIELD = "csrf"
_CALLBACKS = "/oauth/"
CSRF_HEADER = "x-csrf-token"

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
_NOT_LOADED = object()


@dataclass(frozen=True, slots=True)
class SecurityPolicy:
    """What the layer holds to.

    Attributes:
        base_url: the configured address; hosts, origins and cookies follow from it, never from a request.
        form_origins: where our forms may lead besides ourselves (the providers' login pages).
        largest_body: bytes of a request.
        body_seconds: how long a whole body may take to come.
        public_prefixes: paths whose answers may be cached (style sheets, scripts, pictures).
        bearer_prefixes: paths that take a bearer or a signature and never a cookie: cookies are taken off there.
    """

    base_url: str
    form_origins: tuple[str, ...] = ()
    largest_body: int = 6_000_000
    body_seconds: float = 90.0
    public_prefixes: tuple[str, ...] = ("/static/",)
    bearer_prefixes: tuple[str, ...] = ("/api/",)
    extra_hosts: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_https(self) -> bool:
        """Whether the configured address is https."""
        return self.base_url.startswith("https://")

    @property
    def origin(self) -> str:
        """Our own origin, as a browser writes it."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}".lower()

    @property
    def hosts(self) -> frozenset[str]:
        """The ``Host`` values that are ours."""
        return frozenset({urlsplit(self.base_url).netloc.lower()}) | self.extra_hosts


def content_security_policy(form_origins: Iterable[str] = ()) -> str:
    """Nothing from anywhere, except our own scripts, styles, pictures and forms."""
    leads_to = " ".join(("'self'", *form_origins))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"form-action {leads_to}; base-uri 'none'; frame-ancestors 'none'"
    )


class SecurityMiddleware:
    """The layer, mounted outermost by ``GuardedApp``.

    ``refuse`` makes the answer to a refused request from a sentence and a status; the default is plain text.
    """

    def __init__(self, app: ASGIApp, *, policy: SecurityPolicy, refuse: Refuse | None = None) -> None:
        self._app = app
        self._policy = policy
        self._refuse = refuse or _refusal
        self._headers = _fixed_headers(policy)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request and pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"].startswith(self._policy.bearer_prefixes):
            _take_cookies_off(scope)
        guarded = self._with_headers(scope, send)
        refusal, receive = await self._judge(scope, receive)
        inner: ASGIApp = refusal or self._app
        await inner(scope, receive, guarded)

    async def _judge(self, scope: Scope, receive: Receive) -> tuple[ASGIApp | None, Receive]:
        """Why not, or ``None``; and the body to read from then on."""
        headers = Headers(scope=scope)
        if headers.get("host", "").lower() not in self._policy.hosts:
            return self._refuse("This is not the address of this site.", 400), receive
        if scope["method"] in _SAFE_METHODS:
            return None, receive
        try:
            async with timeout(self._policy.body_seconds):
                body = await _read_body(headers, receive, self._policy.largest_body)
        except TimeoutError:
            return self._refuse("That took too long.", 408), receive
        if body is None:
            return self._refuse("That is too large.", 413), receive
        if scope["path"].startswith(self._policy.bearer_prefixes):
            return None, _replay(body, receive)
        is_ours = is_same_origin(headers, self._policy.origin) and await self._has_token(scope, headers, body)
        refusal = None if is_ours else self._refuse("This form did not come from our page.", 403)
        return refusal, _replay(body, receive)

    async def _has_token(self, scope: Scope, headers: Headers, body: bytes) -> bool:
        """Whether a request with a session cookie carries that session's token. Without a cookie nobody is at risk."""
        cookie = self._cookie(headers)
        if not cookie:
            return True
        sent = headers.get(CSRF_HEADER) or await _form_token(scope, headers, body)
        return compare_digest(sent.encode(), csrf_of(cookie).encode())

    def _cookie(self, headers: Headers) -> str:
        return cookie_parser(headers.get("cookie", "")).get(cookie_name(self._policy.base_url), "")

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        is_public = scope["path"].startswith(self._policy.public_prefixes)
        is_callback = scope["path"].startswith(_CALLBACKS)  # its address holds a code and a state (RFC 9700, 4.2.4)
        had_cookie = bool(self._cookie(Headers(scope=scope)))
        state = scope.setdefault("state", {})

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if is_callback:
                    headers["referrer-policy"] = "no-referrer"
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "public, max-age=3600" if is_public else "no-store")
                if had_cookie and state.get("session", _NOT_LOADED) is None:
                    # A dead cookie would ask every form for a token that no page can give.
                    headers.append("set-cookie", _dropped_cookie(self._policy.base_url))
            await send(message)

        return guarded


class GuardedApp(FastAPI):
    """An application behind the layer, the page of an unforeseen error too: Starlette sends that from outside of whatever
    ``add_middleware`` adds.
    """

    def __init__(self, policy: SecurityPolicy, **told: Any) -> None:  # noqa: ANN401 (what FastAPI takes)
        super().__init__(**told)
        self._policy = policy

    def build_middleware_stack(self) -> ASGIApp:
        """All of it, with the layer around."""
        return SecurityMiddleware(super().build_middleware_stack(), policy=self._policy)


def _fixed_headers(policy: SecurityPolicy) -> dict[str, str]:
    headers = {
        "content-security-policy": content_security_policy(policy.form_origins),
        "x-frame-options": "DENY",
        "x-content-type-options": "nosniff",
        # Not "no-referrer": under that, browsers send "Origin: null" with our own forms, and older ones send nothing
        # else that tells them from a stranger's. Other sites get no referrer either way.
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
    return headers | ({"strict-transport-security": "max-age=31536000"} if policy.is_https else {})


def is_same_origin(headers: Headers, origin: str) -> bool:
    """Whether a request was made by a page of ours, by what the browser says and a page cannot forge.

    A request without both headers comes from no current browser's form; it then depends on the token alone.
    """
    sent, site = headers.get("origin"), headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    if sent is None or (sent == "null" and site == "same-origin"):
        return True
    return sent.lower() == origin


async def _read_body(headers: Headers, receive: Receive, largest: int) -> bytes | None:
    """The whole body, or ``None`` when it is larger, said or unsaid."""
    said = headers.get("content-length", "0")
    if not said.isdecimal() or int(said) > largest:
        return None
    body = bytearray()
    is_more = True
    while is_more and len(body) <= largest:
        message = await receive()
        body += message.get("body", b"")
        is_more = message["type"] == "http.request" and message.get("more_body", False)
    return bytes(body) if len(body) <= largest else None


def _replay(body: bytes, then: Receive) -> Receive:
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else await then()

    return receive


async def _disconnected() -> Message:
    return {"type": "http.disconnect"}


async def _form_token(scope: Scope, headers: Headers, body: bytes) -> str:
    if not headers.get("content-type", "").startswith(_FORM_TYPES):
        return ""
    try:
        form: FormData = await Request(dict(scope), _replay(body, _disconnected)).form(max_files=20, max_fields=30_000)
    except (HTTPException, MultiPartException, ValueError):
        return ""
    token = form.get(CSRF_FIELD, "")
    await form.close()
    return token if isinstance(token, str) else ""


def _take_cookies_off(scope: Scope) -> None:
    scope["headers"] = [(name, value) for name, value in scope["headers"] if name.lower() != b"cookie"]


def _dropped_cookie(base_url: str) -> str:
    response = Response()
    drop_cookie(response, base_url=base_url)
    return response.headers["set-cookie"]


def _refusal(sentence: str, status: int) -> ASGIApp:
    return PlainTextResponse(f"{sentence} Go back, reload the page, and try again.", status_code=status)
