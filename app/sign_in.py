"""A link by mail for whoever has no account to sign in with: asked for by anybody, sent only to a supporter's own address.

Asking does the same work whether the address is known or not; only the job that follows knows, and only the owner of the
address hears of it.
"""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.house import House
from app.jobs import enqueue
from app.joining import is_applicant
from app.limits import Limit, spend
from app.roles import Role
from app.translations import Language, translate
from app.web.sign_in_links import make_link
from graph.errors import InputError, UsageError
from graph.model import Supporter, SupporterId

LINK_ASK = "link_ask"
SEND_LINK = "send_link"
LIVES = timedelta(minutes=15)
FOR_ADDRESS = Limit("link for an address", most=3)
FOR_CALLER = Limit("links for a caller", most=20)
_NONCE_BYTES = 12
_LONGEST_ADDRESS = 254


def ask_for_link(house: House, email: str, *, caller: str, language: Language) -> timedelta | None:
    """Have a link sent to this address if it is a supporter's; ``None``, or how long this caller has to wait.

    An address that was asked for too often is passed over in silence.

    Raises:
        UsageError: the campaign has no mail server.
        InputError: this is no address.
    """
    if house.mail is None:
        raise UsageError("This campaign sends no mail.", next_step="Ask your organizer for a link.")
    address = email.strip().casefold()
    if "@" not in address or len(address) > _LONGEST_ADDRESS or len(address.split()) != 1:
        raise InputError("This is no e-mail address.", next_step="Write it as name@place.")
    wait = spend(house, FOR_CALLER, caller)
    if wait is None and spend(house, FOR_ADDRESS, address) is None:
        _keep_ask(house, address, language)
    return wait


def _keep_ask(house: House, address: str, language: Language) -> None:
    name, nonce, now = secrets.token_hex(8), secrets.token_bytes(_NONCE_BYTES), house.clock()
    sealed = base64.b64encode(nonce + _cipher(house).encrypt(nonce, address.encode(), name.encode())).decode()
    house.records.put(LINK_ASK, name, {"sealed": sealed, "language": language}, if_version=0, expires_at=now + LIVES)
    enqueue(house.records, SEND_LINK, {"ask": name}, now=now)


def send_link(house: House, name: str) -> int:
    """Send the link that was asked for; how many mails went out. Nobody of that address: none.

    Raises:
        StoreError: the mail server cannot be used at the moment; the job tries again while the ask lives.
    """
    record = house.records.get(LINK_ASK, name, now=house.clock())
    if record is None or house.mail is None:
        return 0
    address = _opened(house, name, str(record.value["sealed"]))
    hers = [one for one in house.graph.supporters() if address and one.email.strip().casefold() == address]
    if hers:
        newest = max(hers, key=lambda one: (one.created_at is not None, one.created_at, one.supporter_id))
        _send(house, newest, "es" if record.value["language"] == "es" else "en")
    house.records.delete(LINK_ASK, name)
    return len(hers[:1])


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


def _opened(house: House, name: str, text: str) -> str:
    sealed = base64.b64decode(text)
    try:
        return _cipher(house).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode()).decode()
    except (InvalidTag, ValueError):
        return ""


def _cipher(house: House) -> AESGCM:
    return AESGCM(house.vault.campaign_secret("link asks"))


def role_of(house: House, supporter_id: SupporterId) -> Role:
    """What somebody is who signs in by her own account or address."""
    return Role.APPLICANT if is_applicant(house, supporter_id) else Role.SUPPORTER
