"""What people said at doors decides who is asked: who opposes is not nudged, and a file that is none says why."""

from __future__ import annotations

import json

import pytest
from command_line import kith
from lived_in import copy_of
from small_campaign import MARIA, TOM

from app.voter_file import voters_of
from graph.errors import InputError
from graph.model import VoterRef


def levels(campaign, *lines: str):
    path = campaign.folder / "levels.csv"
    path.write_text("\n".join(["voter_id,level", *lines, ""]), encoding="utf-8")
    return path


def test_who_opposes_is_not_asked_and_who_supports_is(campaign, capsys):
    path = levels(campaign, f"{MARIA['ncid']},5", f"{TOM['ncid']},1", "ZZ999999,1")
    told = kith(capsys, *campaign.options(support=path), "--json")
    asked = {row["voter_id"]: row for row in campaign.table("asks.csv")}
    assert MARIA["ncid"] not in asked
    assert float(asked[TOM["ncid"]]["support_probability"]) == pytest.approx(0.95)
    assert json.loads(told.out)["left_out"]["not likely to support"] == 1


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["AA000101,6"], "levels.csv, line 2"),
        (["AA000101,strong"], "no support level"),
        (["AA000101,nan"], "no support level"),
        (["AA000101,1", "AA000101,5"], "line 3"),
        (["ZZ999999,1"], "None of its voters"),
        ([], "None of its voters"),
    ],
)
def test_a_file_of_levels_that_is_none_says_why(campaign, capsys, lines, words):
    said = kith(capsys, *campaign.options(support=levels(campaign, *lines)))
    assert said.code == 1
    assert words in said.sentence
    assert not campaign.out.exists()


def test_the_web_reads_them_too(built, tmp_path):
    plain = copy_of(built, tmp_path)
    first = bytes(voters_of(plain).columns.voter_ids[0]).decode()
    path = tmp_path / "levels.csv"
    path.write_text(f"voter_id,level\n{first},5\n", encoding="utf-8")
    house = copy_of(built, tmp_path / "again", support_levels=str(path))
    columns = voters_of(house).columns
    assert columns.scores["support"][columns.row(VoterRef(columns.state, first))] == pytest.approx(0.05)
    with pytest.raises(InputError):
        voters_of(copy_of(built, tmp_path / "third", support_levels=str(tmp_path / "nowhere.csv")))
