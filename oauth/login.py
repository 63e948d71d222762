"""Signing in and connecting an address book: the authorization code flow, begun here and finished here.

``begin`` keeps one row for each attempt: single use, ten minutes, found only by the browser session that began it
together with the state. ``finish`` takes the row away first and checks everything after. Authlib builds the URL and
exchanges the code; what it leaves open (``iss``, a missing id_token, the granted scope) is checked here.
RFC 6749, 7636 (PKCE), 9207 (issuer in the callback), 9700 (best current practice).
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

import httpx2

from graph.errors import ConflictError, NotAllowedError
from graph.model import SupporterId
from graph.records import RecordStore
from oauth.client import LOGIN_BOUNDS, oauth_client, open_wire, provider_failures
from oauth.grant import Errand, Grant, tokens_of
from oauth.id_token import Identity, IdTokenError, read_id_token
from oauth.providers.base import Provider, read_page
from oauth.readers.documents import text_of
from oauth.transport import BoundedTransport, ProviderError

logger = logging.getLogger(__name__)

STATE_KIND = "login_state"
_STATE_LIVES = timedelta(minutes=10)
_LONGEST_QUERY = 8_192
_START_AGAIN = "Start again from the page where you began."


class LoginRefusedError(NotAllowedError):
    """A login or connection that did not come about. ``reason`` is one word for the audit; nothing was kept."""

    def __init__(self, happened: str, *, provider: Provider, reason: str, next_step: str = _START_AGAIN) -> None:
        super().__init__(happened, thing=provider.id, next_step=next_step)
        self.reason = reason


def begin(
    records: RecordStore,
    provider: Provider,
    *,
    session_id: str,
    supporter: SupporterId | None,
    errand: Errand,
    redirect_uri: str,
    now: datetime,
    next_path: str = "",
) -> str:
    """Start a flow and give the provider's URL to send the browser to.

    Args:
        records: the records of the campaign; a state is found in the same campaign only.
        provider: whose login page it will be.
        session_id: the browser session (not signed in is fine, empty is not).
        supporter: who is signed in; the flow ends only for the same one.
        errand: signing in, or connecting contacts.
        redirect_uri: the one callback of this provider and campaign, built from the configured base URL.
        now: the instant, aware and in UTC.
        next_path: where to go afterwards; a path of ours, checked by the caller.

    Raises:
        LoginRefusedError: there is no browser session.
    """
    if not session_id:
        raise _refused(provider, "no_session")
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    value = {
        "provider": provider.id,
        "issuer": provider.issuer,
        "supporter": supporter or "",
        "errand": errand.value,
        "redirect_uri": redirect_uri,
        "verifier": verifier,
        "nonce": nonce,
        "next_path": next_path,
    }
    records.put(STATE_KIND, _state_key(session_id, state), value, if_version=0, expires_at=now + _STATE_LIVES)
    return _authorization_url(provider, value, state=state)


def finish(
    records: RecordStore,
    provider: Provider,
    *,
    session_id: str,
    supporter: SupporterId | None,
    redirect_uri: str,
    query: str,
    now: datetime,
    transport: httpx2.BaseTransport | None = None,
) -> Grant:
    """End a flow: check the callback, exchange the code, read who it is and what was granted.

    Args:
        records: the records of the campaign whose callback was called.
        provider: the provider whose callback was called.
        session_id: the browser session that came back.
        supporter: who is signed in now.
        redirect_uri: the callback that was called, as configured.
        query: the raw query string of the callback.
        now: the instant, aware and in UTC.
        transport: stands in for the network in tests.

    Raises:
        LoginRefusedError: anything at all was wrong; one plain sentence, and the state is used up if it was ours.
    """
    params = _read_query(query, provider)
    row = _take_state(records, provider, session_id=session_id, state=params.get("state", ""), now=now)
    _check_row(row, provider, supporter=supporter, redirect_uri=redirect_uri)
    _check_callback(params, provider)
    try:
        with open_wire(provider, origins=provider.login_origins, bounds=LOGIN_BOUNDS, transport=transport) as wire:
            answer = _exchange(provider, row, code=params["code"], wire=wire)
            keys = _fetch_keys(provider, wire)
        identity = read_id_token(answer.get("id_token"), keys, provider=provider, nonce=text_of(row["nonce"]), now=now)
    except ProviderError as error:
        raise _refused(provider, error.reason) from None
    except IdTokenError as error:
        raise _refused(provider, f"id_token_{error}") from None
    return _grant(provider, row, answer, identity=identity, now=now)


def require_contacts(provider: Provider, grant: Grant) -> None:
    """Go on only if the provider granted the address book.

    Raises:
        LoginRefusedError: it did not; says what was not granted. Nothing was asked of the contacts API.
    """
    if not grant.may_read_contacts:
        raise LoginRefusedError(
            f"{provider.label} did not give permission to read your contacts, so none were read.",
            provider=provider,
            reason="scope_refused",
            next_step="Connect again and leave the box for contacts ticked, or bring your friends as a file.",
        )


def _state_key(session_id: str, state: str) -> str:
    return hashlib.sha256(f"{session_id}\x1f{state}".encode()).hexdigest()


def _authorization_url(provider: Provider, row: Mapping[str, str], *, state: str) -> str:
    is_connecting = row["errand"] == Errand.CONNECT
    scopes = provider.connect_scopes if is_connecting else provider.login_scopes
    extra = provider.connect_parameters if is_connecting else provider.login_parameters
    with oauth_client(provider, redirect_uri=row["redirect_uri"], wire=httpx2.MockTransport(_no_network)) as client:
        url, _ = client.create_authorization_url(
            provider.authorization_endpoint,
            state=state,
            code_verifier=row["verifier"],
            nonce=row["nonce"],
            scope=" ".join(scopes),
            **extra,
        )
    return str(url)


def _no_network(request: httpx2.Request) -> httpx2.Response:
    raise ProviderError("Nothing is sent while a URL is built.", thing=request.url.host, reason="misuse")


def _read_query(query: str, provider: Provider) -> dict[str, str]:
    try:
        pairs = parse_qsl(query[: _LONGEST_QUERY + 1], keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError:
        raise _refused(provider, "query") from None
    params = dict(pairs)
    if len(query) > _LONGEST_QUERY or len(params) != len(pairs):
        raise _refused(provider, "query")
    return params


def _take_state(
    records: RecordStore, provider: Provider, *, session_id: str, state: str, now: datetime
) -> dict[str, object]:
    """The row of this attempt, taken away: whoever comes second finds nothing."""
    if not (session_id and state):
        raise _refused(provider, "state_missing")
    key = _state_key(session_id, state)
    record = records.get(STATE_KIND, key, now=now)
    if record is None:
        raise _refused(provider, "state_unknown")
    try:
        is_mine = records.delete(STATE_KIND, key, if_version=record.version)
    except ConflictError:
        is_mine = False
    if not is_mine:
        raise _refused(provider, "state_used")
    return dict(record.value)


def _check_row(
    row: Mapping[str, object], provider: Provider, *, supporter: SupporterId | None, redirect_uri: str
) -> None:
    if row.get("provider") != provider.id or row.get("issuer") != provider.issuer:
        raise _refused(provider, "other_provider")
    if row.get("redirect_uri") != redirect_uri:
        raise _refused(provider, "other_callback")
    if row.get("supporter") != (supporter or ""):
        raise _refused(provider, "other_supporter")


def _check_callback(params: Mapping[str, str], provider: Provider) -> None:
    issuer = params.get("iss")
    if issuer is None and provider.sends_issuer:
        raise _refused(provider, "issuer_missing")
    if issuer is not None and "{tid}" not in provider.issuer and issuer != provider.issuer:
        raise _refused(provider, "issuer_other")
    if "error" in params:
        raise LoginRefusedError(
            f"{provider.label} says that you did not agree, so nothing was connected.",
            provider=provider,
            reason="denied",
            next_step="That is fine: bring your friends as a file, type a few, or start again.",
        )
    if not params.get("code"):
        raise _refused(provider, "code_missing")


def _exchange(
    provider: Provider, row: Mapping[str, object], *, code: str, wire: BoundedTransport
) -> Mapping[str, object]:
    redirect_uri = text_of(row["redirect_uri"])
    client = oauth_client(provider, redirect_uri=redirect_uri, wire=wire)
    with provider_failures(provider):
        answer = client.fetch_token(
            provider.token_endpoint,
            grant_type="authorization_code",
            code=code,
            redirect_uri=redirect_uri,
            code_verifier=text_of(row["verifier"]),
        )
    is_usable = text_of(answer.get("access_token")) and text_of(answer.get("token_type")).lower() == "bearer"
    if not is_usable:
        raise ProviderError("The provider gave no token.", thing=provider.id, reason="no_token")
    return dict(answer)


def _fetch_keys(provider: Provider, wire: BoundedTransport) -> object:
    client = httpx2.Client(transport=wire, trust_env=False, follow_redirects=False)
    with provider_failures(provider):
        answer = client.get(provider.jwks_uri)
        answer.raise_for_status()
    return read_page(answer.content, provider_id=provider.id).get("keys")


def _grant(
    provider: Provider, row: Mapping[str, object], answer: Mapping[str, object], *, identity: Identity, now: datetime
) -> Grant:
    errand = Errand(text_of(row["errand"]))
    asked = frozenset(provider.connect_scopes if errand is Errand.CONNECT else provider.login_scopes)
    # RFC 6749 section 5.1: an answer without scope granted what was asked.
    granted = frozenset(text_of(answer["scope"]).split()) if "scope" in answer else asked
    may_read = errand is Errand.CONNECT and bool(granted & provider.contacts_scope_names)
    supporter = text_of(row.get("supporter"))
    logger.info("%s finished", errand, extra={"provider": provider.id, "may_read_contacts": may_read})
    return Grant(
        provider_id=provider.id,
        errand=errand,
        identity=identity,
        tokens=tokens_of(answer, now),
        granted_scopes=granted,
        surplus_scopes=granted - asked - provider.contacts_scope_names,
        may_read_contacts=may_read,
        supporter=SupporterId(supporter) if supporter else None,
        next_path=text_of(row.get("next_path")),
    )


def _refused(provider: Provider, reason: str) -> LoginRefusedError:
    logger.info("refused: %s", reason, extra={"provider": provider.id})
    return LoginRefusedError("This sign-in could not be completed.", provider=provider, reason=reason)
