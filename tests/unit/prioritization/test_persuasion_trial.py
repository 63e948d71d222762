"""A campaign's own calls order its lists only where they can tell whose mind a call changes; else the assumed order stands."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_precinct import precinct

from graph.errors import InputError
from graph.voters import VoterColumns
from prioritization.persuasion import PersuasionModel, persuasion_probability
from prioritization.persuasion_trial import FEWEST_ANSWERS, SupportTrial, learned_persuasion

OF_ANOTHER_PARTY = 0.3
"""What a call does in ``town`` to those who are registered with the other party, which the assumed order puts far behind."""


@cache
def town(
    people: int, *, effect: float = 0.0, seed: int = 0
) -> tuple[VoterColumns, SupportTrial, np.ndarray, np.ndarray]:
    """A town of homes of two, half of the homes called; a call moves ``effect`` of one party's people. Six in ten answer."""
    chance = np.random.default_rng(seed)
    party = chance.choice(["DEM", "REP", "UNA"], people, p=[0.4, 0.3, 0.3])
    home = np.arange(people) // 2
    columns = precinct(["ANA LEE"] * people, parties=party.tolist(), household=home.tolist())
    support = np.select([party == "DEM", party == "REP"], [0.85, 0.15], 0.55)
    called = (chance.random(people) < 0.5)[home]
    said = (chance.random(people) < support + np.where(called & (party == "REP"), effect, 0.0)).astype(np.float64)
    said[chance.random(people) > 0.6] = np.nan
    turnout = chance.uniform(0.2, 0.9, people)
    return columns, SupportTrial(np.arange(people), called, said, home), support, turnout


def learned(people: int, **more: float):
    columns, trial, support, turnout = town(people, **more)
    return learned_persuasion(trial, columns, support=support, turnout=turnout)


def test_a_great_effect_on_some_is_found_and_orders_the_list():
    found = learned(8_000, effect=OF_ANOTHER_PARTY)
    assert found.model.is_learned
    assert found.gain.low > 0.0
    assert found.effect.mean == pytest.approx(100 * 0.3 * OF_ANOTHER_PARTY, abs=3.0)
    columns, _, support, turnout = town(8_000, effect=OF_ANOTHER_PARTY)
    effect = found.model.effect(columns, support=support, turnout=turnout)
    party = np.array([columns.party[row] for row in range(len(columns))])
    assert effect[party == "REP"].mean() > 0.1 > abs(effect[party == "DEM"].mean()) + 0.05
    score = persuasion_probability(columns, support=support, turnout=turnout, model=found.model)
    assert set(party[np.argsort(-score)[:500]]) == {"REP"}
    assert score.min() >= 0.0
    assert score.max() <= 1.0


@pytest.mark.parametrize("seed", range(3))
def test_calls_that_change_nothing_leave_the_assumed_order_and_say_so(seed):
    found = learned(1_500, seed=seed)
    assert not found.model.is_learned
    assert "assumed score stands" in found.model.verdict
    columns, _, support, turnout = town(1_500, seed=seed)
    assumed = persuasion_probability(columns, support=support, turnout=turnout)
    assert np.array_equal(persuasion_probability(columns, support=support, turnout=turnout, model=found.model), assumed)


def test_what_few_answers_say_stays_near_what_is_published():
    middles = {people: learned(people, effect=OF_ANOTHER_PARTY).model for people in (600, 8_000)}
    weights = {people: max(abs(t.weight) for t in model.traits) for people, model in middles.items()}
    assert weights[600] < weights[8_000] / 2


def test_too_few_answers_are_told_as_too_few():
    columns, trial, support, turnout = town(1_500)
    left = np.flatnonzero(~trial.assigned & trial.answered)[FEWEST_ANSWERS - 1 :]
    said = trial.support.copy()
    said[left] = np.nan
    found = learned_persuasion(replace(trial, support=said), columns, support=support, turnout=turnout)
    assert "only 99 of the control arm answered" in found.model.verdict
    assert found.gain is None


def test_calls_that_change_who_answers_teach_no_order():
    """Opponents who were called hang up on the survey: among those who answer support looks higher, and no mind was changed."""
    columns, trial, support, turnout = town(8_000)
    silent = trial.assigned & (support < 0.5)
    found = learned_persuasion(
        replace(trial, support=np.where(silent, np.nan, trial.support)), columns, support=support, turnout=turnout
    )
    assert found.answered_called < found.answered_alone - 0.1
    assert "calls changed who answered" in found.model.verdict
    assert not found.model.is_learned
    assert found.bounds[0] < 0.0 < found.bounds[1]


def test_calls_that_lose_support_are_not_called_a_success():
    columns, trial, support, turnout = town(8_000)
    chance = np.random.default_rng(1)
    lost = trial.assigned & (chance.random(len(trial)) < 0.25) & trial.answered
    found = learned_persuasion(
        replace(trial, support=np.where(lost, 0.0, trial.support)), columns, support=support, turnout=turnout
    )
    assert found.effect.interval()[1] < 0.0
    assert "lost support" in found.model.verdict


def test_where_all_answer_the_bounds_are_the_difference_itself():
    columns, trial, support, turnout = town(2_000)
    said = np.where(trial.answered, trial.support, 1.0)
    low, high = learned_persuasion(replace(trial, support=said), columns, support=support, turnout=turnout).bounds
    plain = 100 * (said[trial.assigned].mean() - said[~trial.assigned].mean())
    assert (low, high) == (pytest.approx(plain), pytest.approx(plain))


@settings(max_examples=2, deadline=None)
@given(st.integers(0, 1_000))
def test_the_order_of_the_rows_changes_nothing(seed):
    columns, trial, support, turnout = town(600, effect=OF_ANOTHER_PARTY)
    mixed = np.random.default_rng(seed).permutation(len(trial))
    again = SupportTrial(trial.rows[mixed], trial.assigned[mixed], trial.support[mixed], trial.home[mixed])
    one, other = (learned_persuasion(each, columns, support=support, turnout=turnout) for each in (trial, again))
    assert one.effect.mean == pytest.approx(other.effect.mean)
    assert one.model.middle == pytest.approx(other.model.middle, abs=1e-6)
    assert [t.weight for t in one.model.traits] == pytest.approx([t.weight for t in other.model.traits], abs=1e-6)


@pytest.mark.parametrize(
    ("arm", "support", "words"),
    [
        ([True] * 4, [1.0, 0.0, 1.0, 0.0], "no control arm"),
        ([False] * 4, [1.0, 0.0, 1.0, 0.0], "no called arm"),
        ([True, True, False, False], [1.0, 0.0, np.nan, np.nan], "Nobody of the control arm answered"),
        ([True, True, False, False], [1.0, 1.0, 1.0, 1.0], "Everybody answered the same"),
    ],
)
def test_what_teaches_nothing_is_refused(arm, support, words):
    columns = precinct(["ANA LEE"] * 4)
    trial = SupportTrial(np.arange(4), np.array(arm), np.array(support), np.arange(3))
    with pytest.raises(InputError, match=words):
        learned_persuasion(trial, columns, support=np.full(4, 0.5), turnout=np.full(4, 0.5))


def test_a_model_is_the_same_after_it_was_written_and_read():
    model = learned(600, effect=OF_ANOTHER_PARTY).model
    assert PersuasionModel.from_json(model.to_json()) == model


@pytest.mark.parametrize(
    "change",
    [
        ('"largest": 1.0', '"largest": 0.0'),
        ('"persuasion_version": 1', '"persuasion_version": 9'),
        ('"is_learned": false', '"is_learned": "no"'),
        ('"centre": 0.0', '"centre": NaN'),
        ("{", "["),
    ],
)
def test_a_file_that_is_none_is_refused(change):
    text = learned(600).model.to_json()
    assert change[0] in text
    with pytest.raises(InputError, match="cannot be read"):
        PersuasionModel.from_json(text.replace(*change))


def test_a_trait_that_is_not_known_here_is_refused_in_words():
    columns, _, support, turnout = town(600)
    model = learned(600).model
    odd = replace(model, is_learned=True, traits=(replace(model.traits[0], name="shoe size"),))
    with pytest.raises(InputError, match="shoe size"):
        persuasion_probability(columns, support=support, turnout=turnout, model=odd)
