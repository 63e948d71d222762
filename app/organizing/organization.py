"""Whether what a campaign's contacts taught the matcher may serve other campaigns of its organization: off until an owner agrees.

No record crosses campaigns. A model holds rates alone, nobody's contacts; it is carried as a file, which says whose it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from app.house import House
from app.run.model_file import Origin
from graph.errors import UsageError
from oauth.audit import record_seen

_KIND, _KEY = "organization", "models"
_AN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Agreement:
    """That models are shared inside an organization: which, who agreed, when."""

    organization: str
    owner: str
    at: datetime


def agreement_of(house: House) -> Agreement | None:
    """What an owner agreed to; ``None`` when nobody has, or it was ended."""
    kept = house.records.get(_KIND, _KEY)
    if kept is None:
        return None
    value = kept.value
    return Agreement(value["organization"], value["owner"], datetime.fromisoformat(value["at"]))


def agree(house: House, organization: str, *, owner: str) -> Agreement:
    """Share models inside an organization, another one that stood before is left; the audit says who agreed.

    Raises:
        UsageError: the organization or the owner's name is none that the audit can hold.
    """
    for name, what in ((organization, "The organization's name"), (owner, "The owner's name")):
        if not _AN_ID.fullmatch(name):
            raise UsageError(
                f"{what} is no short name.", next_step="Write letters, digits and hyphens, such as river-slate."
            )
    agreed = Agreement(organization, owner, house.clock())
    value = {"organization": organization, "owner": owner, "at": agreed.at.isoformat()}
    house.records.put(_KIND, _KEY, value)
    _note(house, owner, "models_shared", organization)
    return agreed


def end_agreement(house: House, *, owner: str) -> Agreement | None:
    """Share no models any more; what stood before. Files that were written before keep saying what they said then."""
    stood = agreement_of(house)
    if stood is not None:
        house.records.delete(_KIND, _KEY)
        _note(house, owner, "models_not_shared", stood.organization)
    return stood


def origin_of(house: House) -> Origin:
    """What a model of this campaign says of where it comes from, and what one must say to serve it."""
    stood = agreement_of(house)
    return Origin(house.campaign.campaign_id, stood.organization if stood else "")


def note_model_taken(house: House, origin: Origin | None) -> None:
    """Write down that a model was taken: from which campaign, or from files."""
    _note(house, "command", "model_taken", origin.campaign if origin else "files")


def note_model_given(house: House) -> None:
    """Write down that a model was written: for which organization, or for this campaign alone."""
    origin = origin_of(house)
    _note(house, "command", "model_given", origin.organization or origin.campaign)


def _note(house: House, who: str, what: str, whom: str) -> None:
    name = who if who == "command" else f"user:{who}"
    record_seen(house.records, who=name, what=what, whom=whom, at=house.clock())
