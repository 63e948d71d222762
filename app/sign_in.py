"""A link by mail for whoever has no account to sign in with: asked for by anybody, sent only to a supporter's own address."""

from __future__ import annotations

from datetime import timedelta

from app.house import House
from app.joining import is_applicant
from app.limits import Limit, spend
from app.mail_asks import LINK_ASK, LIVES, checked_address, end_ask, keep_ask, look_at_ask
from app.roles import Role
from app.translations import Language, translate
from app.web.sign_in_links import make_link
from graph.model import Supporter, SupporterId

__all__ = ["LINK_ASK", "SEND_LINK", "ask_for_link", "role_of", "send_link"]

SEND_LINK = "send_link"
FOR_ADDRESS = Limit("link for an address", most=3)
FOR_CALLER = Limit("links for a caller", most=20)


def ask_for_link(house: House, email: str, *, caller: str, language: Language) -> timedelta | None:
    """Have a link sent to this address if it is a supporter's; ``None``, or how long this caller has to wait.

    An address that was asked for too often is passed over in silence.

    Raises:
        UsageError: the campaign has no mail server.
        InputError: this is no address.
    """
    address = checked_address(house, email)
    wait = spend(house, FOR_CALLER, caller)
    if wait is None and spend(house, FOR_ADDRESS, address) is None:
        keep_ask(house, SEND_LINK, address, language)
    return wait


def send_link(house: House, name: str) -> int:
    """Send the link that was asked for; how many mails went out. Nobody of that address: none.

    Raises:
        StoreError: the mail server cannot be used at the moment; the job tries again while the ask lives.
    """
    asked = look_at_ask(house, name)
    if asked is None:
        return 0
    address, language = asked
    hers = supporters_at(house, address)
    if hers:
        newest = max(hers, key=lambda one: (one.created_at is not None, one.created_at, one.supporter_id))
        _send(house, newest, language)
    end_ask(house, name)
    return len(hers[:1])


def supporters_at(house: House, address: str) -> list[Supporter]:
    """The supporters who gave this address."""
    return [one for one in house.graph.supporters() if address and one.email.strip().casefold() == address]


def _send(house: House, supporter: Supporter, language: Language) -> None:
    assert house.mail is not None  # noqa: S101 - the caller looked
    now = house.clock()
    who = supporter.supporter_id
    token = make_link(
        house.records, supporter_id=who, role=role_of(house, who), now=now, expires=now + LIVES, is_single_use=True
    )
    campaign = house.campaign.name
    lines = [
        translate("Somebody asked for a link to sign in at {campaign} with this address.", language, campaign=campaign),
        f"{house.base_url}/enter/{token}",
        translate("It works once, for 15 minutes. If it was not you, do nothing: nobody gets in without it.", language),
        house.campaign.disclaimer,
    ]
    subject = translate("Your link to sign in at {campaign}", language, campaign=campaign)
    house.mail.send(supporter.email.strip(), subject, "\n\n".join(lines) + "\n")


def role_of(house: House, supporter_id: SupporterId) -> Role:
    """What somebody is who signs in by her own account or address."""
    return Role.APPLICANT if is_applicant(house, supporter_id) else Role.SUPPORTER
