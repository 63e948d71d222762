"""What a provider gives when somebody agrees: who she is, what was granted, and the tokens to call it with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from graph.model import SupporterId
from oauth.id_token import Identity
from oauth.readers.documents import text_of


class Errand(StrEnum):
    """What somebody goes to a provider for. They are two steps: signing in never asks for friends."""

    LOGIN = "login"
    CONNECT = "connect"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider gave to call it with. Never shown, never logged; kept only sealed."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False, default="")
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What came out of a flow: who, what was granted, and where the person was going."""

    provider_id: str
    errand: Errand
    identity: Identity
    tokens: Tokens
    granted_scopes: frozenset[str]
    surplus_scopes: frozenset[str]
    may_read_contacts: bool
    supporter: SupporterId | None
    next_path: str


def tokens_of(answer: Mapping[str, object], now: datetime) -> Tokens:
    """The tokens of a token endpoint's answer, and when the access token ends if it says so."""
    lives = answer.get("expires_in")
    is_number = isinstance(lives, int) and not isinstance(lives, bool) and 0 < lives < 10**9
    return Tokens(
        access_token=text_of(answer.get("access_token")),
        refresh_token=text_of(answer.get("refresh_token")),
        expires_at=now + timedelta(seconds=int(str(lives))) if is_number else None,
    )
