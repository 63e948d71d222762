"""Names that go together are worth less together; where a file shows no such law nothing changes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.voters import Coded
from matching.name_classes import NameClasses

_OURS, _THEIRS = ("HELEN", "JOHN", "MARK", "RUTH"), ("CARMEN", "JORGE", "LUZ")
_OUR_FAMILIES, _THEIR_FAMILIES = ("BAKER", "MILLER", "SMITH"), ("GARCIA", "PEREZ")


def _column(words: list[str]) -> Coded:
    values, codes = np.unique([*words], return_inverse=True)
    return Coded(codes.astype(np.int32), tuple(str(value) for value in values))


def _town(rows: int, *, apart: bool) -> tuple[Coded, Coded]:
    """A town in which one person in six comes from elsewhere; ``apart`` says whether surnames tell so."""
    chance = np.random.default_rng(5)
    is_theirs = chance.random(rows) < 1 / 6
    elsewhere = is_theirs if apart else chance.random(rows) < 1 / 6
    first = np.where(is_theirs, chance.choice(_THEIRS, rows), chance.choice(_OURS, rows))
    last = np.where(elsewhere, chance.choice(_THEIR_FAMILIES, rows), chance.choice(_OUR_FAMILIES, rows))
    return _column(first.tolist()), _column(last.tolist())


def _together(classes: NameClasses, first: Coded, last: Coded, names: tuple[str, str]) -> float:
    given, family = classes.given[first.values.index(names[0])], classes.family[last.values.index(names[1])]
    return float((given * family / classes.shares).sum())


def test_carmen_garcia_is_six_times_likelier_and_carmen_baker_hardly_seen() -> None:
    first, last = _town(6000, apart=True)
    classes = NameClasses.of(first, last)
    assert _together(classes, first, last, ("CARMEN", "GARCIA")) == pytest.approx(6, rel=0.1)
    assert _together(classes, first, last, ("CARMEN", "BAKER")) < 0.1
    assert _together(classes, first, last, ("HELEN", "BAKER")) == pytest.approx(1.2, rel=0.05)


def test_a_double_surname_counts_as_its_first_half() -> None:
    first, last = _town(6000, apart=True)
    values = (*last.values, "GARCIA PEREZ")
    codes = last.codes.copy()
    codes[last.codes == last.values.index("GARCIA")] = len(last.values)
    classes = NameClasses.of(first, Coded(np.r_[codes[:-1], last.values.index("GARCIA")].astype(np.int32), values))
    assert classes.family[-1] == pytest.approx(classes.family[last.values.index("GARCIA")])


@pytest.mark.parametrize("rows", [0, 1, 40, 6000])
def test_a_town_whose_names_are_independent_or_few_has_no_law(rows: int) -> None:
    first, last = _town(rows, apart=False)
    classes = NameClasses.of(first, last)
    assert np.allclose(classes.given, classes.shares)
    assert np.allclose(classes.family, classes.shares)


@settings(max_examples=10)
@given(st.integers(1000, 4000), st.booleans())
def test_classes_are_probabilities_and_the_same_each_time(rows: int, apart: bool) -> None:
    columns = _town(rows, apart=apart)
    one, other = NameClasses.of(*columns), NameClasses.of(*columns)
    for table in (one.given, one.family):
        assert np.allclose(table.sum(axis=1), 1)
        assert (table >= 0).all()
    assert np.array_equal(one.given, other.given)
    assert np.array_equal(one.family, other.family)
