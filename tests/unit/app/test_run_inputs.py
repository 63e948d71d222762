"""The supporters' table: what is taken as it is, and what is refused with its row."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.run.circles import read_circles
from app.run.inputs import read_supporters, read_table
from graph.errors import InputError
from graph.model import Purpose, Supporter, SupporterId


def supporters(tmp_path: Path, text: str, encoding: str = "utf-8") -> list[Supporter]:
    path = tmp_path / "supporters.csv"
    path.write_bytes(text.encode(encoding))
    return read_supporters(path)


def test_a_row_becomes_a_supporter(tmp_path: Path) -> None:
    found = supporters(tmp_path, "Supporter_ID, display_name,zip,files\ns-ana,Ana Whitfield,28376,a.vcf; b.csv\n")
    assert found == [Supporter(SupporterId("s-ana"), "Ana Whitfield", postal_code="28376", files=("a.vcf", "b.csv"))]


def test_short_rows_and_missing_columns_are_empty(tmp_path: Path) -> None:
    assert supporters(tmp_path, "supporter_id,display_name\ns-ana\n")[0].display_name == ""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_of_other_programs_are_understood(tmp_path: Path, encoding: str) -> None:
    assert supporters(tmp_path, "supporter_id,display_name\ns-ana,Zoë\n", encoding)[0].display_name == "Zoë"


@pytest.mark.parametrize(
    ("cell", "agreed"),
    [
        ("match", {Purpose.MATCH}),
        ("match; pool", {Purpose.MATCH, Purpose.POOL}),
        ("", set()),
        ('"match,coordinate"', {Purpose.MATCH, Purpose.COORDINATE}),
    ],
)
def test_purposes_are_what_she_agreed_to(tmp_path: Path, cell: str, agreed: set[Purpose]) -> None:
    assert supporters(tmp_path, f"supporter_id,purposes\ns-ana,{cell}\n")[0].purposes == agreed


def test_without_a_purposes_column_nobody_was_asked(tmp_path: Path) -> None:
    assert supporters(tmp_path, "supporter_id\ns-ana\n")[0].purposes is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name\nAna\n", "column supporter_id is missing"),
        ("supporter_id,display_name\n", "names no supporter"),
        ("", "column supporter_id is missing"),
        ("supporter_id\n\"\"\n", "row 2: A row has no supporter_id"),
        ("supporter_id\ns-ana\ns-jo\ns-ana\n", "row 4: The supporter id s-ana stands on row 2 already"),
        ("supporter_id,purposes\ns-ana,everything\n", "row 2: A purpose is unknown"),
        ("supporter_id\n=1+1\n", "row 2: A supporter_id begins with a sign"),
        ("supporter_id\n@ana\n", "row 2: A supporter_id begins with a sign"),
        (f"supporter_id\n{'s' * 10_000}\n", "row 2: A supporter_id is longer than 100"),
        ("supporter_id\ns\u0007\n", "row 2: A supporter_id is longer than 100 signs, or holds one"),
        ("supporter_id,zip\ns-ana,28376,Ana Whitfield\n", "row 2: A row has more cells"),
        ('supporter_id\n"s-ana\n', "not a well-formed CSV"),
        ("supporter_id\ns\0\n", "not text"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_its_row(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError) as refused:
        supporters(tmp_path, text)
    assert says in str(refused.value)
    assert "Whitfield" not in str(refused.value)


def test_a_table_in_latin_1_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not UTF-8"):
        supporters(tmp_path, "supporter_id,display_name\ns-ana,Zoë\n", "latin-1")


def test_a_needed_column_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="The column answer is missing"):
        read_table(tmp_path / "t.csv", needs=("a", "answer"))


CARD = "BEGIN:VCARD\nVERSION:3.0\nN:Lee;Tom;;;\nFN:Tom Lee\nEND:VCARD\n"


def ana(*files: str, purposes: frozenset[Purpose] | None = None) -> Supporter:
    return Supporter(SupporterId("s-ana"), "Ana Whitfield", files=files, purposes=purposes)


JO = Supporter(SupporterId("s-jo"), "Jo Beckham")


def test_a_file_is_hers_when_it_is_listed_or_begins_with_her_id(tmp_path: Path) -> None:
    for name in ("book.vcf", "s-ana.phone.vcf", "s-jo.vcf", "s-anabel.vcf"):
        (tmp_path / name).write_text(CARD)
    read = read_circles([ana("book.vcf"), JO], tmp_path)
    assert [list(circle.contacts) for circle in read.circles] == [["book.vcf#0", "s-ana.phone.vcf#0"], ["s-jo.vcf#0"]]
    assert (read.entries, read.files_of_nobody) == (3, 1)


@pytest.mark.parametrize("name", ["../outside.vcf", "/etc/hostname", "none.vcf", "sub", "a\0b", "=cmd.vcf", "+1.vcf"])
def test_a_listed_file_that_cannot_be_used_is_left_out_and_the_others_are_read(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "contacts"
    (folder / "sub").mkdir(parents=True)
    for path in (tmp_path / "outside.vcf", folder / "s-jo.vcf", folder / "=cmd.vcf", folder / "+1.vcf"):
        path.write_text(CARD)
    read = read_circles([ana(name), JO], folder)
    assert [(one.supporter_id, one.file) for one in read.files_left_out] == [("s-ana", 1)]
    assert [len(circle.contacts) for circle in read.circles] == [0, 1]


def test_a_link_to_a_file_elsewhere_is_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "contacts"
    folder.mkdir()
    (tmp_path / "outside.vcf").write_text(CARD)
    (folder / "s-ana.vcf").symlink_to(tmp_path / "outside.vcf")
    (folder / "s-jo.vcf").write_text(CARD)
    assert [one.supporter_id for one in read_circles([ana(), JO], folder).files_left_out] == ["s-ana"]


def test_one_file_for_two_supporters_is_refused(tmp_path: Path) -> None:
    (tmp_path / "book.vcf").write_text(CARD)
    other = Supporter(SupporterId("s-jo"), "Jo Beckham", files=("./book.vcf",))
    with pytest.raises(InputError, match="supporter s-jo: One contact file is listed for her and for supporter s-ana"):
        read_circles([ana("book.vcf"), other], tmp_path)


def test_nobody_with_a_contact_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No supporter has a contact file"):
        read_circles([ana(), JO], tmp_path)
