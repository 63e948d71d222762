"""A contact book as an oracle: whoever uploads guesses in bulk learns nothing of most, little of few, and is noticed."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest
from lived_in import NOW, Built, card, copy_of, join, neighbors, phone
from promised import signed_in

from app import journey
from app.friends.finding import counts
from app.friends.volume import MOST_A_DAY, MOST_IN_ALL, UNUSUAL_A_DAY, UNUSUAL_WITHOUT_NAME
from app.house import House
from graph.errors import InputError
from graph.model import Candidate, ContactRecord, Match, MatchStatus, SourceKind, SupporterId


@pytest.fixture
def house(built: Built, tmp_path: Path) -> House:
    """A campaign that people live in already."""
    return copy_of(built, tmp_path)


def guesses(count: int, *, start: int = 0) -> list[ContactRecord]:
    """So many numbers, one after the other, without a name."""
    numbers = (f"+1919{2_110_000 + start + at}" for at in range(count))
    return [ContactRecord("file", at, SourceKind.VCARD, phones=(number,)) for at, number in enumerate(numbers)]


def needs(house: House) -> str:
    return signed_in(house, SupporterId("user:kim"), "organizer").get("/desk").text


def test_56_a_hundred_thousand_guessed_numbers_are_refused_and_an_organizer_hears_of_it(house: House) -> None:
    ana = join(house, "Ana Whitfield")
    assert "brought unusually much" not in needs(house)
    with pytest.raises(InputError, match="20,000 entries"):
        journey.bring(house, ana, guesses(100_000))

    assert house.graph.contacts_of(ana) == []
    assert "One person brought unusually much" in needs(house)
    first, *others = journey.desk_home(house).people
    assert (first.supporter_id, first.tag) == (ana, "brought much")
    assert "brought much" not in [line.tag for line in others]


def test_56_once_an_organizer_has_asked_whose_it_is_the_desk_is_silent_until_the_next_time(house: House) -> None:
    ana, kim = join(house, "Ana Whitfield"), signed_in(house, SupporterId("user:kim"), "organizer")
    journey.bring(house, ana, guesses(UNUSUAL_WITHOUT_NAME + 1))
    assert "ask whose it is" in needs(house)
    assert "I have asked" in kim.get(f"/desk/supporters/{ana}").text
    desk = kim.post("/desk/supporters/asked", data={"supporter": ana, "csrf": kim.headers["x-csrf-token"]})
    assert "brought much" not in desk.text
    assert "I have asked" not in kim.get(f"/desk/supporters/{ana}").text

    journey.bring(house, ana, guesses(1, start=UNUSUAL_WITHOUT_NAME + 1))
    assert "One person brought unusually much" in needs(house)


def test_56_the_cap_is_a_days_and_counts_every_file(house: House) -> None:
    ana = join(house, "Ana Whitfield")
    journey.bring(house, ana, guesses(10))
    with pytest.raises(InputError):
        journey.bring(house, ana, guesses(MOST_A_DAY - 9, start=10))
    assert len(house.graph.contacts_of(ana)) == 10
    tomorrow = dataclasses.replace(house, clock=lambda: NOW + timedelta(days=1, seconds=1))
    journey.bring(tomorrow, ana, guesses(5, start=10))
    assert len(house.graph.contacts_of(ana)) == 15
    jo = join(house, "Jo Becker")
    assert journey.bring(house, jo, guesses(3)) == 3


def test_56_what_one_person_keeps_has_an_end_that_no_other_day_moves(house: House) -> None:
    ana = join(house, "Ana Whitfield", agrees=())
    for day in range(2):
        later = dataclasses.replace(house, clock=lambda day=day: NOW + timedelta(days=2 * day))
        journey.bring(later, ana, guesses(MOST_A_DAY, start=MOST_A_DAY * day))
    last = dataclasses.replace(house, clock=lambda: NOW + timedelta(days=5))
    with pytest.raises(InputError, match=r"40,000 entries .*My data"):
        journey.bring(last, ana, guesses(1, start=MOST_IN_ALL))


@pytest.mark.parametrize(
    ("entries", "is_noticed"), [(UNUSUAL_WITHOUT_NAME, False), (UNUSUAL_WITHOUT_NAME + 1, True)], ids=["few", "many"]
)
def test_56_hundreds_of_bare_numbers_are_no_address_book(house: House, entries: int, is_noticed: bool) -> None:
    ana = join(house, "Ana Whitfield")
    journey.bring(house, ana, guesses(entries))
    assert ("brought unusually much" in needs(house)) == is_noticed


def test_56_an_address_book_of_a_busy_person_is_brought_in_silence(house: House) -> None:
    ana = join(house, "Ana Whitfield", agrees=())
    book = [dataclasses.replace(one, display_name=f"Friend {at}") for at, one in enumerate(guesses(UNUSUAL_A_DAY))]
    assert journey.bring(house, ana, book) == UNUSUAL_A_DAY
    assert "brought unusually much" not in needs(house)


def test_56_a_bare_number_never_tells_more_than_a_name(house: House) -> None:
    known = neighbors(house, 2)
    ana = join(house, "Ana Whitfield", near=known[0])
    journey.bring(house, ana, [card(known[0], phone=phone(0)), *guesses(1, start=77)])
    contacts = {contact.source: contact.key for contact in house.graph.contacts_of(ana)}
    unsure = [
        Match(key, MatchStatus.UNSURE, (Candidate(one.ref, 0.5),))
        for key, one in zip((contacts["ana.vcf"], contacts["file"]), known, strict=True)
    ]
    house.graph.put_matches(ana, unsure)

    assert [question.key for question in journey.questions(house, ana, "en")] == [contacts["ana.vcf"]]
    assert counts(unsure, nameless={contacts["file"]})["unsure"] == 1, (
        "the page would promise a question that never comes"
    )
    pages = "".join(
        signed_in(house, ana).get(path).text for path in ("/friends", "/questions", "/list", "/my-data/download")
    )
    assert known[1].family not in pages
    assert known[1].ref.voter_id not in pages
