"""The end of a campaign on this install: one act that takes its grants back, destroys its keys and removes all that it had.

The keys go first (crypto-erasure): whatever a disk or a backup still holds of sealed contacts, tokens and uploads opens for
nobody any more. Who asked to be left out stays left out: that list is the install's, under a key of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.house import House
from app.rights.revocations import take_back
from graph.model import SupporterId
from oauth.connections import CONNECTION_KIND


@dataclass(frozen=True, slots=True)
class Ended:
    """What there was: supporters, grants taken back and those that a provider did not confirm, keys destroyed."""

    supporters: int
    grants_taken_back: int
    grants_not_confirmed: int
    keys: int


def end_campaign(house: House) -> Ended:
    """Note the end in the journal, take back what providers gave, and destroy every key. May be repeated.

    The house cannot be used afterwards; whoever opened its stores removes what they hold. A grant that a provider does not
    take back now is not asked for again: its token is gone.
    """
    house.erasures.note_ended(house.campaign.campaign_id, at=house.clock())
    supporters = len(house.graph.supporters())
    connected = {SupporterId(str(record.value["supporter"])) for record in house.records.all(CONNECTION_KIND)}
    revoked = [left.is_confirmed for one in sorted(connected) for left in take_back(house, one)]
    return Ended(supporters, sum(revoked), len(revoked) - sum(revoked), house.vault.destroy_all())
