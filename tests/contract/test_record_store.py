"""What every record store promises. A new adapter joins by one line in ``BACKENDS``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import neo4j_tools
import pytest
from contract.test_graph_store import every_byte, methods_of, other_process
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import ConflictError, InputError, StoreError
from graph.model import CampaignId
from graph.records import Entry, Record, RecordStore, RecordStores
from graph.sqlite.record_store import SqliteRecordStore, SqliteRecordStores
from people import HARBOR, LAGOON, NOW, RIVERA

LATER = NOW + timedelta(seconds=1)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Backend:
    """How a store is opened for a folder, and its address."""

    name: str
    open: Callable[[Path], RecordStores]
    address: Callable[[Path], str]


SQLITE = Backend("sqlite", SqliteRecordStores, lambda folder: f"sqlite:{folder}")
BACKENDS = [
    SQLITE,
    Backend("neo4j", neo4j_tools.open_records, neo4j_tools.address),
]
KEEP_FILES = [SQLITE]
"""Those whose files are ours to look into."""


@pytest.fixture(params=BACKENDS, ids=lambda backend: backend.name)
def backend(request: pytest.FixtureRequest) -> Backend:
    return request.param


@pytest.fixture
def stores(backend: Backend, tmp_path: Path) -> RecordStores:
    return backend.open(tmp_path)


def job(*, due_at: datetime = NOW, **more: object) -> dict[str, Any]:
    return {"state": "ready", "due_at": due_at.isoformat(), **more}


# --- records --------------------------------------------------------------------------------------------------------


def test_a_record_is_given_back_as_it_was_put(stores: RecordStores) -> None:
    records = stores.for_campaign(RIVERA)
    value = {"text": "ñ 日本 \u0001", "list": [1, 2.5, None, True], "object": {"b": 1, "a": {}}}
    kept = records.put("session", "k", value, expires_at=LATER)
    assert kept == Record("session", "k", value, 1, LATER)
    assert records.get("session", "k") == kept
    assert list(kept.value) == list(value)


def test_nothing_is_there_before_it_is_put(stores: RecordStores) -> None:
    records = stores.for_campaign(RIVERA)
    assert (records.get("session", "k"), records.all("session"), records.read("audit")) == (None, [], [])
    assert records.delete("session", "k") is False
    assert records.erase_stream("audit") == records.expire(now=NOW) == 0
    assert records.claim("job", worker="w", now=NOW, lease_seconds=60) is None


def test_versions_count_up_and_kinds_and_keys_are_apart(stores: RecordStores) -> None:
    records = stores.for_campaign(RIVERA)
    versions = [records.put("a", "k", {"n": n}).version for n in range(3)]
    records.put("b", "k", {"n": "other kind"})
    records.put("a", "K", {"n": "other key"})
    assert versions == [1, 2, 3]
    assert [(record.key, record.value["n"]) for record in records.all("a")] == [("K", "other key"), ("k", 2)]


@pytest.mark.parametrize(("stands", "demanded"), [(0, 1), (1, 0), (2, 1), (2, 3)])
def test_a_demand_that_is_not_met_changes_nothing(stores: RecordStores, stands: int, demanded: int) -> None:
    records = stores.for_campaign(RIVERA)
    for number in range(stands):
        records.put("a", "k", {"n": number})
    before = records.all("a")
    with pytest.raises(ConflictError):
        records.put("a", "k", {"n": "too late"}, if_version=demanded)
    with pytest.raises(ConflictError):
        records.delete("a", "k", if_version=demanded)
    assert records.all("a") == before


def test_a_demand_that_is_met_is_done(stores: RecordStores) -> None:
    records = stores.for_campaign(RIVERA)
    assert records.put("a", "k", {}, if_version=0).version == 1
    assert records.put("a", "k", {}, if_version=1).version == 2
    assert records.delete("a", "k", if_version=2) is True
    assert records.delete("a", "k", if_version=0) is False
    assert records.put("a", "k", {}, if_version=0).version == 1


def test_an_expired_record_is_not_seen_and_is_removed_when_asked(stores: RecordStores) -> None:
    records = stores.for_campaign(RIVERA)
    records.put("session", "short", {}, expires_at=LATER)
    records.put("session", "for good", {})
    assert records.get("session", "short", now=LATER - timedelta(microseconds=1)) is not None
    assert records.get("session", "short", now=LATER) is None
    assert [record.key for record in records.all("session", now=LATER)] == ["for good"]
    assert [record.key for record in records.all("session")] == ["for good", "short"]
    assert records.expire(now=NOW) == 0
    assert records.expire(now=LATER) == 1
    assert [record.key for record in records.all("session")] == ["for good"]


def test_a_later_put_without_expiry_lasts(stores: RecordStores) -> None:
    records = stores.for_campaign(RIVERA)
    records.put("session", "k", {}, expires_at=LATER)
    records.put("session", "k", {})
    assert records.expire(now=LATER) == 0


@pytest.mark.parametrize("value", [{"a": NOW}, {"a": float("nan")}, {"a": b"bytes"}])
def test_what_is_not_json_is_refused_without_showing_it(stores: RecordStores, value: dict[str, object]) -> None:
    with pytest.raises(InputError) as caught:
        stores.for_campaign(RIVERA).put("a", "k", value)
    assert "2026" not in str(caught.value)
    assert stores.for_campaign(RIVERA).get("a", "k") is None


def test_an_instant_without_a_time_zone_is_refused(stores: RecordStores) -> None:
    with pytest.raises(InputError, match="time zone"):
        stores.for_campaign(RIVERA).put("a", "k", {}, expires_at=NOW.replace(tzinfo=None))


def test_half_a_character_is_refused_without_showing_the_text(stores: RecordStores) -> None:
    with pytest.raises(InputError) as caught:
        stores.for_campaign(RIVERA).put("a", "k", {"name": "Maria \ud83d"})
    assert "Maria" not in str(caught.value)


@settings(max_examples=25, deadline=None)
@given(
    value=st.dictionaries(
        st.text(st.characters(codec="utf-8")),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
            | st.text(st.characters(codec="utf-8")),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
            max_leaves=8,
        ),
    )
)  # fmt: skip
def test_any_json_comes_back(tmp_path_factory: pytest.TempPathFactory, value: dict[str, Any]) -> None:
    records = SqliteRecordStores(tmp_path_factory.getbasetemp() / "json").for_campaign(RIVERA)
    records.put("a", "k", value)
    found = records.get("a", "k")
    assert found is not None
    assert found.value == value


def test_records_that_move_keep_their_versions(stores: RecordStores) -> None:
    records = stores.for_campaign(RIVERA)
    records.put("a", "k", {"n": "older"})
    moved = [Record("a", "k", {"n": "moved"}, 7, LATER), Record("job", "j", job(), 3)]
    for _ in range(2):
        records.restore(moved)
        assert records.all("a") + records.all("job") == moved
    records.restore([])
    assert (records.kinds(), records.streams()) == (["a", "job"], [])
    assert records.put("a", "k", {}, if_version=7).version == 8
    assert records.claim("job", worker="w", now=NOW, lease_seconds=60) is not None


# --- streams --------------------------------------------------------------------------------------------------------


def test_a_stream_counts_from_one_without_gaps(stores: RecordStores) -> None:
    records = stores.for_campaign(RIVERA)
    entries = [records.append("audit", {"n": n}, at=NOW) for n in range(3)]
    records.append("other", {}, at=NOW)
    assert entries[0] == Entry(1, NOW, {"n": 0})
    assert records.read("audit") == entries
    assert [entry.sequence for entry in records.read("audit", after=1)] == [2, 3]
    assert records.erase_stream("audit") == 3
    assert records.read("audit") == []
    assert len(records.read("other")) == 1


def test_an_append_may_demand_its_sequence(stores: RecordStores) -> None:
    records = stores.for_campaign(RIVERA)
    assert records.append("audit", {}, at=NOW, if_sequence=1).sequence == 1
    for wrong in (1, 3):
        with pytest.raises(ConflictError):
            records.append("audit", {}, at=NOW, if_sequence=wrong)
    assert len(records.read("audit")) == 1


def test_many_writers_leave_no_gap(stores: RecordStores) -> None:
    records = stores.for_campaign(RIVERA)
    with ThreadPoolExecutor(4) as pool:
        sequences = list(pool.map(lambda n: records.append("audit", {"n": n}, at=NOW).sequence, range(40)))
    assert sorted(sequences) == list(range(1, 41))


def test_another_process_appends_at_the_same_time(backend: Backend, tmp_path: Path) -> None:
    records = backend.open(tmp_path).for_campaign(RIVERA)
    with other_process(backend.address(tmp_path), "15") as other:
        assert other.stdout is not None
        other.stdout.readline()
        for number in range(30):
            records.append("rounds", {"number": number}, at=NOW)
        other.communicate(timeout=300)
    assert [entry.sequence for entry in records.read("rounds")] == list(range(1, 46))


# --- claims ---------------------------------------------------------------------------------------------------------


def test_the_oldest_job_that_is_due_is_taken_first(stores: RecordStores) -> None:
    records = stores.for_campaign(RIVERA)
    records.put("job", "b", job(due_at=NOW - 2 * SECOND))
    records.put("job", "a", job(due_at=NOW - SECOND))
    records.put("job", "later", job(due_at=NOW + SECOND))
    records.put("job", "done", {"state": "done", "due_at": NOW.isoformat()})
    records.put("job", "undated", {"state": "ready"})
    records.put("job", "misdated", {"state": "ready", "due_at": "soon"})
    records.put("other", "c", job(due_at=NOW - 9 * SECOND))
    taken = [records.claim("job", worker="w", now=NOW, lease_seconds=60) for _ in range(3)]
    assert [record and record.key for record in taken] == ["b", "a", None]
    assert [record.key for record in records.all("job")] == ["a", "b", "done", "later", "misdated", "undated"]


def test_a_claim_says_who_has_it_until_when(stores: RecordStores) -> None:
    records = stores.for_campaign(RIVERA)
    records.put("job", "a", job(payload={"n": 1}))
    taken = records.claim("job", worker="w", now=NOW, lease_seconds=60)
    assert taken is not None
    assert taken == records.get("job", "a")
    assert (taken.version, taken.value["state"], taken.value["worker"]) == (2, "claimed", "w")
    assert datetime.fromisoformat(taken.value["lease_until"]) == NOW + timedelta(seconds=60)
    assert (taken.value["attempts"], taken.value["payload"]) == (1, {"n": 1})


def test_a_due_instant_of_another_time_zone_is_the_same_instant(stores: RecordStores) -> None:
    records = stores.for_campaign(RIVERA)
    there = timezone(timedelta(hours=-4))
    records.put("job", "a", job(due_at=(NOW + SECOND).astimezone(there)))
    assert records.claim("job", worker="w", now=NOW, lease_seconds=60) is None
    assert records.claim("job", worker="w", now=NOW + SECOND, lease_seconds=60) is not None


def test_a_claimed_job_is_free_again_when_its_lease_runs_out(stores: RecordStores) -> None:
    records = stores.for_campaign(RIVERA)
    records.put("job", "a", job())
    records.claim("job", worker="dead", now=NOW, lease_seconds=60)
    assert records.claim("job", worker="w", now=NOW + 59 * SECOND, lease_seconds=60) is None
    again = records.claim("job", worker="w", now=NOW + 60 * SECOND, lease_seconds=60)
    assert again is not None
    assert (again.value["worker"], again.value["attempts"]) == ("w", 2)


def test_an_expired_job_is_not_taken(stores: RecordStores) -> None:
    records = stores.for_campaign(RIVERA)
    records.put("job", "a", job(), expires_at=NOW)
    assert records.claim("job", worker="w", now=NOW, lease_seconds=60) is None


def test_two_workers_never_get_the_same_job(stores: RecordStores) -> None:
    first, second = stores.for_campaign(RIVERA), stores.for_campaign(RIVERA)
    for number in range(40):
        first.put("job", f"{number:02}", job())
    barrier = threading.Barrier(4)

    def take(number: int) -> list[str]:
        records, taken = (first, second)[number % 2], []
        barrier.wait()
        while (record := records.claim("job", worker=f"w{number}", now=NOW, lease_seconds=60)) is not None:
            taken.append(record.key)
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [key for keys in pool.map(take, range(4)) for key in keys]
    assert sorted(taken) == [f"{number:02}" for number in range(40)]


# --- spaces are apart -----------------------------------------------------------------------------------------------

CALLS: dict[str, Callable[[RecordStore], object]] = {
    "get": lambda records: records.get("a", "k"),
    "all": lambda records: records.all("a"),
    "put": lambda records: records.put("a", "k", {"n": "new"}, if_version=1),
    "delete": lambda records: records.delete("a", "k", if_version=1),
    "append": lambda records: records.append("audit", {"n": "new"}, at=NOW, if_sequence=2),
    "read": lambda records: records.read("audit"),
    "erase_stream": lambda records: records.erase_stream("audit"),
    "claim": lambda records: records.claim("job", worker="w", now=NOW, lease_seconds=60),
    "kinds": lambda records: records.kinds(),
    "streams": lambda records: records.streams(),
    "restore": lambda records: records.restore([Record("a", "k", {"n": "moved"}, 7)]),
    "expire": lambda records: records.expire(now=LATER),
    "scrub": lambda records: records.scrub(),
    "close": lambda records: records.close(),
}


def filled(records: RecordStore, mark: str) -> RecordStore:
    records.put("a", "k", {"n": mark}, expires_at=LATER)
    records.put("job", "j", job(mark=mark))
    records.append("audit", {"n": mark}, at=NOW)
    return records


def everything(records: RecordStore) -> object:
    kept = (records.get("a", "k"), records.all("a"), records.all("job"), records.read("audit"))
    return (*kept, records.kinds(), records.streams())


def test_every_method_is_tried_across_spaces() -> None:
    assert methods_of(RecordStore) == set(CALLS)


@pytest.mark.parametrize("method", sorted(CALLS))
def test_no_method_reaches_into_another_space(stores: RecordStores, method: str) -> None:
    check_apart(stores, method)


def check_apart(stores: RecordStores, method: str) -> None:
    """The same names in three spaces: a call on one changes nothing of the others, and is answered as if it were alone."""
    rivera = filled(stores.for_campaign(RIVERA), "r")
    install = filled(stores.install(), "i")
    before = (everything(rivera), everything(install))
    answer = CALLS[method](filled(stores.for_campaign(HARBOR), "h"))
    assert (everything(rivera), everything(install)) == before
    assert answer == CALLS[method](filled(stores.for_campaign(LAGOON), "h"))


# --- lasting --------------------------------------------------------------------------------------------------------


def test_records_are_the_same_after_they_were_opened_again(backend: Backend, tmp_path: Path) -> None:
    records = filled(backend.open(tmp_path).for_campaign(RIVERA), "r")
    before = everything(records)
    records.close()
    assert everything(backend.open(tmp_path).for_campaign(RIVERA)) == before


def test_a_closed_store_says_so_and_closing_twice_is_allowed(stores: RecordStores) -> None:
    records = stores.for_campaign(RIVERA)
    records.close()
    records.close()
    with pytest.raises(StoreError, match="closed"):
        records.get("a", "k")


@pytest.mark.parametrize("backend", KEEP_FILES, ids=lambda backend: backend.name)
def test_no_byte_stays_of_what_was_deleted_overwritten_or_erased(backend: Backend, tmp_path: Path) -> None:
    records = backend.open(tmp_path).for_campaign(RIVERA)
    for number in range(150):
        word = "Canary" if number % 3 == 0 else "Somebody"
        records.put("a", f"{number * 37 % 151}", {"name": word * (number % 9 + 1)})
        records.append(f"consent:{number % 3}", {"name": word * (number % 7 + 1)}, at=NOW)
    assert b"Canary" in every_byte(tmp_path)
    for record in records.all("a"):
        if "Canary" in record.value["name"]:
            assert records.delete("a", record.key)
    records.erase_stream("consent:0")
    assert b"Canary" not in every_byte(tmp_path)
    records.put("a", "overwritten", {"name": "Canary"})
    records.put("a", "overwritten", {"name": "nobody"})
    records.scrub()
    assert b"Canary" not in every_byte(tmp_path)


# --- stores that break a promise ------------------------------------------------------------------------------------


class ClaimsTwice(SqliteRecordStore):
    """Gives a job without noting who has it."""

    def claim(self, kind: str, *, worker: str, now: datetime, lease_seconds: int) -> Record | None:
        ready = [record for record in self.all(kind) if record.value.get("state") == "ready"]
        return ready[0] if ready and worker and lease_seconds and now else None


class IgnoresVersions(SqliteRecordStore):
    """Lets the last writer win."""

    def put(
        self, kind: str, key: str, value: Any, *, if_version: int | None = None, expires_at: datetime | None = None
    ) -> Record:
        return super().put(kind, key, value, if_version=None if if_version != 0 else 0, expires_at=expires_at)


class Broken(SqliteRecordStores):
    """Gives broken stores."""

    def __init__(self, folder: Path, broken: type[SqliteRecordStore]) -> None:
        super().__init__(folder)
        self.broken = broken

    def for_campaign(self, campaign_id: CampaignId) -> SqliteRecordStore:
        return self.broken(self._files.of_campaign(campaign_id))


class OneSpace(SqliteRecordStores):
    """Keeps everything in the install's space."""

    def for_campaign(self, campaign_id: CampaignId) -> SqliteRecordStore:
        return self.install() if campaign_id else super().for_campaign(campaign_id)


def test_a_store_that_claims_twice_is_found(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        test_a_claimed_job_is_free_again_when_its_lease_runs_out(Broken(tmp_path, ClaimsTwice))


def test_a_store_that_ignores_versions_is_found(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception):
        test_a_demand_that_is_not_met_changes_nothing(Broken(tmp_path, IgnoresVersions), 2, 1)


@pytest.mark.parametrize("method", sorted(CALLS.keys() - {"close", "scrub"}))
def test_a_store_that_forgets_the_space_is_found(method: str, tmp_path: Path) -> None:
    with pytest.raises((AssertionError, ConflictError)):
        check_apart(OneSpace(tmp_path), method)
