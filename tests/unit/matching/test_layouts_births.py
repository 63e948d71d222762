"""What a file tells of births: whole dates, years alone in their many spellings, ages, and days that a vendor filled in."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputError
from matching.voterfile.births import read_births
from matching.voterfile.report import Tally

_SNAPSHOT = date(2026, 10, 1)
_FORMATS = ("%m/%d/%Y", "%Y-%m-%d", "%Y%m%d")


def born(*, snapshot=_SNAPSHOT, **columns):
    tally = Tally()
    table = pa.table({name: pa.array(texts).dictionary_encode() for name, texts in columns.items()})
    held = read_births(table, dates=_FORMATS, snapshot=snapshot, tally=tally, thing="voter file v.txt")
    return list(zip(held.year.tolist(), held.month.tolist(), held.day.tolist(), strict=True)), tally.counts["voters"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("05/09/1971", (1971, 5, 9)),
        ("19710509", (1971, 5, 9)),
        ("1971-05-09", (1971, 5, 9)),
        ("1971", (1971, 0, 0)),
        ("19710500", (1971, 0, 0)),
        ("19710000", (1971, 0, 0)),
        ("1971-00-00", (1971, 0, 0)),
        ("1804-01-01", (0, 0, 0)),
        ("2031-01-01", (0, 0, 0)),
        ("02/30/1971", (0, 0, 0)),
        ("*", (0, 0, 0)),
        ("", (0, 0, 0)),
    ],
)
def test_a_date_tells_as_much_as_it_holds(text, read):
    assert born(birth_date=[text])[0] == [read]


def test_of_a_date_a_year_and_an_age_the_most_exact_is_taken():
    people, counts = born(birth_date=["05/09/1971", "", ""], birth_year=["1970", "1980", ""], age=["9", "9", " 44 "])
    assert people == [(1971, 5, 9), (1980, 0, 0), (1982, 0, 0)]
    assert counts["birth_year_unknown"] == 0


def test_an_age_counts_from_a_day_and_without_one_it_is_refused():
    assert born(snapshot=None, birth_date=["05/09/1971"], age=["55"])[0] == [(1971, 5, 9)]
    assert born(snapshot=None, birth_year=["1980"])[0] == [(1980, 0, 0)]
    with pytest.raises(InputError, match="as-of"):
        born(snapshot=None, birth_date=["05/09/1971", ""], age=["55", "44"])


def test_a_day_that_far_too_many_share_was_filled_in():
    true = [f"{month:02d}/{day:02d}/1980" for month in range(1, 13) for day in range(2, 29)]
    filled = ["01/01/1975"] * 30
    people, counts = born(birth_date=[*true, *filled])
    assert people[-1] == (1975, 0, 0)
    assert people[0] == (1980, 1, 2)
    assert counts["birthday_filled_in"] == 30
    assert "birthday_filled_in" not in born(birth_date=true)[1]


@given(st.lists(st.dates(date(1901, 1, 1), _SNAPSHOT - timedelta(days=1)), min_size=1, max_size=20))
def test_whole_dates_in_any_format_are_read_back(days):
    whole = [(day.year, day.month, day.day) for day in days]
    for form in _FORMATS:
        assert born(birth_date=[day.strftime(form) for day in days])[0] == whole
