"""A writer is killed at two hundred random moments: what was acknowledged is there, and no round is torn."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import neo4j_tools
import pytest
from contract.test_graph_store import BACKENDS, Backend

from graph.model import SupporterId
from people import RIVERA

KILLS, MOST_ROUNDS, LONGEST_SECONDS = 200, 5, 0.12
ROOT, HERE = Path(__file__).parents[2], Path(__file__).parent


@contextmanager
def nursery(address: str) -> Iterator[subprocess.Popen[str]]:
    """Where writers are forked."""
    environment = {**os.environ, **neo4j_tools.environment(address), "PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}"}
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, str(HERE / "nursery.py"), address],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
    ) as process:  # fmt: skip
        yield process
        assert process.stdin is not None
        process.stdin.close()


def kill_one(process: subprocess.Popen[str], said: Path, rounds: int, wait: float) -> int:
    """Have a writer born, let it acknowledge some rounds, kill it ``wait`` seconds later; how many it acknowledged.

    Moments are told in rounds first, so that a busy machine kills no earlier in the work than a quiet one.
    """
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{said}\n")
    process.stdin.flush()
    child = int(process.stdout.readline())
    until = time.monotonic() + 300
    while not said.exists() or said.read_text(encoding="ascii").count("\n") < rounds:
        assert time.monotonic() < until, f"the writer did not acknowledge {rounds} rounds"
        time.sleep(0.002)
    time.sleep(wait)
    os.kill(child, signal.SIGKILL)
    assert process.stdout.readline() == "gone\n"
    return said.read_text(encoding="ascii").count("\n")


@pytest.mark.full
@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: backend.name)
def test_two_hundred_killed_writers_lose_nothing_and_tear_nothing(backend: Backend, tmp_path: Path) -> None:
    backend.open(tmp_path)
    chance = random.Random(20261123)  # noqa: S311 - moments, not secrets
    acknowledged: dict[str, int] = {}
    with nursery(backend.address(tmp_path)) as process:
        for number in range(KILLS):
            said = tmp_path / f"writer-{number:03}"
            acknowledged[said.name] = kill_one(
                process, said, chance.randint(1, MOST_ROUNDS), chance.uniform(0.0, LONGEST_SECONDS)
            )
            with backend.open(tmp_path).for_campaign(RIVERA) as store:
                kept = len(store.contacts_of(SupporterId(said.name)))
            assert kept >= 20 * acknowledged[said.name]
            assert kept % 20 == 0
    with backend.open(tmp_path).for_campaign(RIVERA) as store:
        assert store.check() == []
        assert {
            name: len(store.contacts_of(SupporterId(name))) >= 20 * rounds for name, rounds in acknowledged.items()
        } == dict.fromkeys(acknowledged, True)
    assert min(acknowledged.values()) > 0
    assert sum(acknowledged.values()) > 2 * KILLS
