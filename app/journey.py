"""The product, in the order it happens. The file a newcomer reads first; every page, command and job calls it.

    login -> consent -> contacts -> graph -> match -> link -> rank -> allocate -> her list -> outcome

What a supporter sees and the work of finding are in ``app.friends``, what an organizer sees in ``app.organizing``, what is
held and how it ends in ``app.rights``; they are named here so that the pages know one place only.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from app.friends.choosing import chosen, offer, offered
from app.friends.circles import BROUGHT, OWN_VOTER, contact_of, open_code, open_contact, seal_contacts, supporter_of
from app.friends.ego import her_circles, supporter_reach
from app.friends.finding import FIND, find, note_progress
from app.friends.mine import (
    SAID,
    SEEN_CARD,
    all_friends,
    match_of,
    message_draft,
    progress,
    questions,
    supporter_list,
    token_voter,
)
from app.friends.ranking import RANK, rank
from app.friends.source_words import FILE, agree_to_source, source_choice
from app.friends.volume import count_volume
from app.house import House
from app.jobs import enqueue
from app.joining import admit, applicants, check_code, is_applicant, note_newcomer, turn_away
from app.organizing.calls import MAY_CALL, call_desk, note_called, remove_leader, ring_first, set_leader
from app.organizing.desk import desk_home, shared_asks
from app.organizing.measuring import measured_today
from app.organizing.new_file import what_changed
from app.organizing.people import known_people, known_person
from app.organizing.reach import reach
from app.organizing.study import note_written
from app.organizing.truth import town_truth
from app.rights.friend_pages import friend_page, held_of_friend
from app.rights.held import consent_choices, export_my_data, my_data
from app.rights.leaving import leave_out, leave_out_by_address, receipt, remove_source, withdraw
from app.translations import Language
from app.views.my_data import Receipt
from graph.errors import InputError, NotFoundError
from graph.model import (
    Candidate,
    Contact,
    ContactKey,
    ContactRecord,
    Event,
    Match,
    MatchStatus,
    Outcome,
    Purpose,
    Supporter,
    SupporterId,
)
from oauth.consent import MatchPermit, SharePermit, allows, consent_of, permitted, record_choices, require
from oauth.readers.reading import read_contacts
from oauth.readers.typed import read_typed

__all__ = [
    "admit",
    "agree",
    "agree_to_source",
    "all_friends",
    "answer_question",
    "applicants",
    "bring",
    "bring_typed",
    "call_desk",
    "choose",
    "consent_choices",
    "desk_home",
    "export_my_data",
    "find",
    "friend_answers",
    "friend_page",
    "held_of_friend",
    "her_circles",
    "is_applicant",
    "known_people",
    "known_person",
    "leave_out_by_address",
    "measured_today",
    "message_draft",
    "my_data",
    "note_called",
    "note_reading",
    "offer",
    "offer_file",
    "offered",
    "progress",
    "questions",
    "rank",
    "reach",
    "remove_leader",
    "remove_source",
    "report",
    "ring_first",
    "set_leader",
    "shared_asks",
    "source_choice",
    "start_supporter",
    "supporter_list",
    "supporter_reach",
    "town_truth",
    "turn_away",
    "undo",
    "what_changed",
    "withdraw",
]  # fmt: skip

_LONGEST_NAME = 120


def start_supporter(
    house: House, name: str, *, email: str, postal_code: str, phone: str, may_call: bool, code: str = ""
) -> SupporterId:
    """Somebody new, by what she says about herself. Raises ``InputError`` without a name or the campaign's code."""
    check_code(house, code)
    cleaned = " ".join(name.split())[:_LONGEST_NAME]
    if not cleaned:
        raise InputError("A name is missing.", next_step="Tell us what to call you.")
    supporter_id = SupporterId(f"s-{secrets.token_hex(8)}")
    supporter = Supporter(supporter_id, cleaned, email, phone, postal_code, created_at=house.clock())
    house.graph.put_supporter(supporter)
    note_newcomer(house, supporter_id)
    if may_call:
        house.records.put(MAY_CALL, supporter_id, {"at": house.clock().isoformat()})
    return supporter_id


def agree(house: House, supporter_id: SupporterId, choices: Mapping[Purpose, bool], language: Language) -> None:
    """Write down what she agreed to and what not; what she took back takes effect at once.

    Raises ``NotFoundError`` for somebody who has left.
    """
    supporter_of(house, supporter_id)
    record_choices(house.records, supporter_id, choices, language=language, at=house.clock(), source="page")
    if choices.get(Purpose.MATCH) is False:
        _forget_matches(house, supporter_id)


def _forget_matches(house: House, supporter_id: SupporterId) -> None:
    house.graph.replace_asks(supporter_id, ())
    unmatched = [Match(c.key, MatchStatus.NO_MATCH) for c in house.graph.contacts_of(supporter_id)]
    house.graph.put_matches(supporter_id, unmatched)
    house.records.delete(OWN_VOTER, supporter_id)


def bring(house: House, supporter_id: SupporterId, records: Iterable[ContactRecord]) -> int:
    """Keep contacts she brought, sealed, and have her friends found if she agreed to that; how many were kept.

    Raises ``InputError`` when it is more than one person may bring in a day.
    """
    records = list(records)
    count_volume(house, supporter_id, records, held=len(house.graph.contacts_of(supporter_id)))
    contacts = seal_contacts(house, supporter_id, records)
    _keep_contacts(house, supporter_id, contacts)
    house.records.put(BROUGHT, supporter_id, {"at": house.clock().isoformat()})
    if allows(consent_of(house.records, supporter_id, house.clock()), Purpose.MATCH):
        note_progress(house, supporter_id, state="waiting", read=len(contacts))
        enqueue(house.records, FIND, {"supporter_id": supporter_id}, now=house.clock())
    return len(contacts)


def _keep_contacts(house: House, supporter_id: SupporterId, contacts: Sequence[Contact]) -> None:
    """Keep them, unless she left meanwhile: then the key that sealing made for her goes too."""
    try:
        house.graph.put_contacts(supporter_id, contacts)
    except NotFoundError:
        house.vault.destroy(supporter_id)
        raise


def note_reading(house: House, supporter_id: SupporterId, *, read: int) -> None:
    """Say how many entries of her address book have come so far."""
    note_progress(house, supporter_id, state="running", read=read)


def offer_file(house: House, supporter_id: SupporterId, data: bytes) -> int:
    """Let the contacts of a file wait for her choice; how many. Raises ``NotAllowedError`` without ``match`` and a yes to
    the file, and ``InputError`` for a bad file.
    """
    permit: MatchPermit = require(consent_of(house.records, supporter_id, house.clock()), Purpose.MATCH, source=FILE)
    read = read_contacts(data, source=FILE)
    if not read.records:
        raise InputError(
            "No friend could be read from this file.", next_step="Export your contacts again, or type names."
        )
    return offer(house, permit, read.records)


def choose(house: House, supporter_id: SupporterId, places: Collection[int]) -> int:
    """Bring those of the waiting entries that she chose; how many. The others are gone."""
    records = chosen(house, supporter_id, places)
    return bring(house, supporter_id, records) if records else 0


def bring_typed(house: House, supporter_id: SupporterId, text: str) -> int:
    """Friends she typed, one a line: nothing is compared with any list unless she agreed to ``match``."""
    read = read_typed(text, source="typed")
    if not read.records:
        raise InputError("There is no name yet.", next_step="Write one friend on each line.")
    return bring(house, supporter_id, read.records)


def answer_question(house: House, supporter_id: SupporterId, key: ContactKey, answer: str) -> None:
    """Her answer to "is this your friend?": a card's token, ``none`` or ``not_sure``. It is final."""
    contact_of(house, supporter_id, key)
    today = f"{supporter_id}:{house.today}"
    seen = house.records.get(SEEN_CARD, today)
    house.records.put(SEEN_CARD, today, {"answered": int(seen.value["answered"]) + 1 if seen else 1})
    house.records.put(f"answered:{supporter_id}", key, {"answer": answer if answer in ("none", "not_sure") else "one"})
    if answer == "not_sure":
        return
    house.graph.put_matches(supporter_id, [_answered(house, supporter_id, key, answer)])
    enqueue(house.records, RANK, {"supporter_id": supporter_id}, now=house.clock(), key=f"{RANK}:{supporter_id}")


def _answered(house: House, supporter_id: SupporterId, key: ContactKey, answer: str) -> Match:
    if answer == "none":
        return Match(key, MatchStatus.REJECTED)
    voter = token_voter(house, supporter_id, key, answer)
    return Match(key, MatchStatus.CONFIRMED, (Candidate(voter, 1.0, ("you said so",)),))


def report(house: House, supporter_id: SupporterId, key: ContactKey, outcome: Outcome, share: bool | None) -> None:
    """What she says happened with a friend; the campaign learns the name only when she shares it."""
    contact = contact_of(house, supporter_id, key)
    voter = match_of(house, supporter_id, key)
    consent = consent_of(house.records, supporter_id, house.clock())
    permit: SharePermit | None = permitted(consent, Purpose.SHARE_RESULTS) if share else None
    if outcome is Outcome.ASKED_TO_STOP:
        leave_out(house, open_contact(house, contact), voter)
        voter = None
    house.graph.record_event(_told(Event(supporter_id, outcome, house.clock(), key, voter), permit))
    if outcome in (Outcome.SENT, Outcome.TALKED, Outcome.HAS_PLAN):
        note_written(house, supporter_id, key, voter)
    if outcome is Outcome.NOT_THIS_PERSON and voter is not None:
        house.graph.put_matches(supporter_id, [Match(key, MatchStatus.REJECTED, (Candidate(voter, 0.0),))])


def _told(event: Event, permit: SharePermit | None) -> Event:
    """The event as the campaign may see it: by name only with a permit of hers for that."""
    if permit is not None:
        permit.must_cover(Purpose.SHARE_RESULTS)
    return replace(event, is_shared=permit is not None)


def undo(house: House, supporter_id: SupporterId, key: ContactKey) -> None:
    """Take the last report about a friend back."""
    contact_of(house, supporter_id, key)
    house.records.put(f"undone:{supporter_id}", key, {"at": house.clock().isoformat()})
    note_written(house, supporter_id, key, match_of(house, supporter_id, key), undone=True)
    for match in house.graph.matches_of(supporter_id):
        if match.contact_key == key and match.status is MatchStatus.REJECTED and match.candidates:
            house.graph.put_matches(supporter_id, [Match(key, MatchStatus.CONFIRMED, match.candidates)])


def friend_answers(house: House, code: str, outcome: Outcome) -> Receipt:
    """A friend's own word behind the link: has voted, has a plan, or wants to be left out. Works at once."""
    supporter_id, key = open_code(house, code)
    contact = contact_of(house, supporter_id, key)
    voter = match_of(house, supporter_id, key)
    if outcome is not Outcome.LEFT:
        house.records.put(f"{SAID}:{supporter_id}", key, {"said": outcome})
        house.graph.record_event(Event(supporter_id, outcome, house.clock(), key, voter))
        return receipt(house, {})
    removed = leave_out(house, open_contact(house, contact), voter)
    house.graph.record_event(Event(supporter_id, Outcome.LEFT, house.clock(), key))
    return receipt(house, {"Links to a voter": removed.matches, "Suggestions to write": removed.asks})
