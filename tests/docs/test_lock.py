"""Lock files pin every package by name, version and hashes, and say nothing of where it comes from; and nothing in the
tree names a registry's host or a path of somebody's machine.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted(ROOT.glob("*.lock"))
OURS = (".ci", "app", "benchmarks", "docs", "graph", "matching", "oauth", "prioritization", "tests")

_PINNED = re.compile(r"[a-z0-9][a-z0-9.-]*==[0-9][\w.!+]*(?: ; [\w .'\"=<>!()]+)? \\")
_HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
# Written in parts, so that this file is not its own first find.
_HOSTS = [
    ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs"), ("proxy", "golang"))
]
_MACHINE = re.compile("(?<![\\w.}])/(?:" + "|".join(["ro" + "ot", "ho" + "me", "Us" + "ers", "wo" + "rk"]) + r")/\w")


def lines_of(lock: Path) -> list[str]:
    return [line for line in lock.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def names_in(lock: Path) -> set[str]:
    return {line.split("==")[0] for line in lines_of(lock) if not line.startswith(" ")}


def ours() -> Iterator[Path]:
    """Every file of the tree that is text: those at the top, and those in the folders that are ours."""
    yield from (path for path in ROOT.iterdir() if path.is_file())
    for folder in OURS:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".png":
                yield path


def test_there_is_a_lock_for_running_and_one_for_developing() -> None:
    assert [lock.name for lock in LOCKS] == ["requirements-dev.lock", "requirements.lock"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_line_is_a_pin_or_a_hash(lock: Path) -> None:
    odd = [line for line in lines_of(lock) if not (_PINNED.fullmatch(line) or _HASH.fullmatch(line))]
    assert odd == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_has_a_hash(lock: Path) -> None:
    lines = lines_of(lock)
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if not line.startswith(" "):
            assert _HASH.fullmatch(following), line


def test_what_the_program_needs_is_locked_in_both() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[\[<>=!~; ]", wanted)[0].lower() for wanted in project["dependencies"]}
    for lock in LOCKS:
        assert needed - names_in(lock) == set(), lock.name


@pytest.mark.parametrize(
    "line", ["numpy>=2", "numpy==2.4.0", "numpy @ https://files.example/numpy.whl", "-i https://x.example"]
)
def test_a_loose_or_addressed_requirement_is_noticed(line: str) -> None:
    assert not _PINNED.fullmatch(line)


def test_no_registry_is_named_anywhere() -> None:
    assert [path.name for path in ours() if any(host in _text(path) for host in _HOSTS)] == []


def test_no_path_of_a_machine_is_anywhere() -> None:
    assert [path.name for path in ours() if _MACHINE.search(_text(path))] == []


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")
