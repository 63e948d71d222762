"""Phones, e-mails and names made comparable, and keyed so that they cannot be turned back.

Plain hashes of phone numbers are worthless (all of North America's fit in two core-hours); every digest here takes a
key. Pure; empty input gives an empty result.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

import numpy as np
import phonenumbers
from numpy.typing import NDArray

from graph.model import CampaignId, ContactKey, ContactRecord, SupporterId

_NOT_DIGIT = re.compile(r"\D")
_LONGEST_PHONE = 40
_LONGEST_EMAIL = 254
_DIGEST_BYTES = 8
_NAME_BYTES = 16
_HASH_BLOCK = 64


def normalise_phone(text: str, *, region: str = "US") -> str:
    """The number as ``+15551234567``, or ``""`` when it is none.

    Ten-digit North American numbers, nearly all of a file, are read without the library, which is 100 times slower.
    """
    text = text[:_LONGEST_PHONE]
    digits = _NOT_DIGIT.sub("", text)
    if (region == "US" and "+" not in text) or digits.startswith("1"):
        national = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
        if len(national) == 10 and national[0] in "23456789" and national[3] in "23456789":
            return f"+1{national}"
    return _parsed_phone(text, region)


def _parsed_phone(text: str, region: str) -> str:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    possible = phonenumbers.is_possible_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if possible else ""


def area_code(phone: str) -> int:
    """The area code of a normalised North American number, else 0."""
    return int(phone[2:5]) if len(phone) == 12 and phone.startswith("+1") else 0


def normalise_email(text: str) -> str:
    """The address in lower case, without the dots and ``+tags`` that Gmail ignores; ``""`` when it is none."""
    address = text.strip().lower()[:_LONGEST_EMAIL]
    local, at, domain = address.rpartition("@")
    if not (at and local and "." in domain) or " " in address:
        return ""
    if domain in ("gmail.com", "googlemail.com", "gmail.example"):
        local, domain = local.split("+", 1)[0].replace(".", ""), domain.replace("googlemail", "gmail")
    return f"{local}@{domain}" if local else ""


def keyed_digest(key: bytes, text: str) -> int:
    """A 64-bit keyed digest (BLAKE2b) of a normalised phone or e-mail, for columns and joins."""
    keyed = _keyed(key).copy()
    keyed.update(text.encode())
    return int.from_bytes(keyed.digest(), "big")


def keyed_digests(key: bytes, texts: Iterable[str]) -> NDArray[np.uint64]:
    """``keyed_digest`` of each text, in their order."""
    keyed = _keyed(key)
    digests = bytearray()
    for text in texts:
        one = keyed.copy()
        one.update(text.encode())
        digests += one.digest()
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64)


@lru_cache(maxsize=64)
def _keyed(key: bytes) -> hashlib.blake2b:
    """The digest with its key worked in, which takes as long as the digest itself; to be copied, never fed."""
    return hashlib.blake2b(key=key[:64], digest_size=_DIGEST_BYTES)


def keyed_name(key: bytes, *parts: str) -> str:
    """An HMAC-SHA-256 over parts, as 32 hex digits: for keys of records and for suppression."""
    message = "\x1f".join(parts).encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()[: 2 * _NAME_BYTES]


def found_names(key: bytes, before: Sequence[str], texts: Iterable[bytes], names: Collection[str]) -> dict[str, int]:
    """Which text has which of ``names`` as its ``keyed_name(key, *before, text)``: the last place of each that has, in their order.

    A quarter of the work of making every name: the key and the parts before are worked in once for all of them (HMAC's own two
    hashes: Krawczyk, Bellare and Canetti 1997, RFC 2104).
    """
    inner, outer = _hmac_started(key, "".join(f"{part}\x1f" for part in before).encode())
    wanted = {bytes.fromhex(name): name for name in names}
    found: dict[str, int] = {}
    for at, text in enumerate(texts):
        one, whole = inner.copy(), outer.copy()
        one.update(text)
        whole.update(one.digest())
        if (digest := whole.digest()[:_NAME_BYTES]) in wanted:
            found[wanted[digest]] = at
    return found


def _hmac_started(key: bytes, start: bytes) -> tuple[hashlib._Hash, hashlib._Hash]:
    short = key if len(key) <= _HASH_BLOCK else hashlib.sha256(key).digest()
    padded = short.ljust(_HASH_BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in padded) for pad in (0x36, 0x5C))
    return hashlib.sha256(inner + start), hashlib.sha256(outer)


def contact_key(key: bytes, campaign: CampaignId, supporter: SupporterId, record: ContactRecord) -> ContactKey:
    """The key of a contact inside one supporter: the provider's id when there is one, else name, phone and e-mail.

    The same entry brought again has the same key, so that a re-import updates; no two supporters share one.
    """
    identity: tuple[str, ...]
    if record.provider_id:
        identity = ("id", record.provider_id)
    else:
        phones = sorted(filter(None, map(normalise_phone, record.phones)))
        emails = sorted(filter(None, map(normalise_email, record.emails)))
        identity = ("seen", record.display_name.casefold(), *phones, *emails)
    return ContactKey(keyed_name(key, campaign, supporter, record.kind, *identity))
