"""A supporter's connection to a provider: the tokens sealed, opened for one call, taken back when she leaves."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import httpx2

from graph.errors import ConflictError, KithError
from graph.model import SupporterId
from graph.records import Record, RecordStore
from oauth.client import revoke
from oauth.grant import Grant, Tokens
from oauth.providers.base import Provider

CONNECTION_KIND = "connection"
_TRIES = 5


Seal = Callable[[SupporterId, str, bytes], bytes]


class Sealer(Protocol):
    """The part of the vault that is needed here."""

    def seal(self, supporter: SupporterId, label: str, content: bytes) -> bytes:
        """The content sealed under the supporter's key, which is made when she has none, bound to the label."""

    def seal_again(self, supporter: SupporterId, label: str, content: bytes) -> bytes:
        """The same under the key that she has. Raises ``NotFoundError`` when it was destroyed: she left."""

    def open(self, supporter: SupporterId, label: str, sealed: bytes) -> bytes:
        """The content, if it was sealed for this supporter under this label."""


@dataclass(frozen=True, slots=True)
class SealedTokens:
    """What is sealed of a connection: the tokens, and whose account at the provider they are for."""

    tokens: Tokens
    subject: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Revocation:
    """What became of one connection: whether the provider confirmed that the grant is gone.

    ``token`` is what to ask again with: ``""`` when it is confirmed, when the provider takes nothing back, or when the
    token could not be opened.
    """

    provider_id: str
    is_confirmed: bool
    token: str = field(repr=False, default="")


def connection_id(supporter: SupporterId, provider_id: str) -> str:
    """The one connection of a supporter at a provider; connecting again replaces it."""
    return f"{provider_id}:{supporter}"


def keep_connection(records: RecordStore, vault: Sealer, *, grant: Grant, supporter: SupporterId, now: datetime) -> str:
    """Keep a grant with its tokens sealed; the connection's id, which is the source of its contacts.

    It takes the place of what the same account granted before. What another account of hers granted is not read from any
    more and stays beside it, sealed, until it is taken back with the rest.
    """
    name = connection_id(supporter, grant.provider_id)
    kept = SealedTokens(grant.tokens, grant.identity.subject)
    value = {
        "provider": grant.provider_id,
        "supporter": supporter,
        "scopes": sorted(grant.granted_scopes),
        "connected_at": now.isoformat(),
        "state": "open",
        "problem": "",
        "earlier": _of_other_accounts(vault, records.get(CONNECTION_KIND, name), grant, supporter),
        **sealed_value(vault.seal, supporter, grant.provider_id, kept),
    }
    records.put(CONNECTION_KIND, name, value)
    return name


def _of_other_accounts(vault: Sealer, record: Record | None, grant: Grant, supporter: SupporterId) -> list[str]:
    sealed = () if record is None else _all_sealed(record)
    subjects = ((one, _subject(vault, one, supporter, grant.provider_id)) for one in sealed)
    return [one for one, subject in subjects if subject not in ("", grant.identity.subject)]


def _all_sealed(record: Record) -> tuple[str, ...]:
    """The tokens that are read with, then those of other accounts."""
    return (str(record.value["sealed"]), *record.value.get("earlier", ()))


def _subject(vault: Sealer, sealed: str, supporter: SupporterId, provider_id: str) -> str:
    try:
        return str(_content(vault, sealed, supporter, provider_id).get("subject", ""))
    except KithError:
        return ""


def subject_of(records: RecordStore, vault: Sealer, supporter: SupporterId, provider_id: str) -> str:
    """Whose account at the provider a connection is for; ``""`` when there is none."""
    record = records.get(CONNECTION_KIND, connection_id(supporter, provider_id))
    return "" if record is None else opened(vault, record, supporter, provider_id).subject


def note_reading_ended(records: RecordStore, *, supporter: SupporterId, provider_id: str, problem: str) -> None:
    """Keep beside a connection how the last reading ended: ``""``, or one word when only a part was read."""
    record = records.get(CONNECTION_KIND, connection_id(supporter, provider_id))
    if record is None or record.value.get("problem") == problem:
        return
    with suppress(ConflictError):  # she connected again or took it back meanwhile: what was read then counts
        records.put(CONNECTION_KIND, record.key, {**record.value, "problem": problem}, if_version=record.version)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a connection stands: whether it can still be read from, and whether only a part was read the last time."""

    is_open: bool = False
    is_partial: bool = False


def standing_of(records: RecordStore, supporter: SupporterId, provider_id: str) -> Standing:
    """How her connection at a provider stands; nothing of it when there is none."""
    record = records.get(CONNECTION_KIND, connection_id(supporter, provider_id))
    if record is None:
        return Standing()
    return Standing(record.value.get("state") != "ended", bool(record.value.get("problem")))


def take_back_connections(
    records: RecordStore,
    vault: Sealer,
    providers: Iterable[Provider],
    *,
    supporter: SupporterId,
    transport: httpx2.BaseTransport | None = None,
) -> list[Revocation]:
    """Revoke at each provider and erase the tokens here, by provider in the order given.

    Erasure does not wait for a provider: what could not be revoked is erased all the same and said in the answer. Tokens
    that a refresh or another connection kept meanwhile are taken back too.
    """
    return [
        taken
        for provider in providers
        for taken in _taken_back(records, vault, provider, supporter=supporter, transport=transport)
    ]


def _taken_back(
    records: RecordStore,
    vault: Sealer,
    provider: Provider,
    *,
    supporter: SupporterId,
    transport: httpx2.BaseTransport | None,
) -> Iterator[Revocation]:
    """One answer for each grant that stood there until the record was gone."""
    key, revoked = connection_id(supporter, provider.id), set[str]()
    for left in reversed(range(_TRIES)):
        record = records.get(CONNECTION_KIND, key)
        if record is None:
            return
        for sealed in _all_sealed(record):
            if sealed not in revoked:
                yield _revoke(vault, sealed, supporter, provider, transport)
                revoked.add(sealed)
        with suppress(ConflictError):
            records.delete(CONNECTION_KIND, key, if_version=record.version if left else None)
            return


def _revoke(
    vault: Sealer, sealed: str, supporter: SupporterId, provider: Provider, transport: httpx2.BaseTransport | None
) -> Revocation:
    try:
        content = _content(vault, sealed, supporter, provider.id)
    except KithError:
        return Revocation(provider.id, is_confirmed=False)
    token = content["refresh"] or content["access"]
    if revoke(provider, token, transport=transport):
        return Revocation(provider.id, is_confirmed=True)
    return Revocation(provider.id, is_confirmed=False, token=token if provider.revocation_endpoint else "")


def sealed_value(seal: Seal, supporter: SupporterId, provider_id: str, kept: SealedTokens) -> dict[str, str]:
    """The fields of a connection's record that hold the tokens: sealed, and when they end. Raises what ``seal`` raises."""
    tokens = kept.tokens
    content = {"access": tokens.access_token, "refresh": tokens.refresh_token, "subject": kept.subject}
    sealed = seal(supporter, _label(provider_id), json.dumps(content).encode())
    ends = tokens.expires_at.isoformat() if tokens.expires_at else ""
    return {"sealed": base64.b64encode(sealed).decode(), "expires_at": ends}


def opened(vault: Sealer, record: Record, supporter: SupporterId, provider_id: str) -> SealedTokens:
    """What is sealed in a connection's record. Raises ``KithError`` when the vault cannot open it."""
    content = _content(vault, str(record.value["sealed"]), supporter, provider_id)
    ends = str(record.value["expires_at"])
    tokens = Tokens(content["access"], content["refresh"], datetime.fromisoformat(ends) if ends else None)
    return SealedTokens(tokens, str(content.get("subject", "")))


def _content(vault: Sealer, sealed: str, supporter: SupporterId, provider_id: str) -> dict[str, str]:
    content: dict[str, str] = json.loads(vault.open(supporter, _label(provider_id), base64.b64decode(sealed)))
    return content


def _label(provider_id: str) -> str:
    return f"tokens:{provider_id}"
