"""``kith run`` tells every number behind an ask, and which table of elections its dates come from."""

from __future__ import annotations

import json
import math

import pytest
from command_line import kith
from small_campaign import small_campaign


def test_every_number_behind_an_ask_stands_beside_it(tmp_path, capsys):
    campaign = small_campaign(tmp_path)
    assert kith(capsys, *campaign.options(explore=0.5)).code == 0
    for row in campaign.table("asks.csv"):
        parts = ("match_probability", "support_probability", "effect", "share")
        assert float(row["expected_votes"]) == pytest.approx(math.prod(float(row[part]) for part in parts), abs=2e-5)


def test_an_election_that_is_not_in_the_table_is_told_and_a_table_of_ones_own_is_read(tmp_path, capsys):
    campaign = small_campaign(tmp_path)
    told = kith(capsys, *campaign.options(election="2026-12-08"), "--json")
    assert json.loads(told.out)["election_dates"] == "not in the table: only the day is known"
    assert {row["ask"] for row in campaign.table("asks.csv")} == {"vote"}
    table = tmp_path / "elections.csv"
    table.write_text(
        "state,day,name,registration_deadline,early_voting_starts,early_voting_ends,mail_ballot_due,polls_open,polls_close,"
        "lookup_url,time_zone,ballot_request_deadline\nNC,2026-12-08,Run-off,,,,2026-12-08,,,,,2026-12-01\n"
    )
    told = kith(capsys, *campaign.options(election="2026-12-08", elections=table, out=tmp_path / "again"), "--json")
    assert json.loads(told.out)["election_dates"] == "from the table of elections"
    assert "request_ballot" in (tmp_path / "again" / "asks.csv").read_text()


@pytest.mark.parametrize(
    ("text", "words"),
    [("state,day\n", "no column name"), (b"\xff\xfe\x00", "cannot be read"), (None, "no such file")],
)
def test_a_table_of_elections_that_is_none_is_refused(tmp_path, capsys, text, words):
    campaign, table = small_campaign(tmp_path), tmp_path / "elections.csv"
    if text is not None:
        table.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert words in kith(capsys, *campaign.options(elections=table)).sentence
