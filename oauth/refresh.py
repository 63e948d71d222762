"""A token that is still good, whoever asks and however many at once: one refresh for all of them.

A provider that rotates refresh tokens takes the second use of one for theft and ends the whole grant (RFC 9700, 4.14.2), so
the turn to refresh is taken in the record of the connection itself, where every process sees it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from joserfc import jws
from joserfc.errors import JoseError

from graph.errors import ConflictError, NotAllowedError, NotFoundError
from graph.model import SupporterId
from graph.records import Record, RecordStore
from oauth.client import LOGIN_BOUNDS, oauth_client, open_wire, provider_failures, revoke
from oauth.connections import CONNECTION_KIND, SealedTokens, Sealer, connection_id, opened, sealed_value
from oauth.grant import tokens_of
from oauth.providers.base import Provider
from oauth.readers.documents import text_of
from oauth.transport import ProviderError

Clock = Callable[[], datetime]
Sleep = Callable[[float], None]

EARLY = timedelta(seconds=60)
TURN = timedelta(seconds=30)
"""Longer than a refresh may take, so that nobody takes a turn from somebody who still has it."""
_PAUSE_SECONDS = 0.05
_LOOKS = int(TURN.total_seconds() / _PAUSE_SECONDS) + 40


@dataclass(frozen=True, slots=True)
class _Asking:
    records: RecordStore
    vault: Sealer
    provider: Provider
    supporter: SupporterId
    clock: Clock
    transport: httpx2.BaseTransport | None

    def look(self) -> tuple[Record, SealedTokens]:
        """The connection as it stands. Raises ``NotAllowedError`` when there is none, or it has to be made again."""
        record = self.records.get(CONNECTION_KIND, connection_id(self.supporter, self.provider.id))
        if record is None or record.value.get("state") == "ended":
            raise reconnect(self.provider)
        return record, opened(self.vault, record, self.supporter, self.provider.id)


def fresh_token(
    records: RecordStore,
    vault: Sealer,
    provider: Provider,
    *,
    supporter: SupporterId,
    clock: Clock,
    transport: httpx2.BaseTransport | None = None,
    sleep: Sleep = time.sleep,
) -> str:
    """An access token that lives for another minute, refreshed by at most one of all who ask.

    Args:
        records: the campaign's records, where the turn is taken.
        vault: opens and seals the tokens.
        provider: whose token it is.
        supporter: whose connection.
        clock: the instant, aware and in UTC.
        transport: stands in for the network in tests.
        sleep: waits while another refreshes.

    Raises:
        NotAllowedError: there is no connection, or the provider ended it: she has to connect again.
        ProviderError: the provider could not be asked just now; nothing was lost.
        StoreError: the tokens do not open.
    """
    asking = _Asking(records, vault, provider, supporter, clock, transport)
    for _ in range(_LOOKS):
        record, kept = asking.look()
        now = clock()
        if kept.tokens.expires_at is None or kept.tokens.expires_at > now + EARLY:
            return kept.tokens.access_token
        if not kept.tokens.refresh_token:
            raise reconnect(provider)
        turn = None if _is_taken(record, now) else _take_turn(records, record, now)
        if turn is not None:
            return _refresh(asking, turn, kept)
        sleep(_PAUSE_SECONDS)
    raise ProviderError("The provider took too long.", thing=provider.id, reason="too_slow")


def reconnect(provider: Provider) -> NotAllowedError:
    """What is said of a connection that is over."""
    return NotAllowedError(
        f"{provider.label} no longer lets us read your contacts.",
        thing=provider.id,
        next_step="Connect it again, or bring your friends as a file.",
    )


def _is_taken(record: Record, now: datetime) -> bool:
    until = str(record.value.get("refreshing_until", ""))
    return bool(until) and datetime.fromisoformat(until) > now


def _take_turn(records: RecordStore, record: Record, now: datetime) -> Record | None:
    """The record with the turn written into it, or ``None`` when somebody else was faster."""
    value = {**record.value, "refreshing_until": (now + TURN).isoformat()}
    try:
        return records.put(CONNECTION_KIND, record.key, value, if_version=record.version)
    except ConflictError:
        return None


def _refresh(asking: _Asking, turn: Record, kept: SealedTokens) -> str:
    try:
        answer = _ask(asking, kept.tokens.refresh_token)
    except ProviderError as error:
        if error.reason != "invalid_grant":
            _settle(asking, turn, {**turn.value, "refreshing_until": ""})
            raise
        _settle(asking, turn, _ended(turn))
        raise reconnect(asking.provider) from None
    if _subject(answer) not in ("", kept.subject):
        _settle(asking, turn, _ended(turn))
        revoke(asking.provider, text_of(answer.get("access_token")), transport=asking.transport)
        raise reconnect(asking.provider)
    fresh = tokens_of(answer, asking.clock())
    fresh = replace(fresh, refresh_token=fresh.refresh_token or kept.tokens.refresh_token)
    return _keep(asking, turn, replace(kept, tokens=fresh))


def _keep(asking: _Asking, turn: Record, kept: SealedTokens) -> str:
    """Keep fresh tokens. She may have left or taken the connection back meanwhile: then they are given back too."""
    try:
        value = sealed_value(asking.vault.seal_again, asking.supporter, asking.provider.id, kept)
        _settle(asking, turn, {**turn.value, **value, "refreshing_until": ""})
    except (NotAllowedError, NotFoundError):
        revoke(asking.provider, kept.tokens.refresh_token, transport=asking.transport)
        raise reconnect(asking.provider) from None
    return kept.tokens.access_token


def _settle(asking: _Asking, turn: Record, value: dict[str, Any]) -> None:
    """Write down how the turn ended. Raises ``NotAllowedError`` when she took the connection back meanwhile."""
    try:
        asking.records.put(CONNECTION_KIND, turn.key, value, if_version=turn.version)
    except ConflictError:
        raise reconnect(asking.provider) from None


def _ended(turn: Record) -> dict[str, Any]:
    """The connection without its tokens: what it was is still shown, and nothing more can be asked with it."""
    return {**turn.value, "sealed": "", "state": "ended", "refreshing_until": ""}


def _subject(answer: Mapping[str, object]) -> str:
    """Whom a refreshed id_token names, when there is one (OpenID Connect Core 1.0, 12.2); it came from the provider itself."""
    token = answer.get("id_token")
    if token is None:
        return ""
    try:
        claims = json.loads(jws.extract_compact(text_of(token).encode()).payload)
    except (JoseError, ValueError):
        return "unreadable"
    return text_of(claims.get("sub")) if isinstance(claims, dict) else "unreadable"


def _ask(asking: _Asking, refresh_token: str) -> dict[str, object]:
    provider = asking.provider
    with (
        open_wire(provider, origins=provider.login_origins, bounds=LOGIN_BOUNDS, transport=asking.transport) as wire,
        provider_failures(provider),
        oauth_client(provider, wire=wire) as client,
    ):
        try:
            answer = client.refresh_token(provider.token_endpoint, refresh_token=refresh_token)
        except AuthlibBaseError as error:
            is_over = error.error == "invalid_grant"
            reason = "invalid_grant" if is_over else "refused"
            raise ProviderError("The provider refused.", thing=provider.id, reason=reason) from None
    if not text_of(answer.get("access_token")) or text_of(answer.get("token_type")).lower() != "bearer":
        raise ProviderError("The provider gave no token.", thing=provider.id, reason="no_token")
    return dict(answer)
