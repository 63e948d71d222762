"""Slow, idle, huge and endless: attacks on the process that serves, tried against ``kith serve`` itself."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from served import Served, served

from app.web.patience import HEAD_SECONDS, LARGEST_HEAD, MOST_OF_ONE, server_settings
from app.web.security import SecurityMiddleware, SecurityPolicy
from app.wiring import utc_now
from graph.errors import UsageError

OTHERS = "127.0.0.2"
CAMPAIGN = {
    "KITH_CAMPAIGN_NAME": "Rivera for Council", "KITH_CANDIDATE": "Elena Rivera",
    "KITH_DISCLAIMER": "Paid for by Rivera for Council.", "KITH_PRIVACY_CONTACT": "privacy@rivera.example",
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("served")
    election = str(utc_now().date() + timedelta(days=21))
    with served(folder, {**CAMPAIGN, "KITH_DATA": str(folder / "data"), "KITH_ELECTION": election}) as running:
        yield running


@pytest.fixture
def lines() -> Iterator[list[socket.socket]]:
    """What was opened, closed at the end."""
    opened: list[socket.socket] = []
    yield opened
    for line in opened:
        line.close()


def connect(server: Served, lines: list[socket.socket]) -> socket.socket:
    lines.append(socket.create_connection(("127.0.0.1", server.port), timeout=5))
    lines[-1].settimeout(0.2)
    return lines[-1]


def is_over(line: socket.socket) -> bool:
    """Whether the server has ended a connection."""
    try:
        while line.recv(65_536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def send(line: socket.socket, data: bytes) -> None:
    try:
        line.sendall(data)
    except OSError:
        return  # the server has ended it: looked at later


@pytest.mark.slow
def test_66_whoever_is_idle_or_slow_is_sent_away_and_others_are_served_meanwhile(
    server: Served, lines: list[socket.socket]
) -> None:
    idle = [connect(server, lines) for _ in range(MOST_OF_ONE + 50)]
    assert server.ask("/healthz", source=OTHERS) == 200
    assert sum(is_over(line) for line in idle[MOST_OF_ONE:]) == 50  # one address cannot have them all
    for line in idle[:50]:
        line.close()
    time.sleep(0.3)
    letter_by_letter, endless = connect(server, lines), connect(server, lines)
    send(
        endless,
        f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nTransfer-Encoding: chunked\r\n\r\n".encode(),
    )
    slow, ends = [letter_by_letter, endless], time.monotonic() + 6 * HEAD_SECONDS
    while slow and time.monotonic() < ends:
        send(letter_by_letter, b"G")
        send(endless, b"1\r\nx\r\n")
        assert server.ask("/healthz", source=OTHERS) == 200
        slow = [line for line in slow if not is_over(line)]

    assert slow == []
    assert all(is_over(line) for line in idle[50:MOST_OF_ONE])
    assert server.ask("/healthz") == 200


def test_66_a_head_without_measure_is_refused(server: Served, lines: list[socket.socket]) -> None:
    line = connect(server, lines)
    line.settimeout(5)
    send(line, b"GET / HTTP/1.1\r\nX: " + b"a" * (LARGEST_HEAD * 4))
    assert line.recv(12) == b"HTTP/1.1 400"
    assert is_over(line)
    assert server.ask("/healthz") == 200


def test_66_a_body_without_end_is_refused(server: Served, lines: list[socket.socket]) -> None:
    line = connect(server, lines)
    line.settimeout(10)
    head = f"POST /leave-out HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nTransfer-Encoding: chunked\r\n\r\n"
    send(line, head.encode())
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    for _ in range(100):
        send(line, chunk)
    assert line.recv(12) == b"HTTP/1.1 413"
    assert server.ask("/healthz") == 200


def test_66_a_body_that_does_not_come_is_not_waited_for() -> None:
    sent: list[dict[str, object]] = []

    async def never() -> dict[str, object]:
        await asyncio.sleep(60)
        return {}

    async def hear(message: dict[str, object]) -> None:
        sent.append(message)

    policy = SecurityPolicy("http://127.0.0.1:8000", body_seconds=0.05)
    scope = {"type": "http", "method": "POST", "path": "/leave-out", "headers": [(b"host", b"127.0.0.1:8000")]}
    asyncio.run(SecurityMiddleware(_nobody, policy=policy)(scope, never, hear))  # type: ignore[arg-type] # a bare ASGI call
    assert sent[0]["status"] == 408


async def _nobody(*_: object) -> None:
    raise AssertionError("the request went on")


def test_65_only_the_proxy_says_who_visits() -> None:
    without = server_settings(None, host="127.0.0.1", port=1)  # type: ignore[arg-type] # never served
    behind = server_settings(None, host="127.0.0.1", port=1, proxy="10.0.0.1, 172.16.0.0/12")  # type: ignore[arg-type]
    assert not without.proxy_headers
    assert (behind.proxy_headers, behind.forwarded_allow_ips) == (True, ["10.0.0.1/32", "172.16.0.0/12"])
    with pytest.raises(UsageError, match="KITH_PROXY"):
        server_settings(None, host="127.0.0.1", port=1, proxy="*")  # type: ignore[arg-type]
