"""Coming back and going: by an account at a provider, by a link in a mail; out of here, or out everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from app import sign_in
from app.house import House
from app.web.deps import ORGANIZER_ROLES, check_form, house, language, session
from app.web.errors import refuse_for_a_while
from app.web.pace import STARTS, caller, paced
from app.web.pages import go_to, show
from app.web.providers import callback_of, provider_of
from app.web.sessions import close_session, end_all_sessions, ensure_session, new_session, open_session, set_cookie
from app.web.sign_in_links import look_at_link, open_link
from graph.errors import InputError
from graph.model import SupporterId
from oauth.grant import Errand, Grant
from oauth.identities import identity_key, link_identity, supporter_of_identity, unlink_identities
from oauth.login import begin

router = APIRouter(include_in_schema=False)

IDENTITY = "identity"
"""Where a session that is not signed in holds the account which a new supporter will sign in by."""

MAIL_PROVED = "mail_proved"
"""That a link sent to her address came back."""

FormText = Annotated[str, Form()]


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The ways back in. ``problem`` is a sentence; ``is_asked`` after a link was asked for, known or not; ``is_unlinked``
    when she is in, by a mailed link, and the accounts that were linked before it came no longer sign anybody in.
    """

    providers: tuple[tuple[str, str], ...]
    sends_mail: bool
    problem: str = ""
    is_asked: bool = False
    is_unlinked: bool = False


@dataclass(frozen=True, slots=True)
class EnterPage:
    """The page before a link that is good once: whatever follows links in mails stops here."""

    path: str


@dataclass(frozen=True, slots=True)
class SignOutPage:
    """The two ways out."""


@router.get("/sign-in")
def ways_in(request: Request, unlinked: str = "") -> Response:
    """The ways back in; with ``unlinked``, for somebody who is in, the accounts she may link again."""
    signed_in = session(request)
    is_unlinked = bool(unlinked and signed_in and signed_in.supporter_id)
    return show(request, "supporter/sign_in.html", _page(request, is_unlinked=is_unlinked))


@router.post("/sign-in")
def ask(request: Request, email: FormText = "") -> Response:
    """Have a link sent; the answer is the same whether the address is known here."""
    try:
        wait = sign_in.ask_for_link(house(request), email, caller=caller(request), language=language(request))
    except InputError as error:
        return show(request, "supporter/sign_in.html", _page(request, problem=error.happened), status_code=422)
    if wait is not None:
        return refuse_for_a_while(request, wait)
    return show(request, "supporter/sign_in.html", _page(request, is_asked=True))


@router.get("/enter/{token}")
def enter(request: Request, token: str) -> Response:
    """A private link: one that is good once asks for a click first, because mail scanners follow every link."""
    target = look_at_link(house(request).records, token, now=house(request).clock())
    if target.is_single_use:
        return show(request, "supporter/enter.html", EnterPage(f"/enter/{token}"))
    return _enter(request, token)


@router.post("/enter/{token}")
def enter_once(request: Request, token: str) -> Response:
    """Use a link up."""
    return _enter(request, token)


def _enter(request: Request, token: str) -> Response:
    target = open_link(house(request).records, token, now=house(request).clock())
    unlinked = _prove_mail(house(request), target.supporter_id) if target.is_single_use else 0
    place = "/desk" if target.role in ORGANIZER_ROLES else "/sign-in?unlinked=1" if unlinked else "/list"
    return open_session(request, go_to(place), supporter_id=target.supporter_id, role=target.role)


def _prove_mail(served: House, supporter_id: SupporterId) -> int:
    """Somebody may have started with an address that is not hers, and linked an account: the first link that reaches its
    owner ends what was open and unlinks what was linked; how many accounts that were.
    """
    if served.records.get(MAIL_PROVED, supporter_id) is not None:
        return 0
    end_all_sessions(served.records, supporter_id)
    unlinked = unlink_identities(served.records, supporter_id)
    served.records.put(MAIL_PROVED, supporter_id, {"at": served.clock().isoformat()})
    return unlinked


@router.post("/oauth/{provider_id}/login", dependencies=[Depends(paced(STARTS))])
def login(request: Request, provider_id: str) -> Response:
    """Send somebody to a provider to say who she is; nothing of her friends is asked for."""
    served, provider = house(request), provider_of(house(request), provider_id)
    answer, signed_in = go_to("/"), session(request)
    url = begin(
        served.records, provider, session_id=ensure_session(request, answer).id,
        supporter=signed_in.supporter_id if signed_in else None, errand=Errand.LOGIN,
        redirect_uri=callback_of(served.base_url, provider_id), now=served.clock(), next_path="/list",
    )  # fmt: skip
    answer.headers["location"] = url
    return answer


def signed_in_by(request: Request, grant: Grant) -> Response:
    """Sign in whoever has linked this account; whoever is in has it linked to her; somebody new goes on to say who she is,
    and has it linked then.
    """
    served = house(request)
    key = identity_key(served.vault, grant.identity)
    if grant.supporter is not None and served.graph.supporter(grant.supporter) is not None:
        link_identity(served.records, key, grant.supporter, now=served.clock())
    who = supporter_of_identity(served.records, key)
    if who is not None and served.graph.supporter(who) is not None:
        role = sign_in.role_of(served, who)
        return open_session(request, go_to("/list"), supporter_id=who, role=role)
    answer = go_to("/start")
    close_session(request, answer)
    fresh = new_session(served.records, now=served.clock(), data={IDENTITY: key})
    request.state.session = fresh
    set_cookie(answer, fresh, base_url=served.base_url)
    return answer


def link_pending(request: Request, supporter_id: SupporterId) -> None:
    """Let the account that somebody new came with sign her in from now on; nothing when she came without one."""
    signed_in, served = session(request), house(request)
    key = signed_in.data.get(IDENTITY) if signed_in and not signed_in.supporter_id else None
    if key:
        link_identity(served.records, key, supporter_id, now=served.clock())


@router.get("/sign-out")
def ways_out(request: Request) -> Response:
    """The two ways out."""
    return show(request, "supporter/sign_out.html", SignOutPage())


@router.post("/sign-out")
def sign_out(request: Request, everywhere: FormText = "", csrf: FormText = "") -> Response:
    """Sign out of this browser, or of all; what was sent from elsewhere with the old number is nobody from then on."""
    signed_in = session(request)
    if signed_in is not None:
        check_form(request, csrf)
        if everywhere and signed_in.supporter_id:
            end_all_sessions(house(request).records, signed_in.supporter_id)
    return close_session(request, go_to("/"))


def _page(request: Request, *, problem: str = "", is_asked: bool = False, is_unlinked: bool = False) -> SignInPage:
    served = house(request)
    providers = tuple((one.id, one.label) for one in served.providers)
    return SignInPage(providers, served.mail is not None, problem, is_asked, is_unlinked)
