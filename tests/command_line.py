"""``kith`` as somebody at a terminal uses it: the words typed, the exit code, what was said and what was printed.

``kith`` runs a command in this process; ``start_kith`` in one of its own, for signals, limits and the environment.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cli import answer


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The last line on stderr: the one that says what went wrong."""
        return self.err.rstrip("\n").rsplit("\n", 1)[-1]


def kith(capsys: pytest.CaptureFixture[str], *words: object) -> Said:
    """Run a command here."""
    capsys.readouterr()
    code = answer([str(word) for word in words])
    out, err = capsys.readouterr()
    return Said(code, out, err)


def start_kith(
    *words: object, cwd: Path, environment: Mapping[str, str | None] | None = None, before: str = ""
) -> subprocess.Popen[str]:
    """Start a command in a process of its own; ``before`` is Python that runs there first, such as a limit. ``None`` in the environment
    takes a variable out of it.
    """
    here = str(Path(__file__).parents[1])
    heard = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # a shell's background job ignores it
    )
    start = f"import sys; sys.path.insert(0, {here!r})\n{heard}\n{before}\nfrom app.cli import main; main()"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KITH_", "COV_"))}
    return subprocess.Popen(  # noqa: S603 (our own program with words of our own)
        [sys.executable, "-c", start, *map(str, words)],
        cwd=cwd,
        env={
            name: value for name, value in {**kept, "NO_COLOR": "1", **(environment or {})}.items() if value is not None
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str], *, within_seconds: float = 300) -> Said:
    """Wait for a command's end. One that hangs is ended with the test, and not left to the next ones."""
    with process:
        try:
            out, err = process.communicate(timeout=within_seconds)
        except BaseException:
            process.kill()
            raise
    return Said(process.returncode, out, err)
