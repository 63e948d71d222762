"""Connecting an address book at a provider, and coming back from one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from app import journey
from app.house import House
from app.web.deps import check_form, house, language, session, supporter
from app.web.pace import CALLBACKS, STARTS, paced
from app.web.pages import go_to
from app.web.providers import callback_of, provider_of
from app.web.sessions import ensure_session, open_session
from app.web.signing import signed_in_by
from graph.errors import NotFoundError
from graph.model import Purpose, SupporterId
from oauth.connections import keep_connection, note_reading_ended, subject_of
from oauth.consent import MatchPermit, consent_of, require
from oauth.fetch import PageCounts, fetch_contacts
from oauth.grant import Errand
from oauth.identities import identity_key, link_identity
from oauth.login import begin, finish, require_contacts
from oauth.providers.base import Provider
from oauth.providers.demo import DEMO_ID
from oauth.refresh import fresh_token

router = APIRouter(include_in_schema=False)


@router.get("/demo/desk")
def demo_desk(request: Request) -> Response:
    """In the demo the same browser may stand on both sides: whoever is here gets the organizer's role beside her own."""
    if not house(request).is_demo:
        raise NotFoundError("There is no such page.", next_step="Start from the first page.")
    signed_in = session(request)
    who = signed_in.supporter_id if signed_in and signed_in.supporter_id else SupporterId("organizer")
    return open_session(request, go_to("/desk"), supporter_id=who, role="organizer")


@router.post("/oauth/{provider_id}/start", dependencies=[Depends(paced(STARTS))])
def start(request: Request, provider_id: str, csrf: Annotated[str, Form()] = "") -> Response:
    """Send her to the provider, once she has agreed to have her friends compared with the list of voters."""
    check_form(request, csrf)
    served, who = house(request), supporter(request)
    require(consent_of(served.records, who, served.clock()), Purpose.MATCH)
    provider = provider_of(served, provider_id)
    journey.agree_to_source(served, who, provider.id, language(request))
    answer = go_to("/")
    url = begin(
        served.records, provider, session_id=ensure_session(request, answer).id, supporter=who, errand=Errand.CONNECT,
        redirect_uri=callback_of(served.base_url, provider_id), now=served.clock(), next_path="/finding",
    )  # fmt: skip
    answer.headers["location"] = url
    return answer


@router.get("/oauth/{provider_id}/callback", dependencies=[Depends(paced(CALLBACKS))])
def callback(request: Request, provider_id: str) -> Response:
    """Back from the provider: check everything, then sign in or read the address book, and go to a clean address."""
    served, signed_in = house(request), session(request)
    provider = provider_of(served, provider_id)
    grant = finish(
        served.records, provider, session_id=signed_in.id if signed_in else "",
        supporter=signed_in.supporter_id if signed_in else None,
        redirect_uri=callback_of(served.base_url, provider_id), query=request.url.query, now=served.clock(),
    )  # fmt: skip
    if grant.errand is Errand.LOGIN:
        return signed_in_by(request, grant)
    who = supporter(request)
    require_contacts(provider, grant)
    permit: MatchPermit = require(consent_of(served.records, who, served.clock()), Purpose.MATCH, source=provider.id)
    link_identity(served.records, identity_key(served.vault, grant.identity), who, now=served.clock())
    keep_connection(served.records, served.vault, grant=grant, supporter=who, now=served.clock())
    return _read(served, permit, provider, grant.tokens.access_token, subject=grant.identity.subject)


@router.post("/oauth/{provider_id}/again", dependencies=[Depends(paced(STARTS))])
def read_again(request: Request, provider_id: str, csrf: Annotated[str, Form()] = "") -> Response:
    """Read an address book again that is still connected: what stopped in the middle, or what is new in it."""
    check_form(request, csrf)
    served, who = house(request), supporter(request)
    provider = provider_of(served, provider_id)
    permit: MatchPermit = require(consent_of(served.records, who, served.clock()), Purpose.MATCH, source=provider.id)
    token = fresh_token(served.records, served.vault, provider, supporter=who, clock=served.clock)
    return _read(served, permit, provider, token, subject=subject_of(served.records, served.vault, who, provider.id))


def _read(served: House, permit: MatchPermit, provider: Provider, token: str, *, subject: str) -> Response:
    """Read page by page and let her choose; a reading that stopped in the middle is marked."""
    who = permit.supporter
    source = f"{subject}.google.json" if provider.id == DEMO_ID else provider.id
    journey.note_reading(served, who, read=0)
    fetched = fetch_contacts(provider, token, permit=permit, source=source, on_page=_counter(served, who))
    note_reading_ended(served.records, supporter=who, provider_id=provider.id, problem=fetched.problem)
    journey.offer(served, permit, fetched.records)
    return go_to("/choose")


def _counter(served: House, who: SupporterId) -> Callable[[PageCounts], None]:
    def count(counts: PageCounts) -> None:
        journey.note_reading(served, who, read=counts.contacts)

    return count
