"""A count about friends is shown only where neither it nor what it leaves over is nearly a name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.organizing.small_cells import SMALLEST_CELL, shown_count, shown_part

COUNTS = st.integers(min_value=0, max_value=60)


@given(COUNTS)
def test_no_small_count_is_shown(count: int) -> None:
    assert shown_count(count) == (count if count >= SMALLEST_CELL else None)


@given(COUNTS, COUNTS)
def test_neither_a_part_nor_the_others_can_be_read_when_small(part: int, others: int) -> None:
    shown = shown_part(part, part + others)
    assert (shown is None) == (part < SMALLEST_CELL or others < SMALLEST_CELL)
    assert shown in (None, part)


@given(COUNTS, COUNTS, st.integers(min_value=1, max_value=SMALLEST_CELL - 1))
def test_a_group_and_its_rest_never_tell_of_fewer_than_ten(part: int, others: int, few: int) -> None:
    whole = part + others
    told = shown_part(part, whole)
    assert told is None or few not in (told, whole - told)
