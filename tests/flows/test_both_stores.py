"""What has to hold wherever a campaign is kept: the end of it, the replay after a restore, one refresh for all who ask."""

from __future__ import annotations

import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx2
import neo4j_tools
import pytest
from canaries import HERS, TYPED, bytes_holding, canaries_in
from command_line import kith
from neo4j_server import the_server
from providers.token_peer import GOOGLE

from app import journey
from app.at_work import AtWork
from app.house import House
from app.moving import copy_graph, copy_records
from app.rights.leaving import replay_erasures
from app.settings import Settings
from app.wiring import open_house, open_stores, remove_campaign, utc_now
from graph.errors import StoreError
from graph.model import (
    CampaignId,
    Candidate,
    ContactRecord,
    Match,
    MatchStatus,
    Purpose,
    SourceKind,
    SupporterId,
    Voter,
    VoterRef,
)
from oauth.connections import keep_connection
from oauth.consent import ledger
from oauth.grant import Errand, Grant, Tokens
from oauth.id_token import Identity
from oauth.providers.demo import demo
from oauth.refresh import fresh_token

NOW = datetime(2026, 10, 20, 14, tzinfo=UTC)
HERE, THERE = CampaignId("rivera"), CampaignId("harbor")
WORKERS, FRIENDS = 20, 5_000


@dataclass(frozen=True)
class Install:
    """Where two campaigns are kept; ``store`` is empty for SQLite."""

    folder: Path
    store: str

    def settings(self, campaign: CampaignId = HERE) -> Settings:
        return Settings(
            data=self.folder / "data", store=self.store, neo4j_password=the_server().password if self.store else "",
            base_url="http://127.0.0.1:8000", campaign=campaign, campaign_name="Rivera for Council",
            candidate="Elena Rivera", disclaimer="Paid for by Rivera for Council.",
            privacy_contact="privacy@rivera.example", election=date(2026, 11, 3),
        )  # fmt: skip

    def house(self, campaign: CampaignId = HERE) -> House:
        return open_house(self.settings(campaign), clock=lambda: NOW, providers=[GOOGLE])


@pytest.fixture(params=["sqlite", "neo4j"])
def install(request: pytest.FixtureRequest, tmp_path: Path) -> Install:
    if request.param == "neo4j":
        neo4j_tools.open_graph(tmp_path)
    return Install(tmp_path, neo4j_tools.address(tmp_path) if request.param == "neo4j" else "")


def close(*houses: House) -> None:
    for house in houses:
        for store in (house.graph, house.records, house.install):
            store.close()


def hortensia(house: House) -> SupporterId:
    """Somebody with a name, a friend and a connection."""
    who = journey.start_supporter(
        house, "Hortensia Canarywood", email="hortensia@leak.example", postal_code="27601", phone="(919) 211-7999",
        may_call=True,
    )  # fmt: skip
    journey.agree(house, who, dict.fromkeys(Purpose, True), "en")
    journey.bring_typed(house, who, "Typedora Finchley-Oak, (919) 211-7203, typedora@leak.example")
    grant = Grant(
        provider_id=GOOGLE.id, errand=Errand.CONNECT, identity=Identity(GOOGLE.issuer, "ana"),
        tokens=Tokens("canary-access", "canary-refresh", NOW), granted_scopes=frozenset({"openid"}),
        surplus_scopes=frozenset(), may_read_contacts=True, supporter=who, next_path="",
    )  # fmt: skip
    keep_connection(house.records, house.vault, grant=grant, supporter=who, now=NOW)
    return who


# --- the end of a campaign -----------------------------------------------------------------------------------------------


def test_p15_removing_a_campaign_is_one_act_and_who_is_left_out_stays_out(install: Install) -> None:
    here, there = install.house(), install.house(THERE)
    hortensia(here)
    jo = hortensia(there)
    journey.leave_out_by_address(here, phone="(919) 211-7301")
    left_out = {one.key for one in here.install.all("suppression")}
    close(here, there)

    silent = replace(demo("http://127.0.0.1:9", "kith", "secret", is_demo=True), id=GOOGLE.id)
    ended = remove_campaign(install.settings(), providers=[silent])

    assert (ended.supporters, ended.grants_taken_back, ended.grants_not_confirmed) == (1, 0, 1)
    assert ended.keys >= 3  # the campaign's two and hers
    again, other = install.house(), install.house(THERE)
    assert (again.graph.supporters(), again.records.all("supporter_key"), again.records.all("connection")) == (
        [],
        [],
        [],
    )
    assert [one.name for one in journey.all_friends(other, jo, "en")] == ["Typedora Finchley-Oak"]
    assert {one.key for one in other.install.all("suppression")} == left_out
    close(again, other)
    remove_campaign(install.settings(THERE))
    assert bytes_holding(install.folder, (*HERS, *TYPED)) == set()
    if install.store:
        held = str(neo4j_tools.run("MATCH (n) RETURN labels(n), properties(n)"))
        assert canaries_in(held, (*HERS, *TYPED)) == []


def test_p15_a_backup_of_a_campaign_that_ended_is_empty_when_it_is_opened(install: Install) -> None:
    house = install.house()
    who = hortensia(house)
    aside = backed_up(house, install)
    close(house)
    remove_campaign(install.settings())
    restore(aside, install)

    house = install.house()
    assert house.graph.supporter(who) is None
    assert house.records.get("supporter_key", who) is None
    assert hortensia(house)  # and whoever starts anew stays
    close(house)
    assert len(install.house().graph.supporters()) == 1


def test_p15_at_the_terminal_it_is_named_and_said_twice(
    install: Install, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = install.settings()
    for name in ("campaign", "campaign_name", "candidate", "disclaimer", "privacy_contact", "store", "base_url"):
        monkeypatch.setenv(f"KITH_{name.upper()}", str(getattr(settings, name)))
    monkeypatch.setenv("KITH_DATA", str(settings.data))
    monkeypatch.setenv("KITH_ELECTION", "2026-11-03")
    monkeypatch.setenv("KITH_NEO4J_PASSWORD", settings.neo4j_password.get_secret_value())
    house = install.house()
    hortensia(house)
    close(house)

    assert kith(capsys, "store", "erase", "harbor", "--yes").code == 2
    house = install.house()
    with AtWork(house.records, clock=utc_now):
        here, there = settings.store or f"sqlite:{settings.data}", f"sqlite:{install.folder / 'elsewhere'}"
        assert "Another program serves this campaign" in kith(capsys, "store", "copy", here, there).err
    close(house)
    looked = kith(capsys, "store", "erase", "rivera", "--json")
    assert (looked.code, json.loads(looked.out)["supporters"]) == (0, 1)
    house = install.house()
    assert len(house.graph.supporters()) == 1
    close(house)
    done = kith(capsys, "store", "erase", "rivera", "--yes", "--json")
    assert (done.code, json.loads(done.out)["supporters"]) == (0, 1)
    assert install.house().graph.supporters() == []
    assert "Hortensia" not in looked.out + looked.err + done.out + done.err


def test_a_campaign_that_is_served_is_not_removed(install: Install) -> None:
    house = install.house()
    who = hortensia(house)
    with AtWork(house.records, clock=utc_now), pytest.raises(StoreError, match=r"Another program .* this campaign"):
        remove_campaign(install.settings())
    assert house.graph.supporter(who) is not None
    assert [one.name for one in journey.all_friends(house, who, "en")] == ["Typedora Finchley-Oak"]
    close(house)


# --- leaving with five thousand friends ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_p05_a_supporter_with_five_thousand_friends_is_gone_within_a_minute(install: Install) -> None:
    house = install.house()
    who, stays = hortensia(house), hortensia(house)
    records = [ContactRecord("file", at, SourceKind.VCARD, display_name=f"Friend {at}") for at in range(FRIENDS)]
    journey.bring(house, who, records)
    keys = [contact.key for contact in house.graph.contacts_of(who)]
    voters = [Voter(VoterRef("NC", f"AA{at:06d}")) for at in range(len(keys))]
    house.graph.put_voters(voters)
    pairs = zip(keys, voters, strict=True)
    house.graph.put_matches(who, [Match(key, MatchStatus.AUTO, (Candidate(one.ref, 0.9),)) for key, one in pairs])
    started = time.monotonic()
    receipt = dict(journey.withdraw(house, who).lines)
    seconds = time.monotonic() - started

    assert (receipt["Friends"], receipt["Links to voters"]) == (FRIENDS + 1, FRIENDS + 1)
    assert (house.graph.contacts_of(who), house.graph.voters()) == ([], [])
    assert len(house.graph.contacts_of(stays)) == 1
    assert seconds < 60
    print(f"{FRIENDS:,} friends gone in {seconds:.1f} s")  # noqa: T201 (read with pytest -s)


# --- after a restore -----------------------------------------------------------------------------------------------------


def backed_up(house: House, install: Install) -> Path:
    """All that the campaign holds at this moment, in files aside."""
    aside = install.folder / "aside"
    stores = open_stores(Settings(store=f"sqlite:{aside}"))
    copy_graph(house.graph, stores.graph.for_campaign(HERE), say=lambda _: None)
    copy_records(house.records, stores.records.for_campaign(HERE), say=lambda _: None)
    return aside


def restore(aside: Path, install: Install) -> None:
    """Put the backup where the campaign's data are."""
    old, new = open_stores(Settings(store=f"sqlite:{aside}")), open_stores(install.settings())
    copy_graph(old.graph.for_campaign(HERE), new.graph.for_campaign(HERE), say=lambda _: None)
    records = new.records.for_campaign(HERE)
    copy_records(old.records.for_campaign(HERE), records, say=lambda _: None)
    records.delete("erasures_done", HERE)  # it was not there when the backup was made
    shutil.rmtree(aside)


def test_64_who_left_after_the_backup_is_gone_again(install: Install) -> None:
    house = install.house()
    who, stays = hortensia(house), hortensia(house)
    aside = backed_up(house, install)
    journey.withdraw(house, who)
    close(house)
    restore(aside, install)

    house = install.house()
    assert [one.supporter_id for one in house.graph.supporters()] == [stays]
    assert ledger(house.records, who) == []
    assert house.records.get("supporter_key", who) is None
    assert replay_erasures(house).supporters == 0
    assert len(house.graph.contacts_of(stays)) == 1


# --- one refresh for all -------------------------------------------------------------------------------------------------


def test_44_twenty_who_ask_at_once_make_one_refresh(install: Install) -> None:
    house = install.house()
    who = hortensia(house)
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path)
        body = {
            "access_token": "canary-next",
            "refresh_token": "canary-other",
            "token_type": "Bearer",
            "expires_in": 3600,
        }
        return httpx2.Response(200, json=body)

    def ask(_: int) -> str:
        return fresh_token(
            house.records, house.vault, GOOGLE, supporter=who, clock=lambda: NOW + timedelta(minutes=1),
            transport=httpx2.MockTransport(answer),
        )  # fmt: skip

    with ThreadPoolExecutor(WORKERS) as workers:
        tokens = set(workers.map(ask, range(WORKERS)))
    assert tokens == {"canary-next"}
    assert len(asked) == 1
