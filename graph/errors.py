"""What can go wrong, said so that a person can act on it.

    KithError                 what happened, to which thing, what to do next
    ├── InputError            a file or a value that was handed in cannot be used        (exit 1, HTTP 422)
    ├── UsageError            the command was called wrongly                             (exit 2, HTTP 400)
    ├── NotAllowedError       no consent, no role, a link that has expired               (exit 1, HTTP 403)
    ├── NotFoundError         nothing of that name here                                  (exit 1, HTTP 404)
    └── StoreError            a store could not keep or give what it was asked for       (exit 1, HTTP 503)
        └── ConflictError     somebody else changed the record first                     (exit 1, HTTP 409)

The thing is named by an id, a file's name or a line number, never by a person's name, number or address.
"""

from __future__ import annotations


class KithError(Exception):
    """The base: one sentence of what happened, the thing it happened to, one sentence of what to do next."""

    def __init__(self, happened: str, *, thing: str = "", next_step: str = "") -> None:
        super().__init__(happened)
        self.happened = happened
        self.thing = thing
        self.next_step = next_step

    def __str__(self) -> str:
        """Render all three parts in one line."""
        where = f"{self.thing}: " if self.thing else ""
        then = f" {self.next_step}" if self.next_step else ""
        return f"{where}{self.happened}{then}"


class InputError(KithError):
    """A file or a value that was handed in cannot be used."""


class UsageError(KithError):
    """The command was called wrongly."""


class NotAllowedError(KithError):
    """No consent, no role, or a link that has expired."""


class NotFoundError(KithError):
    """Nothing of that name is here, or it is not yours: the two look alike on purpose."""


class StoreError(KithError):
    """A store could not keep or give what it was asked for."""


class ConflictError(StoreError):
    """Somebody else changed the record first: read it again and decide again."""
