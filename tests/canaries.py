"""Names, numbers, addresses and tokens that mean nothing elsewhere: wherever one turns up, something leaked.

``CanaryWatch`` listens to every log record of a whole run of the tests. The browsers of the tests speak through the same
HTTP library as the product does; what they say of their own requests to a page of ours is not the product's.
"""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass, field
from pathlib import Path

FRIENDS = ("Zyxcanary", "Quovadis", "zyxcanary@leak.example", "2117100", "2117101", "211-7101")
"""Brought from a provider."""
IN_FILES = (
    "Vqcardia",
    "Lantern-Moss",
    "vqcardia@leak.example",
    "2117201",
    "211-7201",
    "Csvonia",
    "2117202",
    "211-7202",
)
TYPED = ("Typedora", "Finchley-Oak", "typedora@leak.example", "2117203", "211-7203", "Pickwina", "2117204", "211-7204")
HERS = ("Hortensia", "Canarywood", "hortensia@leak.example", "2117999", "211-7999")
"""The supporter's own."""
STRANGERS = ("Errwin", "Troublefield", "errwin@leak.example", "2117302", "optout@leak.example", "2117301", "211-7301")
"""Written where they do not belong, or by somebody whom nobody knows."""
TOKENS = ("canary-access", "canary-refresh", "canary-client-secret", "canary-next", "canary-other")
FIELDS = ("canary biography",)
"""What providers send and nobody asked for."""

BROUGHT = (*FRIENDS, *IN_FILES, *TYPED)
PEOPLE = (*BROUGHT, *HERS, *STRANGERS)
EVERYTHING = (*PEOPLE, *TOKENS, *FIELDS)

_PRODUCT = ("app", "oauth", "graph", "matching", "prioritization", "uvicorn")
_WIRE = ("httpx2", "httpcore2", "httpx", "httpcore")
_OF_A_BROWSER = ("http://127.0.0.1:8000", "https://rivera.example", "http://127.0.0.1:", "/authorize", "testserver")


def bytes_holding(folder: Path, words: tuple[str, ...]) -> set[tuple[str, str]]:
    """Which of these words stand in which files, in any of the ways in which text is written down."""
    found = set()
    for path in (path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes().lower()
        found |= {(path.name, w) for w in words for code in ("utf-8", "utf-16-le") if w.lower().encode(code) in content}
    return found


def canaries_in(text: str, words: tuple[str, ...] = EVERYTHING) -> list[str]:
    """Which of these words stand in a text, however they are spelled with capitals."""
    lowered = text.lower()
    return [word for word in words if word.lower() in lowered]


@dataclass
class CanaryWatch(logging.Handler):
    """Keeps what was logged with a canary in it: the logger's name and the word, never the record."""

    seen: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.NOTSET)

    def __hash__(self) -> int:
        return id(self)

    def start(self) -> None:
        """Listen to everybody, to the product's own loggers down to the last detail."""
        logging.getLogger().addHandler(self)
        for name in _PRODUCT:
            logging.getLogger(name).setLevel(logging.DEBUG)

    def emit(self, record: logging.LogRecord) -> None:
        """Look through one record: its message, what is attached, and its traceback."""
        message = record.getMessage()
        if record.name.startswith(_WIRE) and any(place in message for place in _OF_A_BROWSER):
            return
        trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info and record.exc_info[0] else ""
        attached = {name: value for name, value in record.__dict__.items() if name not in ("msg", "args", "exc_info")}
        self.seen += [(record.name, word) for word in canaries_in(f"{message} {attached} {trace}")]

    def take(self) -> list[tuple[str, str]]:
        """What was seen since the last time."""
        seen, self.seen = self.seen, []
        return seen
