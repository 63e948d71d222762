"""The page behind the link in a message: who wrote, for whom, and the dates that are everyone's."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, timedelta

from app.friends.circles import contact_of, open_code, open_contact, supporter_of
from app.friends.mine import latest_events, match_of
from app.house import House
from app.rights.held import source_label
from app.translations import Language, long_date, translate
from app.views.rights import FriendPage, HeldByAddress, HeldOfFriend
from graph.model import Contact, ContactRecord, Election, Outcome, SupporterId
from oauth.audit import acts_about, record_seen


def friend_page(house: House, code: str, language: Language) -> FriendPage:
    """What the friend sees; nothing on it tells more than the message did. Raises ``NotFoundError`` for a dead link."""
    supporter_id, key = open_code(house, code)
    contact_of(house, supporter_id, key)
    event = latest_events(house, supporter_id).get(key)
    answered = event.kind if event and event.kind in (Outcome.HAS_VOTED, Outcome.HAS_PLAN, Outcome.LEFT) else None
    return FriendPage(
        code=code,
        supporter_name=supporter_of(house, supporter_id).display_name,
        dates=election_dates(house.election, language, day=house.voting_day),
        lookup_url=house.election.lookup_url,
        answered=answered,
    )


def held_of_friend(house: House, code: str, language: Language) -> HeldOfFriend:
    """Everything that is held of the friend whose link this is, and by whom; his look stands in the audit.

    Others who brought somebody taken for the same voter are counted, never named: that they know him is theirs.
    Raises ``NotFoundError`` for a dead link.
    """
    supporter_id, key = open_code(house, code)
    return replace(
        held_of_contact(house, supporter_id, contact_of(house, supporter_id, key), language=language),
        code=code,
        supporter_name=supporter_of(house, supporter_id).display_name,
    )


def held_of_contact(house: House, supporter_id: SupporterId, contact: Contact, *, language: Language) -> HeldOfFriend:
    """The same of one card, with neither the code of a link nor the supporter's name; the look stands in the audit."""
    key, record = contact.key, open_contact(house, contact)
    voter = match_of(house, supporter_id, key)
    looks = [act for act in acts_about(house.records, supporter_id) if act.whom == key]
    record_seen(house.records, who=key, what="own_data", whom=key, at=house.clock(), of=supporter_id)
    events = (event for event in house.graph.events(supporter_id=supporter_id) if event.contact_key == key)
    return HeldOfFriend(
        code="",
        supporter_name="",
        source=source_label(house, contact.source, language),
        names=_names(record),
        phones=record.phones,
        emails=record.emails,
        places=tuple(filter(None, (place.city or place.postal_code for place in record.places))),
        labels=record.labels,
        is_linked=voter is not None,
        is_suggested=any(ask.contact_key == key for ask in house.graph.asks_of(supporter_id)),
        reports=tuple(event.kind for event in events),
        seen_by=len({act.who for act in looks}),
        others=0 if voter is None else len(set(house.graph.supporters_of(voter)) - {supporter_id}),
        kept_until=house.election.day + timedelta(days=house.campaign.keep_days_after_election),
    )


def exported(held: HeldOfFriend, *, campaign: str, day: date) -> dict[str, object]:
    """The same for machines, without the code that opens the page."""
    values = {name: value for name, value in asdict(held).items() if name not in ("code", "kept_until")}
    return {**_head(campaign, day), **values, "kept_until": held.kept_until.isoformat()}


def exported_by_address(held: HeldByAddress, *, campaign: str, day: date) -> dict[str, object]:
    """The same for machines of what an address shows: no supporter's name, no token."""
    hidden = ("code", "supporter_name", "kept_until")
    cards = [{name: value for name, value in asdict(card).items() if name not in hidden} for card in held.cards]
    return {
        **_head(campaign, day),
        "address": held.address,
        "cards": cards,
        "is_left_out": held.is_left_out,
        "is_supporter": held.is_supporter,
        "kept_until": held.kept_until.isoformat(),
    }


def _head(campaign: str, day: date) -> dict[str, object]:
    purpose = "to suggest whom a supporter may write to before the election"
    return {"campaign": campaign, "as_of": day.isoformat(), "purpose": purpose}


def _names(record: ContactRecord) -> tuple[str, ...]:
    parts = " ".join(filter(None, (record.given_name, record.middle_name, record.family_name)))
    return tuple(dict.fromkeys(filter(None, (record.display_name, parts, record.nickname))))


def election_dates(election: Election, language: Language, *, day: date) -> tuple[tuple[str, str], ...]:
    """The dates of the election table that are not over on ``day``, in order of the calendar, as label and day."""
    hours = f", {election.polls_open} – {election.polls_close}" if election.polls_open else ""
    days = (
        ("Register", election.registration_deadline, ""),
        ("Ask for a ballot by mail", election.ballot_request_deadline, ""),
        ("Mail your ballot", election.mail_ballot_due, ""),
        ("Vote early", election.early_voting_ends, ""),
        ("Election Day", election.day, hours),
    )
    return tuple(
        (translate(label, language), translate("until {day}", language, day=long_date(last, language)) + extra)
        if label != "Election Day"
        else (translate(label, language), long_date(last, language) + extra)
        for label, last, extra in days
        if last is not None and day <= last
    )
