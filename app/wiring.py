"""The only place that picks adapters: builds the real things from settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from app.house import Campaign, House
from app.settings import Settings, master_key
from graph.errors import StoreError, UsageError
from graph.files.generations import FolderVoterFile
from graph.model import CampaignId, Election
from graph.sqlite.graph_store import SqliteGraphStores
from graph.sqlite.record_store import SqliteRecordStores
from graph.voters import VoterFile
from oauth.providers.base import Provider
from oauth.providers.google import google
from oauth.providers.microsoft import microsoft
from oauth.vault import Vault
from prioritization.elections import find_election

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock on the wall, read here and nowhere else."""
    return datetime.now(UTC)


def open_house(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    providers: Sequence[Provider] | None = None,
    election: Election | None = None,
    demo_truth: Path | None = None,
) -> House:
    """One campaign's house over the embedded stores, made when it is new.

    Raises ``UsageError`` when a setting that publishing needs is missing, and ``StoreError`` when the data folder cannot
    be used.
    """
    campaign = _campaign(settings)
    if settings.election is None:
        raise UsageError("KITH_ELECTION is not set.", next_step="Give the coming election, such as 2026-11-03.")
    _make_data_folder(settings.data)
    stores = SqliteRecordStores(settings.data)
    records = stores.for_campaign(campaign.campaign_id)
    return House(
        campaign=campaign,
        election=election or find_election(settings.election, state=settings.state),
        graph=SqliteGraphStores(settings.data).for_campaign(campaign.campaign_id),
        records=records,
        install=stores.install(),
        voters=FolderVoterFile(settings.data / "files" / campaign.campaign_id, records),
        vault=Vault(records, campaign.campaign_id, master_key(settings)),
        clock=clock,
        base_url=settings.base_url.rstrip("/"),
        providers=tuple(_providers(settings) if providers is None else providers),
        demo_truth=demo_truth,
    )


def open_voters(settings: Settings) -> tuple[VoterFile, Vault]:
    """The voter file alone and the vault whose key its digests take, for imports before anything is published."""
    _make_data_folder(settings.data)
    campaign_id = CampaignId(settings.campaign)
    records = SqliteRecordStores(settings.data).for_campaign(campaign_id)
    vault = Vault(records, campaign_id, master_key(settings))
    return FolderVoterFile(settings.data / "files" / campaign_id, records), vault


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
    parties = tuple(part.strip() for part in settings.supportive_parties.split(",") if part.strip())
    return Campaign(
        campaign_id=CampaignId(settings.campaign),
        name=settings.campaign_name,
        candidate=settings.candidate,
        office=settings.office,
        disclaimer=settings.disclaimer,
        privacy_contact=settings.privacy_contact,
        state=settings.state,
        accent=settings.accent,
        supportive_parties=parties,
    )


def _providers(settings: Settings) -> list[Provider]:
    found = []
    if settings.google_client_id:
        found.append(google(settings.google_client_id, settings.google_client_secret.get_secret_value()))
    if settings.microsoft_client_id:
        found.append(microsoft(settings.microsoft_client_id, settings.microsoft_client_secret.get_secret_value()))
    return found
