"""What is held of a friend who has no link: he asks with his address, a mail goes to it, and its link shows him.

The mail goes to whatever address was given, so that neither the page nor a silence says who is known here. Nobody's
address books are opened before the link came back. A supporter who brought him is not named: he may never have heard
from her, and that she helps is hers to tell.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from app.friends.circles import open_contact
from app.house import House
from app.limits import Limit, spend
from app.mail_asks import checked_address, end_ask, keep_ask, look_at_ask, opened_address, seal_address
from app.rights.friend_pages import held_of_contact
from app.sign_in import supporters_at
from app.translations import Language, translate
from app.views.rights import HeldByAddress, HeldOfFriend
from graph.digests import normalise_email, normalise_phone
from graph.errors import ConflictError, NotAllowedError
from graph.model import Contact, SupporterId
from oauth.suppression import is_suppressed

SEND_HELD = "send_held"
HELD_LINK = "held_link"
HELD_LIVES = timedelta(hours=1)
_DAY = timedelta(days=1)
FOR_ADDRESS = Limit("what is held, for an address", most=3, within=_DAY)
FOR_CALLER = Limit("what is held, for a caller", most=20)
FOR_EVERYBODY = Limit("what is held, for everybody", most=500, within=_DAY)
"""The campaign's mail server is nobody's tool to fill other people's boxes with."""


def ask_for_held(house: House, email: str, *, caller: str, language: Language) -> timedelta | None:
    """Have a link sent to this address; ``None``, or how long this caller has to wait.

    An address that was asked for too often is passed over in silence. Raises like ``sign_in.ask_for_link``.
    """
    address = checked_address(house, email)
    wait = spend(house, FOR_CALLER, caller)
    if wait is None and spend(house, FOR_ADDRESS, address) is None and spend(house, FOR_EVERYBODY, "") is None:
        keep_ask(house, SEND_HELD, address, language)
    return wait


def send_held(house: House, name: str) -> int:
    """Send the link that was asked for; how many mails went out.

    Raises:
        StoreError: the mail server cannot be used at the moment; the job tries again while the ask lives.
    """
    asked = look_at_ask(house, name)
    if asked is None or house.mail is None:
        return 0
    address, language = asked
    campaign = house.campaign.name
    lines = [
        translate("Somebody asked what {campaign} holds of whoever has this address.", language, campaign=campaign),
        f"{house.base_url}/held/{_make_link(house, address)}",
        translate("It works once, for an hour. If it was not you, do nothing: nothing is shown without it.", language),
        house.campaign.disclaimer,
    ]
    subject = translate("What {campaign} holds of you", language, campaign=campaign)
    house.mail.send(address, subject, "\n\n".join(lines) + "\n")
    end_ask(house, name)
    return 1


def look_at_held_link(house: House, token: str) -> None:
    """Raise ``NotAllowedError`` for a link that is no longer good; using it up is another step."""
    if house.records.get(HELD_LINK, hashed(token), now=house.clock()) is None:
        raise refused()


def use_up_link(house: House, token: str) -> str:
    """The address that a link was mailed to; afterwards it is good no more.

    Raises ``NotAllowedError`` for a link that is unknown, used or too old: the three look alike.
    """
    key = hashed(token)
    record = house.records.get(HELD_LINK, key, now=house.clock())
    try:
        is_mine = record is not None and house.records.delete(HELD_LINK, key, if_version=record.version)
    except ConflictError:
        is_mine = False
    if record is None or not is_mine:
        raise refused()
    return opened_address(house, key, str(record.value["sealed"]))


def held_by_address(house: House, address: str, language: Language) -> HeldByAddress:
    """What is held of whoever has this address, card by card; opens everybody's address books, once."""
    return held_of_cards(house, address, brought_with(house, address), language)


def held_of_cards(
    house: House, address: str, cards: Iterable[tuple[SupporterId, Contact]], language: Language, *, token: str = ""
) -> HeldByAddress:
    """What these cards tell whoever has this address. That he saw them stands in the audit."""
    wanted = normalise_email(address)
    return HeldByAddress(
        address=address,
        cards=tuple(_masked(held_of_contact(house, who, contact, language=language), wanted) for who, contact in cards),
        is_left_out=is_suppressed(house.install, house.vault, emails=(address,)),
        is_supporter=bool(supporters_at(house, address)),
        kept_until=house.election.day + timedelta(days=house.campaign.keep_days_after_election),
        token=token,
    )


def brought_with(house: House, address: str) -> Iterator[tuple[SupporterId, Contact]]:
    """Every card with this address and who brought it; opens everybody's address books."""
    wanted = normalise_email(address)
    for supporter in house.graph.supporters() if wanted else ():
        for contact in house.graph.contacts_of(supporter.supporter_id):
            if wanted in map(normalise_email, open_contact(house, contact).emails):
                yield supporter.supporter_id, contact


def _masked(held: HeldOfFriend, wanted: str) -> HeldOfFriend:
    """Without what he has not proved to be his: a card may be a family's."""
    return replace(
        held,
        phones=tuple(f"… {normalise_phone(phone)[-2:]}".rstrip() for phone in held.phones),
        emails=tuple(one if normalise_email(one) == wanted else f"{one[:1]}…" for one in held.emails),
    )


def _make_link(house: House, address: str) -> str:
    token = secrets.token_urlsafe(32)
    key = hashed(token)
    value = {"sealed": seal_address(house, key, address)}
    house.records.put(HELD_LINK, key, value, if_version=0, expires_at=house.clock() + HELD_LIVES)
    return token


def hashed(token: str) -> str:
    """The name under which a link is kept."""
    return hashlib.sha256(token[:100].encode()).hexdigest()


def refused() -> NotAllowedError:
    """What is said of every link that is no longer good."""
    return NotAllowedError(
        "This link is no longer good.", next_step="Ask for a new one on the page “What is held of me”."
    )
