"""Leaving: a supporter with all that is hers, one source of hers, a friend who wants to be left out; and the replay of all that
after a restore. Every erasure is in the journal before it begins, and every receipt counts what really went.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from app.friends.ranking import RANK
from app.friends.source_words import agree_to_source
from app.house import House
from app.jobs import enqueue
from app.organizing.study import forget_studied
from app.rights.erasures import Erasure
from app.rights.holdings import erase_hers
from app.rights.revocations import take_back
from app.translations import Language
from app.views.my_data import Receipt
from graph.errors import NotFoundError
from graph.model import ContactRecord, SupporterId, VoterRef
from graph.store import Removed
from oauth.suppression import read_suppressed, suppress_names, suppression_names

ERASURES_DONE = "erasures_done"
_CHOICES = "consent:{supporter}"


def withdraw(house: House, supporter_id: SupporterId) -> Receipt:
    """Erase a supporter and all that is hers; the receipt counts what really went. Raises ``NotFoundError`` for nobody."""
    if house.graph.supporter(supporter_id) is None:
        raise NotFoundError("Nobody of that name is here.", next_step="Start again from the first page.")
    house.erasures.note_left(house.campaign.campaign_id, supporter_id, at=house.clock())
    removed, records = _erase(house, supporter_id)
    enqueue(house.records, RANK, {}, now=house.clock(), key=RANK)
    others = sum(records.values()) - records.get(_CHOICES, 0)
    counted = {"Friends": removed.contacts, "Links to voters": removed.matches, "Suggestions": removed.asks}
    kept = {"Reports": removed.events, "Choices": records.get(_CHOICES, 0), "Other records": others}
    return receipt(house, {**counted, **kept})


def _erase(house: House, supporter_id: SupporterId) -> tuple[Removed, dict[str, int]]:
    take_back(house, supporter_id)
    removed = house.graph.withdraw(supporter_id)
    house.vault.destroy(supporter_id)
    records = erase_hers(house.records, supporter_id)
    house.records.scrub()
    return removed, records


def remove_source(house: House, supporter_id: SupporterId, source: str, language: Language = "en") -> Receipt:
    """Erase what came from one of her sources, take the grant back at its provider, and note both in her ledger.

    Raises ``NotFoundError`` for a source of which she has nothing.
    """
    contacts = [contact.key for contact in house.graph.contacts_of(supporter_id) if contact.source == source]
    if not contacts:
        raise NotFoundError("There is nothing of this source.", next_step="Reload the page “My data”.")
    house.erasures.note_removed(house.campaign.campaign_id, supporter_id, contacts, at=house.clock())
    agree_to_source(house, supporter_id, provider_of(house, source), language, agreed=False)
    theirs = [provider for provider in house.providers if provider.id == provider_of(house, source)]
    take_back(house, supporter_id, theirs)
    removed = house.graph.remove_contacts(supporter_id, contacts)
    house.records.scrub()
    counted = {"Friends": removed.contacts, "Links to voters": removed.matches, "Suggestions": removed.asks}
    return receipt(house, {**counted, "Reports": removed.events})


def provider_of(house: House, source: str) -> str:
    """The provider that a source of contacts came from: the demo's address books are named after their accounts."""
    is_demo = source.endswith(".google.json") and any(provider.is_loopback for provider in house.providers)
    return next(provider.id for provider in house.providers if provider.is_loopback) if is_demo else source


def leave_out(house: House, contact_record: ContactRecord, voter: VoterRef | None) -> Removed:
    """Leave a friend out for every campaign of this install, by all that is known of him; what went here."""
    names = suppression_names(
        house.vault, contact_record.phones, contact_record.emails, () if voter is None else (voter,)
    )
    return _leave_out(house, names, voter)


def leave_out_by_address(house: House, *, phone: str = "", email: str = "") -> Receipt:
    """Leave out whoever has this phone or e-mail; nothing to prove, and the answer is the same whether he is known here."""
    _leave_out(house, suppression_names(house.vault, (phone,), (email,)), None)
    return receipt(house, {})


def _leave_out(house: House, names: Sequence[str], voter: VoterRef | None) -> Removed:
    house.erasures.note_left_out(house.campaign.campaign_id, names, at=house.clock())
    suppress_names(house.install, house.vault, names, at=house.clock())
    enqueue(house.records, RANK, {}, now=house.clock(), key=RANK)
    forget_studied(house, () if voter is None else (voter,))
    return Removed() if voter is None else house.graph.forget_voter(voter)


def receipt(house: House, lines: Mapping[str, int]) -> Receipt:
    """A receipt of this moment with a reference that stands for nobody."""
    return Receipt(secrets.token_hex(4), house.clock(), tuple(lines.items()))


# --- after a restore -------------------------------------------------------------------------------------------------


def replay_erasures(house: House) -> Removed:
    """Erase again what a restored backup brought back, in this campaign and in the list of those left out; what went.

    Costs one look at a record when nothing was erased since the last time.
    """
    end = house.erasures.end()
    done = house.records.get(ERASURES_DONE, house.campaign.campaign_id)
    left_out_done = house.install.get(ERASURES_DONE, "install")
    if end in (_place(done), 0) and end in (_place(left_out_done), 0):
        return Removed()
    lines = list(house.erasures.since(min(_place(done), _place(left_out_done))))
    removed = _again(house, lines)
    place = {"place": end}
    house.records.put(ERASURES_DONE, house.campaign.campaign_id, place)
    house.install.put(ERASURES_DONE, "install", place)
    return removed


def _place(record: object) -> int:
    value: Mapping[str, int] = getattr(record, "value", {})
    return int(value.get("place", 0))


def _again(house: House, lines: Sequence[Erasure]) -> Removed:
    names = dict.fromkeys(name for line in lines for name in line.left_out)
    if names:
        suppress_names(house.install, house.vault, names, at=house.clock())
    ours = [line for line in _with_ends(house, lines) if line.campaign == house.campaign.campaign_id and line.supporter]
    here = {supporter.supporter_id for supporter in house.graph.supporters()} if ours else set()
    gone = [
        house.graph.remove_contacts(line.supporter, line.contacts)
        if line.contacts
        else _erase(house, line.supporter)[0]
        for line in ours
        if line.supporter in here
    ]
    left = read_suppressed(house.install, house.vault).voters(voter.ref for voter in house.graph.voters())
    return _sum([*gone, *(house.graph.forget_voter(voter) for voter in sorted(left))])


def _with_ends(house: House, lines: Sequence[Erasure]) -> Sequence[Erasure]:
    """The lines, and after the end of this campaign everybody whom a backup brought back as one who left."""
    if not any(line.is_end and line.campaign == house.campaign.campaign_id for line in lines):
        return lines
    return [
        *lines,
        *(Erasure(house.campaign.campaign_id, supporter.supporter_id) for supporter in house.graph.supporters()),
    ]


def _sum(parts: Sequence[Removed]) -> Removed:
    counts = [asdict(part) for part in parts]
    return Removed(**{name: sum(one[name] for one in counts) for name in asdict(Removed())})
