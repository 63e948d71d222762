"""Questions over the network answer what networkx answers, on every small network; and what they promise of Ana and Jo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import SupporterId, VoterRef
from graph.network.arrays import Spot, TieArrays, tie_arrays, ties_from
from graph.network.bridges import weak_points
from graph.network.closeness import closeness
from graph.network.rank import components, pagerank
from graph.network.reach import Addition, Coverage, coverage, friends_of, known_to, marginal_coverage, unique_reach
from people import ANA, DANA, JO, LEE, MARIA, MARIAS_SISTER, TOM

Node = tuple[str, int]


def from_rows(rows: Iterable[tuple[str, str, str, float]], spots: Mapping[VoterRef, Spot]) -> TieArrays:
    """Arrays from a row for each tie, in any order."""
    return ties_from([(who, [(state, voter_id, chance)]) for who, state, voter_id, chance in rows], spots)


Rows = list[tuple[str, str, str, float]]

MILLBROOK, HOLLIS = Spot("P-1", "MILLBROOK"), Spot("P-2", "HOLLIS")
SPOTS = {MARIA: MILLBROOK, MARIAS_SISTER: MILLBROOK, TOM: HOLLIS, DANA: HOLLIS}
rows = st.lists(
    st.tuples(
        st.integers(0, 7).map("s-{}".format),
        st.just("NC"),
        st.integers(0, 11).map("V{:02}".format),
        st.floats(0.5, 1.0),
    ),
    max_size=30,
)

slowly = settings(deadline=None)  # the first answer of scipy and networkx loads them


def town(*pairs: tuple[SupporterId, VoterRef]) -> TieArrays:
    return from_rows([(who, *whom, 0.9) for who, whom in pairs], SPOTS)


def oracle(ties: TieArrays) -> nx.Graph[Node]:
    network: nx.Graph[Node] = nx.Graph()
    for who, whom in zip(ties.supporter.tolist(), ties.voter.tolist(), strict=True):
        network.add_edge(("supporter", who), ("voter", whom))
    return network


def nodes(supporters: np.ndarray, voters: np.ndarray) -> set[Node]:
    return {("supporter", at) for at in np.flatnonzero(supporters).tolist()} | {
        ("voter", at) for at in np.flatnonzero(voters).tolist()
    }


# --- arrays -----------------------------------------------------------------------------------------------------------


@slowly
@given(rows)
def test_arrays_hold_each_pair_once_with_its_best_probability_in_order(ties: Rows) -> None:
    found = from_rows(ties, {})
    best = {(who, VoterRef(state, whom)): 0.0 for who, state, whom, _ in sorted(ties)}
    for who, state, whom, chance in ties:
        best[who, VoterRef(state, whom)] = max(best[who, VoterRef(state, whom)], chance)
    pairs = zip(found.supporter, found.voter, found.probability, strict=True)
    assert [((found.supporters[who], found.voters[whom]), chance) for who, whom, chance in pairs] == list(best.items())
    assert list(found.supporters) == sorted({who for who, _ in best})
    assert list(found.voters) == sorted({whom for _, whom in best})


@slowly
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_the_ties_changes_nothing(ties: Rows, chance: object) -> None:
    mixed = list(ties)
    chance.shuffle(mixed)
    assert from_rows(mixed, {}) == from_rows(ties, {})


def test_those_whom_no_tie_names_are_left_out_and_places_follow_their_voters() -> None:
    found = tie_arrays(
        [JO, ANA, LEE], [TOM, MARIA, DANA], SPOTS, supporter=[1, 0], voter=[1, 1], probability=[0.6, 0.7]
    )
    assert (found.supporters, found.voters, found.precincts, found.cities) == (
        (ANA, JO),
        (MARIA,),
        ("P-1",),
        ("MILLBROOK",),
    )
    assert found != town((ANA, MARIA), (JO, MARIA))  # the probabilities differ


def test_without_jo_her_own_friends_and_places_are_gone() -> None:
    both = town((ANA, MARIA), (JO, MARIA), (JO, TOM))
    assert both.of_supporters({ANA, LEE}) == town((ANA, MARIA))
    assert both.of_supporters({ANA, JO}) == both
    assert len(both.of_supporters(())) == 0


# --- reach ------------------------------------------------------------------------------------------------------------


def test_what_is_lost_if_ana_leaves_is_whom_only_she_knows() -> None:
    ties = town((ANA, MARIA), (ANA, TOM), (ANA, DANA), (JO, MARIA))
    assert unique_reach(ties).tolist() == [2, 0]
    assert known_to(ties).tolist() == [2, 1, 1]


def test_a_precinct_that_nobody_reaches_is_told_too() -> None:
    ties = town((ANA, MARIA), (JO, MARIA), (JO, TOM))
    wanted = {"P-3": 40, "P-1": 10, "P-2": 20}
    assert coverage(ties, wanted) == [Coverage("P-1", 10, 1), Coverage("P-2", 20, 1), Coverage("P-3", 40, 0)]
    assert coverage(ties, {"P-1": 9}, np.array([False, True])) == [Coverage("P-1", 9, 0)]


def test_jo_adds_only_whom_ana_does_not_know_and_lee_nobody() -> None:
    ties = town((ANA, MARIA), (ANA, TOM), (JO, MARIA), (JO, DANA), (LEE, MARIA))
    assert marginal_coverage(ties) == [Addition(ANA, 2), Addition(JO, 1)]
    assert marginal_coverage(ties, most=1) == [Addition(ANA, 2)]
    assert marginal_coverage(ties, most=0) == marginal_coverage(town()) == []


@slowly
@given(rows)
def test_unique_reach_is_what_leaving_takes_away(ties: Rows) -> None:
    whole = from_rows(ties, {})
    for at, supporter in enumerate(whole.supporters):
        rest = whole.of_supporters(set(whole.supporters) - {supporter})
        assert unique_reach(whole)[at] == len(whole.voters) - len(rest.voters)


@slowly
@given(rows)
def test_each_next_supporter_is_the_one_who_adds_most(ties: Rows) -> None:
    whole, network = from_rows(ties, {}), oracle(from_rows(ties, {}))
    left = {at: set(network["supporter", at]) for at in range(len(whole.supporters))}
    for addition in marginal_coverage(whole):
        best = min(left, key=lambda at: (-len(left[at]), at))
        assert addition == Addition(whole.supporters[best], len(left[best]))
        reached = left.pop(best)
        left = {at: friends - reached for at, friends in left.items()}
    assert not any(left.values())


# --- what networkx says -----------------------------------------------------------------------------------------------


@slowly
@given(rows)
def test_weak_points_are_the_bridges_and_articulation_points_of_networkx(ties: Rows) -> None:
    whole = from_rows(ties, {})
    found, network = weak_points(whole), oracle(whole)
    assert nodes(found.supporter, found.voter) == set(nx.articulation_points(network))
    ends = {(whole.supporter[at], whole.voter[at]) for at in np.flatnonzero(found.is_bridge)}
    assert ends == {tuple(at for _, at in sorted(bridge)) for bridge in nx.bridges(network)}


@slowly
@given(rows)
def test_a_supporter_parts_others_when_without_her_they_are_in_more_parts(ties: Rows) -> None:
    whole = from_rows(ties, {})
    parts = weak_points(whole).parts_supporters
    before = components(whole).count
    for at, supporter in enumerate(whole.supporters):
        others = [one for one in whole.supporters if one != supporter]
        rest = components(whole.of_supporters(others)).count
        is_by_herself = components(whole).supporter.tolist().count(components(whole).supporter[at]) == 1
        assert parts[at] == (rest > before - is_by_herself)


def test_of_a_long_chain_everybody_inside_is_a_weak_point() -> None:
    ends = [(SupporterId(f"s-{at:03}"), VoterRef("NC", f"V{at + step:03}")) for at in range(300) for step in (0, 1)]
    found = weak_points(town(*ends))
    assert found.is_bridge.all()
    assert found.supporter.all()
    assert found.voter.tolist() == [False, *[True] * 299, False]


@slowly
@given(rows)
def test_parts_are_the_components_of_networkx(ties: Rows) -> None:
    whole = from_rows(ties, {})
    found, parts = components(whole), list(nx.connected_components(oracle(whole)))
    assert found.count == len(parts)
    for part in parts:
        labels = {(found.supporter if kind == "supporter" else found.voter)[at] for kind, at in part}
        assert len(labels) == 1


@slowly
@given(rows.filter(bool))
def test_pagerank_is_that_of_networkx(ties: Rows) -> None:
    whole = from_rows(ties, {})
    found, expected = pagerank(whole), nx.pagerank(oracle(whole), tol=1e-13, max_iter=1000)
    ranks = {node: (found.supporter if node[0] == "supporter" else found.voter)[node[1]] for node in expected}
    assert ranks == pytest.approx(expected, abs=1e-8)


@slowly
@given(rows)
def test_ties_from_mutual_friends_are_those_of_networkx(ties: Rows) -> None:
    whole = from_rows(ties, {})
    found, network = closeness(whole), oracle(whole)
    pairs = list(zip(found.first.tolist(), found.second.tolist(), strict=True))
    ends = [(("supporter", first), ("supporter", second)) for first, second in pairs]
    assert found.shared.tolist() == [len(set(nx.common_neighbors(network, *pair))) for pair in ends]
    assert found.overlap.tolist() == pytest.approx([one for *_, one in nx.jaccard_coefficient(network, ends)])
    assert found.strength.tolist() == pytest.approx([one for *_, one in nx.adamic_adar_index(network, ends)])
    assert pairs == sorted(pairs_that_share(whole))


def pairs_that_share(ties: TieArrays) -> Iterable[tuple[int, int]]:
    knows = [set(ties.voter[ties.supporter == at].tolist()) for at in range(len(ties.supporters))]
    return [(a, b) for a in range(len(knows)) for b in range(a + 1, len(knows)) if knows[a] & knows[b]]


def test_an_empty_network_has_empty_answers() -> None:
    nothing = town()
    assert (len(closeness(nothing)), components(nothing).count, friends_of(nothing).size) == (0, 0, 0)
    assert (pagerank(nothing).supporter.size, weak_points(nothing).is_bridge.size) == (0, 0)
