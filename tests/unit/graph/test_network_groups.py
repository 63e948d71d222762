"""Groups of friends are found as well as networkx finds them, named by place, and never told of when they are small."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

from graph.model import SupporterId, VoterRef
from graph.network.arrays import Spot, TieArrays, ties_from
from graph.network.communities import find_communities
from graph.network.groups import Group, SingleBridge, groups_of, heard_in, single_bridges, ties_between
from graph.network.reach import unique_reach
from graph.network.recruiting import home_precincts, new_from_one


def from_rows(rows: Iterable[tuple[str, str, str, float]], spots: Mapping[VoterRef, Spot]) -> TieArrays:
    """Arrays from a row for each tie, in any order."""
    return ties_from([(who, [(state, voter_id, chance)]) for who, state, voter_id, chance in rows], spots)


TOWNS = ("NORTHGATE", "FAIRVIEW", "HOLLIS")


def town(
    seed: int, *, circles: int = 3, supporters: int = 4, friends: int = 20, stray: float = 0.15, people: int = 60
) -> TieArrays:
    """Circles of supporters who know friends of their own town, and now and then somebody of another."""
    chance = random.Random(seed)  # noqa: S311 (a test's town, not a secret)
    rows, spots = [], {}
    for who in range(circles * supporters):
        for _ in range(friends):
            home = who % circles if chance.random() > stray else chance.randrange(circles)
            ref = VoterRef("NC", f"V{home}{chance.randrange(people):03}")
            spots[ref] = Spot(f"P-{home}", TOWNS[home % 3])
            rows.append((f"s-{who:02}", *ref, chance.uniform(0.5, 1.0)))
    return from_rows(rows, spots)


def weighted(ties: TieArrays) -> nx.Graph:
    network = nx.Graph()
    ends = zip(ties.supporter.tolist(), ties.voter.tolist(), ties.probability.tolist(), strict=True)
    network.add_weighted_edges_from((("supporter", who), ("voter", whom), chance) for who, whom, chance in ends)
    return network


def sets_of(ties: TieArrays, seed: int) -> list[set[tuple[str, int]]]:
    found = find_communities(ties, seed=seed)
    parts: list[set[tuple[str, int]]] = [set() for _ in range(found.count)]
    for kind, labels in (("supporter", found.supporter), ("voter", found.voter)):
        for at, label in enumerate(labels.tolist()):
            parts[label].add((kind, at))
    return parts


# --- communities ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_communities_are_as_good_as_those_of_networkx(seed: int) -> None:
    ties = town(seed, circles=2 + seed, supporters=5, stray=0.05 * (seed + 1))
    network = weighted(ties)
    theirs = nx.community.modularity(network, nx.community.louvain_communities(network, seed=seed))
    assert find_communities(ties, seed=seed).modularity >= theirs - 0.005


@pytest.mark.parametrize("seed", range(10))
def test_modularity_is_what_networkx_says_of_the_same_communities(seed: int) -> None:
    ties = town(seed, friends=6)
    parts = sets_of(ties, seed)
    assert all(parts)
    assert find_communities(ties, seed=seed).modularity == pytest.approx(nx.community.modularity(weighted(ties), parts))


def test_the_same_seed_finds_the_same_communities() -> None:
    ties = town(1, stray=0.5)
    assert sets_of(ties, 7) == sets_of(ties, 7)


def test_nobody_is_in_no_community() -> None:
    nobody = from_rows([], {})
    assert (find_communities(nobody, seed=1).count, groups_of(nobody, seed=1, smallest=10)) == (0, [])


# --- groups -----------------------------------------------------------------------------------------------------------


def test_three_towns_are_three_groups_named_by_them_largest_first() -> None:
    ties = town(3, supporters=8, stray=0.02)
    groups = groups_of(ties, seed=1, smallest=10)
    assert sorted(group.place.title() for group in groups) == sorted(name.title() for name in TOWNS)
    assert all(len(first.voters) >= len(second.voters) for first, second in pairwise(groups))
    assert sum(len(group.supporters) for group in groups) == len(ties.supporters)


def test_two_groups_of_one_town_have_two_names() -> None:
    groups = groups_of(town(4, circles=6, supporters=8, stray=0.0), seed=1, smallest=10)
    assert sorted(group.place for group in groups) == [
        *("Fairview", "Fairview 2", "Hollis", "Hollis 2", "Northgate", "Northgate 2")
    ]


def test_small_groups_are_told_of_together_or_not_at_all() -> None:
    rows = [("s-jo", "NC", f"V{at}", 0.9) for at in range(6)] + [("s-lee", "NC", f"W{at}", 0.9) for at in range(5)]
    ties = from_rows(rows, {})
    (rest,) = groups_of(ties, seed=1, smallest=10)
    assert (rest.place, rest.is_rest, len(rest.voters)) == ("Elsewhere", True, 11)
    assert groups_of(ties, seed=1, smallest=12) == []


@pytest.mark.parametrize("seed", range(10))
def test_ties_inside_and_between_groups_are_all_ties(seed: int) -> None:
    ties = town(seed, friends=8, stray=0.4)
    groups = groups_of(ties, seed=1, smallest=1)
    home = {int(voter): at for at, group in enumerate(groups) for voter in group.voters}
    seat = {int(supporter): at for at, group in enumerate(groups) for supporter in group.supporters}
    ends = [(seat[who], home[whom]) for who, whom in zip(ties.supporter.tolist(), ties.voter.tolist(), strict=True)]
    between = ties_between(groups, ties)
    assert sum(between.values()) == sum(first != second for first, second in ends)
    assert all(count == sum(set(end) == set(pair) for end in ends) for pair, count in between.items())


def test_whom_a_friend_has_told_is_counted_in_his_group() -> None:
    ties = town(5)
    group = groups_of(ties, seed=1, smallest=10)[0]
    assert heard_in(group, ties, {ties.voters[group.voters[0]], VoterRef("NC", "somebody else")}) == 1


# --- single bridges ---------------------------------------------------------------------------------------------------


def bridge_town() -> tuple[list[Group], TieArrays]:
    """Jo alone knows twelve of fourteen in Hollis; Ana and Lee share Fairview."""
    rows = [("s-jo", "NC", f"H{at:02}", 0.9) for at in range(14)] + [
        ("s-lee", "NC", f"H{at:02}", 0.9) for at in range(2)
    ]
    rows += [(who, "NC", f"F{at:02}", 0.9) for who in ("s-ana", "s-lee") for at in range(14)]
    ties = from_rows(rows, {VoterRef("NC", f"H{at:02}"): Spot("P-1", "HOLLIS") for at in range(14)})
    return groups_of(ties, seed=1, smallest=10), ties


def test_jo_is_the_single_bridge_to_hollis_and_nobody_to_fairview() -> None:
    groups, ties = bridge_town()
    (bridge,) = single_bridges(groups, ties, smallest=10)
    assert bridge == SingleBridge(bridge.group, ties.supporters.index(SupporterId("s-jo")), 12)
    assert groups[bridge.group].place == "Hollis"


def test_a_bridge_to_fewer_people_than_may_be_told_is_not_told() -> None:
    groups, ties = bridge_town()
    assert single_bridges(groups, ties, smallest=13) == []
    assert single_bridges([], ties, smallest=1) == []


# --- where one more helps ---------------------------------------------------------------------------------------------


def test_a_place_where_nobody_is_known_brings_more_new_people_than_one_that_is_known_well() -> None:
    expected = new_from_one(town(6), {"P-0": 50, "P-9": 50})
    assert expected["P-9"] > expected["P-0"] > 0


def test_she_brings_no_more_at_home_than_there_are() -> None:
    ties = town(6, stray=0.0)
    assert new_from_one(ties, {"P-9": 3, "P-8": 0}) == {"P-8": 0.0, "P-9": 3.0}


def test_where_nobody_has_brought_anybody_nothing_is_expected() -> None:
    assert new_from_one(from_rows([], {}), {"P-1": 9}) == {"P-1": 0.0}


def test_what_is_expected_of_one_more_is_about_what_the_last_one_brought() -> None:
    """Leave each supporter out in turn: on average over a town the forecast is near what she really adds."""
    ties = town(8, circles=6, friends=25, people=300)
    homes, forecast = home_precincts(ties), []
    for at, supporter in enumerate(ties.supporters):
        rest = ties.of_supporters(set(ties.supporters) - {supporter})
        forecast.append(new_from_one(rest, dict.fromkeys(ties.precincts, 200))[ties.precincts[homes[at]]])
    assert np.mean(forecast) == pytest.approx(unique_reach(ties).mean(), rel=0.1)
