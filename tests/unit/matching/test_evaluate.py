"""How good matches are, counted by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import Candidate, ContactKey, Match, MatchStatus, VoterRef
from matching.evaluate import LabelledMatch, calibration_error, calibration_table, label, quality, recall_at_precision

ANA, LEE, TOM = (VoterRef("NC", f"AA00000{number}") for number in (1, 2, 3))
PAIRS = [
    LabelledMatch(ANA, 0.9, ANA),
    LabelledMatch(LEE, 0.8, LEE),
    LabelledMatch(TOM, 0.7, None),
    LabelledMatch(TOM, 0.3, TOM),
    LabelledMatch(None, 0.0, LEE),
]
_VOTERS = st.sampled_from([ANA, LEE, TOM, None])
_LABELLED = st.lists(
    st.builds(LabelledMatch, _VOTERS, st.sampled_from([0.0, 0.1, 0.5, 0.55, 0.9, 1.0]), _VOTERS), max_size=30
)


def test_precision_recall_and_f1_at_a_threshold():
    found = quality(PAIRS)
    assert (found.proposed, found.right, found.present) == (3, 2, 4)
    assert (found.precision, found.recall) == (pytest.approx(2 / 3), 0.5)
    assert found.f1 == pytest.approx(4 / 7)


def test_recall_at_precision_takes_the_best_threshold():
    assert recall_at_precision(PAIRS, 1.0) == 0.5
    assert recall_at_precision(PAIRS, 0.75) == 0.75
    assert recall_at_precision([LabelledMatch(ANA, 0.9, LEE)], 0.5) == 0.0


def test_equal_probabilities_stand_or_fall_together():
    pairs = [LabelledMatch(ANA, 0.9, ANA), LabelledMatch(LEE, 0.9, None)]
    assert recall_at_precision(pairs, 1.0) == 0.0
    assert recall_at_precision(pairs, 0.5) == 1.0


def test_calibration_error_is_the_mean_gap():
    pairs = [LabelledMatch(ANA, 0.95, ANA)] * 3 + [LabelledMatch(ANA, 0.95, LEE)]
    assert calibration_error(pairs) == pytest.approx(0.2)
    assert calibration_error([*pairs, LabelledMatch(ANA, 0.4, ANA)], at_least=0.5) == pytest.approx(0.2)
    assert [(row.low, row.proposals, row.share_right) for row in calibration_table(pairs)] == [(0.9, 4, 0.75)]


def test_nothing_gives_zeros():
    assert quality([]).f1 == recall_at_precision([], 0.9) == calibration_error([]) == 0.0
    assert calibration_table([]) == []


def test_matches_are_laid_beside_the_truth():
    rosa = Match(ContactKey("rosa"), MatchStatus.UNSURE, (Candidate(LEE, 0.4), Candidate(ANA, 0.2)))
    rejected = Match(ContactKey("louis"), MatchStatus.REJECTED, (Candidate(TOM, 0.9),))
    stranger = Match(ContactKey("stranger"), MatchStatus.NO_MATCH)
    truth = {ContactKey("rosa"): LEE, ContactKey("louis"): None}
    assert label([rosa, rejected, stranger], truth) == [LabelledMatch(LEE, 0.4, LEE), LabelledMatch(None, 0.0, None)]


@given(_LABELLED, st.floats(0, 1))
def test_every_figure_is_a_share(pairs, threshold):
    found = quality(pairs, threshold=threshold)
    figures = (found.precision, found.recall, found.f1, recall_at_precision(pairs, threshold), calibration_error(pairs))
    assert all(0 <= figure <= 1 for figure in figures)


@given(_LABELLED, st.floats(0, 1), st.floats(0, 1))
def test_asking_for_more_precision_never_gives_more_recall(pairs, first, second):
    low, high = sorted((first, second))
    assert recall_at_precision(pairs, high) <= recall_at_precision(pairs, low)
