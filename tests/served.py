"""``kith serve`` in a process of its own, as an operator starts it, and everything that it said."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import httpx2
from command_line import finished, start_kith
from ports import free_port

START_SECONDS = 300.0


@dataclass
class Served:
    """A server that answers. What it said is known when it has ended."""

    base_url: str
    port: int
    process: Popen[str]
    said: str = ""

    def ask(self, path: str, *, source: str = "127.0.0.1") -> int:
        """The status of a GET from another address of this machine."""
        with httpx2.Client(transport=httpx2.HTTPTransport(local_address=source), trust_env=False) as browser:
            return browser.get(self.base_url + path, timeout=15).status_code


@contextmanager
def served(folder: Path, environment: Mapping[str, str | None], *words: str) -> Iterator[Served]:
    """A server for this campaign while the block runs; ``environment`` needs no base URL."""
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    told = {**environment, "KITH_BASE_URL": base_url}
    process = start_kith("serve", "--port", str(port), *words, cwd=folder, environment=told)
    running = Served(base_url, port, process)
    try:
        _wait_for(running)
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        ended = finished(process)
        running.said = ended.out + ended.err


def _wait_for(running: Served) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and running.process.poll() is None:
        try:
            if running.ask("/healthz") == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")
