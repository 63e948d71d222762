"""What a choice of asks is worth when the truth is known, beside what others would have chosen. Pure.

Only an invented town knows the truth: by how much each supporter's word changes each friend's chance of voting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.model import SupporterId, VoterRef
from prioritization.allocate import allocate, shared_value

Pair = tuple[SupporterId, VoterRef]


@dataclass(frozen=True, slots=True)
class Worth:
    """Extra votes of the asks made, of random ones, of lowest turnout first, and of the best choice for who knows all."""

    ours: float
    random: float
    lowest_first: float
    oracle: float

    @property
    def share_of_oracle(self) -> float:
        """Ours as a share of the best, 0 when nothing can be gained."""
        return self.ours / self.oracle if self.oracle > 0.0 else 0.0


def true_value(asks: Sequence[Pair], effect: Mapping[Pair, float]) -> float:
    """Extra votes of ``asks`` under the true ``effect`` of each; the n-th ask of a voter is worth half of the one before, at most
    three count. An ask of somebody whom no word of hers reaches is worth nothing; a pair given twice counts once.
    """
    known = sorted({pair for pair in asks if pair in effect})
    return shared_value(_numbers([voter for _, voter in known]), np.array([effect[pair] for pair in known]))


def compare(
    asks: Sequence[Pair],
    effect: Mapping[Pair, float],
    turnout: Mapping[VoterRef, float],
    *,
    asks_per_supporter: int = 5,
    draws: int = 20,
    seed: int = 0,
) -> Worth:
    """What ``asks`` are worth beside the baselines over the same true ties. Random is the mean of ``draws`` seeded draws."""
    pairs = sorted(effect)
    if not pairs:
        return Worth(0.0, 0.0, 0.0, 0.0)
    truth = np.array([effect[pair] for pair in pairs])
    supporter = _numbers([name for name, _ in pairs])
    voter = _numbers([ref for _, ref in pairs])
    chance = np.array([turnout.get(ref, 0.5) for _, ref in pairs])

    def worth(score: NDArray[np.float64]) -> float:
        picks = _own_best(supporter, score, asks_per_supporter)
        return shared_value(voter[picks], truth[picks])

    generator = np.random.default_rng(seed)
    best = allocate(supporter, voter, truth, k=asks_per_supporter)
    return Worth(
        ours=true_value(asks, effect),
        random=float(np.mean([worth(generator.random(len(pairs))) for _ in range(draws)])),
        lowest_first=worth(-chance),
        oracle=best.value,
    )


def _own_best(supporter: NDArray[np.int64], score: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """Each supporter's k highest scores, ties in the order given."""
    order = np.lexsort((-score, supporter))
    place = np.arange(len(order)) - np.searchsorted(supporter[order], supporter[order])
    return order[place < k]


def _numbers(names: Sequence[object]) -> NDArray[np.int64]:
    numbered: dict[object, int] = {}
    return np.array([numbered.setdefault(name, len(numbered)) for name in names], dtype=np.int64)
