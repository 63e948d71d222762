"""Nobody is asked who must not be: not once in ten million decisions of random campaigns."""

from __future__ import annotations

from collections import Counter

import pytest
from random_campaign import NEVER, live


def lived(decisions: int, *, supporters: int) -> tuple[int, int, Counter[str]]:
    """Worlds one after another until so many decisions were taken."""
    taken, asks, broken, seed = 0, 0, Counter[str](), 0
    while taken < decisions:
        world = live(seed, supporters=supporters)
        taken, asks, seed = taken + world.decisions, asks + world.asks, seed + 1
        broken.update(world.broken)
    return taken, asks, broken


def test_in_a_hundred_thousand_random_decisions_no_rule_is_broken():
    taken, asks, broken = lived(100_000, supporters=150)
    assert taken >= 100_000
    assert asks > 5_000
    assert set(broken) == set(NEVER)
    assert +broken == Counter()


@pytest.mark.full
def test_in_ten_million_random_decisions_no_rule_is_broken():
    taken, asks, broken = lived(10_000_000, supporters=2_000)
    print(f"{taken:,} decisions, {asks:,} asks, broken: {dict(+broken)}")  # noqa: T201 (the figure is wanted)
    assert taken >= 10_000_000
    assert +broken == Counter()
