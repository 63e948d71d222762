"""Groups of people who know each other, as an organizer sees them: large enough, named by place, with what joins them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from graph.model import VoterRef
from graph.network.arrays import TieArrays, Whole
from graph.network.communities import find_communities
from graph.network.reach import is_only_way

REST = "Elsewhere"


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Supporters and voters of a group, as positions in ``TieArrays``, and the place where most of the voters live.

    ``is_rest`` says that these are the people of all groups that are too small.
    """

    place: str
    supporters: Whole
    voters: Whole
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class SingleBridge:
    """A supporter who alone is the way to most people of a group; positions, and how many they are."""

    group: int
    supporter: int
    people: int


def groups_of(ties: TieArrays, *, seed: int, smallest: int) -> list[Group]:
    """Groups, largest first; those with fewer voters than ``smallest`` are one group "Elsewhere" at the end.

    When even that is smaller it is left out. Groups of one place are told apart by a number. No ties give no groups.
    """
    found = find_communities(ties, seed=seed)
    names = _place_names(ties)
    sizes = np.bincount(found.voter, minlength=found.count)
    large = [_group(names, found.supporter == at, found.voter == at) for at in np.flatnonzero(sizes >= smallest)]
    is_small = sizes < smallest
    rest = replace(_group(names, is_small[found.supporter], is_small[found.voter]), place=REST, is_rest=True)
    ordered = sorted(large, key=lambda group: (-len(group.voters), group.voters[0]))
    return _named_apart(ordered) + ([rest] if len(rest.voters) >= smallest else [])


def _place_names(ties: TieArrays) -> list[str]:
    """Where each voter lives: his town, or his precinct when that is unknown."""
    cities, precincts = [name.title() for name in ties.cities], [name.title() for name in ties.precincts]
    spots = zip(ties.city.tolist(), ties.precinct.tolist(), strict=True)
    return [cities[city] or precincts[precinct] for city, precinct in spots]


def _group(names: Sequence[str], is_supporter: np.ndarray, is_voter: np.ndarray) -> Group:
    voters = np.flatnonzero(is_voter).astype(np.int32)
    counted = Counter(names[at] for at in voters.tolist() if names[at])
    place = min(counted, key=lambda name: (-counted[name], name), default="")
    return Group(place, np.flatnonzero(is_supporter).astype(np.int32), voters)


def _named_apart(found: Sequence[Group]) -> list[Group]:
    """Two groups of one place are told apart by a number, so that each row and ring has its own name."""
    seen: Counter[str] = Counter()
    named = []
    for group in found:
        seen[group.place] += 1
        number = seen[group.place]
        named.append(group if number == 1 else replace(group, place=f"{group.place} {number}"))
    return named


def ties_between(groups: Sequence[Group], ties: TieArrays) -> dict[tuple[int, int], int]:
    """How many ties cross between two groups, by their places in the list (the smaller first), in that order."""
    seat, home = _homes(groups, ties)
    ends = np.stack([seat[ties.supporter], home[ties.voter]])
    crossing = np.sort(ends[:, (ends[0] != ends[1]) & (ends.min(axis=0) >= 0)], axis=0)
    pairs, counts = np.unique(crossing, axis=1, return_counts=True)
    return {(int(first), int(second)): int(count) for first, second, count in zip(*pairs, counts, strict=True)}


def heard_in(group: Group, ties: TieArrays, heard: Collection[VoterRef]) -> int:
    """How many of a group have heard from a friend."""
    return sum(ties.voters[at] in heard for at in group.voters)


def single_bridges(groups: Sequence[Group], ties: TieArrays, *, smallest: int) -> list[SingleBridge]:
    """Of each group, the supporter who alone knows more than half of it, most people first.

    Fewer than ``smallest`` people are no group to tell of, and the people of small groups are none.
    """
    _, home = _homes(groups, ties)
    only = is_only_way(ties)
    known_alone = np.stack([home[ties.voter[only]], ties.supporter[only]])
    pairs, people = np.unique(known_alone, axis=1, return_counts=True)
    found = [
        SingleBridge(int(group), int(supporter), int(count))
        for group, supporter, count in zip(*pairs, people, strict=True)
        if group >= 0 and not groups[group].is_rest
    ]
    large = [one for one in found if one.people >= smallest and 2 * one.people > len(groups[one.group].voters)]
    return sorted(large, key=lambda one: (-one.people, one.group))


def _homes(groups: Sequence[Group], ties: TieArrays) -> tuple[Whole, Whole]:
    """The group of each supporter and of each voter, -1 for none."""
    seat, home = np.full(len(ties.supporters), -1, np.int32), np.full(len(ties.voters), -1, np.int32)
    for at, group in enumerate(groups):
        seat[group.supporters] = at
        home[group.voters] = at
    return seat, home
