"""Where a Neo4j server is and how to talk to it. No password is ever part of an address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from graph.errors import UsageError

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
_USUAL_PORT = 7687
_EXAMPLE = "Write it as neo4j://USER@HOST:PORT."


@dataclass(frozen=True, slots=True)
class Address:
    """A server and the user who signs in; ``neo4j`` asks a cluster for its routes, ``+s`` speaks TLS."""

    scheme: str
    host: str
    port: int
    user: str

    @property
    def uri(self) -> str:
        """What the driver is told: no user and no password in it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    def __str__(self) -> str:
        """Render as in ``--store``."""
        return self.uri.replace("://", f"://{self.user}@")


@dataclass(frozen=True, slots=True)
class Patience:
    """How many connections are kept and how long anything is waited for, in seconds."""

    pool_size: int = 50
    connect_seconds: float = 5.0
    acquire_seconds: float = 20.0
    retry_seconds: float = 8.0
    idle_seconds: float = 60.0
    """A connection that was idle for longer is tried before it is used: balancers drop such without a word."""


USUAL_PATIENCE = Patience()


def parse_address(url: str) -> Address:
    """The address in a ``--store``. Raises ``UsageError``, without repeating a password, for one that cannot be used."""
    try:
        parts = urlsplit(url)
        port = parts.port or _USUAL_PORT
    except ValueError:
        raise UsageError("The store's address cannot be read.", next_step=_EXAMPLE) from None
    if parts.password is not None:
        raise UsageError(
            "A password stands in the store's address, where logs and process lists show it.",
            next_step="Take it out, and set KITH_NEO4J_PASSWORD or KITH_NEO4J_PASSWORD_FILE instead.",
        )
    if parts.scheme not in SCHEMES or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise UsageError("The store's address cannot be read.", next_step=_EXAMPLE)
    return Address(parts.scheme, parts.hostname, port, parts.username or "neo4j")
