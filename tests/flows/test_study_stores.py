"""The experiment's rows stand on Neo4j as they do on SQLite: drawn once, kept whole, found again, let go."""

from __future__ import annotations

import neo4j_tools
import pytest
from drawn import fill
from lived_in import copy_of, house_at
from neo4j_server import the_server

from app.house import House
from app.organizing import study
from app.organizing.study import forget_study, read_study
from app.voter_file import voters_of

FRIENDS = 500
"""More than are looked up one by one, so that both ways of reading are gone."""


def rows(house: House) -> list[dict[str, object]]:
    return [
        {"kind": kind, "key": record.key, "version": record.version, **record.value}
        for kind in (study.STUDY, study.STUDY_HOME)
        for record in house.records.all(kind)
    ]


@pytest.fixture
def both(built, tmp_path) -> tuple[House, House]:
    """The campaign with two in five households set aside, on SQLite and on a real Neo4j, with the same records before."""
    neo4j_tools.open_graph(tmp_path)
    first = copy_of(built, tmp_path, holdout="0.4", explore="0")
    second = house_at(
        tmp_path / "data", built.town, holdout="0.4", explore="0",
        store=str(the_server().address), neo4j_password=the_server().password,
    )  # fmt: skip
    for kind in first.records.kinds():
        second.records.restore(first.records.all(kind))
    return first, second


@pytest.mark.full
def test_what_chance_drew_is_kept_alike_on_both_stores_and_found_again(both):
    for house in both:
        fill(house, friends=FRIENDS)
    sqlite, neo4j = (rows(house) for house in both)
    assert len(sqlite) > FRIENDS
    assert neo4j == sqlite
    for house in both:
        fill(house, friends=FRIENDS + 20)  # who stands there stays; the neighbors of the twenty are drawn
        after = rows(house)
        assert all(row in after for row in sqlite if row["kind"] == study.STUDY_HOME)
    assert rows(both[0]) == rows(both[1])
    told = [read_study(house, voters_of(house).columns) for house in both]
    assert len(told[0].study) > 300
    assert told[0].unknown == told[1].unknown == 0
    assert sorted(told[0].rows.tolist()) == sorted(told[1].rows.tolist())
    assert int(told[0].study.set_aside.sum()) == int(told[1].study.set_aside.sum()) > 80
    for house in both:
        forget_study(house)
        assert rows(house) == []
