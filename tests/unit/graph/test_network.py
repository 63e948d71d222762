"""Questions over the network answer what networkx answers, on every small network; and what they promise of Ana and Jo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import SupporterId, VoterRef
from graph.network.arrays import Spot, TieArrays, tie_arrays, ties_from
from graph.network.reach import friends_of, known_to, unique_reach
from people import ANA, DANA, JO, LEE, MARIA, MARIAS_SISTER, TOM


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


@slowly
@given(rows)
def test_unique_reach_is_what_leaving_takes_away(ties: Rows) -> None:
    whole = from_rows(ties, {})
    for at, supporter in enumerate(whole.supporters):
        rest = whole.of_supporters(set(whole.supporters) - {supporter})
        assert unique_reach(whole)[at] == len(whole.voters) - len(rest.voters)


def test_an_empty_network_has_empty_answers() -> None:
    nothing = town()
    assert (friends_of(nothing).size, known_to(nothing).size, unique_reach(nothing).size) == (0, 0, 0)
