"""How well friends are found in an invented town, where the truth is known. The lines are well below what is measured."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from app.run.batch import read_circles
from app.run.inputs import read_supporters
from app.town.files import write_town
from app.town.town import make_town
from app.town.truth import true_contacts, true_duplicates
from graph.model import MatchStatus
from matching.index import MatchIndex
from matching.link import match_circles
from matching.model import MatchModel
from matching.voterfile.reader import read_voters

KEY, AS_OF = b"a key of the tests", date(2026, 10, 24)


@pytest.fixture(scope="module")
def proposals(tmp_path_factory) -> pd.DataFrame:
    """One line for each contact of a town of 6,000: the best candidate, its probability, and the truth."""
    town = make_town(11, election=date(2026, 11, 3), as_of=AS_OF, voters=6_000, supporters=20)
    folder = tmp_path_factory.mktemp("town")
    write_town(town, folder)
    public = folder / "public"
    columns, _ = read_voters(
        public / "ncvoter_synth.txt", layout="nc", key=KEY, append=public / "voter_append.csv", as_of=AS_OF
    )
    circles = read_circles(read_supporters(public / "supporters.csv"), public / "contacts").circles
    result = match_circles(columns, MatchIndex.build(columns), circles, key=KEY, model=MatchModel(), as_of=AS_OF)
    records = {key: record for circle in circles for key, record in circle.contacts.items()}
    rows = [
        (Path(records[m.contact_key].source).name, records[m.contact_key].position, m.candidates[0].voter.voter_id,
         m.candidates[0].match_probability, m.status)
        for matches in result.matches.values()
        for m in matches
        if m.candidates
    ]  # fmt: skip
    found = pd.DataFrame(rows, columns=["file", "index", "proposed", "chance", "status"])
    duplicates = true_duplicates(town)
    older = dict(zip(duplicates.ncid_duplicate, duplicates.ncid_person, strict=True))
    lines = true_contacts(town).merge(found, on=["file", "index"], how="left")
    proposed = lines.proposed.map(lambda voter: older.get(voter, voter))
    return lines.assign(chance=lines.chance.fillna(0.0), right=(lines.kind == "voter") & (proposed == lines.ncid))


@pytest.mark.slow
def test_friends_are_found_and_others_are_not(proposals):
    on = proposals[proposals.chance >= 0.5]
    precision, recall = on.right.mean(), on.right.sum() / (proposals.kind == "voter").sum()
    assert precision >= 0.92
    assert 2 * precision * recall / (precision + recall) >= 0.86


@pytest.mark.slow
def test_what_is_put_to_use_is_right(proposals):
    assert proposals[proposals.status == MatchStatus.AUTO].right.mean() >= 0.97


@pytest.mark.slow
def test_probabilities_mean_what_they_say(proposals):
    on = proposals[proposals.chance >= 0.5]
    assert abs(on.chance.sum() - on.right.sum()) <= 0.04 * len(on)


@pytest.mark.slow
def test_no_business_is_taken_for_a_person(proposals):
    assert (proposals[proposals.kind == "business"].chance < 0.5).all()
