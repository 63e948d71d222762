"""A server that calls itself Neo4j 4.4: it greets as Bolt 4.4 does, and has nothing to say beyond that."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_GREETING_BYTES = 20
_BOLT_4_4 = bytes([0, 0, 4, 4])
_HELLO = 0x01
_IT_IS_ME = b"\xb1\x70\xa2\x86server\x8cNeo4j/4.4.12\x8dconnection_id\x86bolt-1"
_YES = b"\xb1\x70\xa0"


@contextmanager
def old_server() -> Iterator[int]:
    """It listens on a port of this machine while the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener,), daemon=True).start()
        yield int(listener.getsockname()[1])
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket) -> None:
    with suppress(OSError):
        while True:
            guest, _ = listener.accept()
            threading.Thread(target=_greet, args=(guest,), daemon=True).start()


def _greet(guest: socket.socket) -> None:
    with guest, suppress(OSError), guest.makefile("rb") as said:
        said.read(_GREETING_BYTES)
        guest.sendall(_BOLT_4_4)
        while size := int.from_bytes(said.read(2), "big"):
            message = said.read(size)
            said.read(2)  # the end of a message
            answer = _IT_IS_ME if message[1] == _HELLO else _YES
            guest.sendall(len(answer).to_bytes(2, "big") + answer + b"\0\0")
