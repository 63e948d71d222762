"""An invented town and a small campaign, for the flows that need one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from lived_in import Built, copy_of
from mail_box import MailBox, mail_box
from small_campaign import Campaign, small_campaign

from app.house import House
from app.town.files import write_town
from app.town.town import make_town
from app.wiring import utc_now


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public folder of a town of 2,000 voters and 14 supporters, three weeks before its election."""
    folder = tmp_path_factory.mktemp("town")
    write_town(make_town(5, election=date(2026, 11, 3), as_of=date(2026, 10, 13), voters=2_000, supporters=14), folder)
    return folder / "public"


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    """Ana, Jo and Lee's campaign, its files in a folder of its own."""
    return small_campaign(tmp_path)


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """What a campaign tells the environment three weeks before its election."""
    return {
        "KITH_DATA": str(tmp_path / "data"), "KITH_CAMPAIGN_NAME": "Rivera for Council", "KITH_CANDIDATE": "Elena Rivera",
        "KITH_DISCLAIMER": "Paid for by Rivera for Council.", "KITH_PRIVACY_CONTACT": "privacy@rivera.example",
        "KITH_ELECTION": str(utc_now().date() + timedelta(days=21)), "KITH_BASE_URL": "https://rivera.example",
    }  # fmt: skip


@pytest.fixture
def told(settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the campaign."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def box() -> Iterator[MailBox]:
    """A real mail server of the module's own."""
    with mail_box() as running:
        yield running


@pytest.fixture
def mailing_house(built: Built, tmp_path: Path, box: MailBox) -> House:
    """The town's house with that mail server, which has nothing in it yet."""
    box.messages.clear()
    box.refusal = ""
    return dataclasses.replace(copy_of(built, tmp_path), mail=box.server)
