"""The only way out: every byte to or from a provider passes here.

Two transports, one inside the other. ``BoundedTransport`` says where a request may go and how much may come back;
``GuardedTransport`` connects, and only to an address that it resolved and checked itself, so that a name cannot change
its meaning between the check and the connection (DNS rebinding). Redirects are answers like any other: never followed.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpcore2
import httpx2

from graph.errors import InputError

Resolve = Callable[[str, int], Sequence[str]]
Clock = Callable[[], float]
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that IANA gives out of IPv6; beyond it stand local translators, site-local addresses and old forms of IPv4."""
_LONGEST_READ_SECONDS = 10.0


class ProviderError(InputError):
    """A provider did not answer as it should. ``reason`` is one word for the audit, never a text of the provider."""

    def __init__(self, happened: str, *, thing: str, reason: str, status: int = 0) -> None:
        super().__init__(happened, thing=thing, next_step="Try again later, or bring your friends as a file.")
        self.reason = reason
        self.status = status


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one conversation with a provider may cost: bytes of an answer, and seconds in all."""

    answer_bytes: int = 8_000_000
    total_seconds: float = 60.0


class Deadline:
    """An instant after which a conversation is over, on a monotonic clock."""

    def __init__(self, seconds: float, *, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def left(self) -> float:
        """Seconds that remain, never below zero."""
        return max(0.0, self._end - self._clock())

    def spend(self) -> float:
        """Seconds that the next read may take. Raises ``ProviderError`` when the time is over."""
        left = self.left()
        if not left:
            raise ProviderError("The provider took too long.", thing="provider", reason="too_slow")
        return min(left, _LONGEST_READ_SECONDS)


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet, after unwrapping the forms that hide another inside.

    ``is_global`` alone calls NAT64 and 6to4 forms of a private address public, and whatever IPv6 keeps for local use.
    """
    return all(map(_is_public, _unwrapped(address)))


def _is_public(address: _Address) -> bool:
    is_given_out = isinstance(address, ipaddress.IPv4Address) or address in _GLOBAL_UNICAST
    return is_given_out and address.is_global and not address.is_multicast


def is_loopback(address: str) -> bool:
    """Whether an address is this machine itself, written plainly."""
    return ipaddress.ip_address(address).is_loopback


def _unwrapped(address: str) -> Iterator[_Address]:
    outer = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(outer, ipaddress.IPv4Address):
        yield outer
        return
    embedded = [outer.ipv4_mapped, outer.sixtofour, *(outer.teredo or ())]
    embedded += [ipaddress.IPv4Address(int(outer) & 0xFFFFFFFF)] if outer in _NAT64 else []
    inner = [address for address in embedded if address is not None]
    yield from inner or [outer]


def resolve_host(host: str, port: int) -> list[str]:
    """Every address of a host, in the order the system gives them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def checked_addresses(host: str, port: int, *, resolve: Resolve = resolve_host, loopback: bool = False) -> list[str]:
    """The addresses of a host, if all of them are allowed. Raises ``ProviderError`` otherwise.

    One bad address among good ones is enough to refuse: whoever controls the name chose it.
    """
    try:
        addresses = list(resolve(host, port))
    except (OSError, UnicodeError) as error:
        raise ProviderError("The provider's server was not found.", thing=host, reason="not_found") from error
    is_allowed = is_loopback if loopback else is_public
    if not addresses or not all(map(is_allowed, addresses)):
        raise ProviderError("That is not a public server.", thing=host, reason="not_public")
    return addresses


class _TimedStream(httpcore2.NetworkStream):
    """A stream whose every step has to fit into what is left of the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _shorter(timeout, self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _shorter(timeout, self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, _shorter(timeout, self._deadline))
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _shorter(timeout: float | None, deadline: Deadline) -> float:
    left = deadline.spend()
    return left if timeout is None else min(timeout, left)


class _CheckedBackend(httpcore2.NetworkBackend):
    """Connects to an address that was resolved and checked here; TLS still asks for the name."""

    def __init__(self, *, resolve: Resolve, loopback: bool, deadline: Deadline) -> None:
        self._resolve = resolve
        self._loopback = loopback
        self._deadline = deadline
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        pinned = checked_addresses(host, port, resolve=self._resolve, loopback=self._loopback)[0]
        seconds = _shorter(timeout, self._deadline)
        stream = self._sockets.connect_tcp(pinned, port, seconds, local_address, socket_options)
        return _TimedStream(stream, self._deadline)


class _Stream(httpx2.SyncByteStream):
    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _plainly():
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        reason = "too_slow" if isinstance(error, httpcore2.TimeoutException) else "unreachable"
        raise ProviderError("The provider could not be reached.", thing="provider", reason=reason) from None


class GuardedTransport(httpx2.BaseTransport):
    """Connects to public addresses only, or to loopback only when it is made for the demo's own provider."""

    def __init__(self, *, deadline: Deadline, loopback: bool = False, resolve: Resolve = resolve_host) -> None:
        backend = _CheckedBackend(resolve=resolve, loopback=loopback, deadline=deadline)
        self._pool = httpcore2.ConnectionPool(network_backend=backend, max_connections=2)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request. Raises ``ProviderError`` when the address is refused or the peer fails."""
        url = httpcore2.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        outgoing = httpcore2.Request(
            method=request.method,
            url=url,
            headers=request.headers.raw,
            content=request.read(),
            extensions=request.extensions,
        )
        with _plainly():
            answer = self._pool.handle_request(outgoing)
        return httpx2.Response(answer.status, headers=answer.headers, stream=_Stream(answer))

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class BoundedTransport(httpx2.BaseTransport):
    """Lets requests out to listed origins only and answers in up to a number of bytes, before a deadline.

    Encoded answers are not asked for and not taken, so the bytes counted are the bytes there are: no archive can
    unfold. The answer is read whole, so nothing of the peer is live once a caller sees it.
    """

    def __init__(
        self, inner: httpx2.BaseTransport, *, origins: frozenset[str], bounds: Bounds, deadline: Deadline
    ) -> None:
        self._inner = inner
        self._origins = origins
        self._bounds = bounds
        self._deadline = deadline

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request. Raises ``ProviderError`` on another origin, too much, or too long."""
        origin = origin_of(str(request.url))
        if not origin or origin not in self._origins:
            raise ProviderError("The provider pointed to another server.", thing="provider", reason="other_origin")
        request.headers["accept-encoding"] = "identity"
        answer = self._inner.handle_request(request)
        try:
            content = self._read(answer)
        finally:
            answer.close()
        return httpx2.Response(answer.status_code, headers=answer.headers, content=content, request=request)

    def _read(self, answer: httpx2.Response) -> bytes:
        if answer.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            raise ProviderError("The provider sent a packed answer.", thing="provider", reason="encoded")
        content = bytearray()
        for chunk in _chunks(answer):
            content += chunk
            if len(content) > self._bounds.answer_bytes:
                raise ProviderError("The provider sent too much.", thing="provider", reason="too_large")
            self._deadline.spend()
        return bytes(content)

    def close(self) -> None:
        """Close the transport inside."""
        self._inner.close()


def _chunks(answer: httpx2.Response) -> Iterator[bytes]:
    if not isinstance(answer.stream, httpx2.SyncByteStream):
        raise ProviderError("The answer cannot be read here.", thing="provider", reason="misuse")
    yield from answer.stream


def origin_of(url: str) -> str:
    """The scheme, host and port of a URL, as ``https://host:443``; ``""`` when it has a user part or is none."""
    try:
        parsed = httpx2.URL(url)
    except (httpx2.InvalidURL, ValueError):
        return ""
    port = parsed.port or {"https": 443, "http": 80}.get(parsed.scheme)
    is_plain = bool(parsed.host and port) and not parsed.userinfo
    return f"{parsed.scheme}://{parsed.host}:{port}" if is_plain else ""
