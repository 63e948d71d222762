"""A wire between a program and a server on this machine, which can be cut: at once, or just when a commit is answered."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

_COMMIT = b"\x00\x02\xb0\x12\x00\x00"
"""A commit as Bolt sends it."""


class Relay:
    """Passes bytes on until it is cut. ``lose_next_commit``: the commit arrives, its answer does not."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._guard = threading.Lock()
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.lose_next_commit = False
        self.commits_lost = 0
        self._start(self._accept)

    def cut(self) -> None:
        """End every connection and take no new one."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._hang_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()
        for thread in self._threads:
            thread.join(timeout=5)

    def _start(self, act: object, *arguments: object) -> None:
        thread = threading.Thread(target=act, args=arguments, daemon=True)  # type: ignore[arg-type]  # a bound method
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._target)
            with self._guard:
                self._ends += [near, far]
            self._start(self._pump_there, near, far)
            self._start(self._pump_back, far, near)

    def _pump_there(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while data := near.recv(65536):
                is_lost = self.lose_next_commit and _COMMIT in data
                if is_lost:
                    self.lose_next_commit = False
                    self.commits_lost += 1
                    near.shutdown(socket.SHUT_RDWR)
                far.sendall(data)
        with suppress(OSError):
            far.shutdown(socket.SHUT_WR)

    def _pump_back(self, far: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while data := far.recv(65536):
                near.sendall(data)
        with suppress(OSError):
            near.shutdown(socket.SHUT_RDWR)

    def _hang_up(self) -> None:
        with self._guard:
            ends, self._ends = self._ends, []
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
