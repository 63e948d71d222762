"""Rankings judged by a trial and forecasts judged by past elections, typed by a data team."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import kith


def trial(folder: Path, *, people: int = 3_000) -> Path:
    """A trial in which only those of a high ``good`` score are moved, by thirty points; ``bad`` is its opposite."""
    chance = np.random.default_rng(20261123)
    treated, score = chance.random(people) < 0.5, chance.random(people)
    voted = chance.random(people) < 0.3 + 0.3 * (treated & (score > 0.6))
    rows = [
        f"{at},{arm},{cast},{good:.4f},{-good:.4f}"
        for at, (arm, cast, good) in enumerate(zip(treated, voted, score, strict=True))
    ]
    path = folder / "trial.csv"
    path.write_text("\n".join(["household,treated,voted,good,bad", *rows, ""]), encoding="utf-8")
    return path


def test_the_ranking_that_finds_who_is_moved_is_told_from_its_opposite(tmp_path, capsys):
    said = kith(
        capsys, "rank", "evaluate", trial(tmp_path), "--score", "good", "--score", "bad", "--draws", 50, "--json"
    )
    assert said.code == 0
    told = json.loads(said.out)
    assert told["people"] == 3_000
    assert told["good"]["qini_low"] > 0.2 > told["bad"]["qini_high"]
    assert told["good"]["points_low"] > told["bad"]["points_high"]


def test_the_same_file_gives_the_same_answer(tmp_path, capsys):
    words = ("rank", "evaluate", trial(tmp_path, people=400), "--score", "good", "--draws", 20, "--json")
    assert kith(capsys, *words).out == kith(capsys, *words).out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--score", "nobody"), "There is no column nobody"),
        (("--score", "good", "--treated", "Mail"), "There is no arm Mail"),
    ],
)
def test_what_cannot_be_judged_is_said(tmp_path, capsys, words, sentence):
    said = kith(capsys, "rank", "evaluate", trial(tmp_path, people=50), *words)
    assert said.code == 2
    assert sentence in said.sentence


def test_a_score_of_text_is_refused(tmp_path, capsys):
    path = trial(tmp_path, people=50)
    path.write_text(path.read_text("utf-8").replace(",0.", ",high 0."), encoding="utf-8")
    said = kith(capsys, "rank", "evaluate", path, "--score", "good")
    assert said.code == 1
    assert "neither numbers nor two words" in said.sentence


# --- forecasts judged by past elections ---------------------------------------------------------------------------------


def test_each_past_election_is_told_with_its_table_and_whether_its_level_could_be_known(town, capsys):
    files = ("--voters", town / "ncvoter_synth.txt", "--history", town / "ncvhis_synth.txt")
    told = json.loads(kith(capsys, "rank", "evaluate", *files, "--json").out)
    assert 1 < len(told) <= 6
    for one in told.values():
        assert len(one["table"]) == 10
        assert sum(row["people"] for row in one["table"]) == one["people"]
        assert one["error"] == pytest.approx(one["forecast"] - one["voted"], abs=2e-4)
        is_near = abs(one["error"]) <= 0.01
        assert one["level"].startswith("as many came" if is_near else "not to be known beforehand")
    named = kith(capsys, "rank", "backtest", *files, "--election", max(told))
    assert f"Election of {max(told)}" in named.out
    assert "points off in the mean" in named.out
    assert named.out.count("forecast ") >= 10


def test_what_cannot_be_evaluated_says_what_to_give(tmp_path, town, capsys):
    voters = town / "ncvoter_synth.txt"
    for words, sentence in (
        ((), "a trial or by past elections"),
        ((trial(tmp_path, people=50), "--voters", voters), "a trial or by past elections"),
        (("--voters", voters), "needs --history"),
        ((trial(tmp_path, people=50),), "no score to judge"),
    ):
        said = kith(capsys, "rank", "evaluate", *words)
        assert (said.code, sentence in said.sentence) == (2, True), said.err
