"""What an e-mail address tells of a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import ContactRecord, SourceKind
from matching.names.reading import NameKind, name_from_email, read_name, year_from_email


def first(email: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    name = name_from_email(email)[0]
    return name.given, name.family


@pytest.mark.parametrize(
    "local", ["judithkirby60", "judith.kirby", "kirby_judith", "kirbyjudith925", "JudithKirby@mail.example"]
)
def test_a_name_is_found_in_every_common_form(local):
    assert first(local) == (("JUDITH",), ("KIRBY",))


def test_an_initial_before_a_surname_is_an_initial():
    assert first("pholloway@mail.example") == (("P",), ("HOLLOWAY",))


@pytest.mark.parametrize("local", ["", "12345", "info", "office@church.example", "x99", "@"])
def test_an_address_that_names_nobody_gives_nothing(local):
    assert name_from_email(local) == ()


@pytest.mark.parametrize(
    ("local", "year"),
    [
        ("judithkirby60", 1960),
        ("ana08", 2008),
        ("ana1987", 1987),
        ("ana", None),
        ("ana123", None),
        ("7ana7", None),
        ("ana1850", None),
    ],
)
def test_digits_at_the_end_may_be_a_year(local, year):
    assert year_from_email(f"{local}@mail.example") == year


@given(st.text(max_size=100))
def test_no_address_raises_and_weights_sum_to_one(text):
    names = name_from_email(text)
    assert sum(name.weight for name in names) == pytest.approx(1.0 if names else 0.0)
    assert year_from_email(text) is None or 1900 < year_from_email(text) < 2013


def entry(display_name: str, *emails: str, organization: str = "") -> ContactRecord:
    return ContactRecord("x", 0, SourceKind.VCARD, display_name, organization=organization, emails=emails)


def test_an_entry_without_a_name_still_has_the_names_of_its_address():
    reading = read_name(entry("", "john.smith@mail.example"))
    assert reading.kind is NameKind.SAYS_NOTHING
    assert reading.possible[0].family == ("SMITH",)
    assert read_name(entry("john.smith@mail.example")).possible == reading.possible


def test_an_address_gives_the_surname_that_a_name_lacks_and_doubts_stay():
    reading = read_name(entry("Brenda", "brenda_gray@mail.example"))
    assert {name.family: round(name.weight, 2) for name in reading.possible} == {("GRAY",): 0.85, (): 0.15}


def test_an_address_that_contradicts_the_initial_adds_nothing():
    assert {name.family for name in read_name(entry("Dina I.", "dina.innes@mail.example")).possible} == {
        ("I",),
        ("INNES",),
    }
    assert {name.family for name in read_name(entry("Dina K.", "dina.innes@mail.example")).possible} == {("K",)}


def test_an_address_with_another_surname_is_a_lesser_reading():
    names = read_name(entry("Margie Walters", "margie.dell@mail.example")).possible
    assert [name.family for name in names] == [("WALTERS",), ("DELL",)]


def test_an_organization_with_a_personal_address_is_not_called_a_business():
    assert read_name(entry("", "john.smith@mail.example", organization="Duke Health")).kind is NameKind.SAYS_NOTHING
    assert read_name(entry("", "info@mail.example", organization="Duke Health")).kind is NameKind.NOT_A_PERSON


@pytest.mark.parametrize(
    ("written", "email", "given_name", "surname"),
    [
        ("Patrick", "pjohnson80@mail.example", "PATRICK", "JOHNSON"),
        ("Mary", "mvassell@mail.example", "MARY", "VASSELL"),
        ("Jerry", "jerry_c@mail.example", "JERRY", "C"),
        ("Tony (realtor)", "anthony.cunningham@mail.example", "TONY", "CUNNINGHAM"),
        ("Mark S", "msearswell@mail.example", "MARK", "SEARSWELL"),
        ("Ms. Bare", "helen.bare@mail.example", "HELEN", "BARE"),
        ("Pastor Stevens", "luberthastevens@mail.example", "", "STEVENS"),
    ],
)
def test_an_address_is_read_beside_the_name(written, email, given_name, surname):
    best = read_name(entry(written, email)).possible[0]
    assert (best.given[:1] or ("",))[0] == given_name
    assert surname in best.family


@pytest.mark.parametrize(("written", "email"), [("Mark S", "mjones@mail.example"), ("Kayla", "kayla6093@mail.example")])
def test_an_address_that_does_not_fit_adds_nothing(written, email):
    assert read_name(entry(written, email)).possible == read_name(entry(written)).possible


@given(st.text(max_size=30), st.emails())
def test_whatever_name_and_address_weights_sum_to_one(written, email):
    names = read_name(entry(written, email)).possible
    assert sum(name.weight for name in names) == pytest.approx(1.0 if names else 0.0)
