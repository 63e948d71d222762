"""What goes wrong with a file is said in a sentence that tells what to do next, and nothing is half done."""

from __future__ import annotations

import stat
from pathlib import Path

import apsw
import pytest
from no_room import no_room

import people
from graph.errors import StoreError
from graph.sqlite.connection import Database
from graph.sqlite.graph_store import SqliteGraphStores
from graph.sqlite.migrate import Migration, known_migrations, migrate
from graph.sqlite.record_store import SqliteRecordStores
from people import ANA, RIVERA

FILE = Path("campaigns") / RIVERA / "kith.db"
FIRST = Migration(1, "0001_first.sql", "CREATE TABLE a (x INTEGER) STRICT;")
SECOND = Migration(2, "0002_second.sql", "ALTER TABLE a ADD COLUMN y TEXT; CREATE TABLE b (z BLOB) STRICT;")


def raw(folder: Path) -> apsw.Connection:
    return apsw.Connection(str(folder / FILE))


def test_the_library_has_no_bug_that_breaks_files_with_two_writers() -> None:
    assert tuple(map(int, apsw.sqlite_lib_version().split("."))) >= (3, 51, 3)


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    SqliteGraphStores(folder).for_campaign(RIVERA).put_supporter(people.ana())
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.rglob("kith.db*")} == {0o600}
    assert stat.S_IMODE((folder / "campaigns" / RIVERA).stat().st_mode) == 0o700


def test_a_file_that_another_program_holds(tmp_path: Path) -> None:
    store = SqliteGraphStores(tmp_path, busy_seconds=0.05).for_campaign(RIVERA)
    other = raw(tmp_path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="Another program holds this file"):
        store.put_supporter(people.ana())
    assert store.supporters() == []  # reading goes on
    other.execute("ROLLBACK")
    store.put_supporter(people.ana())
    assert len(store.supporters()) == 1


def test_a_full_disk(tmp_path: Path) -> None:
    database = Database(tmp_path / "kith.db", families=["records"])
    insert = "INSERT INTO entry VALUES ('audit', ?, 0, ?)"
    with database.reading() as connection:
        connection.execute("PRAGMA max_page_count = 40").fetchall()
    with pytest.raises(StoreError, match="The disk is full"), database.writing() as connection:
        connection.executemany(insert, [(number, "x" * 2000) for number in range(500)])
    with database.writing() as connection:
        connection.execute(insert, (1, "one small line still fits"))
    with database.reading() as connection:
        assert list(connection.execute("SELECT count(*) FROM entry")) == [(1,)]
    assert database.check() == []


def test_a_file_of_something_else(tmp_path: Path) -> None:
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_bytes(b"not a database at all " * 400)
    with pytest.raises(StoreError, match=r"not one of Kith's.*backup"):
        SqliteGraphStores(tmp_path).for_campaign(RIVERA)


def test_a_damaged_file(tmp_path: Path) -> None:
    with SqliteGraphStores(tmp_path).for_campaign(RIVERA) as store:
        store.put_supporter(people.ana())
        store.put_contacts(ANA, [people.contact(ANA, f"friend-{number:04}") for number in range(500)])
    data = bytearray((tmp_path / FILE).read_bytes())
    for start in range(16 * 4096, len(data), 4096):
        data[start : start + 2048] = b"\xff" * 2048
    (tmp_path / FILE).write_bytes(data)
    store = SqliteGraphStores(tmp_path).for_campaign(RIVERA)
    assert "damaged" in store.check()[0]
    with pytest.raises(StoreError, match=r"damaged.*backup"):
        store.contacts_of(ANA)


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(StoreError, match=r"cannot be used.*Choose a folder"):
        SqliteRecordStores(tmp_path / "data").install()


def test_a_reader_that_stays_only_delays_the_scrubbing(tmp_path: Path) -> None:
    store = SqliteGraphStores(tmp_path, busy_seconds=0.05).for_campaign(RIVERA)
    store.put_supporter(people.ana())
    other = raw(tmp_path)
    other.execute("BEGIN; SELECT * FROM supporter")
    assert store.withdraw(ANA).supporters == 1
    assert "may still be in it" in store.check()[0]
    other.execute("ROLLBACK")
    store.withdraw(ANA)
    assert store.check() == []
    assert not [file for file in (tmp_path / FILE).parent.iterdir() if b"Whitfield" in file.read_bytes()]


def test_a_removal_that_the_disk_cut_off_is_finished_by_the_next(tmp_path: Path) -> None:
    stores = SqliteGraphStores(tmp_path)
    with stores.for_campaign(RIVERA) as store:
        store.put_supporter(people.ana())
    stores.refuse_held(RIVERA)  # folds the log into the file
    with no_room(), pytest.raises(StoreError, match="cannot be used"):
        stores.erase_campaign(RIVERA)
    with stores.for_campaign(RIVERA) as anew:
        assert (anew.supporters(), anew.check()) == ([], [])
    assert stores.erase_campaign(RIVERA) == 2  # what was left half overwritten, and the one begun anew
    assert list((tmp_path / "campaigns").iterdir()) == []


def test_a_removal_leaves_no_file_beside(tmp_path: Path) -> None:
    stores = SqliteGraphStores(tmp_path)
    stores.for_campaign(RIVERA).close()
    beside = (tmp_path / FILE).parent / "kept" / "notes.txt"
    beside.parent.mkdir()
    beside.write_text("Ana Whitfield")
    assert stores.erase_campaign(RIVERA) == 2
    assert list((tmp_path / "campaigns").iterdir()) == []


def test_a_campaign_whose_file_is_damaged_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_bytes(b"not a database at all " * 400)
    with pytest.raises(StoreError, match=r"not one of Kith's.*backup"):
        SqliteGraphStores(tmp_path).refuse_held(RIVERA)


def test_migrations_run_once_and_a_fresh_schema_equals_an_upgraded_one() -> None:
    fresh, upgraded = apsw.Connection(":memory:"), apsw.Connection(":memory:")
    assert migrate(fresh, "graph", [FIRST, SECOND]) == 2
    assert [migrate(upgraded, "graph", steps) for steps in ([FIRST], [FIRST, SECOND], [FIRST, SECOND])] == [1, 1, 0]
    assert schema(fresh) == schema(upgraded)


def schema(connection: apsw.Connection) -> list[object]:
    return list(connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name"))


def test_a_changed_migration_and_a_newer_schema_are_refused() -> None:
    connection = apsw.Connection(":memory:")
    migrate(connection, "graph", [FIRST, SECOND])
    with pytest.raises(StoreError, match="schema 2; this program knows up to 1"):
        migrate(connection, "graph", [FIRST])
    changed = Migration(1, FIRST.name, FIRST.sql + "\n-- a word")
    with pytest.raises(StoreError, match=r"graph/0001_first.sql: This migration was changed"):
        migrate(connection, "graph", [changed, SECOND])


def test_a_migration_that_fails_leaves_nothing_of_itself() -> None:
    connection = apsw.Connection(":memory:")
    migrate(connection, "graph", [FIRST])
    before = schema(connection)
    broken = Migration(2, "0002_broken.sql", "CREATE TABLE c (x INTEGER); CREATE TABLE a (x INTEGER);")
    with pytest.raises(apsw.SQLError):
        migrate(connection, "graph", [FIRST, broken])
    assert schema(connection) == before


@pytest.mark.parametrize("family", ["graph", "records"])
def test_our_migrations_are_numbered_without_gaps(family: str) -> None:
    assert [one.number for one in known_migrations(family)] == list(range(1, len(known_migrations(family)) + 1))


def test_ends_of_lines_do_not_change_a_migration() -> None:
    assert Migration(1, "a", "x\r\ny").sha256 == Migration(1, "a", "x\ny").sha256
