"""Short forms and what they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.names.nicknames import formal_names, has_short_form, known_names, name_variants, short_forms

_NAMES = st.sampled_from(sorted(known_names()))


@pytest.mark.parametrize(
    ("short_form", "formal"),
    [
        ("PEGGY", "MARGARET"),
        ("BOB", "ROBERT"),
        ("Bill", "WILLIAM"),
        ("LUPE", "GUADALUPE"),
        ("Chuy", "JESUS"),
        ("PACO", "FRANCISCO"),
        ("NACHO", "IGNACIO"),
        ("MEMO", "GUILLERMO"),
        ("PEPE", "JOSE"),
        ("QUIQUE", "ENRIQUE"),
        ("tere", "TERESA"),
        ("BETO", "ALBERTO"),
    ],
)
def test_a_short_form_stands_for_its_name(short_form, formal):
    assert formal in formal_names(short_form)
    assert formal in name_variants(short_form)


def test_a_word_that_is_no_short_form_stands_for_nothing():
    assert formal_names("Zzyzx") == {}
    assert not has_short_form("ZZYZX")


def test_common_short_forms_weigh_more():
    assert short_forms("ROBERT")["BOB"] > short_forms("ROBERT")["DOBBIN"]


@given(_NAMES)
def test_the_shares_of_a_names_short_forms_sum_to_one(name):
    shares = short_forms(name)
    assert has_short_form(name) == bool(shares)
    assert sum(shares.values()) == pytest.approx(1.0 if shares else 0.0)


@given(_NAMES)
def test_both_directions_agree(name):
    assert all(short_forms(formal)[name] == share for formal, share in formal_names(name).items())


@given(_NAMES)
def test_a_name_is_never_its_own_variant_and_closeness_is_a_share(name):
    variants = name_variants(name)
    assert name not in variants
    assert all(0 < closeness <= 1 for closeness in variants.values())


@given(_NAMES)
def test_case_does_not_matter(name):
    assert formal_names(name.lower()) == formal_names(name)
