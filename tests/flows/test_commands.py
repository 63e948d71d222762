"""Every command but ``run`` as a stranger meets it: what it answers, where it writes, what it refuses."""

from __future__ import annotations

import csv
import json
import signal
import socket
import time
from pathlib import Path

import networkx as nx
import pytest
from command_line import finished, kith, start_kith
from ports import free_port
from small_campaign import MARIA, Campaign, card

from app import journey
from app.house import House
from app.settings import read_settings
from app.wiring import open_house
from graph.model import Purpose, Supporter, SupporterId

ROOT = Path(__file__).parents[2]
COMMANDS = [
    (), ("run",), ("demo",), ("serve",), ("worker",), ("doctor",), ("version",), ("voters",), ("voters", "import"),
    ("contacts",), ("contacts", "check"), ("lists",), ("lists", "links"), ("graph",), ("graph", "export"), ("voters", "ballots"), ("user",), ("user", "invite"),
    ("health",), ("calls",), ("calls", "list"), ("rank",), ("rank", "allocate"), ("match",), ("match", "evaluate"),
    ("match", "find"), ("match", "agree"), ("match", "disagree"),
]  # fmt: skip


@pytest.fixture
def install(campaign: Campaign, told: None) -> Campaign:
    """The campaign's install: settings in the environment, nothing imported yet."""
    return campaign


def voters_import(campaign: Campaign, *more: str) -> tuple[object, ...]:
    return ("voters", "import", campaign.folder / "voters.txt", "--history", campaign.folder / "history.txt", *more)


def ana_brings_maria() -> House:
    house = open_house(read_settings())
    ana = SupporterId("s-ana")
    house.graph.put_supporter(Supporter(ana, "=Ana Whitfield", email="ana@mail.example", created_at=house.clock()))
    journey.agree(house, ana, {Purpose.MATCH: True, Purpose.COORDINATE: True}, "en")
    journey.bring_typed(house, ana, "Maria Alvarez-Quinn\n")
    return house


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_says_what_a_command_does(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    said = kith(capsys, *words, "--help")
    assert (said.code, said.err) == (0, "")
    assert f"Usage: kith {' '.join(words)}".rstrip() in said.out
    assert len(said.out.split("Options")[0].split()) > 6


def test_a_command_with_an_example_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Example: kith voters import" in kith(capsys, "voters", "import", "-h").out


def test_without_words_there_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    said = kith(capsys)
    assert (said.code, "Commands" in said.out + said.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("fly",), "No such command 'fly'. See: kith --help"),
        (("--fast",), "No such option: --fast. See: kith --help"),
        (("voters", "import"), "Missing argument"),
        (("voters", "import", "a", "b"), "unexpected extra argument"),
        (("demo", "--voters", "many"), "--voters"),
        (("serve", "--port", "99999999"), "--port"),
        (("contacts", "look"), "No such command 'look'"),
    ],
)
def test_wrong_use_is_one_sentence(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str) -> None:
    said = kith(capsys, *words)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert says in said.err


def test_exit_codes_reach_the_shell(tmp_path: Path) -> None:
    assert finished(start_kith("version", cwd=tmp_path)).code == 0
    assert finished(start_kith("contacts", "check", "no.vcf", cwd=tmp_path)).code == 1
    said = finished(start_kith("fly", cwd=tmp_path))
    assert (said.code, said.out, said.err) == (2, "", "kith: No such command 'fly'. See: kith --help\n")


def test_the_version_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert kith(capsys, "version").out == kith(capsys, "--version").out
    assert kith(capsys, "version").out.count(".") == 2


def test_questions_for_help_are_answered_at_once(tmp_path: Path) -> None:
    heavy = "import atexit\n@atexit.register\ndef tell(): print([n for n in ('numpy', 'pandas', 'fastapi') if n in sys.modules])"
    assert finished(start_kith("run", "--help", cwd=tmp_path, before=heavy)).out.endswith("[]\n")


def test_colours_are_left_out_where_nobody_wants_them(tmp_path: Path) -> None:
    said = finished(start_kith("--help", cwd=tmp_path, environment={"NO_COLOR": "1", "FORCE_COLOR": ""}))
    assert "\x1b" not in said.out


def test_a_terminal_without_our_letters_is_no_reason_to_stop(campaign: Campaign) -> None:
    (campaign.folder / "contacts" / "s-ana.vcf").rename(campaign.folder / "zoë.vcf")
    said = finished(
        start_kith("contacts", "check", "zoë.vcf", cwd=campaign.folder, environment={"PYTHONIOENCODING": "ascii"})
    )
    assert (said.code, "zo\\xeb.vcf" in said.out) == (0, True)


def test_a_reader_who_leaves_is_no_traceback(campaign: Campaign) -> None:
    spoil = "import os; r, w = os.pipe(); os.close(r); os.dup2(w, 1)"
    said = finished(start_kith("contacts", "check", "contacts/s-ana.vcf", cwd=campaign.folder, before=spoil))
    assert (said.code, "Traceback" in said.err) == (1, False)


@pytest.mark.parametrize("closed", ["1", "2"])
def test_a_stream_that_was_closed_before_is_no_traceback(tmp_path: Path, closed: str) -> None:
    start = (
        f"import os, sys\nos.close({closed})\nos.execv(sys.executable, [sys.executable, '-m', 'app.cli', 'version'])"
    )
    said = finished(start_kith("version", cwd=tmp_path, before=start, environment={"PYTHONPATH": str(ROOT)}))
    assert (said.code, said.err) == (0, "")


class TestVotersImport:
    """``kith voters import``."""

    def test_a_dry_run_counts_by_code_and_keeps_nothing(
        self, install: Campaign, capsys: pytest.CaptureFixture[str]
    ) -> None:
        said = kith(capsys, *voters_import(install, "--dry-run"))
        assert said.code == 0
        assert "Reading voters.txt" in said.err
        assert "codes of status" in said.out
        assert "IN-PERSON" in said.out
        assert "2022-11-08 general" in said.out
        assert "Nothing was kept" in said.err
        assert not (install.folder / "data").exists()

    def test_a_second_import_of_the_same_file_changes_nothing(
        self, install: Campaign, capsys: pytest.CaptureFixture[str]
    ) -> None:
        first = kith(capsys, *voters_import(install, "--json"))
        before = open_house(read_settings()).voters.generations()
        second = kith(capsys, *voters_import(install, "--json"))
        assert json.loads(first.out) == json.loads(second.out)
        assert "stays current" in second.err
        assert open_house(read_settings()).voters.generations() == before
        assert before[0].generation_id == json.loads(first.out)["generation"]

    def test_a_file_that_cannot_be_used_leaves_the_current_one(
        self, install: Campaign, capsys: pytest.CaptureFixture[str]
    ) -> None:
        kith(capsys, *voters_import(install))
        current = open_house(read_settings()).voters.current()
        (install.folder / "voters.txt").write_bytes((install.folder / "voters.txt").read_bytes()[:-30])
        said = kith(capsys, *voters_import(install))
        assert (said.code, said.out) == (1, "")
        assert "cut off" in said.sentence
        assert open_house(read_settings()).voters.current() == current

    def test_a_data_folder_that_cannot_be_made(self, install: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        said = kith(capsys, *voters_import(install, "--data", str(install.folder / "voters.txt" / "data")))
        assert (said.code, "data folder cannot be made" in said.sentence) == (1, True)

    @pytest.mark.parametrize(("state", "code"), [("NC", 0), ("nc", 0), ("VA", 2), ("North Carolina", 2)])
    def test_a_state_of_its_own(
        self, install: Campaign, capsys: pytest.CaptureFixture[str], state: str, code: int
    ) -> None:
        assert kith(capsys, *voters_import(install, "--dry-run", "--state", state)).code == code


class TestContactsCheck:
    """``kith contacts check``."""

    def test_it_counts_and_names_nobody(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        book = campaign.book("s-ana.vcf", card("Maria Alvarez-Quinn", phone="9102110177") + card("") + card("Tom Lee"))
        said = kith(capsys, "contacts", "check", book)
        assert said.code == 0
        assert "1 left out: has neither a name nor a phone nor an e-mail (first at 1, counted from 0)" in said.out
        assert "Alvarez" not in said.out
        told = json.loads(kith(capsys, "contacts", "check", book, "--json").out)
        assert (told["kind"], told["entries"], told["read"], told["left_out"]) == ("vcard", 3, 2, 1)
        assert told["reasons"][0]["first_positions"] == [1]

    @pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0 photo", b"colour,size\nred,1\n"])
    def test_what_cannot_be_read_is_refused(
        self, campaign: Campaign, capsys: pytest.CaptureFixture[str], content: bytes
    ) -> None:
        said = kith(capsys, "contacts", "check", campaign.book("x.csv", content))
        assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)

    def test_a_folder_is_not_a_file(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        assert "a folder, not a file" in kith(capsys, "contacts", "check", campaign.folder).sentence

    def test_a_huge_file_is_refused_unread(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        book = campaign.book("x.csv", b"a")
        with book.open("r+b") as file:
            file.truncate(50_000_000_000)
        assert "50,000 MB" in kith(capsys, "contacts", "check", book).sentence


class TestWithFriends:
    """Commands over an install in which Ana brought Maria."""

    @pytest.fixture
    def house(self, install: Campaign, capsys: pytest.CaptureFixture[str]) -> House:
        assert kith(capsys, *voters_import(install)).code == 0
        return ana_brings_maria()

    def test_the_worker_finds_her_friend(self, house: House, capsys: pytest.CaptureFixture[str]) -> None:
        said = kith(capsys, "worker", "--once", "--json")
        assert (said.code, json.loads(said.out)) == (0, {"jobs": 1, "failed": 0})
        kith(capsys, "worker", "--once")  # what that asked for meanwhile: the pictures
        assert json.loads(kith(capsys, "worker", "--once", "--json").out) == {"jobs": 0, "failed": 0}
        [match] = house.graph.matches_of(SupporterId("s-ana"))
        assert match.candidates[0].voter.voter_id == MARIA["ncid"]

    @pytest.mark.usefixtures("house")
    def test_the_network_is_written_without_a_name(self, install: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        kith(capsys, "worker", "--once")
        out = install.folder / "network.graphml"
        said = kith(capsys, "graph", "export", out)
        assert (said.code, said.out) == (0, "")
        network = nx.read_graphml(out)
        assert network.has_edge("s-ana", f"NC:{MARIA['ncid']}")
        assert "lvarez" not in out.read_text().lower()

    @pytest.mark.usefixtures("house")
    def test_the_network_never_replaces_a_file(self, install: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        said = kith(capsys, "graph", "export", install.folder / "voters.txt")
        assert (said.code, "There is a file already." in said.sentence) == (1, True)
        said = kith(capsys, "graph", "export", install.folder / "no" / "network.graphml")
        assert (said.code, "There is no such folder." in said.sentence) == (1, True)

    @pytest.mark.usefixtures("house")
    def test_links_are_private_and_safe_in_a_spreadsheet(
        self, install: Campaign, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = install.folder / "links.csv"
        assert kith(capsys, "lists", "links", "--out", out).code == 0
        with out.open(newline="", encoding="utf-8") as file:
            [row] = csv.DictReader(file)
        assert (row["supporter_id"], row["name"], row["email"]) == ("s-ana", "'=Ana Whitfield", "ana@mail.example")
        assert row["link"].startswith("https://rivera.example/enter/")
        assert out.stat().st_mode & 0o077 == 0

    @pytest.mark.usefixtures("house")
    def test_links_go_to_the_terminal_when_no_file_is_named(self, capsys: pytest.CaptureFixture[str]) -> None:
        said = kith(capsys, "lists", "links")
        assert said.out.startswith("supporter_id,name,email,link\n")
        assert "1 links, good through" in said.err

    def test_who_has_voted_leaves_the_list(
        self, install: Campaign, house: House, capsys: pytest.CaptureFixture[str]
    ) -> None:
        kith(capsys, "worker", "--once")
        assert [ask.voter.voter_id for ask in house.graph.asks_of(SupporterId("s-ana"))] == [MARIA["ncid"]]
        day = f"{house.election.day:%m/%d/%Y}"
        ballots = install.folder / "ballots.csv"
        ballots.write_text(f"ncid,election_dt,ballot_rtn_dt,ballot_rtn_status\n{MARIA['ncid']},{day},{day},ACCEPTED\n")
        said = kith(capsys, "voters", "ballots", ballots, "--json")
        assert (said.code, json.loads(said.out)["counts"]["voted"]) == (0, 1)
        kith(capsys, "worker", "--once")
        assert house.graph.asks_of(SupporterId("s-ana")) == []

    def test_a_call_list_holds_the_most_persuadable_and_says_why_others_wait(
        self, install: Campaign, house: House, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out, made = install.folder / "tonight.csv", install.folder / "made.csv"
        made.write_text(f"voter_id,date,disposition\n{MARIA['ncid']},{house.today},Refused\n")
        said = kith(capsys, "calls", "list", "--size", "20", "--made", made, "--out", out, "--json")
        rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
        counts = json.loads(said.out)
        assert (said.code, len(rows), counts["to_ring"], out.stat().st_mode & 0o777) == (0, 20, 20, 0o600)
        assert MARIA["ncid"] not in {row["voter_id"] for row in rows}
        assert counts["reached, refused, moved or not at this number"] == 1
        scores = [int(row["persuasion_score"]) for row in rows]
        assert scores == sorted(scores, reverse=True)

    @pytest.mark.usefixtures("house")
    @pytest.mark.parametrize(
        ("rows", "words"),
        [("voter_id,date\nAA1,2026-10-01\n", "disposition"), ("voter_id,date,disposition\nAA1,soon,busy\n", "line 2"),
         ("voter_id,date,disposition\nAA1,2026-10-01,asleep\n", "not home")],
    )  # fmt: skip
    def test_a_file_of_calls_that_is_wrong_is_refused_with_its_line(
        self, install: Campaign, rows: str, words: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out, made = install.folder / "tonight.csv", install.folder / "made.csv"
        made.write_text(rows)
        said = kith(capsys, "calls", "list", "--made", made, "--out", out)
        assert said.code != 0
        assert words in said.sentence
        assert not out.exists()

    @pytest.mark.usefixtures("house")
    def test_the_doctor_finds_nothing_wrong(self, capsys: pytest.CaptureFixture[str]) -> None:
        said = kith(capsys, "doctor", "--json")
        findings = json.loads(said.out)
        assert all(finding.startswith("ok") for finding in findings.values()), findings
        assert (said.code, findings["voter file"]) == (0, "ok 305 voters")


def test_an_organizer_is_invited_by_a_link(install: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    said = kith(capsys, "user", "invite", "maria", "--role", "owner")
    assert (said.code, said.out.startswith("https://rivera.example/enter/"), said.out.count("\n")) == (0, True, 1)
    refused = kith(capsys, "user", "invite", "maria", "--role", "king")
    assert (refused.code, "There is no role king." in refused.sentence) == (2, True)


def test_links_after_the_election_are_refused(
    install: Campaign, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITH_ELECTION", "2020-11-03")
    said = kith(capsys, "lists", "links")
    assert (said.code, "election is over" in said.sentence) == (2, True)


def test_the_doctor_says_what_is_missing_and_how_to_mend_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITH_DATA", str(tmp_path / "data"))
    said = kith(capsys, "doctor")
    assert said.code == 1
    assert "KITH_CAMPAIGN_NAME is not set" in said.out


@pytest.mark.parametrize("words", [("serve",), ("worker", "--once"), ("lists", "links"), ("graph", "export", "x")])
def test_without_a_campaign_nothing_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("KITH_DATA", str(tmp_path / "data"))
    said = kith(capsys, *words)
    assert (said.code, said.err.count("\n"), "KITH_CAMPAIGN_NAME is not set" in said.err) == (2, 1, True)


@pytest.mark.parametrize(("name", "value"), [("KITH_ELECTION", "soon"), ("KITH_MASTER_KEY", "secret word")])
def test_a_setting_that_cannot_be_read_is_named_and_never_shown(
    install: Campaign, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    said = kith(capsys, "lists", "links")
    assert (said.code, name in said.err, value in said.err) == (2, True, False)


def test_a_port_that_is_taken_is_one_sentence(install: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = kith(capsys, "serve", "--port", taken.getsockname()[1])
    assert (said.code, "Choose another --port or --host." in said.sentence) == (1, True)


def listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.slow
@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("worker",)])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_being_told_to_end_is_a_good_end(
    campaign: Campaign, settings: dict[str, str], words: tuple[str, ...], number: int
) -> None:
    port = free_port()
    process = start_kith(*(port if word == "0" else word for word in words), cwd=campaign.folder, environment=settings)
    assert process.stderr is not None
    process.stderr.readline()
    while "serve" in words and not listens(port):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(number)
    said = finished(process)
    assert (said.code, "Traceback" in said.err, "Stopp" in said.err) == (0, False, True)
