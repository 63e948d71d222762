"""Contacts kept and opened: a supporter's circle as the store holds it, sealed, and as the engines need it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from app.house import House
from graph.digests import contact_key, keyed_name
from graph.errors import NotFoundError
from graph.model import Circle, Contact, ContactKey, ContactRecord, Match, Purpose, Supporter, SupporterId, VoterRef
from oauth.audit import record_seen
from oauth.consent import For, MatchPermit, Permit, consent_of, permitted
from oauth.suppression import read_suppressed

BROUGHT = "brought"
"""When she last brought friends."""
OWN_VOTER = "own_voter"
_A_KEY = re.compile(r"[0-9a-f]{32}")
LINK = "friend_link"


def seal_contacts(house: House, supporter_id: SupporterId, records: Iterable[ContactRecord]) -> list[Contact]:
    """Contacts ready to be kept: details sealed, one for each key (the same entry twice is one)."""
    secret = house.vault.campaign_secret("contacts")
    campaign_id = house.campaign.campaign_id
    by_key = {contact_key(secret, campaign_id, supporter_id, record): record for record in records}
    sealed = house.vault.seal_records(supporter_id, by_key)
    return [Contact(key, supporter_id, one.source, one.position, sealed[key]) for key, one in by_key.items()]


def open_contact(house: House, contact: Contact) -> ContactRecord:
    """What the supporter brought, opened."""
    return house.vault.open_record(contact.supporter_id, contact.key, contact.sealed_details)


def contact_of(house: House, supporter_id: SupporterId, key: ContactKey) -> Contact:
    """One contact of hers. Raises ``NotFoundError`` for a key that is not hers, and writes the refusal into the audit."""
    for contact in house.graph.contacts_of(supporter_id):
        if secrets.compare_digest(contact.key, key):
            return contact
    if _A_KEY.fullmatch(key):  # somebody tries keys: that stands in the audit
        record_seen(house.records, who=supporter_id, what="refused", whom=key, at=house.clock())
    raise NotFoundError("There is no such friend on your list.", next_step="Go back to your list.")


def supporter_of(house: House, supporter_id: SupporterId) -> Supporter:
    """A supporter with the purposes she agreed to. Raises ``NotFoundError``."""
    supporter = house.graph.supporter(supporter_id)
    if supporter is None:
        raise NotFoundError("Nobody of that name is here.", next_step="Start again from the first page.")
    consent = consent_of(house.records, supporter_id, house.clock())
    return replace(supporter, purposes=frozenset(consent.purposes))


def open_circle(house: House, permit: MatchPermit) -> Circle:
    """A supporter and all she brought, opened to be matched, as she agreed."""
    permit.must_cover(Purpose.MATCH)
    supporter_id = permit.supporter
    return Circle(supporter_of(house, supporter_id), open_contacts(house, supporter_id))


def open_contacts(house: House, supporter_id: SupporterId) -> Mapping[ContactKey, ContactRecord]:
    """All that a supporter brought, opened: for her own pages."""
    sealed = {contact.key: contact.sealed_details for contact in house.graph.contacts_of(supporter_id)}
    return house.vault.open_records(supporter_id, sealed)


def open_circles(house: House, supporter_ids: Sequence[SupporterId] | None = None) -> list[Circle]:
    """The circles of some or all supporters who agreed to ``match``, by id."""
    chosen = supporter_ids or [supporter.supporter_id for supporter in house.graph.supporters()]
    agreed: list[MatchPermit] = permits(house, chosen, Purpose.MATCH)
    circles = []
    for permit in agreed:
        with suppress(NotFoundError):  # she left while the others' circles were opened
            circles.append(open_circle(house, permit))
    return circles


def permits(house: House, supporter_ids: Iterable[SupporterId], purpose: For) -> list[Permit[For]]:
    """The permits of those of these supporters who agreed to a purpose, in their order."""
    found = (permitted(consent_of(house.records, one, house.clock()), purpose) for one in supporter_ids)
    return [permit for permit in found if permit is not None]


def friend_code(house: House, supporter_id: SupporterId, key: ContactKey) -> str:
    """The code in the link of a message: 128 bits that only this campaign's key makes; kept so that it can be opened."""
    code = keyed_name(house.vault.campaign_secret("links"), supporter_id, key)
    house.records.put(LINK, _hashed(code), {"supporter_id": supporter_id, "contact_key": key})
    return code


def open_code(house: House, code: str) -> tuple[SupporterId, ContactKey]:
    """Whose friend a code stands for. Raises ``NotFoundError``, the same for a code that never was or is no more."""
    record = house.records.get(LINK, _hashed(code))
    if record is None:
        raise NotFoundError(
            "This link does not work any more.", next_step="You are left out already, or ask who wrote to you."
        )
    return SupporterId(record.value["supporter_id"]), ContactKey(record.value["contact_key"])


def _hashed(code: str) -> str:
    return keyed_name(b"friend link", code[:100])


def voters_left_out(
    house: House, circles: Iterable[Circle], matches: Mapping[SupporterId, Sequence[Match]]
) -> frozenset[VoterRef]:
    """Of the voters these contacts are taken for, those who asked to be left out, by themselves or by a card's phone or
    e-mail: a card that somebody else brought before counts too.
    """
    suppressed = read_suppressed(house.install, house.vault)
    linked = [
        (match.voter, circle.contacts[match.contact_key])
        for circle in circles
        for match in matches[circle.supporter.supporter_id]
        if match.voter is not None
    ]
    by_card = frozenset(voter for voter, record in linked if suppressed.has(record))
    return suppressed.voters({voter for voter, _ in linked}) | by_card
