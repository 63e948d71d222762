"""The network as arrays: what ``GraphStore.export_edges`` gives and every question over the network starts from."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graph.model import SupporterId, VoterRef

Whole = npt.NDArray[np.int32]
Real = npt.NDArray[np.float64]


class Spot(NamedTuple):
    """Where a voter lives, as the graph keeps it; ``""`` is unknown."""

    precinct: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TieArrays:
    """Supporters and the voters they are linked to. One tie for each pair, by supporter and voter.

    ``supporters`` are by id, ``voters`` by ref, ``precincts`` and ``cities`` by name; nobody is without a tie and no
    place without a voter. ``supporter``, ``voter`` and ``probability`` (of the best match, 0 to 1) have one entry for
    each tie, ``precinct`` and ``city`` one for each voter: positions in the four tuples.
    """

    supporters: tuple[SupporterId, ...]
    voters: tuple[VoterRef, ...]
    precincts: tuple[str, ...]
    cities: tuple[str, ...]
    supporter: Whole
    voter: Whole
    probability: Real
    precinct: Whole
    city: Whole

    def __len__(self) -> int:
        """How many ties."""
        return len(self.voter)

    def __eq__(self, other: object) -> bool:
        """Whether all of both is equal."""
        if not isinstance(other, TieArrays):
            return NotImplemented
        return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in self.__dataclass_fields__)

    def by_supporter(self) -> sparse.csr_array:
        """A scipy CSR matrix of supporters by voters with a 1 for each tie."""
        shape = (len(self.supporters), len(self.voters))
        starts = np.searchsorted(self.supporter, np.arange(shape[0] + 1))
        return sparse.csr_array((np.ones(len(self), np.int32), self.voter, starts), shape=shape)

    def of_supporters(self, kept: Collection[SupporterId]) -> TieArrays:
        """The ties of these supporters alone; unknown ids are ignored."""
        wanted = np.array([supporter in kept for supporter in self.supporters], dtype=bool)
        ties = np.flatnonzero(wanted[self.supporter]) if len(self) else np.zeros(0, np.int64)
        spots = {
            self.voters[at]: Spot(self.precincts[self.precinct[at]], self.cities[self.city[at]])
            for at in np.unique(self.voter[ties])
        }
        return tie_arrays(
            self.supporters, self.voters, spots,
            supporter=self.supporter[ties], voter=self.voter[ties], probability=self.probability[ties],
        )  # fmt: skip


def tie_arrays(
    supporters: Sequence[SupporterId],
    voters: Sequence[VoterRef],
    spots: Mapping[VoterRef, Spot],
    *,
    supporter: npt.ArrayLike,
    voter: npt.ArrayLike,
    probability: npt.ArrayLike,
) -> TieArrays:
    """Arrays from ties in any order, which name supporters and voters by their positions in the first two sequences.

    Two ties of one pair become one, with the higher probability. Supporters and voters may be in any order; those
    without a tie are left out, a voter without a spot lives at ``("", "")``. No ties give empty arrays.
    """
    who, supporter_of = _sorted_away(supporters, np.asarray(supporter, dtype=np.int32))
    whom, voter_of = _sorted_away(voters, np.asarray(voter, dtype=np.int32))
    best = np.asarray(probability, dtype=np.float64)
    order = np.lexsort((-best, voter_of, supporter_of))
    supporter_of, voter_of, best = supporter_of[order], voter_of[order], best[order]
    first = np.ones(len(best), dtype=bool)
    first[1:] = (np.diff(supporter_of) != 0) | (np.diff(voter_of) != 0)
    homes = [spots.get(one, Spot()) for one in whom]
    precincts, precinct = _coded([home.precinct for home in homes])
    cities, city = _coded([home.city for home in homes])
    return TieArrays(
        tuple(who), tuple(whom), precincts, cities, supporter_of[first], voter_of[first], best[first], precinct, city
    )


def ties_from(
    circles: Iterable[tuple[str, Iterable[tuple[str, str, float]]]], spots: Mapping[VoterRef, Spot]
) -> TieArrays:
    """Arrays from each supporter id with (state, voter id, match probability) of her ties, all in any order."""
    who: dict[str, int] = {}
    whom: dict[tuple[str, str], int] = {}
    supporter, voter, probability = array("i"), array("i"), array("d")
    for supporter_id, ties in circles:
        before = len(voter)
        for state, voter_id, chance in ties:
            voter.append(whom.setdefault((state, voter_id), len(whom)))
            probability.append(chance)
        if len(voter) > before:
            her = who.setdefault(supporter_id, len(who))
            supporter.extend([her] * (len(voter) - before))
    return tie_arrays(
        [SupporterId(one) for one in who], [VoterRef(*one) for one in whom], spots,
        supporter=supporter, voter=voter, probability=probability,
    )  # fmt: skip


def _sorted_away(names: Sequence[Any], positions: Whole) -> tuple[list[Any], Whole]:
    """The names that are used, in order, and the positions in those."""
    used = np.unique(positions)
    ordered = sorted(used.tolist(), key=names.__getitem__)
    place = np.zeros(len(names), dtype=np.int32)
    place[ordered] = np.arange(len(ordered), dtype=np.int32)
    return [names[at] for at in ordered], place[positions]


def _coded(names: Sequence[str]) -> tuple[tuple[str, ...], Whole]:
    found = sorted(set(names))
    place = {name: at for at, name in enumerate(found)}
    return tuple(found), np.fromiter((place[name] for name in names), dtype=np.int32, count=len(names))
