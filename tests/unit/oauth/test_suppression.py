"""Maria asked to be left out: she stays out, whoever brings her, however she is spelled, whatever campaign goes."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from graph.model import VoterRef
from graph.sqlite.record_store import SqliteRecordStore, SqliteRecordStores
from oauth.suppression import is_suppressed, suppress, suppressed_voters
from oauth.vault import Vault
from people import HARBOR, MARIA, NOW, RIVERA, TOM

MASTER = bytes(range(32))


@pytest.fixture
def stores(tmp_path: Path) -> SqliteRecordStores:
    return SqliteRecordStores(tmp_path)


@pytest.fixture
def install(stores: SqliteRecordStores) -> Iterator[SqliteRecordStore]:
    store = stores.install()
    yield store
    store.close()


@pytest.fixture
def vault(stores: SqliteRecordStores) -> Vault:
    return Vault(stores.for_campaign(RIVERA), RIVERA, MASTER)


def test_nobody_is_left_out_before_asking(install: SqliteRecordStore, vault: Vault) -> None:
    assert not is_suppressed(install, vault, phones=["919-211-0101"], emails=["m@mail.example"], voters=[MARIA])
    assert not is_suppressed(install, vault)
    assert suppressed_voters(install, vault, [MARIA, TOM]) == frozenset()


@pytest.mark.parametrize("spelling", ["+1 919 211 0101", "(919) 211-0101", "1.919.211.0101", "9192110101"])
def test_any_spelling_of_her_number_stays_out(install: SqliteRecordStore, vault: Vault, spelling: str) -> None:
    suppress(install, vault, phones=["919-211-0101"], at=NOW)
    assert is_suppressed(install, vault, phones=[spelling])
    assert not is_suppressed(install, vault, phones=["919-211-0102"])


@pytest.mark.parametrize(
    "spelling", ["maria.alvarez@gmail.example", "MariaAlvarez+news@Gmail.example", " mariaalvarez@gmail.example"]
)
def test_any_spelling_of_her_address_stays_out(install: SqliteRecordStore, vault: Vault, spelling: str) -> None:
    suppress(install, vault, emails=["Maria.Alvarez@gmail.example"], at=NOW)
    assert is_suppressed(install, vault, emails=[spelling])
    assert not is_suppressed(install, vault, emails=["maria@other.example"])


def test_her_voter_id_stays_out_and_his_does_not(install: SqliteRecordStore, vault: Vault) -> None:
    assert suppress(install, vault, voters=[MARIA], at=NOW) == 1
    assert suppressed_voters(install, vault, [MARIA, TOM]) == {MARIA}
    assert not is_suppressed(install, vault, voters=[VoterRef("SC", MARIA.voter_id)])


def test_asking_twice_is_counted_once_and_keeps_the_first_date(install: SqliteRecordStore, vault: Vault) -> None:
    assert suppress(install, vault, phones=["9192110101", "+19192110101", "none"], at=NOW) == 1
    assert suppress(install, vault, phones=["9192110101"], at=NOW + timedelta(days=1)) == 0
    assert [record.value["at"] for record in install.all("suppression")] == [NOW.isoformat()]


def test_a_scope_of_one_campaign_counts_there_only(install: SqliteRecordStore, vault: Vault) -> None:
    suppress(install, vault, voters=[MARIA], at=NOW, scope=RIVERA)
    assert suppressed_voters(install, vault, [MARIA], scope=RIVERA) == {MARIA}
    assert suppressed_voters(install, vault, [MARIA], scope=HARBOR) == frozenset()
    assert suppress(install, vault, voters=[MARIA], at=NOW) == 1
    assert suppressed_voters(install, vault, [MARIA], scope=HARBOR) == {MARIA}


class Counted:
    """Records that count how often they are asked."""

    def __init__(self, records: SqliteRecordStore) -> None:
        self._records = records
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        self.asked += 1
        return getattr(self._records, name)


@pytest.mark.parametrize("many", [2, 5_000])
def test_a_million_voters_are_not_a_million_questions(install: SqliteRecordStore, vault: Vault, many: int) -> None:
    refs = [VoterRef("NC", f"V{number:06}") for number in range(many)]
    suppress(install, vault, voters=[refs[1], MARIA], at=NOW, scope=RIVERA)
    counted = Counted(install)
    assert suppressed_voters(cast("SqliteRecordStore", counted), vault, refs, scope=RIVERA) == {refs[1]}
    assert counted.asked <= 2
    assert suppressed_voters(install, vault, refs, scope=HARBOR) == frozenset()


def test_it_survives_the_erasure_of_the_campaign_that_heard_it(tmp_path: Path, vault: Vault) -> None:
    install = SqliteRecordStores(tmp_path).install()
    suppress(install, vault, phones=["919-211-0101"], voters=[MARIA], at=NOW)
    shutil.rmtree(tmp_path / "campaigns")
    harbor = Vault(SqliteRecordStores(tmp_path).for_campaign(HARBOR), HARBOR, MASTER)
    assert is_suppressed(install, harbor, phones=["(919) 211-0101"])
    assert suppressed_voters(install, harbor, [MARIA, TOM]) == {MARIA}


def test_the_list_cannot_be_turned_back_without_the_key(tmp_path: Path, vault: Vault) -> None:
    install = SqliteRecordStores(tmp_path).install()
    suppress(install, vault, phones=["919-211-0101"], emails=["maria@mail.example"], voters=[MARIA], at=NOW)
    stored = b"".join(file.read_bytes() for file in tmp_path.rglob("install.db*"))
    assert not [text for text in (b"2110101", b"maria@", MARIA.voter_id.encode(), MASTER) if text in stored]
    numbers = [f"919211{last:04}" for last in itertools.chain(range(90, 110))]
    stranger = Vault(SqliteRecordStores(tmp_path / "elsewhere").for_campaign(RIVERA), RIVERA, bytes(32))
    assert not [number for number in numbers if is_suppressed(install, stranger, phones=[number])]
    assert [number for number in numbers if is_suppressed(install, vault, phones=[number])] == ["9192110101"]
