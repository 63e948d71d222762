"""What is read from each way of bringing friends, in the words that stand beside its button and in her ledger."""

from __future__ import annotations

from datetime import timedelta

from app.house import House
from app.rights.held import source_label
from app.translations import Language, long_date, translate
from graph.model import SupporterId
from oauth.source_consent import SourceChoice, record_source, source_text

_OF_PROVIDERS = ("names", "phone numbers", "e-mail addresses")
_OF_FILES = (*_OF_PROVIDERS, "places", "birthdays", "employers", "how you know them")
FILE = "file"


def source_choice(house: House, source: str, language: Language) -> SourceChoice:
    """What she agrees to with the button of a source: the same words on the page and in the ledger."""
    last_day = house.election.day + timedelta(days=house.campaign.keep_days_after_election)
    fields = _OF_FILES if source == FILE else _OF_PROVIDERS
    name = translate("your file", language) if source == FILE else source_label(house, source, language)
    scopes = next((provider.connect_scopes for provider in house.providers if provider.id == source), ())
    spoken = ", ".join(translate(field, language) for field in fields)
    shown = source_text(language).shown(source=name, fields=spoken, day=long_date(last_day, language))
    return SourceChoice(source, shown, fields, last_day, tuple(scopes))


def agree_to_source(
    house: House, supporter_id: SupporterId, source: str, language: Language, *, agreed: bool = True
) -> None:
    """Write into her ledger that this source may be read, or that she took it back."""
    choice = source_choice(house, source, language)
    record_source(house.records, supporter_id, choice, agreed=agreed, language=language, at=house.clock())
