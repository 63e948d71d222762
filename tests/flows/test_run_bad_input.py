"""Bad input: one sentence that says what, where and what to do; exit 1 or 2; nothing half-written; nobody named.

What spoils the run for everybody stops it. What spoils one supporter's file leaves that file out and counts it.
"""

from __future__ import annotations

import io
import json
import signal
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Said, finished, kith, start_kith
from small_campaign import Campaign, card

PERSONAL = (
    "Alvarez",
    "ALVAREZ",
    "Beckerath",
    "Osgoode",
    "OSGOODE",
    "Whitfield",
    "Beckham",
    "2110177",
    "2110103",
    "211-01",
)
"""Of the people in the files; none of it may ever be said."""


def refused(said: Said, campaign: Campaign, *, code: int = 1, says: str) -> None:
    assert (said.code, said.out) == (code, ""), said
    assert said.sentence.startswith("kith: ")
    assert says in said.sentence
    assert "Traceback" not in said.err
    assert not [word for word in PERSONAL if word in said.err]
    assert not campaign.out.exists()
    assert not list(campaign.folder.glob("**/.kith-*"))


def left_out(said: Said, campaign: Campaign, *, says: str, supporter: str = "s-ana") -> None:
    assert said.code == 0, said.err
    summary = json.loads((campaign.out / "summary.json").read_text())
    assert [one["supporter_id"] for one in summary["files_left_out"]] == [supporter]
    assert says in summary["files_left_out"][0]["reason"]
    assert f"Left out file 1 of supporter {supporter}: " in said.err
    assert not [word for word in PERSONAL if word in said.err + json.dumps(summary)]
    assert {row["supporter_id"] for row in campaign.table("matches.csv")} == {"s-ana", "s-jo", "s-lee"} - {supporter}


def zipped(name: str, content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return held.getvalue()


PHOTO = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 8


class TestVoterFile:
    """A voter file that cannot be used stops the run."""

    def run(self, campaign: Campaign, capsys: pytest.CaptureFixture[str], change: Callable[[bytes], bytes]) -> Said:
        path = campaign.folder / "voters.txt"
        path.write_bytes(change(path.read_bytes()))
        return kith(capsys, *campaign.options())

    def test_of_another_layout(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        said = kith(capsys, *campaign.options(layout="van", history=None))
        refused(said, campaign, says="voter file voters.txt")

    def test_a_layout_that_nobody_knows(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        refused(kith(capsys, *campaign.options(layout="ny")), campaign, code=2, says="ny")

    def test_without_a_column(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        said = self.run(campaign, capsys, lambda data: data.replace(b'"last_name"', b'"colour"'))
        refused(said, campaign, says="last_name")

    @pytest.mark.parametrize("share", [0.31, 0.5, 0.99])
    def test_cut_off(self, campaign: Campaign, capsys: pytest.CaptureFixture[str], share: float) -> None:
        def cut(data: bytes) -> bytes:
            end = int(len(data) * share)
            return data[:end] if data[end - 1 : end] != b"\n" else data[: end - 2]

        refused(self.run(campaign, capsys, cut), campaign, says="cut off")

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "empty"),
            (b"\x7fELF\x02\x01\x01" + bytes(500), "binary"),
            (zipped("voters.txt", b"x"), "zip archive"),
            (PHOTO, "photo"),
            ("ncid\tlast_name\nA1\tLEE\n".encode("utf-16"), "UTF-16"),
            (b"ncid\n", "columns"),
        ],
    )
    def test_that_is_something_else(
        self, campaign: Campaign, capsys: pytest.CaptureFixture[str], content: bytes, says: str
    ) -> None:
        refused(self.run(campaign, capsys, lambda _: content), campaign, says=says)

    def test_with_an_unknown_status_code(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        said = self.run(campaign, capsys, lambda data: data.replace(b'\t"A"\t', b'\t"Q"\t'))
        refused(said, campaign, says="Q")

    def test_that_is_a_folder_or_not_there(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        refused(kith(capsys, *campaign.options(voters=campaign.folder)), campaign, says="folder, not a file")
        refused(kith(capsys, *campaign.options(voters=campaign.folder / "no")), campaign, says="no such file")

    def test_with_a_line_of_200_megabytes(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        path = campaign.folder / "voters.txt"
        with path.open("ab") as file:
            file.write(b'"' + b"A" * 300_000)
            file.truncate(200_000_000)
        started = time.monotonic()
        refused(kith(capsys, *campaign.options()), campaign, says="longer than")
        assert time.monotonic() - started < 60

    def test_with_a_name_of_10_000_characters(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        said = self.run(campaign, capsys, lambda data: data.replace(b"BECKERATH", b"BECKERATH" * 1_200))
        refused(said, campaign, says="line 303: This line has a field of more than 4,000 characters.")

    def test_whose_other_letters_are_latin_1_or_utf_8_is_read(
        self, campaign: Campaign, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.run(campaign, capsys, lambda data: data.replace(b"QUINN", "QUIÑN".encode())).code == 0
        assert self.run(campaign, capsys, lambda data: data.decode().encode("latin-1")).code == 0


def test_an_unknown_history_code(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    path = campaign.folder / "history.txt"
    path.write_bytes(path.read_bytes().replace(b"IN-PERSON", b"BY OWL"))
    refused(kith(capsys, *campaign.options()), campaign, says="BY OWL")


def test_a_history_that_knows_what_came_after_the_election(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    said = kith(capsys, *campaign.options(election="2022-11-08"))
    refused(said, campaign, says="later than the coming one of 2022-11-08")


def test_a_pipe_is_not_taken_for_a_file_that_is_missing(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    refused(kith(capsys, *campaign.options(voters="/dev/null")), campaign, says="a pipe or a device")


@pytest.mark.parametrize(("layout", "says"), [("no.yaml", "no such file"), ("bad.yaml", "YAML")])
def test_a_layout_of_ones_own_that_cannot_be_read(
    campaign: Campaign, capsys: pytest.CaptureFixture[str], layout: str, says: str
) -> None:
    (campaign.folder / "bad.yaml").write_text("{a: [")
    refused(kith(capsys, *campaign.options(layout=campaign.folder / layout)), campaign, says=says)


def test_a_history_file_of_another_kind(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    (campaign.folder / "history.txt").write_bytes(PHOTO)
    refused(kith(capsys, *campaign.options()), campaign, says="history file history.txt")


@pytest.mark.parametrize("option", ["append", "ballots"])
def test_further_files_of_another_kind(campaign: Campaign, capsys: pytest.CaptureFixture[str], option: str) -> None:
    (campaign.folder / "more.csv").write_bytes(PHOTO)
    said = kith(capsys, *campaign.options(**{option: campaign.folder / "more.csv"}))
    refused(said, campaign, says="more.csv")


class TestSupporters:
    """The supporters' table."""

    def test_two_with_one_id(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        campaign.supporters({"supporter_id": "s-ana", "display_name": name} for name in ("Ana Whitfield", "Jo Beckham"))
        refused(kith(capsys, *campaign.options()), campaign, says="supporters.csv row 3: The supporter id s-ana")

    def test_without_the_column_of_ids(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        campaign.supporters([{"name": "Ana Whitfield"}])
        refused(kith(capsys, *campaign.options()), campaign, says="column supporter_id is missing")

    @pytest.mark.parametrize("content", [PHOTO, zipped("a", b"a"), "supporter_id\nß\n".encode("latin-1"), b"\0\0\0"])
    def test_of_another_kind(self, campaign: Campaign, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
        (campaign.folder / "supporters.csv").write_bytes(content)
        refused(kith(capsys, *campaign.options()), campaign, says="supporters.csv: The file is not")

    def test_one_without_contacts_is_counted(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        (campaign.folder / "contacts" / "s-lee.vcf").unlink()
        said = kith(capsys, *campaign.options())
        assert (said.code, "Without contacts: 1 of 3 supporters." in said.err) == (0, True)
        assert json.loads((campaign.out / "summary.json").read_text())["supporters_without_contacts"] == 1

    def test_all_without_contacts(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        for path in (campaign.folder / "contacts").iterdir():
            path.unlink()
        refused(kith(capsys, *campaign.options()), campaign, says="No supporter has a contact file")

    def test_a_name_of_10_000_characters_is_no_trouble(
        self, campaign: Campaign, capsys: pytest.CaptureFixture[str]
    ) -> None:
        campaign.supporters([{"supporter_id": "s-ana", "display_name": "Ana " * 2_500}])
        assert kith(capsys, *campaign.options()).code == 0


class TestContactFile:
    """One supporter's contact file that cannot be used is left out; the others get their lists."""

    @pytest.mark.parametrize(
        ("name", "content", "says"),
        [
            ("s-ana.vcf", PHOTO, "This is a photo, not a contact file."),
            ("s-ana.csv", zipped("contacts.csv", b"First Name,Last Name\nMaria,Alvarez\n"), "zip archive"),
            ("s-ana.csv", b"colour,size\nred,10\nMaria Alvarez,2110177\n", "not a contact file of a known format"),
            ("s-ana.json", b'{"neighbors": [{"name": "Maria Alvarez"}]}', "not a contact file of a known format"),
            ("s-ana.json", b'{"connections": [' * 50_000, ""),
            ("s-ana.vcf", b"", "empty"),
            ("s-ana.bin", bytes(range(256)) * 8 + bytes(2_000), "binary"),
            ("s-ana.csv", b'First Name,Last Name,E-mail Address\n"Maria,Alvarez\n', "never closed"),
        ],
        ids=["photo", "zip", "columns", "json", "deep", "empty", "binary", "cut off"],
    )
    def test_of_another_kind(
        self, campaign: Campaign, capsys: pytest.CaptureFixture[str], name: str, content: bytes, says: str
    ) -> None:
        (campaign.folder / "contacts" / "s-ana.vcf").unlink()
        campaign.book(name, content)
        left_out(kith(capsys, *campaign.options()), campaign, says=says)

    def test_with_200_000_contacts(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        rows = "".join(f"Given{n},Family{n},n{n}@mail.example\n" for n in range(200_000))
        (campaign.folder / "contacts" / "s-ana.vcf").unlink()
        campaign.book("s-ana.csv", "First Name,Last Name,E-mail Address\n" + rows)
        left_out(kith(capsys, *campaign.options()), campaign, says="200,000 entries")

    def test_with_a_line_of_200_megabytes(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        with (campaign.folder / "contacts" / "s-ana.vcf").open("wb") as file:
            file.write(b"BEGIN:VCARD\nFN:Maria")
            file.truncate(200_000_000)
        left_out(kith(capsys, *campaign.options()), campaign, says="larger than 20 MB")

    def test_with_a_name_of_10_000_characters(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        campaign.book("s-ana.vcf", card("Maria " * 1_700) + card("Tom Beckerath"))
        assert kith(capsys, *campaign.options()).code == 0
        assert {row["contact_index"] for row in campaign.table("matches.csv") if row["supporter_id"] == "s-ana"} == {
            "0",
            "1",
        }

    def test_of_everybody_stops_the_run(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        for name in ("s-ana.vcf", "s-jo.vcf", "s-lee.vcf"):
            campaign.book(name, PHOTO)
        said = kith(capsys, *campaign.options())
        refused(said, campaign, says="supporter s-ana, file 1: None of the contact files can be used (3 left out)")

    def test_the_folder_is_not_there(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        said = kith(capsys, *campaign.options(contacts=campaign.folder / "no"))
        refused(said, campaign, says="no such folder of contact files")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"as_of": "2026-11-04"}, "The election 2026-11-03 is before --as-of 2026-11-04."),
        ({"election": "3 November"}, "--election is not a date."),
        ({"as_of": "yesterday"}, "--as-of is not a date."),
        ({"asks": "0"}, "--asks must be between 1 and 50."),
        ({"asks": "many"}, "--asks"),
        ({"holdout": "0.9"}, "--holdout must be between 0 and 0.5."),
        ({"holdout": "nan"}, "--holdout must be between 0 and 0.5."),
        ({"election": None}, "Missing option '--election'"),
        ({"tilt": "1"}, "No such option: --tilt"),
    ],
)
def test_wrong_use(
    campaign: Campaign, capsys: pytest.CaptureFixture[str], options: dict[str, object], says: str
) -> None:
    refused(kith(capsys, *campaign.options(**options)), campaign, code=2, says=says)


class TestOutput:
    """Where the run writes."""

    def test_a_file_in_the_way(self, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        for out in (campaign.folder / "voters.txt", campaign.folder / "voters.txt" / "under"):
            refused(kith(capsys, *campaign.options(out=out)), campaign, says=f"{out}: The output cannot be written")

    def test_a_full_disk(self, campaign: Campaign, tmp_path: Path) -> None:
        limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))"
        campaign.book("s-ana.vcf", "".join(card(f"Maria{n} Alvarez") for n in range(200)))
        with_room = start_kith(*campaign.options(out=tmp_path / "elsewhere"), cwd=campaign.folder)
        assert finished(with_room).code == 0  # now all is compiled and kept, which else would meet the limit first
        said = finished(start_kith(*campaign.options(), cwd=campaign.folder, before=limit))
        refused(said, campaign, says="The output cannot be written (File too large)")

    def test_what_was_there_stays_when_the_disk_is_full(self, campaign: Campaign) -> None:
        campaign.out.mkdir()
        (campaign.out / "asks.csv").write_text("of yesterday")
        campaign.book("s-ana.vcf", "".join(card(f"Maria{n} Alvarez") for n in range(200)))
        limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))"
        assert finished(start_kith(*campaign.options(), cwd=campaign.folder, before=limit)).code == 1
        assert {path.name: path.read_text() for path in campaign.out.iterdir()} == {"asks.csv": "of yesterday"}


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("after", ["Reading contacts", "Reading the voter file", "Finding friends", "Choosing"])
def test_being_stopped(town: Path, tmp_path: Path, number: int, after: str) -> None:
    out = tmp_path / "out"
    process = start_kith(
        "run", "--voters", town / "ncvoter_synth.txt", "--history", town / "ncvhis_synth.txt", "--supporters",
        town / "supporters.csv", "--contacts", town / "contacts", "--election", "2026-11-03", "--out", out, cwd=tmp_path,
    )  # fmt: skip
    assert process.stderr is not None
    while not process.stderr.readline().startswith(after):
        assert process.poll() is None
    process.send_signal(number)
    said = finished(process)
    assert (said.code, said.out) == (1, "")
    assert said.sentence == "kith: Stopped. Nothing was left half-written."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.15, 0.3, 0.5, 0.7])
def test_being_stopped_while_it_starts(campaign: Campaign, seconds: float) -> None:
    process = start_kith(*campaign.options(), cwd=campaign.folder)
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    said = finished(process)
    assert said.code == 1 or (said.code, campaign.out.is_dir()) == (0, True)
    assert "Traceback" not in said.err


def test_a_bug_is_one_sentence_and_its_story_is_one_switch_away(campaign: Campaign) -> None:
    spoil = "import app.run.batch as batch\ndef no(*a, **k): raise TypeError('Maria Alvarez')\nbatch.summary_of = no"
    said = finished(start_kith(*campaign.options(), cwd=campaign.folder, before=spoil))
    refused(said, campaign, says="Kith met something it did not foresee (TypeError in ")
    told = finished(start_kith(*campaign.options(), cwd=campaign.folder, before=spoil, environment={"KITH_DEBUG": "1"}))
    assert (told.code, "Traceback" in told.err) == (1, True)
