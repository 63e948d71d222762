"""No attack of the table is forgotten: each has a test that says its number, or one named in the table, or a reason and a home."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from attack_table import ATTACKS, LATER, SHOWN_BY

TESTS = Path(__file__).parents[2]
_NUMBERED = re.compile(r"test_(?:attack_)?((?:\d\d_(?:and_)?)+)")


@cache
def names_in(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name[:5] == "test_"
    )


@cache
def numbered() -> dict[int, set[str]]:
    """The tests that say a number in their name."""
    found: dict[int, set[str]] = {}
    for file in TESTS.rglob("test_*.py"):
        for name in names_in(file):
            said = _NUMBERED.match(name)
            for number in re.findall(r"\d\d", said[1]) if said else []:
                found.setdefault(int(number), set()).add(name)
    return found


def test_the_table_counts_seventy_two() -> None:
    assert sorted(ATTACKS) == list(range(1, 73))
    assert set(LATER) | set(SHOWN_BY) <= set(ATTACKS)
    assert not set(LATER) & (set(SHOWN_BY) | set(numbered()))


@pytest.mark.parametrize("number", sorted(set(ATTACKS) - set(LATER)), ids=lambda n: f"attack_{n:02}_{ATTACKS[n]}")
def test_every_attack_has_a_test(number: int) -> None:
    assert numbered().get(number) or SHOWN_BY.get(number)
    for place in SHOWN_BY.get(number, ()):
        file, _, name = place.partition("::")
        assert name in names_in(TESTS / file), place


def test_no_test_has_a_number_that_the_table_lacks() -> None:
    assert set(numbered()) <= set(ATTACKS)


@pytest.mark.parametrize("number", sorted(LATER))
def test_what_comes_later_has_a_reason_and_a_home(number: int) -> None:
    assert re.search(r"\([\w./]+\)|like \d+", LATER[number])
