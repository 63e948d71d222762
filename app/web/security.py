"""What every answer of ours carries and every request of ours must pass, in one ASGI layer that no route can forget.

Order: the host is ours; the body is not too large; an unsafe method comes from our own page (Origin and
Sec-Fetch-Site) and, with a session cookie, carries that session's form token; the answer gets its headers.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hmac import compare_digest
from urllib.parse import unquote, urlsplit

from fastapi.responses import PlainTextResponse
from starlette.datastructures import FormData, Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request, cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.sessions import cookie_name, csrf_of

CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
_ODD = re.compile(r"[\x00-\x20\x7f\\]|[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class SecurityPolicy:
    """What the layer holds to.

    Attributes:
        base_url: the configured address; hosts, origins and cookies follow from it, never from a request.
        form_origins: where our forms may lead besides ourselves (the providers' login pages).
        largest_body: bytes of a request.
        public_prefixes: paths whose answers may be cached (style sheets, scripts, pictures).
        bearer_prefixes: paths that take a bearer or a signature and never a cookie: cookies are taken off there.
    """

    base_url: str
    form_origins: tuple[str, ...] = ()
    largest_body: int = 6_000_000
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
    """The layer. Mount it outermost: ``app.add_middleware(SecurityMiddleware, policy=SecurityPolicy(...))``."""

    def __init__(self, app: ASGIApp, *, policy: SecurityPolicy) -> None:
        self._app = app
        self._policy = policy
        self._headers = _fixed_headers(policy)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request and pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        guarded = self._with_headers(scope["path"], send)
        refusal, receive = await self._judge(scope, receive)
        inner: ASGIApp = refusal or self._app
        await inner(scope, receive, guarded)

    async def _judge(self, scope: Scope, receive: Receive) -> tuple[PlainTextResponse | None, Receive]:
        """Why not, or ``None``; and the body to read from then on."""
        headers = Headers(scope=scope)
        if headers.get("host", "").lower() not in self._policy.hosts:
            return _refusal("This is not the address of this site.", 400), receive
        if scope["method"] in _SAFE_METHODS:
            return None, receive
        body = await _read_body(headers, receive, self._policy.largest_body)
        if body is None:
            return _refusal("That is too large.", 413), receive
        if scope["path"].startswith(self._policy.bearer_prefixes):
            _take_cookies_off(scope)
            return None, _replay(body)
        is_ours = is_same_origin(headers, self._policy.origin) and await self._has_token(scope, headers, body)
        return None if is_ours else _refusal("This form did not come from our page.", 403), _replay(body)

    async def _has_token(self, scope: Scope, headers: Headers, body: bytes) -> bool:
        """Whether a request with a session cookie carries that session's token. Without a cookie nobody is at risk."""
        cookie = cookie_parser(headers.get("cookie", "")).get(cookie_name(self._policy.base_url), "")
        if not cookie:
            return True
        sent = headers.get(CSRF_HEADER) or await _form_token(scope, headers, body)
        return compare_digest(sent.encode(), csrf_of(cookie).encode())

    def _with_headers(self, path: str, send: Send) -> Send:
        is_public = path.startswith(self._policy.public_prefixes)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "public, max-age=3600" if is_public else "no-store")
            await send(message)

        return guarded


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
        "permissions-policy": "contacts=(self), camera=(), geolocation=(), microphone=(), payment=(), usb=()",
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


def _replay(body: bytes) -> Receive:
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


async def _form_token(scope: Scope, headers: Headers, body: bytes) -> str:
    if not headers.get("content-type", "").startswith(_FORM_TYPES):
        return ""
    try:
        form: FormData = await Request(dict(scope), _replay(body)).form(max_files=20, max_fields=30_000)
    except (HTTPException, MultiPartException, ValueError):
        return ""
    token = form.get(CSRF_FIELD, "")
    await form.close()
    return token if isinstance(token, str) else ""


def _take_cookies_off(scope: Scope) -> None:
    scope["headers"] = [(name, value) for name, value in scope["headers"] if name.lower() != b"cookie"]


def _refusal(sentence: str, status: int) -> PlainTextResponse:
    return PlainTextResponse(f"{sentence} Go back, reload the page, and try again.", status_code=status)


def safe_next(path: str, *, allowed: Iterable[str], default: str = "/") -> str:
    """A path of ours to go to after signing in, or the default.

    Only plain ASCII paths, without a query, that begin with an allowed prefix on a whole segment. Everything a browser
    may read as another site goes to the default: ``//``, backslashes, control characters, encoded slashes, schemes.
    """
    if not path.startswith("/") or len(path) > 500 or _ODD.search(path) or _ODD.search(unquote(path)):
        return default
    if unquote(path) != path or path.startswith("//") or posixpath.normpath(path) != path.rstrip("/"):
        return default
    parts = urlsplit(path)
    is_plain = not (parts.scheme or parts.netloc or parts.query or parts.fragment)
    is_allowed = any(path == prefix or path.startswith(f"{prefix.rstrip('/')}/") for prefix in allowed)
    return path if is_plain and is_allowed else default
