"""How common names are is a law: all names of the tables together are somebody's, once."""

from __future__ import annotations

import pytest

from matching.names.law import family_probability, family_shares, given_probability, given_shares


def test_the_names_of_the_tables_together_have_probability_one() -> None:
    assert sum(map(family_probability, family_shares())) == pytest.approx(1.0)
    assert sum(map(given_probability, given_shares())) == pytest.approx(1.0)


def test_a_name_that_nobody_has_listed_is_rare_and_possible() -> None:
    assert 0 < family_probability("ZELLNERSTEIN") < family_probability("SMITH") / 1000
    assert 0 < given_probability("QUILLOR") < given_probability("MARY") / 1000
