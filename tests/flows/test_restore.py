"""A backup brings nobody back: whoever left after it was made is gone again before anything is served."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lived_in import Built, card, copy_of, house_at, join, neighbors, phone, work

from app import journey
from app.house import House
from app.rights.leaving import replay_erasures
from graph.model import Outcome, SupporterId
from graph.store import Removed
from oauth.consent import ledger


def close(house: House) -> None:
    for store in (house.graph, house.records, house.install):
        store.close()


@pytest.fixture
def campaign(built: Built, tmp_path: Path) -> tuple[House, SupporterId, SupporterId]:
    """Ana and Jo in the house; both know the same neighbor."""
    house = copy_of(built, tmp_path)
    known = neighbors(house, 3)
    ana, jo = (join(house, name, near=known[0]) for name in ("Ana Whitfield", "Jo Becker"))
    for who in (ana, jo):
        journey.bring(house, who, [card(one, at, phone=phone(at)) for at, one in enumerate(known)])
    work(house)
    return house, ana, jo


def backed_up(house: House, built: Built, folder: Path, tmp_path: Path, *, whole: bool) -> House:
    """The house again, with a backup of its stores made at this moment in ``aside``."""
    close(house)
    for part in ("campaigns", "install") if whole else ("campaigns",):
        for path in folder.glob(f"{part}*"):
            copy = shutil.copytree if path.is_dir() else shutil.copy
            copy(path, tmp_path / "aside" / path.name)
    return house_at(folder, built.town)


def restored(house: House, built: Built, folder: Path, tmp_path: Path) -> House:
    """The house as it opens after the backup took the place of its stores."""
    close(house)
    for path in (tmp_path / "aside").iterdir():
        here = folder / path.name
        (shutil.rmtree if here.is_dir() else Path.unlink)(here)
        (shutil.copytree if path.is_dir() else shutil.copy)(path, here)
    return house_at(folder, built.town)


def data_folder(tmp_path: Path) -> Path:
    (tmp_path / "aside").mkdir()
    return next(path.parent for path in tmp_path.rglob("campaigns") if path.is_dir())


@pytest.mark.parametrize("whole", [False, True], ids=["the campaign's file", "all stores"])
def test_who_left_after_the_backup_is_gone_again(campaign, built: Built, tmp_path: Path, whole: bool) -> None:
    house, ana, jo = campaign
    folder = data_folder(tmp_path)
    house = backed_up(house, built, folder, tmp_path, whole=whole)
    journey.withdraw(house, ana)
    house = restored(house, built, folder, tmp_path)

    assert house.graph.supporter(ana) is None
    assert house.graph.contacts_of(ana) == []
    assert ledger(house.records, ana) == []
    assert house.records.get("supporter_key", ana) is None
    assert len(house.graph.contacts_of(jo)) == 3


@pytest.mark.parametrize("whole", [False, True], ids=["the campaign's file", "all stores"])
def test_a_friend_who_asked_to_be_left_out_stays_out(campaign, built: Built, tmp_path: Path, whole: bool) -> None:
    house, ana, jo = campaign
    folder = data_folder(tmp_path)
    house = backed_up(house, built, folder, tmp_path, whole=whole)
    friend = next(ask for ask in house.graph.asks_of(ana))
    link = journey.message_draft(house, ana, friend.contact_key, 0, "en", "other").link
    journey.friend_answers(house, link.rpartition("/")[2], Outcome.LEFT)
    house = restored(house, built, folder, tmp_path)

    assert not {friend.voter} & {ask.voter for who in (ana, jo) for ask in house.graph.asks_of(who)}
    assert not {friend.voter} & {match.voter for who in (ana, jo) for match in house.graph.matches_of(who)}


def test_friends_of_a_source_that_was_removed_do_not_come_back(campaign, built: Built, tmp_path: Path) -> None:
    house, ana, _ = campaign
    folder = data_folder(tmp_path)
    house = backed_up(house, built, folder, tmp_path, whole=False)
    journey.bring_typed(house, ana, "Zora Quill")
    assert dict(journey.remove_source(house, ana, "ana.vcf").lines)["Friends"] == 3
    house = restored(house, built, folder, tmp_path)

    assert house.graph.contacts_of(ana) == []
    assert house.graph.supporter(ana) is not None


def test_an_erasure_that_a_stopped_machine_left_half_done_is_ended(campaign) -> None:
    house, ana, _ = campaign
    house.erasures.note_left(house.campaign.campaign_id, ana, at=house.clock())
    assert replay_erasures(house).supporters == 1
    assert house.graph.supporter(ana) is None


def test_where_nobody_left_since_nothing_is_done(campaign) -> None:
    house, ana, _ = campaign
    journey.withdraw(house, ana)
    replay_erasures(house)
    assert replay_erasures(house) == Removed()


def test_the_journal_names_nobody(campaign, tmp_path: Path) -> None:
    house, ana, jo = campaign
    friend = house.graph.asks_of(jo)[0].contact_key
    name = next(one.name for one in journey.all_friends(house, jo, "en") if one.key == friend)
    link = journey.message_draft(house, jo, friend, 0, "en", "other").link
    journey.friend_answers(house, link.rpartition("/")[2], Outcome.LEFT)
    journey.withdraw(house, ana)
    text = next(tmp_path.rglob("erasures.jsonl")).read_text(encoding="utf-8")

    assert ana in text
    assert not [word for word in ("Ana", "Whitfield", *name.split(), "211000", link.rpartition("/")[2]) if word in text]
