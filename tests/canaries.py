"""Names, numbers, addresses and tokens that mean nothing elsewhere: wherever one turns up, something leaked.

``CanaryWatch`` listens to every log record of a whole run of the tests. The browsers of the tests speak through the same
HTTP library as the product does; what they say of their own requests to a page of ours is not the product's.
"""

from __future__ import annotations

import logging
import re
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

_LONGEST_NUMBER = 14
"""Digits of a telephone number with its country's, and what letter may touch it."""
_CLOCKS = ("created", "msecs", "relativeCreated", "thread", "process")
"""What every record says of itself in numbers, which chance may write like a telephone's."""
_PRODUCT = ("app", "oauth", "graph", "matching", "prioritization", "uvicorn")
_WIRE = ("httpx2", "httpcore2", "httpx", "httpcore")
_OF_A_BROWSER = ("http://127.0.0.1:8000", "https://rivera.example", "http://127.0.0.1:", "/authorize", "testserver")


def bytes_holding(folder: Path, words: tuple[str, ...]) -> set[tuple[str, str]]:
    """Which of these words stand in which files, in any of the ways in which text is written down."""
    found = set()
    for path in (path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        for part in (content, content[::2], content[1::2]):  # UTF-8, UTF-16
            found |= {(path.name, word) for word in canaries_in(part.decode("latin-1"), words)}
    return found


def canaries_in(text: str, words: tuple[str, ...] = EVERYTHING) -> list[str]:
    """Which of these words stand in a text, however they are spelled with capitals. Digits inside a digest or a long fraction,
    where chance writes every number now and then, are no telephone number.
    """
    lowered = text.lower()
    return [word for word in words if _stands_in(lowered, word.lower())]


def _stands_in(text: str, word: str) -> bool:
    if word not in text or not word.isdigit():
        return word in text
    return any(len(run[0]) <= _LONGEST_NUMBER for run in re.finditer(rf"[0-9a-f.]*{word}[0-9a-f.]*", text))


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
        looked_at = ("msg", "args", "exc_info", *_CLOCKS)
        attached = {name: value for name, value in record.__dict__.items() if name not in looked_at}
        self.seen += [(record.name, word) for word in canaries_in(f"{message} {attached} {trace}")]

    def take(self) -> list[tuple[str, str]]:
        """What was seen since the last time."""
        seen, self.seen = self.seen, []
        return seen
