"""What a supporter sees: her list, all she brought, the questions, a message. Read only, but for the audit of looks.

A friend is what she brought, one plain reason and an ask; held out, unmatched, opted out and voted all look alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from app.friends import messages
from app.friends.circles import contact_of, friend_code, open_contact, supporter_of
from app.friends.finding import PROGRESS
from app.friends.messages import Platform
from app.friends.ranking import asks_now, listed
from app.friends.words import brought, by_name, first_name, has_name, initials, shown_name, state_words
from app.house import House
from app.steps import age_band, registered_name
from app.translations import Language, long_date, translate
from app.views.supporter import (
    BroughtFriend,
    CandidateChoice,
    FriendCard,
    MessageDraft,
    Progress,
    Question,
    SupporterList,
)
from app.voter_file import voters_of
from graph.digests import keyed_name, normalise_phone
from graph.errors import NotFoundError
from graph.model import Ask, AskKind, Contact, ContactKey, Event, MatchStatus, Outcome, SupporterId, VoterRef
from graph.voters import VoterColumns
from matching.questions import Question as Doubt
from matching.questions import questions as worth_asking
from oauth.audit import record_seen
from prioritization.elections import last_day, possible_asks
from prioritization.quiet import is_quiet

QUESTIONS_A_DAY = 7
SEEN_CARD = "friend_card"
SAID = "friend_said"
_PUT_AWAY = frozenset({Outcome.NOT_THIS_PERSON, Outcome.LATER, Outcome.ASKED_TO_STOP, Outcome.LEFT})


def progress(house: House, supporter_id: SupporterId) -> Progress:
    """How far finding her friends is; ``done`` with no counts before anything was brought."""
    record = house.records.get(PROGRESS, supporter_id)
    return Progress(**record.value) if record else Progress(state="done")


def supporter_list(house: House, supporter_id: SupporterId, language: Language) -> SupporterList:
    """Her five friends: the open ones by rank, then those she has dealt with."""
    contacts = {contact.key: contact for contact in house.graph.contacts_of(supporter_id)}
    latest = latest_events(house, supporter_id)
    everything = [ask for ask in asks_now(house, supporter_id) if ask.contact_key in contacts]
    asks = [ask for ask in everything if ask.kind is not AskKind.INVITE]
    invited = next((a for a in everything if a.kind is AskKind.INVITE and a.contact_key not in latest), None)
    said_voted = {r.key for r in house.records.all(f"{SAID}:{supporter_id}") if r.value["said"] == Outcome.HAS_VOTED}
    done = [
        ask
        for ask in asks
        if (event := latest.get(ask.contact_key)) is not None
        and event.kind not in _PUT_AWAY
        and ask.contact_key not in said_voted
    ]
    waiting = [ask for ask in asks if ask.contact_key not in latest]
    slots = house.asks_per_supporter
    open_asks = waiting[: max(slots - len(done), 0)]
    _seen(house, supporter_id, "list", (ask.contact_key for ask in (*open_asks, *done)))
    return SupporterList(
        open_cards=tuple(_card(house, ask, contacts[ask.contact_key], None, language) for ask in open_asks),
        done_cards=tuple(_card(house, a, contacts[a.contact_key], latest[a.contact_key], language) for a in done),
        slots=min(slots, len(open_asks) + len(done)),
        friends_brought=len(contacts),
        questions_waiting=len(_uncertain(house, supporter_id)),
        deadline_sentence=deadline(house, language),
        explored=any("by_chance" in ask.factors for ask in open_asks),
        kept_until=house.election.day + timedelta(days=house.campaign.keep_days_after_election),
        invitation=_card(house, invited, contacts[invited.contact_key], None, language) if invited else None,
    )


def latest_events(house: House, supporter_id: SupporterId) -> dict[ContactKey, Event]:
    """The last thing reported of each friend of hers; nothing once it was undone."""
    latest: dict[ContactKey, Event] = {}
    for event in house.graph.events(supporter_id=supporter_id):
        if event.contact_key is not None:
            latest[event.contact_key] = event
    undone = {record.key: record.value["at"] for record in house.records.all(f"undone:{supporter_id}")}
    return {key: event for key, event in latest.items() if undone.get(key, "") < event.at.isoformat()}


def _card(house: House, ask: Ask, contact: Contact, event: Event | None, language: Language) -> FriendCard:
    record = open_contact(house, contact)
    return FriendCard(
        key=contact.key,
        name=shown_name(record),
        first_name=first_name(record),
        initials=initials(record),
        brought=brought(record, contact.relationship_type, language),
        reason=reason(ask, language),
        until=until(house, ask.kind, language),
        ask=ask.kind,
        state=event.kind if event else None,
        state_words=state_words(event, house.clock(), language),
    )


_NOW_WORDS = {
    AskKind.REGISTER: "Registration is open",
    AskKind.REQUEST_BALLOT: "A ballot by mail can be asked for",
    AskKind.VOTE_EARLY: "Early voting is open",
    AskKind.RETURN_BALLOT: "Ballots can be mailed",
    AskKind.CURE: "Ballots can be put right",
    AskKind.VOTE: "Votes can be cast",
    AskKind.INVITE: "Perhaps this friend would like to help too.",
}


def reason(ask: Ask, language: Language) -> str:
    """How she knows the friend, and what is possible now; its date stands on the tag beside it."""
    how_known = ask.reason.split(". ", 1)[0].removesuffix(".") + "."
    return f"{translate(how_known, language)} {translate(_NOW_WORDS[ask.kind], language)}"


def until(house: House, ask: AskKind, language: Language) -> str:
    """The tag with the date of an ask, such as ``until Saturday, October 31``; ``""`` for what has none."""
    if ask is AskKind.INVITE:
        return ""
    day = last_day(house.election, ask)
    if day == house.today:
        return translate("today", language)
    return translate("until {day}", language, day=long_date(day, language))


def deadline(house: House, language: Language, ask: AskKind | None = None) -> str:
    """The date of an ask in one sentence; without an ask the next date for voting. Empty after the election."""
    before_voting = (AskKind.REGISTER, AskKind.REQUEST_BALLOT)
    kinds = [kind for kind in possible_asks(house.election, house.voting_day) if kind not in before_voting]
    if not kinds:
        return ""
    kind = ask or kinds[0]
    if kind is AskKind.INVITE:
        return ""
    sentences = {
        AskKind.REGISTER: "You can register until {day}.",
        AskKind.REQUEST_BALLOT: "You can ask for a ballot by mail until {day}.",
        AskKind.VOTE_EARLY: "Early voting ends {day}.",
        AskKind.RETURN_BALLOT: "Ballots by mail are due {day}.",
        AskKind.CURE: "Ballots can be put right until {day}.",
        AskKind.VOTE: "Election day is {day}.",
    }
    return translate(sentences[kind], language, day=long_date(last_day(house.election, kind), language))


def all_friends(house: House, supporter_id: SupporterId, language: Language) -> tuple[BroughtFriend, ...]:
    """Everybody she brought, by name. Who is not listed is not explained."""
    on_her_list = {ask.contact_key for ask in listed(house, supporter_id)}
    friends = []
    for contact in house.graph.contacts_of(supporter_id):
        record = open_contact(house, contact)
        words = brought(record, contact.relationship_type, language)
        name = shown_name(record)
        friends.append(BroughtFriend(contact.key, name, initials(record), words, contact.key in on_her_list))
    _seen(house, supporter_id, "all_friends", (friend.key for friend in friends))
    return tuple(sorted(friends, key=lambda friend: (by_name(friend.name), friend.key)))


def _seen(house: House, supporter_id: SupporterId, what: str, keys: Iterable[ContactKey]) -> None:
    """Her own looks at her friends' cards stand in the audit too: whoever has her link would leave a trace."""
    record_seen(house.records, who=supporter_id, what=what, whom=list(keys), at=house.clock(), of=supporter_id)


def _uncertain(house: House, supporter_id: SupporterId) -> Sequence[Doubt]:
    latest = latest_events(house, supporter_id)
    matches = [m for m in house.graph.matches_of(supporter_id) if m.contact_key not in latest]
    asked_today = house.records.get(SEEN_CARD, f"{supporter_id}:{house.today}")
    left = QUESTIONS_A_DAY - (int(asked_today.value["answered"]) if asked_today else 0)
    answered = {ContactKey(record.key) for record in house.records.all(f"answered:{supporter_id}")}
    nameless = {
        contact.key for contact in house.graph.contacts_of(supporter_id) if not has_name(open_contact(house, contact))
    }
    return worth_asking(matches, expected_gain=None, limit=max(left, 0), answered=answered | nameless)


def questions(house: House, supporter_id: SupporterId, language: Language) -> tuple[Question, ...]:
    """At most seven cards a day "is this your friend?"; showing one is written into the audit."""
    uncertain = _uncertain(house, supporter_id)
    if not uncertain:
        return ()
    columns = voters_of(house).columns
    contacts = {contact.key: contact for contact in house.graph.contacts_of(supporter_id)}
    shown = []
    for asked in uncertain:
        contact = contacts[asked.contact_key]
        record = open_contact(house, contact)
        candidates = tuple(_choice(house, columns, supporter_id, c.voter) for c in asked.candidates)
        words = brought(record, contact.relationship_type, language)
        shown.append(Question(contact.key, shown_name(record), initials(record), words, candidates))
    _seen(house, supporter_id, SEEN_CARD, (question.key for question in shown))
    return tuple(shown)


def _choice(house: House, columns: VoterColumns, supporter_id: SupporterId, ref: VoterRef) -> CandidateChoice:
    row = columns.row(ref)
    town, year = ("", 0) if row is None else (columns.city[row].title(), int(columns.birth_year[row]))
    token = choice_token(house, supporter_id, ref)
    return CandidateChoice(token, registered_name(columns, ref), town, age_band(year, house.today.year))


def choice_token(house: House, supporter_id: SupporterId, ref: VoterRef) -> str:
    """Stands for a voter on one supporter's cards only, so that no state id reaches a page."""
    return keyed_name(house.vault.campaign_secret("links"), "choice", supporter_id, str(ref))


def message_draft(
    house: House, supporter_id: SupporterId, key: ContactKey, wording: int, language: Language, platform: Platform
) -> MessageDraft:
    """The message to one friend, ready to be changed. She may write to anybody she brought, listed or not."""
    record = open_contact(house, contact_of(house, supporter_id, key))
    _seen(house, supporter_id, "message", [key])
    ask = next((ask.kind for ask in asks_now(house, supporter_id) if ask.contact_key == key), AskKind.VOTE)
    link = f"{house.base_url}/f/{friend_code(house, supporter_id, key)}"
    supporter = supporter_of(house, supporter_id)
    greeting = messages.Greeting(
        first_name(record), supporter.display_name.split(" ")[0], house.campaign.candidate, link
    )
    texts = messages.wordings(greeting, ask, when=deadline(house, language, ask), language=language)
    chosen = wording % len(texts)
    phone = next(filter(None, map(normalise_phone, record.phones)), "")
    email = record.emails[0] if record.emails else ""
    ways = messages.channels(texts[chosen], phone=phone, email=email, platform=platform, language=language)
    late = is_quiet(house.election, house.clock())
    return MessageDraft(key, first_name(record), shown_name(record), texts, chosen, link, ways, is_quiet=late)


def match_of(house: House, supporter_id: SupporterId, key: ContactKey) -> VoterRef | None:
    """Whom a contact of hers is taken for, or ``None``. Raises ``NotFoundError`` for a key that is not hers."""
    contact_of(house, supporter_id, key)
    for match in house.graph.matches_of(supporter_id):
        if match.contact_key == key:
            return match.voter if match.status is not MatchStatus.REJECTED else None
    return None


def token_voter(house: House, supporter_id: SupporterId, key: ContactKey, token: str) -> VoterRef:
    """The voter behind a card's token. Raises ``NotFoundError`` when the card did not offer it."""
    for match in house.graph.matches_of(supporter_id):
        if match.contact_key == key:
            for candidate in match.candidates:
                if choice_token(house, supporter_id, candidate.voter) == token:
                    return candidate.voter
    raise NotFoundError("This card is no longer open.", next_step="Go back to the questions.")
