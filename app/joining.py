"""How somebody new comes in: at once, with the campaign's code, or after an organizer's yes."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from app.friends.circles import supporter_of
from app.house import House
from app.rights.leaving import withdraw
from app.roles import JoinGate
from app.views.rights import Applicant
from graph.errors import InputError, NotFoundError
from graph.model import SupporterId
from oauth.audit import record_seen

APPLICANT = "applicant"


def check_code(house: House, code: str) -> None:
    """Raise ``InputError`` unless the campaign's gate lets this code pass; capitals and spaces around it do not count."""
    campaign = house.campaign
    if campaign.join is not JoinGate.CODE:
        return
    if not secrets.compare_digest(code.strip().casefold().encode(), campaign.join_code.strip().casefold().encode()):
        raise InputError("That is not the campaign’s code.", next_step="Ask whoever invited you for it.")


def note_newcomer(house: House, supporter_id: SupporterId) -> None:
    """Let somebody new wait for an organizer's yes, when the campaign is closed."""
    if house.campaign.join is JoinGate.CLOSED:
        house.records.put(APPLICANT, supporter_id, {"at": house.clock().isoformat()})


def is_applicant(house: House, supporter_id: SupporterId) -> bool:
    """Whether she still waits for an organizer's yes."""
    return house.records.get(APPLICANT, supporter_id) is not None


def applicants(house: House, *, seen_by: str) -> Sequence[Applicant]:
    """Everybody who waits, the longest waiting first; seeing them is written into the audit."""
    waiting = {record.key: str(record.value["at"]) for record in house.records.all(APPLICANT)}
    people = [one for one in house.graph.supporters() if one.supporter_id in waiting]
    for one in people:
        record_seen(
            house.records, who=seen_by, what="applicant", whom=one.supporter_id, at=house.clock(), of=one.supporter_id
        )
    ordered = sorted(people, key=lambda one: (waiting[one.supporter_id], one.supporter_id))
    return tuple(Applicant(one.supporter_id, one.display_name, one.postal_code) for one in ordered)


def admit(house: House, supporter_id: SupporterId, *, by: str) -> None:
    """An organizer's yes. Raises ``NotFoundError`` for somebody who does not wait."""
    _waiting(house, supporter_id)
    house.records.delete(APPLICANT, supporter_id)
    record_seen(house.records, who=by, what="admitted", whom=supporter_id, at=house.clock(), of=supporter_id)


def turn_away(house: House, supporter_id: SupporterId, *, by: str) -> None:
    """An organizer's no: all that she wrote is erased. Raises ``NotFoundError`` for somebody who does not wait."""
    _waiting(house, supporter_id)
    withdraw(house, supporter_id)
    record_seen(house.records, who=by, what="turned_away", whom=supporter_id, at=house.clock(), of=supporter_id)


def _waiting(house: House, supporter_id: SupporterId) -> None:
    supporter_of(house, supporter_id)
    if not is_applicant(house, supporter_id):
        raise NotFoundError("Nobody of that name waits.", next_step="Somebody else may have answered. Reload the page.")
