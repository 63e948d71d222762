"""``kith run`` keeps its promises: every entry has its row, counts add up, the same input gives the same bytes."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from itertools import groupby
from pathlib import Path

import pytest
from command_line import Said, finished, kith, start_kith
from small_campaign import DANA, MARIA, ROSA, ROSAS_NAMESAKE, TOM, Campaign, card

from app.run.outputs import OUTPUTS
from oauth.readers.reading import read_contacts

MATCH_HEADER = ["supporter_id", "source", "contact_index", "voter_id", "match_probability", "status", "reason"]
ASK_HEADER = [
    "supporter_id", "rank", "source", "contact_index", "voter_id", "ask", "match_probability", "turnout_probability",
    "expected_votes", "reason", "support_probability", "tie_strength", "shift", "salience_factor", "tie_factor",
    "plan_factor", "effect", "share", "by_chance",
]  # fmt: skip
SAME_BYTES = [name for name in OUTPUTS if name != "timings.json"]


def town_words(town: Path, out: Path, *more: str) -> list[str]:
    return [
        "run", "--voters", str(town / "ncvoter_synth.txt"), "--history", str(town / "ncvhis_synth.txt"),
        "--append", str(town / "voter_append.csv"), "--ballots", str(town / "absentee_20261103.csv"),
        "--supporters", str(town / "supporters.csv"), "--contacts", str(town / "contacts"),
        "--election", "2026-11-03", "--out", str(out), *more,
    ]  # fmt: skip


@pytest.fixture(scope="module")
def town_run(town: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """The town's run, in a process of its own, with ``--json``."""
    out = tmp_path_factory.mktemp("run") / "out"
    said = finished(start_kith(*town_words(town, out, "--json"), cwd=out.parent, environment={"PYTHONHASHSEED": "1"}))
    assert said.code == 0, said.err
    return out, said


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def state_ids(town: Path) -> set[str]:
    with (town / "ncvoter_synth.txt").open(encoding="latin-1", newline="") as file:
        return {row["ncid"] for row in csv.DictReader(file, delimiter="\t")}


def test_results_go_to_stdout_as_json_alone_and_progress_to_stderr(town_run: tuple[Path, Said]) -> None:
    out, said = town_run
    assert json.loads(said.out) == json.loads((out / "summary.json").read_text())
    assert "Reading contacts" in said.err
    assert sorted(path.name for path in out.iterdir()) == sorted(OUTPUTS)


def test_every_entry_of_every_file_has_its_rows(town: Path, town_run: tuple[Path, Said]) -> None:
    out, _ = town_run
    rows = table(out / "matches.csv")
    places = defaultdict(set)
    for row in rows:
        places[row["source"]].add(int(row["contact_index"]))
    assert set(places) == {path.name for path in (town / "contacts").iterdir()}
    for source, positions in places.items():
        read = read_contacts((town / "contacts" / source).read_bytes(), source=source)
        assert positions == {entry.position for entry in (*read.records, *read.left_out)}


def test_candidates_are_at_most_three_the_best_first_each_likely_enough(
    town: Path, town_run: tuple[Path, Said]
) -> None:
    rows, known = table(town_run[0] / "matches.csv"), state_ids(town)
    assert list(rows[0]) == MATCH_HEADER
    for _, group in groupby(rows, key=lambda row: (row["supporter_id"], row["source"], row["contact_index"])):
        mine = list(group)
        if not mine[0]["voter_id"]:
            assert [row["match_probability"] for row in mine] == [""]
            assert mine[0]["reason"]
            continue
        chances = [float(row["match_probability"]) for row in mine]
        assert chances == sorted(chances, reverse=True)
        assert len(mine) == len({row["voter_id"] for row in mine}) <= 3
        assert min(chances) >= 0.005
        assert sum(chances) <= 1.001
        assert {row["voter_id"] for row in mine} <= known
        assert {row["status"] for row in mine} <= {"auto", "unsure", "no_match"}


def test_asks_are_ranked_from_one_and_none_is_twice_on_a_list(town: Path, town_run: tuple[Path, Said]) -> None:
    rows, known = table(town_run[0] / "asks.csv"), state_ids(town)
    assert list(rows[0]) == ASK_HEADER
    for _, group in groupby(rows, key=lambda row: row["supporter_id"]):
        hers = list(group)
        assert [int(row["rank"]) for row in hers] == list(range(1, len(hers) + 1))
        assert len(hers) == len({row["voter_id"] for row in hers}) <= 5
        worth = [float(row["expected_votes"]) for row in hers]
        assert worth == sorted(worth, reverse=True)
    assert {row["voter_id"] for row in rows} <= known
    assert {row["ask"] for row in rows} <= {"register", "vote_early", "return_ballot", "vote"}


def assert_adds_up(out: Path) -> None:
    counts = json.loads((out / "summary.json").read_text())
    assert counts["read"] == counts["unusable"] + counts["not_a_person"] + counts["person"]
    assert counts["person"] == counts["matched"] + counts["unsure"] + counts["no_match"]
    assert counts["read"] - counts["unusable"] == counts["asked"] + sum(counts["left_out"].values())
    assert counts["no_match"] == sum(counts["no_match_reasons"].values())
    assert counts["unusable"] == sum(counts["unusable_reasons"].values())
    rows = table(out / "matches.csv")
    assert counts["read"] == len({(row["source"], row["contact_index"]) for row in rows})
    assert counts["asked"] == len(table(out / "asks.csv"))


def test_the_summarys_counts_add_up(town_run: tuple[Path, Said]) -> None:
    assert_adds_up(town_run[0])


def test_the_same_input_gives_the_same_bytes(town: Path, town_run: tuple[Path, Said], tmp_path: Path) -> None:
    first, second = town_run[0], tmp_path / "again"
    words = town_words(town, second)
    assert finished(start_kith(*words, cwd=tmp_path, environment={"PYTHONHASHSEED": "2"})).code == 0
    for name in SAME_BYTES:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_held_out_households_get_no_ask_and_matches_do_not_change(
    town: Path, town_run: tuple[Path, Said], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        assert kith(capsys, *town_words(town, tmp_path / name, "--holdout", "0.4")).code == 0
    assert (tmp_path / "one" / "matches.csv").read_bytes() == (town_run[0] / "matches.csv").read_bytes()
    assert (tmp_path / "one" / "asks.csv").read_bytes() == (tmp_path / "two" / "asks.csv").read_bytes()
    assert json.loads((tmp_path / "one" / "summary.json").read_text())["left_out"]["held out by chance"] > 0
    assert "held out by chance" not in json.loads((town_run[0] / "summary.json").read_text())["left_out"]
    assert_adds_up(tmp_path / "one")


def test_without_as_of_the_newest_date_of_the_inputs_is_the_day(town_run: tuple[Path, Said]) -> None:
    summary = json.loads((town_run[0] / "summary.json").read_text())
    assert "2026-09-01" < summary["as_of"] <= "2026-10-13"


def test_an_as_of_of_ones_own_is_the_day(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    assert kith(capsys, *campaign.options(as_of="2026-10-20")).code == 0
    assert json.loads((campaign.out / "summary.json").read_text())["as_of"] == "2026-10-20"
    assert {row["ask"] for row in campaign.table("asks.csv")} == {"vote_early"}


def test_named_friends_are_found_and_asked(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    said = kith(capsys, *campaign.options())
    assert said.code == 0, said.err
    asked = {(row["supporter_id"], row["voter_id"]) for row in campaign.table("asks.csv")}
    assert asked >= {("s-ana", MARIA["ncid"]), ("s-jo", TOM["ncid"]), ("s-lee", DANA["ncid"])}
    assert_adds_up(campaign.out)


def test_asks_for_each_supporter_are_as_many_as_wished(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kith(capsys, *town_words(town, tmp_path / "out", "--asks", "2")).code == 0
    assert max(int(row["rank"]) for row in table(tmp_path / "out" / "asks.csv")) == 2


def test_an_entry_that_holds_nobody_has_a_row_and_a_reason(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    campaign.book("s-lee.vcf", card("Dana Osgoode") + card("") + card("Kevin Ostrander"))
    assert kith(capsys, *campaign.options()).code == 0
    row = next(
        row for row in campaign.table("matches.csv") if (row["source"], row["contact_index"]) == ("s-lee.vcf", "1")
    )
    assert (row["voter_id"], row["status"], row["reason"]) == (
        "",
        "no_match",
        "has neither a name nor a phone nor an e-mail",
    )
    assert json.loads((campaign.out / "summary.json").read_text())["unusable"] == 1
    assert_adds_up(campaign.out)


class TestAnswers:
    """Ana's questions, answered in the file that asked them."""

    def ask(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
        assert kith(capsys, *campaign.options()).code == 0
        questions = campaign.table("questions.csv")
        assert [(row["supporter_id"], row["contact_index"]) for row in questions] == [("s-jo", "1")]
        assert questions[0]["contact_name"] == "Rosa Delmare"
        assert {questions[0]["candidate_1_voter_id"], questions[0]["candidate_2_voter_id"]} == {
            ROSA["ncid"], ROSAS_NAMESAKE["ncid"],
        }  # fmt: skip
        return questions

    def answer(self, campaign: Campaign, capsys: pytest.CaptureFixture[str], **cells: str) -> Said:
        questions = self.ask(campaign, capsys)
        path = campaign.folder / "answered.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            rows = csv.DictWriter(file, list(questions[0]))
            rows.writeheader()
            rows.writerow({**questions[0], **cells})
        return kith(capsys, *campaign.options(answers=path, out=campaign.folder / "answered"))

    def changed(self, campaign: Campaign) -> list[dict[str, str]]:
        """Rows with another voter or status; an answer teaches the model, so that other probabilities may move."""

        def said(row: dict[str, str]) -> str:
            return json.dumps({name: row[name] for name in row if name not in ("match_probability", "reason")})

        before = {said(row) for row in campaign.table("matches.csv")}
        return [row for row in table(campaign.folder / "answered" / "matches.csv") if said(row) not in before]

    @pytest.mark.parametrize("place", ["1", "2"])
    def test_a_number_is_that_candidate(
        self, campaign: Campaign, capsys: pytest.CaptureFixture[str], place: str
    ) -> None:
        assert self.answer(campaign, capsys, answer=place).code == 0
        wanted = campaign.table("questions.csv")[0][f"candidate_{place}_voter_id"]
        changed = self.changed(campaign)
        assert [(row["source"], row["contact_index"], row["voter_id"], row["status"]) for row in changed] == [
            ("s-jo.vcf", "1", wanted, "confirmed")
        ]
        assert ("s-jo", wanted) in {
            (row["supporter_id"], row["voter_id"]) for row in table(campaign.folder / "answered" / "asks.csv")
        }
        assert_adds_up(campaign.folder / "answered")

    def test_a_voter_id_is_that_voter(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.answer(campaign, capsys, answer=DANA["ncid"]).code == 0
        assert [(row["voter_id"], row["status"]) for row in self.changed(campaign)] == [(DANA["ncid"], "confirmed")]

    @pytest.mark.parametrize(("word", "status"), [("none", "rejected"), (" None ", "rejected"), ("NOT SURE", "unsure")])
    def test_words_are_taken_as_people_write_them(
        self, campaign: Campaign, capsys: pytest.CaptureFixture[str], word: str, status: str
    ) -> None:
        assert self.answer(campaign, capsys, answer=word).code == 0
        hers = [row for row in table(campaign.folder / "answered" / "matches.csv") if row["source"] == "s-jo.vcf"]
        assert {row["status"] for row in hers if row["contact_index"] == "1"} == {status}
        assert {(row["source"], row["contact_index"]) for row in self.changed(campaign)} <= {("s-jo.vcf", "1")}
        assert_adds_up(campaign.folder / "answered")

    def test_no_answer_changes_nothing(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.answer(campaign, capsys, answer="").code == 0
        assert self.changed(campaign) == []

    @pytest.mark.parametrize(
        "cells",
        [{"answer": "3"}, {"answer": "perhaps"}, {"answer": "1", "contact_index": "7"},
         {"answer": "1", "contact_index": "x"}, {"answer": "1", "supporter_id": "s-ana"}],
    )  # fmt: skip
    def test_what_cannot_be_understood_is_refused_with_its_row(
        self, campaign: Campaign, capsys: pytest.CaptureFixture[str], cells: dict[str, str]
    ) -> None:
        said = self.answer(campaign, capsys, **cells)
        assert said.code == 1
        assert "answered.csv row 2:" in said.sentence
        assert not (campaign.folder / "answered").exists()

    def test_answers_are_never_written_over(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        self.ask(campaign, capsys)
        said = kith(capsys, *campaign.options(answers=campaign.out / "questions.csv"))
        assert (said.code, "write over one of its inputs" in said.sentence) == (2, True)


class TestConsent:
    """What Ana, Jo and Lee agreed to is what happens."""

    def purposes(self, campaign: Campaign, ana: str, jo: str, lee: str) -> None:
        campaign.supporters(
            {"supporter_id": who, "display_name": name, "zip": "28376", "purposes": agreed}
            for who, name, agreed in (
                ("s-ana", "Ana Whitfield", ana),
                ("s-jo", "Jo Beckham", jo),
                ("s-lee", "Lee Osborne", lee),
            )
        )

    def voter_of_mom(self, campaign: Campaign) -> str:
        return next(
            row["voter_id"]
            for row in campaign.table("matches.csv")
            if row["source"] == "s-ana.vcf" and row["contact_index"] == "2"
        )

    def test_without_a_column_the_operator_has_declared_it(
        self, campaign: Campaign, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert kith(capsys, *campaign.options()).code == 0
        assert json.loads((campaign.out / "summary.json").read_text())["consent"] == "declared by the operator"

    def test_contacts_of_who_did_not_agree_to_match_are_never_opened(
        self, campaign: Campaign, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.purposes(campaign, "match;coordinate", "match", "")
        (campaign.folder / "contacts" / "s-lee.vcf").write_bytes(
            b"\x89PNG: reading this would be a refusal of another kind"
        )
        said = kith(capsys, *campaign.options())
        assert said.code == 0
        assert {row["supporter_id"] for row in campaign.table("matches.csv")} == {"s-ana", "s-jo"}
        summary = json.loads((campaign.out / "summary.json").read_text())
        assert summary["files_left_out"] == [
            {"supporter_id": "s-lee", "file": 1, "reason": "The supporter did not agree to match."}
        ]
        assert summary["consent"] == {"match": 2, "coordinate": 1, "pool": 0, "share_results": 0}
        assert_adds_up(campaign.out)

    @pytest.mark.parametrize(
        ("ana", "jo", "helped"),
        [("match;pool", "match;pool", True), ("match;pool", "match", False), ("match", "match;pool", False)],
    )
    def test_contacts_help_each_other_only_where_both_agreed(
        self, campaign: Campaign, capsys: pytest.CaptureFixture[str], ana: str, jo: str, helped: bool
    ) -> None:
        self.purposes(campaign, ana, jo, "match;pool")
        assert kith(capsys, *campaign.options(pool=True)).code == 0
        assert self.voter_of_mom(campaign) == (TOM["ncid"] if helped else "")

    @pytest.mark.parametrize("pool", [True, None])
    def test_the_operators_declaration_covers_pooling_when_it_is_asked_for(
        self, campaign: Campaign, capsys: pytest.CaptureFixture[str], pool: bool | None
    ) -> None:
        assert kith(capsys, *campaign.options(pool=pool)).code == 0
        assert self.voter_of_mom(campaign) == (TOM["ncid"] if pool else "")

    def test_agreeing_to_pool_does_nothing_until_it_is_asked_for(
        self, campaign: Campaign, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.purposes(campaign, "match;pool", "match;pool", "match;pool")
        assert kith(capsys, *campaign.options()).code == 0
        assert self.voter_of_mom(campaign) == ""

    @pytest.mark.parametrize(("agreed", "voters"), [("match;coordinate", 2), ("match", 1)])
    def test_only_who_coordinates_leaves_a_friend_to_another_supporter(
        self, campaign: Campaign, capsys: pytest.CaptureFixture[str], agreed: str, voters: int
    ) -> None:
        both = card("Maria Alvarez-Quinn", phone="9102110177") + card("Tom Beckerath")
        campaign.book("s-ana.vcf", both)
        campaign.book("s-jo.vcf", both)
        self.purposes(campaign, agreed, agreed, "")
        assert kith(capsys, *campaign.options(asks=1)).code == 0
        assert len({row["voter_id"] for row in campaign.table("asks.csv")}) == voters


def test_what_looks_like_a_formula_is_none_in_any_table(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    voters = campaign.folder / "voters.txt"
    voters.write_bytes(voters.read_bytes().replace(b'"AA', b'"=AA'))
    assert kith(capsys, *campaign.options()).code == 0
    for name in ("matches.csv", "asks.csv", "questions.csv"):
        cells = [cell for row in campaign.table(name) for cell in row.values()]
        assert [cell for cell in cells if cell.startswith("'=AA")]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_an_answer_finds_its_way_back_from_a_made_safe_cell(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    voters = campaign.folder / "voters.txt"
    voters.write_bytes(voters.read_bytes().replace(b'"AA', b'"=AA'))
    assert kith(capsys, *campaign.options()).code == 0
    answered = campaign.folder / "answered.csv"
    answered.write_text((campaign.out / "questions.csv").read_text().rstrip("\n") + "2\n")
    assert kith(capsys, *campaign.options(answers=answered)).code == 0
    assert "confirmed" in {row["status"] for row in campaign.table("matches.csv")}


def test_of_two_namesakes_none_is_suggested_by_name_before_she_was_asked_which(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kith(capsys, *campaign.options()).code == 0
    rosas = {ROSA["ncid"], ROSAS_NAMESAKE["ncid"]}
    assert {row["voter_id"] for row in campaign.table("matches.csv")} >= rosas
    assert not rosas & {row["voter_id"] for row in campaign.table("asks.csv")}
    assert rosas & {cell for row in campaign.table("questions.csv") for cell in row.values()}
