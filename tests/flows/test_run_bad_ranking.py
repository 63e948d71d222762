"""What a ranking can be given that is thin, odd or wrong: each time a clear answer, and no default that nobody hears of."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest
from command_line import kith
from small_campaign import MARIA, card
from small_precinct import precinct
from voter_files import write
from voter_layouts import KAY, LEO

from graph.model import (
    Candidate,
    Circle,
    ContactKey,
    ContactRecord,
    Match,
    MatchStatus,
    SourceKind,
    Supporter,
    VoterRef,
)
from graph.voters import Ballots
from prioritization.elections import find_election
from prioritization.plan import plan_asks
from prioritization.policy import LeftOut, Policy
from prioritization.turnout import TurnoutReport, TurnoutScores


def summary(campaign, capsys, **options):
    said = kith(capsys, *campaign.options(**options), "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_a_file_without_history_says_what_turnout_was_made_from(campaign, capsys):
    told = summary(campaign, capsys, history=None)
    assert told["turnout"]["made_from"] == "age and the kind of election alone: the file has too little history"
    assert told["turnout"]["learned_from"] == []
    assert told["asked"] > 0


def test_no_election_table_is_told(campaign, capsys):
    assert (
        summary(campaign, capsys, election="2026-12-08")["election_dates"] == "not in the table: only the day is known"
    )


def test_one_supporter_is_enough_and_one_without_friends_gets_no_ask(campaign, capsys):
    campaign.supporters([{"supporter_id": "s-ana", "display_name": "Ana Whitfield", "zip": "28376"}])
    assert summary(campaign, capsys)["supporters"] == 1
    campaign.supporters(
        [{"supporter_id": name, "display_name": name, "zip": "28376"} for name in ("s-ana", "s-nobody")]
    )  # fmt: skip
    told = summary(campaign, capsys, out=campaign.folder / "again")
    assert told["supporters_without_contacts"] == 1
    assert "s-nobody" not in (campaign.folder / "again" / "asks.csv").read_text()


def test_a_supporter_who_is_everybodys_friend_is_asked_by_three_at_most_and_never_by_herself(campaign, capsys):
    everybody = [f"s-{number}" for number in range(6)]
    campaign.supporters(
        [{"supporter_id": name, "display_name": f"Fan {name}", "zip": "28376"} for name in everybody]
        + [{"supporter_id": "s-maria", "display_name": "Maria Alvarez-Quinn", "zip": "28376"}]
    )  # fmt: skip
    for name in (*everybody, "s-maria"):
        campaign.book(f"{name}.vcf", card("Maria Alvarez-Quinn"))
    summary(campaign, capsys)
    asks = [row for row in campaign.table("asks.csv") if row["voter_id"] == MARIA["ncid"]]
    assert len(asks) == 3
    assert "s-maria" not in {row["supporter_id"] for row in asks}
    assert sorted((float(row["share"]) for row in asks), reverse=True) == [1.0, 0.5, 0.25]


@pytest.mark.parametrize("score", ["strong", "nan", "101", "-0.1"])
def test_a_score_that_is_none_is_refused_with_its_line_and_its_column(campaign, capsys, score):
    path = campaign.folder / "vendor.txt"
    write(path, [KAY, {**LEO, "ts.tsmart_partisan_score": score}])
    said = kith(capsys, *campaign.options(voters=path, history=None, layout="targetsmart"))
    assert said.code == 1
    assert "support scores are no numbers from 0 to 100" in said.sentence
    assert "line 3" in said.sentence


def planned(*, turnout=0.5, support=None, sure=0.99):
    scores = {} if support is None else {"support": np.array([support], dtype=np.float32)}
    columns = precinct(["CY DAY"], scores=scores)
    key = ContactKey("ana-0")
    circle = Circle(Supporter("ana", "Ana"), {key: ContactRecord("book", 0, SourceKind.VCARD)})
    match = Match(key, MatchStatus.AUTO, (Candidate(VoterRef("NC", "V00000"), sure),))
    day = find_election(date(2026, 11, 3), state="NC")
    return plan_asks(
        [circle], {"ana": [match]}, columns,
        turnout=TurnoutScores(np.array([turnout], dtype=np.float32), TurnoutReport("vendor", (), 1, 0.5)),
        ballots=Ballots(), election=day, as_of=day.day, own_voter={}, relationships={}, policy=Policy(),
    )  # fmt: skip


def test_nothing_is_made_of_a_number_that_is_none():
    assert planned().asks["ana"]
    unknown = planned(turnout=float("nan"))
    assert (unknown.asks["ana"], unknown.left_out) == ((), {str(LeftOut.NOT_PICKED): 1})
    unsure = planned(sure=float("nan"))
    assert (unsure.asks["ana"], unsure.left_out) == ((), {str(LeftOut.NOT_SURE): 1})
    assert (
        planned(support=float("nan")).asks["ana"][0].factors["support_probability"] == 1.0
    )  # the file says nothing of her
    assert planned(support=0.49).left_out == {str(LeftOut.NOT_SUPPORTIVE): 1}
