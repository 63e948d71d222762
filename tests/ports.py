"""Ports for servers that are told theirs before they start: from below those that the system gives to whoever asks for any."""

from __future__ import annotations

import itertools
import os
import socket

_ORDER = itertools.count(os.getpid() % 5_000)
_LOWEST, _MANY = 20_000, 10_000


def free_port() -> int:
    """A port of this machine that nobody listens on. Each call gives another, and no connection is given it meanwhile."""
    for number in itertools.islice(_ORDER, _MANY):
        port = _LOWEST + number % _MANY
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no port of this machine is free")
