"""A job is done once, tried again when it fails, given up in the open, and never lost in silence."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.jobs import (
    JOB,
    LEASE_SECONDS,
    MOST_ATTEMPTS,
    JobState,
    Worker,
    enqueue,
    run_once,
    run_until_idle,
    wait_seconds,
)
from graph.errors import InputError, NotAllowedError, StoreError
from graph.sqlite.record_store import SqliteRecordStore, SqliteRecordStores
from people import ANA, NOW, RIVERA

SECOND = timedelta(seconds=1)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqliteRecordStore]:
    store = SqliteRecordStores(tmp_path).for_campaign(RIVERA)
    yield store
    store.close()


class Done:
    """A handler that notes what it was given."""

    def __init__(self) -> None:
        self.payloads: list[Any] = []

    def __call__(self, payload: Any) -> None:
        self.payloads.append(payload)


def failing(error: Exception) -> Callable[[Any], None]:
    def handler(payload: Any) -> None:
        raise error

    return handler


def run(records: SqliteRecordStore, handler: Callable[[Any], None], *, now: datetime = NOW) -> Any:
    return run_once(records, {"find": handler}, worker="w", now=now)


def test_a_job_is_done_once(records: SqliteRecordStore) -> None:
    done = Done()
    key = enqueue(records, "find", {"supporter_id": ANA}, now=NOW)
    result = run(records, done)
    assert (result.key, result.kind, result.state, result.attempts, result.problem) == (key, "find", "done", 1, "")
    assert run(records, done) is None
    assert done.payloads == [{"supporter_id": ANA}]


def test_jobs_run_in_the_order_they_became_due(records: SqliteRecordStore) -> None:
    done = Done()
    for number in (3, 1, 2, 9):
        enqueue(records, "find", {"n": number}, now=NOW, due_at=NOW + number * SECOND)
    results = run_until_idle(records, {"find": done}, worker="w", now=NOW + 5 * SECOND)
    assert [payload["n"] for payload in done.payloads] == [1, 2, 3]
    assert {result.state for result in results} == {JobState.DONE}


def test_a_job_with_a_key_that_still_waits_is_not_asked_for_twice(records: SqliteRecordStore) -> None:
    done = Done()
    keys = {enqueue(records, "find", {"n": n}, now=NOW, key="all") for n in range(3)}
    assert keys == {"find:all"}
    assert len(run_until_idle(records, {"find": done}, worker="w", now=NOW)) == 1
    enqueue(records, "find", {"n": 9}, now=NOW, key="all")
    run(records, done)
    assert done.payloads == [{"n": 0}, {"n": 9}]


def test_a_job_asked_for_while_it_runs_runs_again(records: SqliteRecordStore) -> None:
    seen: list[int] = []

    def handler(payload: Any) -> None:
        seen.append(payload["n"])
        if len(seen) == 1:
            enqueue(records, "find", {"n": 2}, now=NOW, key="all")

    enqueue(records, "find", {"n": 1}, now=NOW, key="all")
    results = run_until_idle(records, {"find": handler}, worker="w", now=NOW)
    assert seen == [1, 2]
    assert [result.is_lost for result in results] == [True, False]


def test_a_job_that_fails_waits_longer_each_time_and_is_then_given_up_in_the_open(records: SqliteRecordStore) -> None:
    broken = failing(StoreError("The disk is full.", thing=ANA, next_step="Free some space."))
    enqueue(records, "find", {}, now=NOW)
    now, states = NOW, []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        result = run(records, broken, now=now)
        states.append(result.state)
        assert run(records, broken, now=now + (wait_seconds(attempt) - 1) * SECOND) is None
        now += wait_seconds(attempt) * SECOND
    assert states == [JobState.READY] * (MOST_ATTEMPTS - 1) + [JobState.FAILED]
    assert run(records, broken, now=now + timedelta(days=9)) is None
    assert (result.problem, result.next_step, result.attempts) == ("The disk is full.", "Free some space.", 5)


def test_waits_grow_to_an_hour_and_no_further() -> None:
    waits = [wait_seconds(attempt) for attempt in range(1, 40)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (5, 3600)


@pytest.mark.parametrize("error", [NotAllowedError("No consent."), InputError("A bad file.")])
def test_what_cannot_get_better_is_not_tried_again(records: SqliteRecordStore, error: Exception) -> None:
    enqueue(records, "find", {}, now=NOW)
    assert run(records, failing(error)).state == JobState.FAILED


def test_a_job_nobody_knows_is_given_up_in_the_open(records: SqliteRecordStore) -> None:
    enqueue(records, "unheard_of", {}, now=NOW)
    result = run(records, Done())
    assert (result.state, result.next_step) == (JobState.FAILED, "Update Kith.")


def test_the_words_of_a_surprise_are_not_kept_or_logged(
    records: SqliteRecordStore, caplog: pytest.LogCaptureFixture
) -> None:
    enqueue(records, "find", {}, now=NOW)
    with caplog.at_level(logging.DEBUG):
        result = run(records, failing(ValueError("Maria Alvarez, 919-211-0101")))
    assert result.problem.startswith("Something unexpected happened (ValueError in test_jobs.py, line ")
    kept = str([record.value for record in records.all(JOB)])
    told = str([vars(record) for record in caplog.records])
    assert caplog.records
    assert not [text for text in (kept, told) if "Maria" in text or "2110101" in text or "211-0101" in text]


def test_a_job_whose_worker_died_is_taken_over(records: SqliteRecordStore) -> None:
    done = Done()
    enqueue(records, "find", {}, now=NOW)
    records.claim(JOB, worker="dead", now=NOW, lease_seconds=LEASE_SECONDS)
    assert run(records, done) is None
    assert run(records, done, now=NOW + LEASE_SECONDS * SECOND).attempts == 2


def test_a_job_that_kills_every_worker_is_given_up(records: SqliteRecordStore) -> None:
    done, now = Done(), NOW
    enqueue(records, "find", {}, now=NOW)
    for _ in range(MOST_ATTEMPTS):
        assert records.claim(JOB, worker="dead", now=now, lease_seconds=1) is not None
        now += SECOND
    assert run(records, done, now=now).state == JobState.FAILED
    assert done.payloads == []


def test_a_job_that_is_cancelled_while_it_runs_does_not_come_back(records: SqliteRecordStore) -> None:
    key = enqueue(records, "find", {"supporter_id": ANA}, now=NOW)
    result = run(records, lambda _: records.delete(JOB, key) and None)
    assert result.is_lost
    assert records.all(JOB) == []


def test_what_is_done_is_forgotten_after_a_while(records: SqliteRecordStore) -> None:
    enqueue(records, "find", {}, now=NOW)
    run(records, Done())
    assert records.expire(now=NOW + timedelta(hours=23)) == 0
    assert records.expire(now=NOW + timedelta(days=1)) == 1


def test_a_worker_runs_jobs_until_it_is_stopped(records: SqliteRecordStore) -> None:
    happened = threading.Event()
    worker = Worker(records, {"find": lambda _: happened.set()}, clock=lambda: NOW, pause_seconds=0.01)
    worker.start()
    worker.start()
    enqueue(records, "find", {}, now=NOW)
    assert happened.wait(5)
    worker.stop()
    worker.stop()
    enqueue(records, "find", {}, now=NOW)
    assert [job.value["state"] for job in records.all(JOB)].count("ready") == 1


def test_a_worker_outlives_a_store_that_fails_for_a_while(
    records: SqliteRecordStore, caplog: pytest.LogCaptureFixture
) -> None:
    records.close()
    worker = Worker(records, {}, clock=lambda: NOW, pause_seconds=0.01)
    worker.start()
    threading.Event().wait(0.05)
    worker.stop()
    assert {record.message for record in caplog.records} == {"jobs.store_failed"}


class Stumbling:
    """A store of records that fails once in a way that nobody foresaw."""

    def __init__(self, records: SqliteRecordStore) -> None:
        self._records, self._is_well = records, False

    def __getattr__(self, name: str) -> object:
        if not self._is_well:
            self._is_well = True
            raise RuntimeError("Maria Alvarez, 919-211-0101")
        return getattr(self._records, name)


def test_a_worker_outlives_what_nobody_foresaw_and_tells_where_it_was(
    records: SqliteRecordStore, caplog: pytest.LogCaptureFixture
) -> None:
    happened = threading.Event()
    enqueue(records, "find", {}, now=NOW)
    worker = Worker(Stumbling(records), {"find": lambda _: happened.set()}, clock=lambda: NOW, pause_seconds=0.01)  # type: ignore[arg-type]
    worker.start()
    assert happened.wait(5)
    worker.stop()

    told = [vars(record) for record in caplog.records if record.message == "jobs.worker_failed"]
    assert [one["problem"].startswith("RuntimeError in test_jobs.py, line") for one in told] == [True]
    assert "Maria" not in str([vars(record) for record in caplog.records])
