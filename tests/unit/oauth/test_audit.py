"""Who saw what is written down in ids, and a line that was changed or taken out is noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import apsw
import pytest

from graph.errors import InputError
from graph.records import JsonObject, Record
from graph.sqlite.record_store import SqliteRecordStore, SqliteRecordStores
from oauth.audit import Act, acts, acts_about, audit_streams, erase_audit, names_seen, record_seen, verify
from people import ANA, JO, NOW, RIVERA, key_of

KIM, SAM = "o-kim", "o-sam"
MARIA, TOM = key_of(ANA, "maria").replace("/", "."), key_of(ANA, "tom").replace("/", ".")


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqliteRecordStore]:
    store = SqliteRecordStores(tmp_path).for_campaign(RIVERA)
    yield store
    store.close()


def saw(records: SqliteRecordStore, who: str, whom: str, *, of: str = "") -> None:
    record_seen(records, who=who, what="shared_ask", whom=whom, at=NOW, of=of)


def test_what_was_seen_is_told_oldest_first(records: SqliteRecordStore) -> None:
    assert acts(records) == []
    saw(records, KIM, MARIA, of=ANA)
    saw(records, ANA, MARIA, of=ANA)
    assert acts(records) == [Act(NOW, KIM, "shared_ask", MARIA, ANA), Act(NOW, ANA, "shared_ask", MARIA, ANA)]


def test_a_supporter_reads_who_else_saw_what_is_hers(records: SqliteRecordStore) -> None:
    for who, whom, of in ((KIM, MARIA, ANA), (KIM, MARIA, ANA), (SAM, TOM, ANA), (ANA, TOM, ANA), (KIM, JO, "")):
        saw(records, who, whom, of=of)
    assert len(acts_about(records, ANA)) == 3
    assert names_seen(records, ANA) == 2
    assert names_seen(records, JO) == 1


def test_one_look_at_several_is_one_line_and_tells_of_each(records: SqliteRecordStore) -> None:
    record_seen(records, who=KIM, what="list", whom=[MARIA, TOM], at=NOW, of=ANA)
    record_seen(records, who=KIM, what="list", whom=[], at=NOW, of=ANA)
    assert [act.whom for act in acts_about(records, ANA)] == [MARIA, TOM]
    assert len(records.read(f"audit:{ANA}")) == 1


def test_what_is_hers_is_chained_too(tmp_path: Path) -> None:
    records = SqliteRecordStores(tmp_path).for_campaign(RIVERA)
    saw(records, KIM, MARIA, of=ANA)
    saw(records, KIM, TOM, of=JO)
    raw = apsw.Connection(str(tmp_path / "campaigns" / RIVERA / "kith.db"))
    raw.execute("DELETE FROM entry WHERE stream = ?", (f"audit:{ANA}",))
    raw.close()
    assert verify(records) == [f"audit:{ANA}: lines 1 to 1 are missing"]
    assert erase_audit(records) == 1
    assert (acts(records), verify(records)) == ([], [])


@pytest.mark.parametrize("text", ["Maria Alvarez", "maria@mail.example", "+19192110101", "", "x" * 129, "a\nb"])
def test_names_numbers_and_addresses_are_refused(records: SqliteRecordStore, text: str) -> None:
    with pytest.raises(InputError) as refused:
        saw(records, KIM, text)
    assert not text or text not in str(refused.value)
    assert acts(records) == []


def test_writers_at_once_leave_one_unbroken_chain(records: SqliteRecordStore) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: saw(records, KIM, f"friend-{n}"), range(24)))
    assert len(acts(records)) == 24
    assert verify(records) == []


class Overtaken:
    """Records in which something else happens before the first note of how far a stream goes."""

    def __init__(self, records: SqliteRecordStore, meanwhile: Callable[[], object]) -> None:
        self._records = records
        self._meanwhile = meanwhile

    def put(self, kind: str, key: str, value: JsonObject, **demands: Any) -> Record:
        meanwhile, self._meanwhile = self._meanwhile, lambda: None
        meanwhile()
        return self._records.put(kind, key, value, **demands)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)


def test_a_writer_who_is_overtaken_does_not_hide_the_later_line(tmp_path: Path, records: SqliteRecordStore) -> None:
    saw(records, KIM, "friend-1")
    slow = cast("SqliteRecordStore", Overtaken(records, lambda: saw(records, SAM, "friend-3")))
    saw(slow, KIM, "friend-2")
    assert verify(records) == []
    raw = apsw.Connection(str(tmp_path / "campaigns" / RIVERA / "kith.db"))
    raw.execute("DELETE FROM entry WHERE sequence = 3")
    raw.close()
    assert verify(records) == ["audit: lines 3 to 3 are missing"]


def test_what_is_erased_while_somebody_writes_is_not_missed_afterwards(records: SqliteRecordStore) -> None:
    saw(records, KIM, MARIA, of=ANA)
    slow = cast("SqliteRecordStore", Overtaken(records, lambda: erase_audit(records)))
    saw(slow, SAM, TOM, of=ANA)
    assert (acts(records), verify(records), audit_streams(records)) == ([], [], [])


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE entry SET value = replace(value, 'o-kim', 'o-sam') WHERE sequence = 2", "line 2 was changed"),
        ("UPDATE entry SET at = at + 1 WHERE sequence = 2", "line 2 was changed"),
        ("DELETE FROM entry WHERE sequence = 2", "lines 2 to 2 are missing"),
        ("DELETE FROM entry WHERE sequence = 1", "lines 1 to 1 are missing"),
        ("DELETE FROM entry WHERE sequence > 2", "lines 3 to 4 are missing"),
        ("DELETE FROM entry", "lines 1 to 4 are missing"),
    ],
)
def test_tampering_is_noticed(tmp_path: Path, tampering: str, said: str) -> None:
    records = SqliteRecordStores(tmp_path).for_campaign(RIVERA)
    for number in range(4):
        saw(records, KIM, f"friend-{number}")
    assert verify(records) == []
    raw = apsw.Connection(str(tmp_path / "campaigns" / RIVERA / "kith.db"))
    raw.execute(tampering)
    raw.close()
    assert verify(records) == [f"audit: {said}"]


def test_lines_that_change_places_are_noticed(tmp_path: Path) -> None:
    records = SqliteRecordStores(tmp_path).for_campaign(RIVERA)
    for number in range(3):
        saw(records, KIM, f"friend-{number}")
    raw = apsw.Connection(str(tmp_path / "campaigns" / RIVERA / "kith.db"))
    for was, becomes in ((1, 99), (2, 1), (99, 2)):
        raw.execute("UPDATE entry SET sequence = ? WHERE sequence = ?", (becomes, was))
    raw.close()
    assert verify(records) != []
