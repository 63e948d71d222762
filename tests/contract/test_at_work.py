"""A campaign that a server or worker uses is neither moved nor removed, whichever store it lives in."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from contract.test_record_store import BACKENDS, Backend

from app.at_work import AT_WORK, LASTS, AtWork, refuse_at_work
from graph.errors import StoreError
from graph.records import RecordStore
from people import HARBOR, NOW, RIVERA


@pytest.fixture(params=BACKENDS, ids=lambda backend: backend.name)
def spaces(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[RecordStore, RecordStore]:
    """The records of two campaigns."""
    backend: Backend = request.param
    stores = backend.open(tmp_path)
    return stores.for_campaign(RIVERA), stores.for_campaign(HARBOR)


def test_what_is_served_is_refused_until_everybody_has_ended(spaces: tuple[RecordStore, RecordStore]) -> None:
    served, other = spaces
    with AtWork(served, clock=lambda: NOW):
        with AtWork(served, clock=lambda: NOW):
            pass
        with pytest.raises(StoreError, match="Another program serves this campaign"):
            refuse_at_work(served, now=NOW)
        refuse_at_work(other, now=NOW)
    refuse_at_work(served, now=NOW)
    assert served.all(AT_WORK) == []


def test_who_was_killed_is_forgotten(spaces: tuple[RecordStore, RecordStore]) -> None:
    served, _ = spaces
    with AtWork(served, clock=lambda: NOW):
        with pytest.raises(StoreError):
            refuse_at_work(served, now=NOW + LASTS - timedelta(seconds=1))
        refuse_at_work(served, now=NOW + LASTS)


def test_who_goes_on_is_not_forgotten(spaces: tuple[RecordStore, RecordStore]) -> None:
    served, _ = spaces
    said: list[datetime] = []
    renewed = threading.Event()

    def clock() -> datetime:
        said.append(NOW + timedelta(seconds=60 * min(len(said), 1)))
        if len(said) > 2:  # the second word has been kept by now
            renewed.set()
        return said[-1]

    with AtWork(served, clock=clock, every=0.01):
        assert renewed.wait(60)
        with pytest.raises(StoreError):
            refuse_at_work(served, now=NOW + LASTS)


class Full:
    """Records that take nothing, as on a full disk."""

    def put(self, *_: object, **__: object) -> None:
        raise StoreError("The disk is full.", next_step="Free some space.")

    delete = put


def test_a_store_that_takes_nothing_ends_no_server_and_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with AtWork(Full(), clock=lambda: NOW):  # type: ignore[arg-type] # the two calls that are made
        pass
    assert [(record.message, vars(record)["problem"]) for record in caplog.records] == [
        ("at_work.not_said", "The disk is full.")
    ]
