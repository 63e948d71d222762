"""How long the server waits for somebody, and for how many at once: uvicorn's HTTP/1.1 with what it leaves open.

uvicorn bounds the size of a head and the idle time between two requests; it waits for ever for the first byte, for a head
that comes letter by letter (slowloris) and for a body that never ends after its answer. Bodies are bounded in
``app.web.security``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.unforeseen import WithoutWords
from graph.errors import UsageError

if TYPE_CHECKING:
    from fastapi import FastAPI

HEAD_SECONDS = 10.0
"""For the whole head of a request, from the first moment."""
KEEP_ALIVE_SECONDS = 5
LARGEST_HEAD = 16_384
MOST_CONNECTIONS = 900
"""Below the 1,024 files that a process may usually have open, with some left for the stores."""
MOST_OF_ONE = 200
"""Connections of one address at a time, unless it is the proxy that everybody comes through."""
_WITHOUT_WORDS = WithoutWords()


class PatientProtocol(H11Protocol):
    """One connection: closed when no request has come within ``HEAD_SECONDS``, refused when there are too many."""

    is_proxy: Callable[[str], bool] = staticmethod(lambda _: False)
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn declares it
        """Begin to wait for a request, or end it at once."""
        super().connection_made(transport)
        if self._is_one_too_many():
            transport.abort()
        else:
            self._wait()

    def data_received(self, data: bytes) -> None:
        """Take bytes; whatever is no whole head yet, or follows an answer, keeps the clock running."""
        super().data_received(data)
        if self._is_answering():
            self._stop_waiting()
        elif self._waiting is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the clock."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _is_one_too_many(self) -> bool:
        address = self.client[0] if self.client else ""
        of_this = sum(1 for one in self.connections if isinstance(one, H11Protocol) and _address(one) == address)
        return len(self.connections) > MOST_CONNECTIONS or (of_this > MOST_OF_ONE and not self.is_proxy(address))

    def _is_answering(self) -> bool:
        cycle = getattr(self, "cycle", None)
        return cycle is not None and not cycle.response_complete

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        if not self._is_answering():
            self.transport.abort()


def _address(connection: H11Protocol) -> str:
    return connection.client[0] if connection.client else ""


def proxy_networks(proxy: str) -> list[IPv4Network | IPv6Network]:
    """The addresses and networks that ``KITH_PROXY`` names, by comma. Raises ``UsageError`` for what is none."""
    try:
        return [ip_network(part.strip(), strict=False) for part in proxy.split(",") if part.strip()]
    except ValueError:
        raise UsageError(
            "KITH_PROXY is no list of addresses.", next_step="Write it as 127.0.0.1 or 172.16.0.0/12."
        ) from None


def server_settings(app: FastAPI, *, host: str, port: int, proxy: str = "") -> uvicorn.Config:
    """How the pages are served. ``proxy``: whose ``X-Forwarded-For`` is believed; nobody else's is.

    From then on the server's log tells of an unforeseen error where it was, and nothing of its words. Raises ``UsageError`` for a proxy that is no address.
    """
    networks = proxy_networks(proxy)

    def is_proxy(address: str) -> bool:
        return bool(networks and address) and any(ip_address(address) in one for one in networks)

    protocol = type("Protocol", (PatientProtocol,), {"is_proxy": staticmethod(is_proxy)})
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=protocol,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(networks),
        forwarded_allow_ips=[str(one) for one in networks],
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        h11_max_incomplete_event_size=LARGEST_HEAD,
    )
    logging.getLogger("uvicorn.error").addFilter(_WITHOUT_WORDS)  # after the configuration, which makes this logger new
    return config
