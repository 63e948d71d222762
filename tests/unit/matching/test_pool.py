"""What entries lend each other among supporters who agreed to pool."""

from __future__ import annotations

from small_register import card, circle

from matching.pool import share_evidence

NUMBER = ("9102110009",)


def first_names(mine: str, hers: str, *, agreed: tuple[str, ...] = ("s-rosa", "s-vera")) -> str:
    """How Rosa's entry is named once Vera's, with the same number, is known."""
    circles = (
        circle(card(mine, phones=NUMBER)),
        circle(card(hers, phones=NUMBER), supporter="s-vera", name="Vera Stone"),
    )
    return next(iter(share_evidence(circles, agreed=agreed)[0].contacts.values())).display_name


def test_an_entry_without_a_surname_borrows_the_name_saved_with_its_number():
    assert first_names("Mom", "Tanya Matthes") == "Tanya Matthes"
    assert first_names("Peggy", "Margaret Zellner") == "Margaret Zellner"


def test_without_both_agreeing_nothing_is_borrowed():
    assert first_names("Mom", "Tanya Matthes", agreed=("s-rosa",)) == "Mom"
    assert first_names("Mom", "Tanya Matthes", agreed=("s-vera",)) == "Mom"


def test_a_business_never_becomes_a_person_and_another_given_name_is_another_person():
    assert first_names("Elm Street Pharmacy", "Janet Grassham") == "Elm Street Pharmacy"
    assert first_names("Paul", "Nancy Smith") == "Paul"
