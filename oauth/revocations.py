"""Grants that a provider would not take back when she left: kept sealed for a week, and asked for again.

Her own key is gone by then, so the token is sealed under a secret of the campaign; nothing beside it says whose it was.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

import httpx2
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from graph.errors import ConflictError
from graph.records import RecordStore
from oauth.client import revoke
from oauth.connections import Revocation
from oauth.providers.base import Provider

REVOCATION_KIND = "revocation"
LONGEST = timedelta(days=7)
_NONCE_BYTES = 12
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 60, 6 * 3600


class Secrets(Protocol):
    """The part of the vault that is needed here."""

    def campaign_secret(self, purpose: str) -> bytes:
        """32 bytes of this campaign's and this purpose's alone."""


def keep_for_later(records: RecordStore, vault: Secrets, left: Revocation, *, now: datetime) -> str:
    """Keep what is needed to ask again; the id of it. It is gone after a week, whatever the provider says."""
    name, nonce = secrets.token_hex(8), secrets.token_bytes(_NONCE_BYTES)
    sealed = nonce + _cipher(vault).encrypt(nonce, left.token.encode(), _place(name, left.provider_id))
    value = {"provider": left.provider_id, "tries": 1, "sealed": base64.b64encode(sealed).decode()}
    records.put(REVOCATION_KIND, name, value, if_version=0, expires_at=now + LONGEST)
    return name


def ask_again(
    records: RecordStore,
    vault: Secrets,
    providers: Iterable[Provider],
    name: str,
    *,
    now: datetime,
    transport: httpx2.BaseTransport | None = None,
) -> datetime | None:
    """Ask the provider once more. ``None`` when it is over: confirmed, past its week, or nobody to ask; else when to ask next.

    Everything that is over is erased here.
    """
    record = records.get(REVOCATION_KIND, name, now=now)
    if record is None:
        return None
    provider = next((one for one in providers if one.id == record.value["provider"]), None)
    token = _token(vault, name, str(record.value["provider"]), str(record.value["sealed"]))
    if provider is None or not token or revoke(provider, token, transport=transport):
        records.delete(REVOCATION_KIND, name)
        records.scrub()
        return None
    tries = int(record.value["tries"])
    try:
        value = {**record.value, "tries": tries + 1}
        records.put(REVOCATION_KIND, name, value, if_version=record.version, expires_at=record.expires_at)
    except ConflictError:
        return None  # another worker asks for the same, and goes on
    return now + timedelta(seconds=min(_FIRST_WAIT_SECONDS * 4 ** min(tries, 8), _LONGEST_WAIT_SECONDS))


def _token(vault: Secrets, name: str, provider_id: str, text: str) -> str:
    sealed = base64.b64decode(text)
    try:
        opened = _cipher(vault).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _place(name, provider_id))
    except (InvalidTag, ValueError):
        return ""
    return opened.decode()


def _cipher(vault: Secrets) -> AESGCM:
    return AESGCM(vault.campaign_secret("revocations"))


def _place(name: str, provider_id: str) -> bytes:
    return f"{name}\x1f{provider_id}".encode()
