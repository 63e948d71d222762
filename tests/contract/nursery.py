"""Writers to be killed, one after the other, without waiting each time for the program to load. Run as a script: STORE.

Each line on stdin is a file: a writer is forked who says its finished rounds there, as a supporter of the file's name. Its process id is
answered, then ``gone`` when it is dead.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import second_writer

from graph.model import SupporterId


def main(store: str) -> None:
    """Fork a writer for each line until stdin ends."""
    for line in iter(sys.stdin.readline, ""):
        said = Path(line.strip())
        child = os.fork()
        if child == 0:
            sys.stdout = said.open("w", encoding="ascii")
            second_writer.main(store, "forever", SupporterId(said.name))
        answer(str(child))
        os.waitpid(child, 0)
        answer("gone")


def answer(word: str) -> None:
    """Say a word to the test."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
