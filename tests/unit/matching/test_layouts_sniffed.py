"""Whoever names the wrong layout is told which one fits; a file is never taken for one that it is not."""

from __future__ import annotations

import itertools

import pytest
from voter_files import ANA, KEY, write
from voter_layouts import IVY, KAY, NORA, RUTH, SAM, florida

from graph.errors import InputError
from matching.voterfile.profile import built_in_layouts, load_profile
from matching.voterfile.reader import read_voters
from matching.voterfile.sniff import looks_like

_VAN = {"Voter File VANID": "1001", "LastName": "Peña", "FirstName": "Ana", "State": "NC", "DOB": "5/9/1971"}
_LIST = {"voter_id": "7", "first_name": "Ana", "last_name": "Peña", "birth_year": "1980", "state": "NC"}
SAMPLES = {"nc": ANA, "van": _VAN, "oh": NORA, "l2": IVY, "targetsmart": KAY, "generic": _LIST, "fl": RUTH}
PRIVATE = ("PEÑA", "Peña", "FIELDS", "Ruth", "Okafor", "BLANC", "Oak", "2110")


def sample(folder, layout):
    path = folder / f"{layout}.txt"
    return florida(path, [RUTH, SAM]) if layout == "fl" else write(path, [SAMPLES[layout]])


def test_every_layout_has_its_sample_and_reads_it(tmp_path):
    assert set(SAMPLES) == set(built_in_layouts())
    for layout in SAMPLES:
        assert len(read_voters(sample(tmp_path, layout), layout=layout, key=KEY)[0]) >= 1


@pytest.mark.parametrize(("named", "really"), list(itertools.permutations(sorted(SAMPLES), 2)))
def test_the_layout_that_fits_is_said(tmp_path, named, really):
    with pytest.raises(InputError) as caught:
        read_voters(sample(tmp_path, really), layout=named, key=KEY)
    said = str(caught.value)
    assert f"looks like layout {really}: name that" in said
    assert not any(private in said for private in PRIVATE)


def test_a_shopping_list_looks_like_nothing():
    assert looks_like(["fruit", "price", "shop"]) == ""
    assert looks_like([str(number) for number in range(38)]) == ""


def test_common_headers_are_only_a_last_resort():
    """A file of L2 with columns of common names beside its own is still one of L2."""
    assert looks_like([*IVY, *_LIST]) == "l2"
    assert looks_like(list(_LIST)) == "generic"


def test_no_two_columns_of_ours_share_a_header():
    for layout in built_in_layouts():
        headers = [header for headers in load_profile(layout).columns.values() for header in headers]
        assert len(headers) == len(set(headers)), layout
