"""Serving an app on a loopback socket of its own, in a thread: for the demo's provider, and for tests."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from graph.errors import StoreError

_HOST = "127.0.0.1"
_START_SECONDS = 10.0


def open_loopback(port: int = 0) -> socket.socket:
    """A bound socket on this machine only; port 0 takes a free one. Raises ``StoreError`` when it is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
    except OSError as error:
        listener.close()
        raise StoreError(
            "This port is in use.", thing=f"port {port}", next_step="Choose another port, or stop what uses it."
        ) from error
    return listener


def loopback_url(listener: socket.socket) -> str:
    """The base URL of a bound socket."""
    return f"http://{_HOST}:{listener.getsockname()[1]}"


@contextmanager
def serving(app: FastAPI, listener: socket.socket) -> Iterator[None]:
    """Serve an app on a socket while the block runs."""
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none", timeout_keep_alive=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        _wait_until_started(server)
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=_START_SECONDS)
        listener.close()


def _wait_until_started(server: uvicorn.Server) -> None:
    end = time.monotonic() + _START_SECONDS
    while not server.started and time.monotonic() < end:
        time.sleep(0.01)
