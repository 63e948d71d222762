"""What an experiment teaches, typed by a data team: a pilot of friends, a trial with several arms, and files that teach nothing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import kith

from graph.errors import InputError
from prioritization.effect import EffectModel


def pilot(folder: Path, *, people: int = 4_000, shift: float = 0.5) -> Path:
    """A pilot in which half were asked and a third vote without."""
    chance = np.random.default_rng(20261123)
    treated = chance.random(people) < 0.5
    voted = chance.random(people) < 1 / (1 + np.exp(0.7 - shift * treated))
    rows = [f"S1,AA{at:06},{asked},{cast}" for at, (asked, cast) in enumerate(zip(treated, voted, strict=True))]
    return written(folder, "\n".join(["supporter_id,ncid,treated,voted_2026_primary", *rows, ""]))


def written(folder: Path, text: str) -> Path:
    path = folder / "experiment.csv"
    path.write_text(text, encoding="utf-8")
    return path


ARMS = """hh_id,treatment,voted,age
1,Control,no,30
1,Control,yes,31
2,Mail,yes,40
2,Mail,no,41
3,Call,yes,50
3,Call,no,51
4,Control,no,60
5,Mail,yes,61
6,Call,no,62
"""


def test_a_pilot_moves_the_prior_towards_what_it_found(tmp_path, capsys):
    out = tmp_path / "effect.json"
    said = kith(capsys, "effect", "learn", "--experiment", pilot(tmp_path), "--out", out, "--json")
    told = json.loads(said.out)
    assert (said.code, told["treated"] + told["control"]) == (0, 4_000)
    assert told["prior"]["mean"] < told["posterior"]["mean"] < told["experiment"]["mean"]
    learned = EffectModel.from_json(out.read_text(encoding="utf-8"))
    assert learned.shift == told["posterior"]["mean"]
    assert learned.learned_from
    assert learned.shift_deviation < EffectModel().shift_deviation


def test_a_loud_election_and_a_distant_tie_count_as_less_than_a_full_ask(tmp_path, capsys):
    file = pilot(tmp_path)
    full, half = (
        json.loads(kith(capsys, "effect", "learn", "--experiment", file, *more, "--json").out)
        for more in ((), ("--salience", "0.5"))
    )
    assert half["experiment"]["mean"] == pytest.approx(2 * full["experiment"]["mean"])


def test_of_several_arms_each_is_told_and_one_must_be_named_to_be_kept(tmp_path, capsys):
    file = written(tmp_path, ARMS)
    told = json.loads(kith(capsys, "effect", "learn", "--experiment", file, "--json").out)
    assert [arm["arm"] for arm in told["arms"]] == ["Call", "Mail"]
    refused = kith(capsys, "effect", "learn", "--experiment", file, "--out", tmp_path / "effect.json")
    assert refused.code != 0
    assert "--treated Call or Mail" in refused.sentence
    one = kith(capsys, "effect", "learn", "--experiment", file, "--treated", "Mail", "--known", "age", "--json")
    assert json.loads(one.out)["arm"] == "Mail"


def test_cells_are_told_each_drawn_to_the_common_shift_and_a_cell_of_one_arm_says_so(tmp_path, capsys):
    lines = pilot(tmp_path).read_text(encoding="utf-8").splitlines()
    ties = ["close", "weak"]
    rows = [f"{line},{ties[at % 2]},{'quiet' if at else 'loud'}" for at, line in enumerate(lines[1:])]
    file = written(tmp_path, "\n".join([f"{lines[0]},tie,salience", *rows, ""]))
    told = json.loads(
        kith(capsys, "effect", "learn", "--experiment", file, "--cell", "tie", "--cell", "salience", "--json").out
    )
    assert set(told["cells"]) == {"close, loud", "close, quiet", "weak, quiet"}
    assert told["cells"]["close, loud"]["not_enough"].startswith("not enough yet")
    assert told["cells"]["weak, quiet"]["people"] == 2_000
    plain = kith(capsys, "effect", "learn", "--experiment", file, "--cell", "tie")
    assert "cell weak" in plain.out
    assert (
        "no column closeness" in kith(capsys, "effect", "learn", "--experiment", file, "--cell", "closeness").sentence
    )


@pytest.mark.parametrize(
    ("text", "more", "words"),
    [
        ("ncid,treated,voted\n1,yes,yes\n2,yes,no\n", (), "no control arm"),
        ("ncid,treated,voted\n1,no,yes\n2,no,no\n", (), "one arm only"),
        ("ncid,treated,voted\n1,no,yes\n2,no,no\n3,yes,maybe\n", (), "line 4"),
        ("hh_id,treated,voted\n1,no,yes\n1,yes,no\n2,no,no\n3,yes,yes\n", (), "two arms"),
        ("ncid,treated,voted\n1,no,no\n2,no,no\n3,yes,no\n4,yes,no\n", (), "nobody voted"),
        ("ncid,group,voted\n1,no,no\n", (), "--arm COLUMN"),
        ("ncid,treated,turned_out\n1,no,no\n", (), "--outcome COLUMN"),
        ("ncid,treated,voted\n", (), "no rows"),
        ("", (), "cannot be read"),
        (ARMS, ("--treated", "Visit"), "no arm Visit"),
        (ARMS, ("--known", "income"), "no column income"),
        (
            "ncid,treated,voted,age\n1,no,yes,nan\n2,no,no,30\n3,yes,yes,40\n4,yes,no,50\n",
            ("--known", "age"),
            "neither numbers nor two words",
        ),
        ("ncid,treated,voted\n1,no,nan\n2,no,no\n3,yes,yes\n", (), "line 2"),
    ],
)
def test_a_file_that_teaches_nothing_says_why_and_nothing_is_written(text, more, words, tmp_path, capsys):
    out = tmp_path / "effect.json"
    said = kith(capsys, "effect", "learn", "--experiment", written(tmp_path, text), "--out", out, *more)
    assert said.code != 0
    assert words in said.sentence
    assert not out.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"effect_version": 9}',
        '{"effect_version": 1, "shift": "much"}',
        '{"effect_version": 1, "tie_points": 3}',
    ],
)
def test_an_effect_that_is_none_is_refused(text):
    with pytest.raises(InputError):
        EffectModel.from_json(text)


def test_an_effect_is_the_same_after_it_was_written():
    model = EffectModel(shift=0.2, shift_deviation=0.05, learned_from="ab")
    assert EffectModel.from_json(model.to_json()) == model
