"""Durable jobs: rows of the campaign's records, taken by one worker at a time, tried again, never lost in silence.

A handler takes ids, calls the journey and is safe to run twice: a worker that dies in the middle is followed by another
when its lease runs out. Times are given; only ``Worker`` is told a clock.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from app.unforeseen import kind_and_place
from graph.errors import ConflictError, InputError, KithError, NotAllowedError, NotFoundError, UsageError
from graph.records import JsonObject, Record, RecordStore

Handler = Callable[[JsonObject], object]
"""Does a job by its payload; what it gives back is nobody's."""

JOB = "job"
MOST_ATTEMPTS = 5
LEASE_SECONDS = 900
_FIRST_WAIT_SECONDS = 5
_LONGEST_WAIT_SECONDS = 3600
_KEEP_DONE = timedelta(days=1)
_KEEP_FAILED = timedelta(days=30)
_HOPELESS = (InputError, NotAllowedError, NotFoundError, UsageError)
"""Trying again gives the same answer."""

_log = logging.getLogger(__name__)


class JobState(StrEnum):
    """Where a job stands."""

    READY = "ready"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobResult:
    """What became of one attempt. ``problem`` and ``next_step`` hold no personal data; both are empty when it is done.

    ``READY`` means that it will be tried again; ``is_lost`` that somebody else has the job by now, or that it was
    cancelled while it ran.
    """

    key: str
    kind: str
    state: JobState
    attempts: int
    problem: str = ""
    next_step: str = ""
    is_lost: bool = False


def enqueue(
    records: RecordStore,
    kind: str,
    payload: JsonObject,
    *,
    now: datetime,
    due_at: datetime | None = None,
    key: str | None = None,
) -> str:
    """Ask for a job; its key. With a ``key`` of your own, one that still waits is not asked for twice; one that runs is
    run again afterwards, because what it read may have changed.
    """
    name = f"{kind}:{key or secrets.token_hex(8)}"
    ready = _ready(kind, payload, due_at or now)
    if key is None:
        return records.put(JOB, name, ready, if_version=0).key
    standing = records.get(JOB, name)
    if standing is not None and standing.value["state"] == JobState.READY:
        return name
    return records.put(JOB, name, ready).key


def run_once(
    records: RecordStore,
    handlers: Mapping[str, Handler],
    *,
    worker: str,
    now: datetime,
    lease_seconds: int = LEASE_SECONDS,
) -> JobResult | None:
    """Take the oldest job that is due and try it; ``None`` when there is none."""
    job = records.claim(JOB, worker=worker, now=now, lease_seconds=lease_seconds)
    if job is None:
        return None
    result = _attempt(job, handlers)
    return _settle(records, job, result, now=now)


def run_until_idle(
    records: RecordStore, handlers: Mapping[str, Handler], *, worker: str, now: datetime
) -> list[JobResult]:
    """Run what is due until nothing is; what happened, in order. Ends, because a job that failed is due later."""
    results = []
    while (result := run_once(records, handlers, worker=worker, now=now)) is not None:
        results.append(result)
    return results


class Worker:
    """A thread that runs jobs while the server does. ``start`` and ``stop`` may be called twice."""

    def __init__(
        self,
        records: RecordStore,
        handlers: Mapping[str, Handler],
        *,
        clock: Callable[[], datetime],
        pause_seconds: float = 0.25,
    ) -> None:
        self._records = records
        self._handlers = handlers
        self._clock = clock
        self._pause_seconds = pause_seconds
        self._name = f"worker-{secrets.token_hex(4)}"
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work."""
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()

    def stop(self, *, wait_seconds: float = 10.0) -> None:
        """Finish the job in hand and stop. One that takes longer than ``wait_seconds`` is left to its lease."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(wait_seconds)
            self._thread = None

    def _work(self) -> None:
        while not self._stop.is_set():
            if not self._worked():
                self._stop.wait(self._pause_seconds)

    def _worked(self) -> bool:
        try:
            return run_once(self._records, self._handlers, worker=self._name, now=self._clock()) is not None
        except KithError as error:  # the store cannot be used for the moment: say so and try again after a pause
            _log.error("jobs.store_failed", extra={"problem": error.happened, "next_step": error.next_step})
        except Exception as error:  # noqa: BLE001 (a thread that ended here would leave every job waiting, and nobody told)
            _log.error("jobs.worker_failed", extra={"problem": kind_and_place(error)})
        return False


def _ready(kind: str, payload: JsonObject, due_at: datetime, attempts: int = 0) -> JsonObject:
    return {
        "job": kind,
        "payload": dict(payload),
        "state": JobState.READY.value,
        "due_at": due_at.astimezone(UTC).isoformat(),
        "attempts": attempts,
    }


def _attempt(job: Record, handlers: Mapping[str, Handler]) -> JobResult:
    kind, attempts = str(job.value["job"]), int(job.value["attempts"])
    handler = handlers.get(kind)
    if handler is None:
        return JobResult(job.key, kind, JobState.FAILED, attempts, "Nobody here can do this job.", "Update Kith.")
    if attempts > MOST_ATTEMPTS:
        problem = "It stopped the program each time it was tried."
        return JobResult(job.key, kind, JobState.FAILED, attempts, problem, "Tell the people who run this install.")
    try:
        handler(job.value["payload"])
    except KithError as error:
        is_over = isinstance(error, _HOPELESS) or attempts >= MOST_ATTEMPTS
        state = JobState.FAILED if is_over else JobState.READY
        return JobResult(job.key, kind, state, attempts, error.happened, error.next_step)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises, the job must not vanish
        state = JobState.FAILED if attempts >= MOST_ATTEMPTS else JobState.READY
        problem = f"Something unexpected happened ({kind_and_place(error)})."
        return JobResult(job.key, kind, state, attempts, problem, "Tell the people who run this install.")
    return JobResult(job.key, kind, JobState.DONE, attempts)


def _settle(records: RecordStore, job: Record, result: JobResult, *, now: datetime) -> JobResult:
    """Write down what became of the job, unless somebody else has it by now or it was cancelled."""
    _tell(result)
    value, expires_at = _settled(job, result, now)
    try:
        records.put(JOB, job.key, value, if_version=job.version, expires_at=expires_at)
    except ConflictError:
        return JobResult(result.key, result.kind, result.state, result.attempts, result.problem, is_lost=True)
    return result


def _settled(job: Record, result: JobResult, now: datetime) -> tuple[JsonObject, datetime | None]:
    if result.state is JobState.READY:
        due_at = now + timedelta(seconds=wait_seconds(result.attempts))
        problem = {"problem": result.problem, "next_step": result.next_step}
        return {**_ready(result.kind, job.value["payload"], due_at, result.attempts), **problem}, None
    keep = _KEEP_DONE if result.state is JobState.DONE else _KEEP_FAILED
    value = {
        "job": result.kind,
        "payload": job.value["payload"],
        "state": result.state.value,
        "attempts": result.attempts,
        "problem": result.problem,
        "next_step": result.next_step,
        "ended_at": now.astimezone(UTC).isoformat(),
    }
    return value, now + keep


def wait_seconds(attempts: int) -> int:
    """How long to wait after this many attempts: 5 s, 20 s, 80 s and so on, at most an hour."""
    return int(min(_FIRST_WAIT_SECONDS * 4 ** (attempts - 1), _LONGEST_WAIT_SECONDS))


def _tell(result: JobResult) -> None:
    words = {"job": result.key, "state": result.state.value, "attempts": result.attempts, "problem": result.problem}
    level = logging.INFO if result.state is JobState.DONE else logging.WARNING
    _log.log(level, "jobs.attempted", extra=words)
