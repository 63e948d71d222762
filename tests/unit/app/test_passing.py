"""What a killed demo left on a server goes when the next one comes, and nothing else does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.demo import passing
from graph.model import CampaignId
from graph.sqlite.record_store import SqliteRecordStore, SqliteRecordStores
from people import NOW, RIVERA

KILLED, ALIVE = CampaignId("demo-0123abcd"), CampaignId("demo-89ef4567")


@pytest.fixture
def register(tmp_path: Path) -> Iterator[SqliteRecordStore]:
    store = SqliteRecordStores(tmp_path).for_campaign(passing.REGISTER)
    yield store
    store.close()


class Erased(list[CampaignId]):
    """Which campaigns were erased."""

    def __call__(self, campaign_id: CampaignId) -> int:
        self.append(campaign_id)
        return 1


def seen(register: SqliteRecordStore, campaign_id: CampaignId, *, ago: timedelta) -> None:
    with passing.written_down(register, campaign_id, clock=lambda: NOW - ago):
        pass


def test_a_demo_that_fell_silent_goes_whole_and_one_that_lives_stays(register: SqliteRecordStore) -> None:
    seen(register, KILLED, ago=passing.SILENT_FOR + timedelta(seconds=1))
    seen(register, ALIVE, ago=passing.SILENT_FOR)
    erased = Erased()

    assert passing.sweep(register, erase=erased, now=NOW) == [KILLED]
    assert erased == [KILLED, "demo-0123abcd-install"]
    assert [line.key for line in register.all("demo")] == [ALIVE]
    assert passing.sweep(register, erase=erased, now=NOW) == []


@pytest.mark.parametrize(
    "name", [str(RIVERA), "demo", "demo-", "demo-0123abc", "demo-0123abcde", "my-demo-0123abcd", "*install*"]
)
def test_what_is_not_called_like_a_demo_stays_even_when_somebody_wrote_it_down(
    register: SqliteRecordStore, name: str
) -> None:
    seen(register, CampaignId(name), ago=timedelta(days=400))
    erased = Erased()
    assert passing.sweep(register, erase=erased, now=NOW) == []
    assert erased == []


def test_a_demo_says_that_it_lives_as_long_as_it_does(register: SqliteRecordStore) -> None:
    ticks = iter(range(1_000_000))
    with passing.written_down(register, ALIVE, clock=lambda: NOW + timedelta(hours=next(ticks)), beat_seconds=0.005):
        until = time.monotonic() + 10
        while register.all("demo")[0].version < 3:
            assert time.monotonic() < until
            time.sleep(0.005)
    (line,) = register.all("demo")
    time.sleep(0.05)
    assert register.all("demo") == [line]


def test_the_register_goes_with_its_last_line(register: SqliteRecordStore) -> None:
    for one in (KILLED, ALIVE):
        seen(register, one, ago=timedelta())
    erased = Erased()
    passing.remove(register, KILLED, erase=erased)
    assert passing.REGISTER not in erased
    passing.remove(register, ALIVE, erase=erased)
    assert erased[-1] == passing.REGISTER
