"""A campaign's own randomised calls, read beside its voter file: what they teach, what the list makes of it, and what is refused."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from command_line import kith
from lived_in import copy_of, house_at

from app import journey
from app.house import House
from app.organizing.persuading import learn_from_calls
from app.run.experiments import Columns
from app.voter_file import voters_of
from app.wiring import utc_now
from graph.errors import InputError, UsageError

HEADER = "voter_id,household,arm,level"


def calls_by_chance(house: House, folder: Path, *, moves: float, seed: int = 0) -> Path:
    """Half of the homes of the town called: six in ten answer later, 2 or 4 by chance; a call moves the women to 2."""
    voters, chance = voters_of(house).columns, np.random.default_rng(seed)
    home = np.where(voters.household >= 0, voters.household, len(voters) + np.arange(len(voters)))
    called = (chance.random(int(home.max()) + 1) < 0.5)[home]
    women = np.array([value == "F" for value in voters.gender.values])[voters.gender.codes]
    supports = chance.random(len(voters)) < 0.4 + np.where(called & women, moves, 0.0)
    answers = chance.random(len(voters)) < 0.6
    lines = [
        f"{bytes(voters.voter_ids[at]).decode()},{home[at]},{'call' if called[at] else 'control'},{(2 if supports[at] else 4) if answers[at] else ''}"
        for at in range(len(voters))
    ]
    path = folder / "calls.csv"
    path.write_text("\n".join([HEADER, *lines, "ZZ999999,h-gone,call,1", ""]), encoding="utf-8")
    return path


def test_a_list_follows_what_the_calls_taught(house, tmp_path):
    taught = learn_from_calls(house, calls_by_chance(house, tmp_path, moves=0.5), Columns())
    assert taught.unknown == 1
    assert taught.found.model.is_learned
    assert taught.found.model.learned_from
    columns = voters_of(house).columns
    for model, are_women in ((None, False), (taught.found.model, True)):
        rung = journey.ring_first(house, size=40, persuasion=model).lines
        women = [columns.gender[columns.row(line.voter)] == "F" for line in rung]
        assert all(women) is are_women


def test_calls_that_changed_nothing_leave_the_list_as_it_was(house, tmp_path):
    taught = learn_from_calls(house, calls_by_chance(house, tmp_path, moves=0.0), Columns())
    assert "assumed score stands" in taught.found.model.verdict
    assert journey.ring_first(house, size=40, persuasion=taught.found.model) == journey.ring_first(house, size=40)


def test_what_people_said_after_the_calls_is_not_what_was_believed_before(built, tmp_path):
    """The same answers stand among the levels of the campaign: read as beliefs they would explain themselves."""
    plain = copy_of(built, tmp_path / "plain")
    path = calls_by_chance(plain, tmp_path, moves=0.5)
    levels = tmp_path / "levels.csv"
    rows = [line.split(",") for line in path.read_text("utf-8").splitlines()[1:]]
    levels.write_text(
        "\n".join(["voter_id,level", *(f"{row[0]},{row[3]}" for row in rows if row[3]), ""]), encoding="utf-8"
    )
    knowing = house_at(tmp_path / "plain" / "data", built.town, support_levels=str(levels))
    before, after = (learn_from_calls(house, path, Columns()).found for house in (plain, knowing))
    assert after.effect.mean == pytest.approx(before.effect.mean)


def written(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "calls.csv"
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "no rows"),
        (["{0},h1,call,1", "{1},h2,call,5"], "no control arm"),
        (["{0},h1,control,1", "{1},h2,control,5"], "one arm only"),
        (["{0},h1,call,1", "{1},h1,control,5", "{2},h2,control,1"], "two arms"),
        (["Z1,h1,call,1", "Z2,h2,control,5"], "None of its people"),
        (["{0},h1,call,1", "{1},h2,control,strong"], "no answer on support"),
        (["{0},h1,call,nan", "{1},h2,control,2"], "no answer on support"),
        (["{0},h1,call,6", "{1},h2,control,2"], "no answer on support"),
        (["{0},h1,call,yes", "{1},h2,control,4"], "Two scales are mixed"),
        (["{0},h1,call,0", "{1},h2,control,4"], "Two scales are mixed"),
        (["{0},h1,call,1", "{0},h2,control,4"], "stands in two rows"),
        (["{0},h1,call,1", "{1},h2,control,"], "Nobody of the control arm answered"),
        (["{0},h1,call,2", "{1},h2,control,2"], "answered the same"),
    ],
)
def test_a_file_that_teaches_nothing_says_why(house, tmp_path, lines, words):
    ids = [bytes(voter_id).decode() for voter_id in voters_of(house).columns.voter_ids[:3]]
    with pytest.raises(InputError) as refused:
        learn_from_calls(house, written(tmp_path, *(line.format(*ids) for line in lines)), Columns())
    assert words in refused.value.happened


def test_without_a_column_for_homes_the_voter_files_are_taken_and_mixed_ones_refused(house, tmp_path):
    voters = voters_of(house).columns
    home = int(np.flatnonzero(np.bincount(voters.household[voters.household >= 0]) > 1)[0])
    two = [bytes(voters.voter_ids[at]).decode() for at in np.flatnonzero(voters.household == home)[:2]]
    path = written(tmp_path, f"{two[0]},call,1", f"{two[1]},control,4", header="voter_id,arm,level")
    with pytest.raises(InputError, match="two arms"):
        learn_from_calls(house, path, Columns())


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("name,household,arm,level", "names no voters"),
        ("voter_id,household,arm,said", "like the answer"),
        ("voter_id,household,group,level", "like the arm"),
    ],
)
def test_a_column_that_is_missing_is_named(house, tmp_path, header, words):
    with pytest.raises(UsageError) as refused:
        learn_from_calls(house, written(tmp_path, "A,h1,call,1", "B,h2,control,5", header=header), Columns())
    assert words in refused.value.happened


def test_typed_at_a_terminal_the_verdict_is_said_and_the_list_takes_the_file(house, tmp_path, capsys, monkeypatch):
    coming = utc_now().date() + timedelta(days=21)
    told_by_environment = {
        "DATA": tmp_path / "data", "CAMPAIGN": "rivera", "ELECTION": coming, "CAMPAIGN_NAME": "Rivera for Council",
        "CANDIDATE": "Elena Rivera", "DISCLAIMER": "Paid for by Rivera for Council.", "PRIVACY_CONTACT": "privacy@rivera.example",
    }  # fmt: skip
    for name, value in told_by_environment.items():
        monkeypatch.setenv(f"KITH_{name}", str(value))
    path, out, tonight = calls_by_chance(house, tmp_path, moves=0.5), tmp_path / "taught.json", tmp_path / "tonight.csv"
    said = kith(capsys, "calls", "learn", "--experiment", path, "--out", out, "--json")
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert told["is_learned"]
    assert told["weights"]["women"] > 0.0
    assert "verdict" in kith(capsys, "calls", "learn", "--experiment", path).out
    listed = kith(capsys, "calls", "list", "--persuasion", out, "--size", "10", "--out", tonight)
    assert listed.code == 0, listed.err
    assert "Learned" in listed.err
    nothing = kith(capsys, "calls", "list", "--persuasion", path, "--out", tmp_path / "second.csv")
    assert nothing.code == 1
    assert "cannot be read" in nothing.sentence
