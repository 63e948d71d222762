"""``kith run`` learns from the campaign's own pilot what one ask changes, and says that it did."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from command_line import kith
from small_campaign import Campaign

from prioritization.effect import EffectModel


def pilot(
    folder: Path, *, shift: float = 1.0, people: int = 3_000, header: str = "supporter_id,ncid,treated,voted"
) -> Path:
    chance = np.random.default_rng(7)
    asked = chance.random(people) < 0.5
    cast = chance.random(people) < 1 / (1 + np.exp(1.0 - shift * asked))
    rows = [f"s-ana,AA{at:06},{arm},{vote}" for at, (arm, vote) in enumerate(zip(asked, cast, strict=True))]
    path = folder / "pilot.csv"
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def summary(capsys, campaign, *more):
    said = kith(capsys, *campaign.options(), *more)
    assert said.code == 0, said.err
    return json.loads((campaign.out / "summary.json").read_text(encoding="utf-8"))


def test_a_pilot_that_worked_raises_what_is_expected_and_is_named(tmp_path, capsys, campaign: Campaign):
    told = summary(capsys, campaign, "--experiment", pilot(tmp_path), "--experiment-day", "2024-03-05")
    assert told["effect"]["shift"] > 2 * EffectModel().shift
    assert told["effect"]["deviation"] < EffectModel().shift_deviation
    assert len(told["effect"]["source"]) == 64


def packed(path: Path) -> Path:
    there = path.with_name("pilot.csv.gz")
    there.write_bytes(gzip.compress(path.read_bytes()))
    return there


def as_r_writes_it(path: Path) -> Path:
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([",".join(f'"{name}"' for name in header.split(",")), *rows, ""]), encoding="utf-8")
    return path


@pytest.mark.parametrize("changed", [packed, as_r_writes_it])
def test_a_pilot_tells_the_same_packed_or_with_a_quoted_header(tmp_path, capsys, campaign: Campaign, changed):
    day = ("--experiment-day", "2024-03-05")
    plain = summary(capsys, campaign, "--experiment", pilot(tmp_path), *day)["effect"]
    told = summary(capsys, campaign, "--experiment", changed(pilot(tmp_path)), *day)["effect"]
    assert (told["shift"], told["deviation"]) == (plain["shift"], plain["deviation"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--experiment-day", "2024-03-05"], "go together"),
        (["--experiment", "PILOT"], "go together"),
        (["--experiment", "PILOT", "--experiment-day", "2030-01-01"], "not before the coming one"),
    ],
)
def test_a_pilot_without_its_election_or_after_the_coming_one_is_refused(tmp_path, capsys, campaign, words, sentence):
    path = pilot(tmp_path)
    said = kith(capsys, *campaign.options(), *(path if word == "PILOT" else word for word in words))
    assert said.code == 2
    assert sentence in said.err
    assert not campaign.out.exists()


def test_a_pilot_that_names_no_voters_is_refused(tmp_path, capsys, campaign):
    path = pilot(tmp_path, header="supporter_id,name,treated,voted")
    said = kith(capsys, *campaign.options(), "--experiment", path, "--experiment-day", "2024-03-05")
    assert said.code == 2
    assert "names no voters" in said.err
