"""What the driver's errors mean to a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from neo4j import exceptions

from graph.errors import InputError, StoreError

_SAFE = "What was saved is safe."
_BY_CODE: tuple[tuple[str, str, str], ...] = (
    (
        "AuthenticationRateLimit",
        "The server turns everybody away for a while: there were too many wrong passwords.",
        "Set the right one in KITH_NEO4J_PASSWORD or KITH_NEO4J_PASSWORD_FILE and wait a few seconds.",
    ),
    (
        "CredentialsExpired",
        "The server wants the first password changed.",
        "Change it with cypher-shell, then set KITH_NEO4J_PASSWORD or KITH_NEO4J_PASSWORD_FILE.",
    ),
    (
        "DatabaseNotFound",
        "The server has no database of this name.",
        "Set KITH_NEO4J_DATABASE to one that it has; usually that is neo4j.",
    ),
    ("MemoryPoolOutOfMemoryError", "The server ran out of memory.", "Give it more memory, then try again."),
    ("TransactionTimedOut", "The server gave up after its time limit.", "Try again, or raise its time limit."),
    ("ReadOnly", "This database cannot be written.", "Make it writable, or name another server."),
    (
        "TransactionLogError",
        "The server cannot write any more: its disk is full or broken.",
        f"Free some space, then start the server again. {_SAFE}",
    ),
    (
        "TransactionStartFailed",
        "The server's database has stopped after a fault of its disk.",
        f"Look into the server's log, free some space, then start it again. {_SAFE}",
    ),
    ("DatabaseUnavailable", "The database is not started.", "Look into the server's log: its disk may be full."),
)
_BY_KIND: tuple[tuple[type[Exception], str, str], ...] = (
    (
        exceptions.TokenExpired,
        "The sign-in to the server has run out.",
        "Set KITH_NEO4J_PASSWORD or KITH_NEO4J_PASSWORD_FILE anew.",
    ),
    (
        exceptions.AuthError,
        "The server does not take this user and password.",
        "Check the user in KITH_STORE, and the password in KITH_NEO4J_PASSWORD or KITH_NEO4J_PASSWORD_FILE.",
    ),
    (exceptions.ConstraintError, "These values do not fit what is kept.", "Read them again and decide again."),
    (exceptions.Forbidden, "The server forbids this to the user.", "Give the user the right to read and write."),
    (
        exceptions.ConnectionAcquisitionTimeoutError,
        "All connections to the server are busy.",
        "Try again in a moment; if it stays so, raise KITH_NEO4J_POOL_SIZE.",
    ),
    (
        exceptions.UnsupportedServerProduct,
        "What answers there is not a Neo4j server that Kith can use.",
        "Name a Neo4j 5 or newer in KITH_STORE.",
    ),
    (
        exceptions.IncompleteCommit,
        "The connection broke while something was being kept, and nobody can say whether it was.",
        "Look before you try again.",
    ),
    (
        exceptions.ServiceUnavailable,
        "The Neo4j server cannot be reached.",
        f"Start it, or check the host and the port in KITH_STORE. {_SAFE}",
    ),
    (
        exceptions.SessionExpired,
        "The Neo4j server went away.",
        f"Start it again, or wait until it is back. {_SAFE}",
    ),
    (
        exceptions.TransientError,
        "The server could not do it now.",
        f"Try again in a moment. {_SAFE}",
    ),
    (
        exceptions.ConfigurationError,
        "The server is older than Neo4j 5.13, or the store's address does not fit it.",
        "Use the 5.26 line; in KITH_STORE write neo4j:// without TLS, neo4j+s:// with it.",
    ),
)


def meaning(error: Exception, thing: str) -> StoreError:
    """The same error in the house's words. Its own text is left out: it may hold somebody's data."""
    code = getattr(error, "code", None) or ""
    for word, happened, next_step in _BY_CODE:
        if word in code:
            return StoreError(happened, thing=thing, next_step=next_step)
    for kind, happened, next_step in _BY_KIND:
        if isinstance(error, kind):
            return StoreError(happened, thing=thing, next_step=next_step)
    name = code or type(error).__name__
    return StoreError(f"The store failed ({name}).", thing=thing, next_step="Run kith doctor.")


@contextmanager
def translated(thing: str) -> Iterator[None]:
    """Say a driver's error as ``StoreError`` with the next step."""
    try:
        yield
    except (exceptions.Neo4jError, exceptions.DriverError) as error:
        raise meaning(error, thing) from None  # the driver's own text may hold values
    except UnicodeEncodeError:
        happened = "A text holds half a character and cannot be kept."
        raise InputError(happened, next_step="Clean the text first.") from None
    except OSError as error:
        raise StoreError(
            f"The server's name or network cannot be used ({type(error).__name__}).",
            thing=thing,
            next_step="Check the host and the port in KITH_STORE.",
        ) from None
