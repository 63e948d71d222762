"""A supporter's connection to a provider: the tokens sealed, opened for one call, taken back when she leaves."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import httpx2

from graph.errors import KithError
from graph.model import SupporterId
from graph.records import Record, RecordStore
from oauth.client import revoke
from oauth.login import Grant, Tokens
from oauth.providers.base import Provider

CONNECTION_KIND = "connection"


class Sealer(Protocol):
    """The part of the vault that is needed here."""

    def seal(self, supporter: SupporterId, label: str, content: bytes) -> bytes:
        """The content sealed under the supporter's key, bound to the label."""

    def open(self, supporter: SupporterId, label: str, sealed: bytes) -> bytes:
        """The content, if it was sealed for this supporter under this label."""


@dataclass(frozen=True, slots=True)
class Revocation:
    """What became of one connection: whether the provider confirmed that the grant is gone."""

    provider_id: str
    is_confirmed: bool


def connection_id(supporter: SupporterId, provider_id: str) -> str:
    """The one connection of a supporter at a provider; connecting again replaces it."""
    return f"{provider_id}:{supporter}"


def keep_connection(records: RecordStore, vault: Sealer, *, grant: Grant, supporter: SupporterId, now: datetime) -> str:
    """Keep a grant with its tokens sealed; the connection's id, which is the source of its contacts."""
    name = connection_id(supporter, grant.provider_id)
    tokens = {"access": grant.tokens.access_token, "refresh": grant.tokens.refresh_token}
    sealed = vault.seal(supporter, _label(grant.provider_id), json.dumps(tokens).encode())
    value = {
        "provider": grant.provider_id,
        "supporter": supporter,
        "scopes": sorted(grant.granted_scopes),
        "connected_at": now.isoformat(),
        "expires_at": grant.tokens.expires_at.isoformat() if grant.tokens.expires_at else "",
        "sealed": base64.b64encode(sealed).decode(),
    }
    records.put(CONNECTION_KIND, name, value)
    return name


def open_tokens(records: RecordStore, vault: Sealer, *, supporter: SupporterId, provider_id: str) -> Tokens | None:
    """The tokens of a connection, or ``None`` when there is none.

    Raises:
        KithError: the vault could not open them (another supporter's, moved, cut, or her key is gone).
    """
    record = records.get(CONNECTION_KIND, connection_id(supporter, provider_id))
    return None if record is None else _tokens(vault, record, supporter, provider_id)


def take_back_connections(
    records: RecordStore,
    vault: Sealer,
    providers: Iterable[Provider],
    *,
    supporter: SupporterId,
    transport: httpx2.BaseTransport | None = None,
) -> list[Revocation]:
    """Revoke at each provider and erase the tokens here, by provider in the order given.

    Erasure does not wait for a provider: what could not be revoked is erased all the same and said in the answer.
    """
    done = []
    for provider in providers:
        record = records.get(CONNECTION_KIND, connection_id(supporter, provider.id))
        if record is None:
            continue
        is_confirmed = _revoke(vault, record, supporter, provider, transport)
        records.delete(CONNECTION_KIND, record.key)
        done.append(Revocation(provider.id, is_confirmed))
    return done


def _revoke(
    vault: Sealer, record: Record, supporter: SupporterId, provider: Provider, transport: httpx2.BaseTransport | None
) -> bool:
    try:
        tokens = _tokens(vault, record, supporter, provider.id)
    except KithError:
        return False
    return revoke(provider, tokens.refresh_token or tokens.access_token, transport=transport)


def _tokens(vault: Sealer, record: Record, supporter: SupporterId, provider_id: str) -> Tokens:
    value = record.value
    content = json.loads(vault.open(supporter, _label(provider_id), base64.b64decode(str(value["sealed"]))))
    ends = str(value["expires_at"])
    return Tokens(content["access"], content["refresh"], datetime.fromisoformat(ends) if ends else None)


def _label(provider_id: str) -> str:
    return f"tokens:{provider_id}"
