"""Laws that hold for every name."""

from __future__ import annotations

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graph.model import ContactRecord, SourceKind
from matching.names.cores import _as_filed, _many_words, _of_two, weighed
from matching.names.law import census_given, family_share
from matching.names.reading import NameKind, NameReading, PossibleName, _read, _sorted, read_name
from matching.names.words import name_words

_GIVEN = st.sampled_from(["Ana", "José", "Tom", "Zoë", "Mary Ann", "Kayleigha", "J.", "Jean-Luc", "Peggy"])
_FAMILY = st.sampled_from(
    ["Lee", "Núñez", "Garcia Lopez", "Garcia-Lopez", "de la Cruz", "Van Dyke", "O'Neil", "Baker", "S.", "Church"]
)
_EXTRA = st.sampled_from(["", " Jr", " 🔥", " (work)", " PTA", ", MD", " 2", " & Bob"])
_FRONT = st.sampled_from(["", "Mrs ", "Coach ", "Aunt ", "Dr. ", "Mom "])
_PEOPLE = st.builds("{}{} {}{}".format, _FRONT, _GIVEN, _FAMILY, _EXTRA)
_PIECES = [
    "Ana",
    "Lee",
    "de",
    "la",
    "Mc",
    "Mom",
    "Dr",
    "Jr",
    "Sr",
    "&",
    "and",
    "(",
    ")",
    "'",
    ",",
    "-",
    ".",
    "/",
    "@",
    "Church",
]
_PIECES += [
    "work",
    "nee",
    "The",
    "Family",
    "y",
    "O",
    "St",
    "MD",
    "2",
    "🔥",
    "Tia",
    "from",
    "in",
    "law",
    "CVS",
    "Joe's",
    " ",
    " ",
]
_HEAPS = st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)
_TEXTS = st.one_of(st.text(max_size=60), _PEOPLE, _HEAPS, st.text(alphabet="abJr. ,&()\"'-/@1é", max_size=40))


def read(display_name: str, **parts: str) -> NameReading:
    return read_name(ContactRecord("friends.vcf", 0, SourceKind.VCARD, display_name, **parts))


@given(_TEXTS, _TEXTS, _TEXTS, st.lists(st.text(max_size=30), max_size=2))
def test_no_text_raises_and_the_weights_of_readings_sum_to_one(display, given_name, family_name, emails):
    record = ContactRecord(
        "x",
        0,
        SourceKind.VCARD,
        display,
        given_name=given_name,
        family_name=family_name,
        nickname=display,
        emails=tuple(emails),
    )
    reading = read_name(record)
    assert sum(name.weight for name in reading.possible) == pytest.approx(1.0 if reading.possible else 0.0)
    assert all(name.given or name.family for name in reading.possible)


@given(_TEXTS)
def test_every_word_of_a_reading_is_upper_case_latin(display):
    for name in read(display).possible:
        for word in (*name.given, *name.middle, *name.family):
            assert word
            assert word.isascii()
            assert word.isalnum()
            assert word == word.upper()


@given(_PEOPLE)
def test_case_and_diacritics_do_not_matter(display):
    plain = display.translate(str.maketrans("éëúñ", "eeun"))
    assert read(display) == read(display.upper()) == read(display.lower()) == read(plain)


@given(_GIVEN, _FAMILY.filter(lambda family: family not in ("Baker", "Church")))
def test_a_reading_written_out_again_keeps_its_words(given_name, family_name):
    first = read(f"{given_name} {family_name}").possible[0]
    again = read(f"{' '.join(first.family)}, {' '.join((*first.given, *first.middle))}").possible[0]
    assert (again.given, again.family, again.middle) == (first.given, first.family, first.middle)


@given(_PEOPLE)
def test_blanks_do_not_matter(display):
    assert read("  " + display.replace(" ", "   ") + " ") == read(display)


@pytest.mark.parametrize(
    "text", ["A" * 10_000, "( " * 5_000, "a," * 5_000, "' " * 5_000, "A.B." * 3_000, "de la " * 2_000, "-" * 10_000]
)
def test_a_hostile_name_is_read_in_no_time(text):
    started = time.perf_counter()
    read(text)
    assert time.perf_counter() - started < 0.5


def test_readings_are_values():
    assert read("Ana Lee").possible == (PossibleName(("ANA",), ("LEE",), weight=1.0),)
    assert read("Ana Lee").kind is NameKind.PERSON


def test_no_business_word_is_a_given_name_or_a_common_surname():
    vocabulary = name_words()
    assert not vocabulary.business & census_given().keys()
    assert [word for word in vocabulary.business if family_share(word) > 0.005] == []


def test_trades_and_places_are_known_as_context_too():
    vocabulary = name_words()
    assert vocabulary.trades - vocabulary.roles - vocabulary.context - vocabulary.business == set()


_TABLES = [getattr(name_words(), table) for table in name_words().__slots__]
_WORDS = sorted({word for table in _TABLES for entry in table for word in str(entry).split()} - {"&"})
_SAID = st.one_of(
    st.sampled_from(_WORDS), st.sampled_from(sorted(census_given())), st.sampled_from(["Quill", "y", "x"])
)


@given(st.lists(_SAID, min_size=1, max_size=4), st.booleans(), st.booleans())
def test_names_read_at_once_are_read_as_if_every_word_were_sorted(words, has_middle, is_social):
    text, options = " ".join(words), {"has_middle": has_middle, "is_social": is_social}
    one, other = (read(text, words[-1], **options) for read in (_read, _sorted))
    assert one._replace(possible=()) == other._replace(possible=())
    assert [name[:4] for name in one.possible] == [name[:4] for name in other.possible]
    assert [name.weight for name in one.possible] == pytest.approx([name.weight for name in other.possible])


_PLAIN = ["ANA", "LEE", "THOMAS", "JAMES", "GARCIA", "ZYLPHA", "QUIXBERT", "SMITH", "J", "L", "KIM"]
"""Given names, surnames, words that are both and words that are neither; initials."""


@given(st.sampled_from(_PLAIN), st.sampled_from(_PLAIN), st.sampled_from(["", *_PLAIN]))
def test_two_plain_words_are_read_as_any_number_of_words_is(one, other, filed):
    family = frozenset({filed} - {""})
    assume(one != other)
    found = _of_two(one, other, family)
    general = _many_words((one, other), is_social=False, has_middle=False)
    wanted = weighed([_as_filed(name, family) for name in general] if family else general)
    assert [name[:4] for name in found] == [name[:4] for name in wanted]
    assert [name.weight for name in found] == pytest.approx([name.weight for name in wanted])
