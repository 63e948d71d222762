"""The picture of who knows whom: nothing overlaps, the same input gives the same bytes, and names stay text."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import hypot
from xml.etree import ElementTree as Xml

from hypothesis import given, settings
from hypothesis import strategies as st
from sample_views import GROUPS, HOSTILE, REACH

from app.views.reach import CircleGroup, CircleLine
from app.web.labels import Box, place_labels
from app.web.picture import HEIGHT, WIDTH, community_picture, place_groups, table_rows

TOWNS = st.lists(st.integers(min_value=0, max_value=100_000), min_size=1, max_size=18)


@st.composite
def towns_with_ties(draw):
    sizes = draw(TOWNS)
    place = st.integers(min_value=0, max_value=len(sizes) - 1)
    return sizes, draw(st.lists(st.tuples(place, place, st.integers(min_value=1, max_value=900)), max_size=20))


@settings(max_examples=25, deadline=None)
@given(town=towns_with_ties(), seed=st.integers(min_value=0, max_value=9))
def test_no_two_groups_touch_and_all_stay_in_the_picture(town, seed):
    placed = place_groups(*town, seed)

    assert len(placed) == len(town[0])
    for one, other in combinations(placed, 2):
        assert hypot(one.x - other.x, one.y - other.y) >= one.radius + other.radius - 0.3
    for group in placed:
        assert group.radius <= group.x <= WIDTH - group.radius
        assert group.radius <= group.y <= HEIGHT - group.radius


@settings(max_examples=10, deadline=None)
@given(town=towns_with_ties())
def test_the_same_town_is_placed_the_same_way_twice(town):
    assert place_groups(*town, 3) == place_groups(*town, 3)


def test_a_larger_group_has_the_larger_ring():
    small, large = place_groups([100, 400], [], 1)

    assert round(large.radius / small.radius, 1) == 2.0


def test_nobody_yet_is_no_picture():
    assert place_groups([], [], 1) == ()
    assert community_picture((), ()) == ""
    assert table_rows((), ()) == ()


def test_the_filled_share_is_the_share_that_has_heard():
    half = CircleGroup("Hollis", 200, 100, 100, 100, 40)
    picture = Xml.fromstring(community_picture([half], []))  # noqa: S314
    heard = next(circle for circle in picture.iter() if circle.get("class") == "heard")

    assert round((float(heard.get("r", "0")) / 40) ** 2, 2) == 0.5


def test_a_share_that_is_too_small_to_show_is_neither_drawn_nor_named():
    picture = community_picture([CircleGroup("Hollis", 30, None, 100, 100, 40)], ())

    assert 'class="heard"' not in picture
    assert "<title>Hollis: 30</title>" in picture


def test_a_hostile_place_name_stays_text():
    group = CircleGroup(HOSTILE, 200, 100, 200, 200, 150)
    text = community_picture([group], [], title=HOSTILE)
    picture = Xml.fromstring(text)  # noqa: S314

    assert "<img" not in text
    assert {element.tag.partition("}")[2] for element in picture.iter()} == {
        "svg",
        "g",
        "title",
        "circle",
        "text",
        "tspan",
    }


def test_labels_cover_neither_each_other_nor_a_ring_that_is_not_theirs():
    rings = [(group.name, group.x, group.y, group.radius) for group in GROUPS]
    labels = place_labels(rings, Box(0, 0, WIDTH, HEIGHT))

    assert len(labels) >= len(GROUPS) * 2 // 3
    assert not any(one.box.meets(other.box) for one, other in combinations(labels, 2))
    assert all(label.box.within(Box(0, 0, WIDTH, HEIGHT)) for label in labels)


def test_the_picture_is_light_enough_for_a_phone_line():
    assert len(community_picture(REACH.groups, REACH.lines)) < 20_000


def test_the_table_says_what_the_picture_shows():
    groups = (
        replace(GROUPS[0], name="Eastside", people=10, heard=4),
        replace(GROUPS[1], name="Hollis", people=30, heard=0),
    )
    rows = table_rows(groups, [CircleLine(0, 1, 7)])

    assert [(row.name, row.people, row.heard, row.nearest) for row in rows] == [
        ("Hollis", 30, 0, "Eastside"),
        ("Eastside", 10, 4, "Hollis"),
    ]
