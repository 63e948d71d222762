"""What a new voter file says of voters whom somebody confirmed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from small_register import Neighbor, register

from graph.model import VoterRef
from graph.voters import RegistrationStatus, VoterColumns
from matching.double_registrations import same_person
from matching.renewal import FileChanges, RenewalCounts, Renewed, compare_files, count, renew

MARIA, TOM, DANA = Neighbor("MARIA", "OKAFOR"), Neighbor("TOM", "ZELLNER"), Neighbor("DANA", "QUILL")
BEFORE = register([MARIA, TOM, DANA, DANA])


def ref(number: int) -> VoterRef:
    return VoterRef("NC", f"V{number:05d}")


def without(columns: VoterColumns, *numbers: int) -> VoterColumns:
    """The file with some ids exchanged for ids that nobody had."""
    ids = np.array([name + b"x" if at in numbers else name for at, name in enumerate(columns.voter_ids)])
    return replace(columns, voter_ids=ids)


def became(after: VoterColumns, *numbers: int, person: list[int] | None = None) -> list[Renewed]:
    same = np.array(person) if person else same_person(BEFORE)
    return renew(BEFORE, after, [ref(number) for number in numbers], person=same)


def test_maria_is_still_there_and_nothing_is_new() -> None:
    assert became(BEFORE, 0) == [Renewed(ref(0), ref(0))]


def test_tom_has_moved_and_maria_has_another_name() -> None:
    after = register([replace(MARIA, family="BEYER"), replace(TOM, city="OTHERTOWN"), DANA, DANA])
    renewed = became(after, 0, 1)
    assert renewed == [Renewed(ref(0), ref(0), is_renamed=True), Renewed(ref(1), ref(1), is_moved=True)]
    assert count(renewed) == RenewalCounts(still_there=2, moved=1, renamed=1)


def test_of_a_double_registration_the_one_that_is_left_is_the_person() -> None:
    [dana] = became(without(BEFORE, 3), 3, person=[0, 1, 2, 2])
    assert dana.now == ref(2)
    assert count([dana]) == RenewalCounts(other_registration=1)


def test_a_namesake_who_is_another_person_takes_nobodys_place() -> None:
    assert became(without(BEFORE, 3), 3, person=[0, 1, 2, 3]) == [Renewed(ref(3), None)]


def test_whoever_was_in_no_file_is_known_by_his_id_alone() -> None:
    assert became(BEFORE, 77) == [Renewed(ref(77), None)]


def test_whoever_is_marked_as_removed_is_there_and_told() -> None:
    after = register([replace(MARIA, status=RegistrationStatus.REMOVED), TOM, DANA, DANA])
    assert became(after, 0) == [Renewed(ref(0), ref(0), is_removed=True)]
    assert count(became(after, 0)) == RenewalCounts(still_there=1, removed=1)
    assert renew(after, after, [ref(0)], person=np.arange(4)) == [Renewed(ref(0), ref(0))]


def test_the_files_as_wholes_are_held_side_by_side() -> None:
    after = register([MARIA, replace(TOM, status=RegistrationStatus.REMOVED), DANA, DANA, Neighbor("ROSA", "DELMARE")])
    changes = compare_files(without(BEFORE, 0), after, person=np.array([0, 1, 2, 2, 4]))
    assert changes == FileChanges(before=4, now=5, new=2, gone=1, removed=1, double_registrations=1)
    assert compare_files(register([]), register([]), person=np.zeros(0, int)) == FileChanges()


@given(st.sets(st.integers(0, 3)), st.sets(st.integers(0, 3)))
def test_everybody_is_counted_once(gone: set[int], asked: set[int]) -> None:
    counts = count(became(without(BEFORE, *gone), *asked, person=[0, 1, 2, 3]))
    assert counts.still_there + counts.other_registration + counts.gone == len(asked)
    assert counts.gone == len(gone & asked)
