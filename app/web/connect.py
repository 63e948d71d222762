"""Coming in by a private link, and connecting an address book at a provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from app import journey
from app.house import House
from app.web.deps import ORGANIZER_ROLES, check_form, house, session, supporter
from app.web.sessions import ensure_session, open_session
from app.web.sign_in_links import open_link
from graph.errors import NotFoundError
from graph.model import Purpose, SupporterId
from oauth.connections import keep_connection
from oauth.consent import consent_of, require
from oauth.fetch import PageCounts, fetch_contacts
from oauth.login import Errand, begin, finish, require_contacts
from oauth.providers.base import Provider

router = APIRouter(include_in_schema=False)


@router.get("/enter/{token}")
def enter(request: Request, token: str) -> Response:
    """Sign somebody in by her own link; organizers come to the desk, supporters to their list."""
    target = open_link(house(request).records, token, now=house(request).clock())
    place = "/desk" if target.role in ORGANIZER_ROLES else "/list"
    return open_session(request, _to(place), supporter_id=target.supporter_id, role=target.role)


@router.get("/demo/desk")
def demo_desk(request: Request) -> Response:
    """In the demo the same browser may stand on both sides: whoever is here gets the organizer's role beside her own."""
    if not house(request).is_demo:
        raise NotFoundError("There is no such page.", next_step="Start from the first page.")
    signed_in = session(request)
    who = signed_in.supporter_id if signed_in and signed_in.supporter_id else SupporterId("organizer")
    return open_session(request, _to("/desk"), supporter_id=who, role="organizer")


@router.post("/oauth/{provider_id}/start")
def start(request: Request, provider_id: str, csrf: Annotated[str, Form()] = "") -> Response:
    """Send her to the provider, once she has agreed to have her friends compared with the list of voters."""
    check_form(request, csrf)
    served, who = house(request), supporter(request)
    require(consent_of(served.records, who, served.clock()), Purpose.MATCH)
    provider = _provider(served, provider_id)
    answer = _to("/")
    url = begin(
        served.records, provider, session_id=ensure_session(request, answer).id, supporter=who, errand=Errand.CONNECT,
        redirect_uri=callback_of(served.base_url, provider_id), now=served.clock(), next_path="/finding",
    )  # fmt: skip
    answer.headers["location"] = url
    return answer


@router.get("/oauth/{provider_id}/callback")
def callback(request: Request, provider_id: str) -> Response:
    """Back from the provider: check everything, read the address book, keep the token sealed, go to a clean address."""
    served, who = house(request), supporter(request)
    provider = _provider(served, provider_id)
    signed_in = session(request)
    grant = finish(
        served.records, provider, session_id=signed_in.id if signed_in else "", supporter=who,
        redirect_uri=callback_of(served.base_url, provider_id), query=request.url.query, now=served.clock(),
    )  # fmt: skip
    require_contacts(provider, grant)
    source = f"{grant.identity.subject}.google.json" if provider.is_loopback else provider.id
    journey.note_reading(served, who, read=0)
    fetched = fetch_contacts(provider, grant.tokens.access_token, source=source, on_page=_counter(served, who))
    keep_connection(served.records, served.vault, grant=grant, supporter=who, now=served.clock())
    journey.bring(served, who, fetched.records)
    return _to("/finding")


def _counter(served: House, who: SupporterId) -> Callable[[PageCounts], None]:
    def count(counts: PageCounts) -> None:
        journey.note_reading(served, who, read=counts.contacts)

    return count


def callback_of(base_url: str, provider_id: str) -> str:
    """The one address a provider sends people back to."""
    return f"{base_url}/oauth/{provider_id}/callback"


def _provider(served: House, provider_id: str) -> Provider:
    for provider in served.providers:
        if provider.id == provider_id:
            return provider
    raise NotFoundError("There is no such way to connect here.", thing="provider", next_step="Choose one of the list.")


def _to(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303)
