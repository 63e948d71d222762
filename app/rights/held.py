"""What is held of a supporter: to read, to choose again, to take along. Read only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from app.friends.circles import open_contact, supporter_of
from app.friends.words import shown_name
from app.house import House
from app.rights.holdings import export_hers
from app.translations import Language, translate
from app.views.my_data import ConsentChoice, LedgerLine, MyData, SeenLine, SourceLine
from graph.model import Contact, Purpose, SupporterId
from oauth.audit import acts_about, names_seen
from oauth.consent import LedgerLine as Line
from oauth.consent import allows, consent_of, consent_texts, ledger, text_of

_SHOWN_LOOKS = 20


def consent_choices(house: House, supporter_id: SupporterId | None, language: Language) -> tuple[ConsentChoice, ...]:
    """The four purposes in her language, with what she has agreed to so far; nothing for somebody new."""
    consent = None if supporter_id is None else consent_of(house.records, supporter_id, house.clock())
    texts = consent_texts(language)
    return tuple(
        ConsentChoice(
            purpose, texts[purpose].title, texts[purpose].explanation, consent is not None and allows(consent, purpose)
        )
        for purpose in Purpose
    )


def my_data(house: House, supporter_id: SupporterId, language: Language) -> MyData:
    """What is held of her, in her own words."""
    supporter = supporter_of(house, supporter_id)
    by_source = Counter(contact.source for contact in house.graph.contacts_of(supporter_id))
    return MyData(
        name=supporter.display_name,
        email=supporter.email,
        postal_code=supporter.postal_code,
        phone=supporter.phone,
        sources=tuple(
            SourceLine(source, source_label(house, source, language), friends)
            for source, friends in sorted(by_source.items())
        ),
        choices=consent_choices(house, supporter_id, language),
        ledger=tuple(_line(house, line, language) for line in ledger(house.records, supporter_id)),
        names_seen_by_campaign=names_seen(house.records, supporter_id),
        kept_until=house.election.day + timedelta(days=house.campaign.keep_days_after_election),
        looks=_looks(house, supporter_id),
    )


def _line(house: House, line: Line, language: Language) -> LedgerLine:
    if line.about:
        title = source_label(house, line.about, language)
        return LedgerLine(
            line.at, line.purpose, line.agreed, str(line.text_version), title, line.shown, line.text_sha256
        )
    text = text_of(line.text_sha256)
    words = (text.title, text.explanation) if text else ("", "")
    return LedgerLine(line.at, line.purpose, line.agreed, str(line.text_version), *words, line.text_sha256)


def _looks(house: House, supporter_id: SupporterId) -> tuple[SeenLine, ...]:
    """Who of the campaign saw what of hers, the newest first, at most twenty."""
    newest = acts_about(house.records, supporter_id)[: -_SHOWN_LOOKS - 1 : -1]
    wanted = {act.whom for act in newest}
    names: dict[str, str] = {
        contact.key: shown_name(open_contact(house, contact))
        for contact in house.graph.contacts_of(supporter_id)
        if contact.key in wanted
    }
    return tuple(SeenLine(act.at, act.who, act.what, names.get(act.whom, "")) for act in newest)


def source_label(house: House, source: str, language: Language) -> str:
    """What a source is called on her page."""
    labels = {provider.id: provider.label for provider in house.providers}
    own = {"file": "A contacts file", "typed": "Names you typed"}
    demo = labels.get("demo", source) if source.endswith(".google.json") else source
    return labels.get(source) or translate(own.get(source, demo), language)


def export_my_data(house: House, supporter_id: SupporterId) -> Mapping[str, object]:
    """Everything held of her that is hers, for the download: about her, her choices, her friends, her reports, who saw what."""
    supporter = supporter_of(house, supporter_id)
    return {
        "name": supporter.display_name,
        "email": supporter.email,
        "postal_code": supporter.postal_code,
        "phone": supporter.phone,
        "started_at": supporter.created_at.isoformat() if supporter.created_at else None,
        "consent": [_exported_line(house, line) for line in ledger(house.records, supporter_id)],
        "friends": [_exported(house, contact) for contact in house.graph.contacts_of(supporter_id)],
        "suggestions": [
            {"friend": ask.contact_key, "ask": ask.kind, "place": ask.rank, "reason": ask.reason}
            for ask in house.graph.asks_of(supporter_id)[: house.asks_per_supporter]
        ],
        "reports": [
            {"at": event.at.isoformat(), "what": event.kind, "friend": event.contact_key, "shared": event.is_shared}
            for event in house.graph.events(supporter_id=supporter_id)
        ],
        "seen_by_others": [
            {"at": act.at.isoformat(), "who": act.who, "what": act.what, "of": act.whom}
            for act in acts_about(house.records, supporter_id)
        ],
        "records": export_hers(house.records, supporter_id),
        "kept_until": (house.election.day + timedelta(days=house.campaign.keep_days_after_election)).isoformat(),
    }


def _exported_line(house: House, line: Line) -> dict[str, object]:
    """A line of the ledger with the whole text, so that the file can be read without us."""
    told = _line(house, line, "en")
    return {
        "at": line.at.isoformat(),
        "purpose": line.purpose,
        "source": line.about or None,
        "agreed": line.agreed,
        "language": line.language,
        "text_version": line.text_version,
        "text_sha256": line.text_sha256,
        "text": f"{told.title}. {told.words}" if not line.about else line.shown,
        "fields": list(line.fields),
        "scopes": list(line.scopes),
        "kept_until": line.kept_until or None,
        "campaign": house.campaign.name,
    }


def _exported(house: House, contact: Contact) -> dict[str, object]:
    record = open_contact(house, contact)
    return {
        "id": contact.key,
        "source": contact.source,
        "position": contact.position,
        "name": record.display_name,
        "phones": list(record.phones),
        "emails": list(record.emails),
        "places": [place.city or place.postal_code for place in record.places],
        "labels": list(record.labels),
    }
