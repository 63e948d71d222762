"""What somebody asks for by an address: it waits sealed for the job that sends the mail, and nobody hears who is known.

Asking does the same work whether the address is known or not; only the job that follows may look, and only the owner of
the address hears of it.
"""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.house import House
from app.jobs import enqueue
from app.translations import Language
from graph.errors import InputError, UsageError

LINK_ASK = "link_ask"
LIVES = timedelta(minutes=15)
_NONCE_BYTES = 12
_LONGEST_ADDRESS = 254


def checked_address(house: House, email: str) -> str:
    """The address as it is compared.

    Raises:
        UsageError: the campaign has no mail server.
        InputError: this is no address.
    """
    if house.mail is None:
        raise UsageError("This campaign sends no mail.", next_step="Ask your organizer for a link.")
    address = email.strip().casefold()
    if "@" not in address or len(address) > _LONGEST_ADDRESS or len(address.split()) != 1:
        raise InputError("This is no e-mail address.", next_step="Write it as name@place.")
    return address


def keep_ask(house: House, job: str, address: str, language: Language) -> None:
    """Have a job of this kind do what was asked for, within ``LIVES``."""
    name, now = secrets.token_hex(8), house.clock()
    value = {"sealed": seal_address(house, name, address), "language": language}
    house.records.put(LINK_ASK, name, value, if_version=0, expires_at=now + LIVES)
    enqueue(house.records, job, {"ask": name}, now=now)


def look_at_ask(house: House, name: str) -> tuple[str, Language] | None:
    """The address and the language of what was asked for; ``None`` when it is over, or no mail can be sent."""
    record = house.records.get(LINK_ASK, name, now=house.clock())
    if record is None or house.mail is None:
        return None
    return opened_address(house, name, str(record.value["sealed"])), "es" if record.value["language"] == "es" else "en"


def end_ask(house: House, name: str) -> None:
    """Done: nothing of it stays."""
    house.records.delete(LINK_ASK, name)


def seal_address(house: House, name: str, address: str) -> str:
    """An address sealed for one record, whose name opens it again."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return base64.b64encode(nonce + _cipher(house).encrypt(nonce, address.encode(), name.encode())).decode()


def opened_address(house: House, name: str, text: str) -> str:
    """The address again; ``""`` when it was sealed for another record."""
    sealed = base64.b64decode(text)
    try:
        return _cipher(house).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode()).decode()
    except (InvalidTag, ValueError):
        return ""


def _cipher(house: House) -> AESGCM:
    return AESGCM(house.vault.campaign_secret("link asks"))
