"""Everything one campaign's use cases need, in one value: built by the wiring, handed to the journey."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from app.mail import MailServer
from app.memory import Memory
from app.rights.erasures import ErasureJournal
from app.roles import JoinGate
from graph.model import CampaignId, Election
from graph.records import RecordStore
from graph.store import GraphStore
from graph.voters import VoterFile
from oauth.providers.base import Provider
from oauth.vault import Vault
from prioritization.effect import EffectModel
from prioritization.elections import local_day, voting_day
from prioritization.explore import USUAL_SHARE


@dataclass(frozen=True, slots=True)
class Campaign:
    """How a campaign calls itself. Supporters see these words, never Kith's."""

    campaign_id: CampaignId
    name: str
    candidate: str
    office: str
    disclaimer: str
    privacy_contact: str
    state: str
    join: JoinGate = JoinGate.OPEN
    join_code: str = field(default="", repr=False)
    accent: str = "#1F4E8C"
    supportive_parties: tuple[str, ...] = ()
    keep_days_after_election: int = 42
    holdout_share: float = 0.0
    explore_share: float = USUAL_SHARE


@dataclass(frozen=True, slots=True)
class House:
    """One campaign's house. ``demo_truth`` is the folder of an invented town's truth, in the demo only."""

    campaign: Campaign
    election: Election
    graph: GraphStore
    records: RecordStore
    install: RecordStore
    voters: VoterFile
    vault: Vault
    clock: Callable[[], datetime]
    base_url: str
    erasures: ErasureJournal
    providers: tuple[Provider, ...] = ()
    mail: MailServer | None = None
    asks_per_supporter: int = 5
    support_levels: Path | None = None
    effect: EffectModel = field(default_factory=EffectModel)
    demo_truth: Path | None = None
    memory: Memory = field(default_factory=Memory)

    @property
    def is_demo(self) -> bool:
        """Whether this is the invented town."""
        return self.demo_truth is not None

    @property
    def today(self) -> date:
        """The day by the house's clock, where the election is held."""
        return local_day(self.election, self.clock())

    @property
    def voting_day(self) -> date:
        """The day as far as voting goes: once the polls have closed on the last one it is over, and every ask with it."""
        return voting_day(self.election, self.clock())
