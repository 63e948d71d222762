"""The only place that picks adapters: builds the real things from settings."""

from __future__ import annotations

import atexit
import functools
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.at_work import refuse_at_work
from app.demo import passing
from app.house import Campaign, House
from app.pinned import read_pinned
from app.rights.ending import Ended, end_campaign
from app.rights.erasures import ErasureJournal
from app.roles import JoinGate
from app.run.election_file import read_election_table
from app.settings import Settings, client_secret, mail_server, master_key, neo4j_password, old_master_key
from graph.errors import StoreError, UsageError
from graph.files.generations import FolderVoterFile
from graph.model import CampaignId, Election
from graph.neo4j.address import Address, Patience, parse_address
from graph.neo4j.connection import Server
from graph.neo4j.graph_store import Neo4jGraphStores
from graph.neo4j.record_store import Neo4jRecordStores
from graph.records import RecordStore, RecordStores
from graph.sqlite.graph_store import SqliteGraphStores
from graph.sqlite.record_store import SqliteRecordStores
from graph.store import GraphStores
from graph.voters import VoterFile
from oauth.providers.base import Provider
from oauth.providers.google import google
from oauth.providers.microsoft import microsoft
from oauth.vault import Vault
from prioritization.effect import EffectModel
from prioritization.elections import find_election, shipped_elections
from prioritization.holdouts import usual_share

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock on the wall, read here and nowhere else."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Stores:
    """Both kinds of stores of one backend, and what it is called."""

    name: str
    graph: GraphStores
    records: RecordStores


def open_stores(settings: Settings) -> Stores:
    """The stores that ``settings.store`` names. Nothing is made or reached before a campaign is asked for.

    Raises ``UsageError`` for an address that cannot be used.
    """
    kind, colon, rest = settings.store.partition(":")
    if not settings.store or (kind == "sqlite" and rest):
        folder = Path(rest) if rest else settings.data
        return Stores(f"sqlite:{folder}", SqliteGraphStores(folder), SqliteRecordStores(folder))
    if not colon or not rest.startswith("//"):
        raise UsageError(
            "This is not a store that Kith knows.", next_step="Write sqlite:FOLDER or neo4j://USER@HOST:PORT."
        )
    server = _server_of(settings)
    return Stores(server.thing, Neo4jGraphStores(server), Neo4jRecordStores(server))


@contextmanager
def passing_campaign(settings: Settings) -> Iterator[RecordStore]:
    """Records to take the install's place for a campaign that is only passing through; all of both goes afterwards.

    In a folder of its own nothing needs to go: the folder does. On a server the demos that were killed go first.
    """
    stores = open_stores(settings)
    if not isinstance(stores.graph, Neo4jGraphStores):
        yield stores.records.install()
        return
    erase, campaign_id = stores.graph.erase_campaign, CampaignId(settings.campaign)
    register = stores.records.for_campaign(passing.REGISTER)
    passing.sweep(register, erase=erase, now=utc_now())
    try:
        with passing.written_down(register, campaign_id, clock=utc_now):
            yield stores.records.for_campaign(passing.parts_of(campaign_id)[1])
    finally:
        passing.remove(register, campaign_id, erase=erase)


def neo4j_version(settings: Settings) -> str | None:
    """The version of the Neo4j server that the settings name, ``None`` when they name none; it is asked for."""
    return _server_of(settings).version() if open_stores(settings).name.partition(":")[0] != "sqlite" else None


def _server_of(settings: Settings) -> Server:
    patience = Patience(
        pool_size=settings.neo4j_pool_size,
        connect_seconds=settings.neo4j_connect_seconds,
        retry_seconds=settings.neo4j_retry_seconds,
    )
    address = parse_address(settings.store)
    password = neo4j_password(settings, user=address.user)
    return _server(address, password, settings.neo4j_database, patience)


@functools.cache
def _server(address: Address, password: str, database: str, patience: Patience) -> Server:
    """One driver for each server in a process, closed when the process ends."""
    server = Server(address, password, database=database, patience=patience)
    atexit.register(server.close)
    return server


def open_house(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    providers: Sequence[Provider] | None = None,
    election: Election | None = None,
    demo_truth: Path | None = None,
) -> House:
    """One campaign's house over the stores that the settings name, made when it is new.

    Raises ``UsageError`` when a setting that publishing needs is missing, and ``StoreError`` when the data folder cannot
    be used.
    """
    campaign = _campaign(settings)
    if settings.election is None:
        raise UsageError("KITH_ELECTION is not set.", next_step="Give the coming election, such as 2026-11-03.")
    _make_data_folder(settings.data)
    stores = open_stores(settings)
    records, install = stores.records.for_campaign(campaign.campaign_id), stores.records.install()
    house = House(
        campaign=campaign,
        election=election or find_election(settings.election, state=settings.state, table=_elections(settings)),
        graph=stores.graph.for_campaign(campaign.campaign_id),
        records=records,
        install=install,
        voters=FolderVoterFile(settings.data / "files" / campaign.campaign_id, records),
        vault=_vault(settings, campaign.campaign_id, records, install),
        clock=clock,
        base_url=settings.base_url.rstrip("/"),
        erasures=ErasureJournal(settings.erasure_journal or settings.data / "erasures.jsonl"),
        providers=tuple(_providers(settings) if providers is None else providers),
        demo_truth=demo_truth,
        mail=mail_server(settings),
        effect=_effect(settings),
        support_levels=settings.support_levels,
    )
    if house.erasures.end():
        from app.rights.leaving import replay_erasures  # loads slowly; where nobody left there is nothing to replay

        replay_erasures(house)
    return house


def _effect(settings: Settings) -> EffectModel:
    if settings.effect is None:
        return EffectModel()
    try:
        return EffectModel.from_json(settings.effect.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise UsageError(
            "The file of KITH_EFFECT cannot be read.", thing=str(settings.effect), next_step="Check KITH_EFFECT."
        ) from None


def _elections(settings: Settings) -> tuple[Election, ...]:
    path = settings.election_table
    return shipped_elections() if path is None else read_election_table(path)


def remove_campaign(settings: Settings, *, providers: Sequence[Provider] | None = None) -> Ended:
    """End the campaign that the settings name and remove all that it has: grants, keys, people, records, voter files.

    May be repeated after a fault. The list of those left out, the journal and other campaigns stay. Raises ``StoreError``
    when another program holds it.
    """
    campaign_id, stores = CampaignId(settings.campaign), open_stores(settings)
    stores.graph.refuse_held(campaign_id)
    with closing(stores.records.for_campaign(campaign_id)) as records:
        refuse_at_work(records, now=utc_now())
    house = open_house(settings, providers=providers)
    ended = end_campaign(house)
    for store in (house.graph, house.records, house.install):
        store.close()
    stores.graph.erase_campaign(campaign_id)
    files = settings.data / "files" / campaign_id
    if files.exists():
        shutil.rmtree(files)
    return ended


def open_voters(settings: Settings) -> tuple[VoterFile, Vault]:
    """The voter file alone and the vault whose key its digests take, for imports before anything is published."""
    _make_data_folder(settings.data)
    campaign_id = CampaignId(settings.campaign)
    stores = open_stores(settings)
    records = stores.records.for_campaign(campaign_id)
    vault = _vault(settings, campaign_id, records, stores.records.install())
    return FolderVoterFile(settings.data / "files" / campaign_id, records), vault


def _vault(settings: Settings, campaign_id: CampaignId, records: RecordStore, install: RecordStore) -> Vault:
    """A vault over records that somebody else closes."""
    return Vault(records, campaign_id, master_key(settings), old_master_key=old_master_key(settings), install=install)


def _make_data_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(
            "The data folder cannot be made.",
            thing=str(folder),
            next_step="Set KITH_DATA to a folder you may write to.",
        ) from error


def _campaign(settings: Settings) -> Campaign:
    for name in ("campaign_name", "candidate", "disclaimer", "privacy_contact"):
        if not getattr(settings, name):
            raise UsageError(
                f"KITH_{name.upper()} is not set, and nothing is published without it.",
                next_step="See docs/settings.md for an example.",
            )
    if settings.join is JoinGate.CODE and not settings.join_code.get_secret_value().strip():
        raise UsageError("KITH_JOIN asks for a code, and there is none.", next_step="Set KITH_JOIN_CODE.")
    parties = tuple(part.strip() for part in settings.supportive_parties.split(",") if part.strip())
    return Campaign(
        campaign_id=CampaignId(settings.campaign),
        name=settings.campaign_name,
        candidate=settings.candidate,
        office=settings.office,
        disclaimer=settings.disclaimer,
        privacy_contact=settings.privacy_contact,
        state=settings.state,
        join=settings.join,
        join_code=settings.join_code.get_secret_value(),
        accent=settings.accent,
        supportive_parties=parties,
        holdout_share=usual_share(settings.expected_matches) if settings.holdout is None else settings.holdout,
        explore_share=settings.explore,
    )


def _providers(settings: Settings) -> list[Provider]:
    found = []
    if settings.google_client_id:
        found.append(google(settings.google_client_id, client_secret(settings, "google")))
    if settings.microsoft_client_id:
        found.append(microsoft(settings.microsoft_client_id, client_secret(settings, "microsoft")))
    if settings.openid_pinned is not None:
        secret = client_secret(settings, "openid")
        found.append(read_pinned(settings.openid_pinned, client_id=settings.openid_client_id, client_secret=secret))
    return found
