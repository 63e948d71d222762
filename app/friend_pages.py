"""The page behind the link in a message: who wrote, for whom, and the dates that are everyone's."""

from __future__ import annotations

from app.circles import contact_of, open_code, supporter_of
from app.house import House
from app.mine import latest_events
from app.translations import Language, long_date, translate
from app.views import FriendPage
from graph.model import Election, Outcome


def friend_page(house: House, code: str, language: Language) -> FriendPage:
    """What the friend sees; nothing on it tells more than the message did. Raises ``NotFoundError`` for a dead link."""
    supporter_id, key = open_code(house, code)
    contact_of(house, supporter_id, key)
    event = latest_events(house, supporter_id).get(key)
    answered = event.kind if event and event.kind in (Outcome.HAS_VOTED, Outcome.HAS_PLAN, Outcome.LEFT) else None
    return FriendPage(
        code=code,
        supporter_name=supporter_of(house, supporter_id).display_name,
        dates=election_dates(house.election, language),
        lookup_url=house.election.lookup_url,
        answered=answered,
    )


def election_dates(election: Election, language: Language) -> tuple[tuple[str, str], ...]:
    """The dates of the election table in order of the calendar, as label and day."""
    hours = f", {election.polls_open} – {election.polls_close}" if election.polls_open else ""
    days = (
        ("Register", election.registration_deadline, ""),
        ("Mail your ballot", election.mail_ballot_due, ""),
        ("Vote early", election.early_voting_ends, ""),
        ("Election Day", election.day, hours),
    )
    return tuple(
        (translate(label, language), translate("until {day}", language, day=long_date(day, language)) + extra)
        if label != "Election Day"
        else (translate(label, language), long_date(day, language) + extra)
        for label, day, extra in days
        if day is not None
    )
