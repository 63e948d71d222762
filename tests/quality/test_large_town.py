"""A town as large as a county, from the files to the lists: as right as the small one, inside one laptop's memory."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from app.organizing.truth import read_truth
from app.run.batch import run
from app.run.inputs import RunInputs
from app.town.files import write_town
from app.town.town import make_town
from graph.model import SupporterId, VoterRef
from prioritization.evaluate import compare

pytestmark = pytest.mark.full

ELECTION, AS_OF = date(2026, 11, 3), date(2026, 10, 24)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a county and what `kith run` made of them."""
    place = tmp_path_factory.mktemp("county")
    write_town(make_town(71, voters=200_000, supporters=60, election=ELECTION, as_of=AS_OF), place)
    public = place / "public"
    run(
        RunInputs(
            voters=public / "ncvoter_synth.txt",
            history=public / "ncvhis_synth.txt",
            append=public / "voter_append.csv",
            ballots=next(public.glob("absentee_*.csv")),
            supporters=public / "supporters.csv",
            contacts=public / "contacts",
            election=ELECTION,
            out=place / "out",
        ),
        progress=lambda _: None,
    )
    return place


def test_links_in_a_county_are_right(folder: Path) -> None:
    best: dict[tuple[str, int], tuple[float, str]] = {}
    with (folder / "out" / "matches.csv").open() as file:
        for row in csv.DictReader(file):
            if row["voter_id"]:
                key = (row["source"], int(row["contact_index"]))
                best[key] = max(best.get(key, (0.0, "")), (float(row["match_probability"]), row["voter_id"]))
    contacts = pd.read_parquet(folder / "truth" / "truth_contacts.parquet")
    same = read_truth(folder / "truth").same_person
    truth = {
        (f, i): v for f, i, v, k in contacts[["file", "index", "ncid", "kind"]].itertuples(index=False) if k != "self"
    }
    proposed = {
        key: same.get(voter, voter) for key, (probability, voter) in best.items() if probability >= 0.5 and key in truth
    }
    right = sum(truth[key] == voter for key, voter in proposed.items())
    precision, recall = right / len(proposed), right / sum(bool(v) for v in truth.values())
    assert 2 * precision * recall / (precision + recall) >= 0.80


def test_asks_in_a_county_beat_chance_and_the_lowest_turnout_first(folder: Path) -> None:
    truth = read_truth(folder / "truth")
    with (folder / "out" / "asks.csv").open() as file:
        asks = [(SupporterId(row["supporter_id"]), VoterRef("NC", row["voter_id"])) for row in csv.DictReader(file)]
    effect = {(SupporterId(s), VoterRef("NC", v)): gain for (s, v), gain in truth.effect.items()}
    turnout = {VoterRef("NC", voter): share for voter, share in truth.turnout.items()}
    worth = compare(asks, effect, turnout)
    assert worth.ours > 1.5 * worth.random
    assert worth.ours > 3 * worth.lowest_first


def test_nobody_gets_more_than_five_asks_or_the_same_friend_twice(folder: Path) -> None:
    mine: defaultdict[str, list[str]] = defaultdict(list)
    with (folder / "out" / "asks.csv").open() as file:
        for row in csv.DictReader(file):
            mine[row["supporter_id"]].append(row["voter_id"])
    assert all(len(asks) == len(set(asks)) <= 5 for asks in mine.values())


def test_a_county_fits_into_a_laptop(folder: Path) -> None:
    timings = json.loads((folder / "out" / "timings.json").read_text())
    assert timings["peak_megabytes"] < 3_000
