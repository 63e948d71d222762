"""Campaigns of one organization learn from each other by sums alone, and only where each owner agreed to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InputError
from prioritization.effect import EffectModel
from prioritization.experiment import Belief, expected_next
from prioritization.sharing import CellReport, Report, pooled_reports

HERE, PRIOR = "North State Together", Belief(0.10, 0.12)
RIVERA = Report(
    HERE, "rivera", date(2026, 11, 3), 4_000, Belief(0.20, 0.10), "a1",
    {"close": CellReport(900, Belief(0.35, 0.15)), "weak": CellReport(3_100, Belief(0.05, 0.12))},
)  # fmt: skip
HARBOR = Report(
    HERE, "harbor", date(2026, 11, 3), 6_000, Belief(0.02, 0.08), "b2", {"weak": CellReport(6_000, Belief(0.0, 0.09))}
)

beliefs = st.builds(Belief, st.floats(-0.5, 0.8), st.floats(0.03, 0.6))


def reports(found: list[Belief]) -> list[Report]:
    return [replace(RIVERA, campaign=f"c{at}", learned_from=f"h{at}", shift=each, cells={}) for at, each in enumerate(found)]  # fmt: skip


def test_the_next_campaign_starts_between_what_was_believed_and_what_was_found_and_surer():
    told = pooled_reports([RIVERA, HARBOR], HERE, PRIOR)
    assert 0.02 < told.following.mean < 0.20
    assert told.following.deviation <= PRIOR.deviation
    model = told.model(EffectModel())
    assert (model.shift, model.shift_deviation) == (told.following.mean, told.following.deviation)
    assert model.tie_points == EffectModel().tie_points
    assert model.learned_from == told.learned_from


def test_each_campaign_is_drawn_to_the_others_and_a_cell_to_what_is_expected_of_any():
    told = pooled_reports([RIVERA, HARBOR], HERE, PRIOR)
    assert told.campaigns["rivera, 2026-11-03"].mean < RIVERA.shift.mean
    assert told.campaigns["harbor, 2026-11-03"].mean > HARBOR.shift.mean
    assert told.cells["weak"].people == 9_100
    assert told.following.mean < told.cells["close"].shift.mean < 0.35


@settings(max_examples=60, deadline=None)
@given(st.lists(beliefs, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_reports_changes_nothing(found, chance):
    told = reports(found)
    mixed = chance.sample(told, len(told))
    one, other = pooled_reports(told, HERE, PRIOR), pooled_reports(mixed, HERE, PRIOR)
    assert one == other


@settings(max_examples=60, deadline=None)
@given(st.lists(beliefs, max_size=6))
def test_what_is_expected_next_is_no_wider_than_the_prior_unless_campaigns_differ_more(found):
    following = expected_next(found, PRIOR)
    spread = float(np.ptp([each.mean for each in found])) if found else 0.0
    assert 0.0 < following.deviation <= max(PRIOR.deviation, spread) + 1e-12
    low, high = (pick([PRIOR.mean, *(each.mean for each in found)]) for pick in (min, max))
    assert low - 1e-9 <= following.mean <= high + 1e-9


def test_many_campaigns_that_agree_make_the_next_one_surer_than_few():
    few, many = (expected_next([Belief(0.15, 0.05)] * count, PRIOR) for count in (2, 40))
    assert many.deviation < few.deviation
    assert many.mean == pytest.approx(0.15, abs=0.01)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([RIVERA], "at least 2"),
        ([RIVERA, replace(HARBOR, organization="Another")], "agreed to tell another organization"),
        ([RIVERA, replace(RIVERA, people=5_000, learned_from="c3")], "one campaign and election"),
        ([RIVERA, replace(HARBOR, learned_from="a1")], "same experiment"),
    ],
)
def test_what_must_not_be_pooled_is_refused(given, words):
    with pytest.raises(InputError, match=words):
        pooled_reports(given, HERE, PRIOR)


def test_a_report_is_the_same_after_it_was_written_and_read_and_holds_sums_alone():
    assert Report.from_json(RIVERA.to_json()) == RIVERA
    assert len(RIVERA.to_json()) < 1_000


@pytest.mark.parametrize(
    ("change"),
    [
        ('"report_version": 1', '"report_version": 2'),
        ('"deviation": 0.1\n', '"deviation": 0.0\n'),
        ('"mean": 0.2', '"mean": NaN'),
        ('"rivera"', '""'),
        ('"2026-11-03"', '"election day"'),
        ("{", "["),
    ],
)
def test_a_file_that_is_no_report_is_refused(change):
    text = RIVERA.to_json()
    assert change[0] in text
    with pytest.raises(InputError, match="no report"):
        Report.from_json(text.replace(*change))
    with pytest.raises(InputError, match="no report"):
        Report.from_json(EffectModel().to_json())
