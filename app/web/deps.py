"""What every route asks of a request: the house, the session, the language; and who may come in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from hmac import compare_digest
from typing import TYPE_CHECKING

from fastapi import Request

from app.joining import is_applicant
from app.roles import DESK
from app.translations import Language, as_language
from graph.errors import NotAllowedError
from graph.model import SupporterId

if TYPE_CHECKING:
    from app.house import House
    from app.web.sessions import Session

LANGUAGE_COOKIE = "kith_language"
ORGANIZER_ROLES: frozenset[str] = DESK


def house(request: Request) -> House:
    """The house this process serves."""
    served: House = request.app.state.house
    return served


def session(request: Request) -> Session | None:
    """Whoever is signed in, or ``None``."""
    signed_in: Session | None = getattr(request.state, "session", None)
    return signed_in


def person(request: Request) -> SupporterId:
    """Whoever has started, an applicant too: for what is hers by right. Raises ``NotAllowedError`` for anybody else."""
    signed_in = session(request)
    if signed_in is None or not signed_in.supporter_id:
        raise NotAllowedError("This page is for somebody who has started.", next_step="Start, or open your own link.")
    if house(request).graph.supporter(signed_in.supporter_id) is None:
        raise NotAllowedError("This page is for supporters.", next_step="Start, or open your own link.")
    return signed_in.supporter_id


def supporter(request: Request) -> SupporterId:
    """The supporter who is signed in. Raises ``NotAllowedError`` for anybody else, somebody who waits for a yes too."""
    found = person(request)
    if is_applicant(house(request), found):
        raise NotAllowedError("An organizer has not said yes yet.", next_step="Look again a little later.")
    return found


def organizer(request: Request) -> Session:
    """The organizer who is signed in. Raises ``NotAllowedError`` for anybody else."""
    signed_in = session(request)
    if signed_in is None or signed_in.role not in ORGANIZER_ROLES:
        raise NotAllowedError("This page is for the campaign’s organizers.", next_step="Open your organizer link.")
    return signed_in


def only(roles: Collection[str]) -> Callable[[Request], Session]:
    """A dependency that lets some roles of the desk in and raises ``NotAllowedError`` for everybody else."""

    def one_of_them(request: Request) -> Session:
        signed_in = organizer(request)
        if signed_in.role not in roles:
            raise NotAllowedError(
                "This page is for others of the campaign.", next_step="Ask an owner, if you need it for your work."
            )
        return signed_in

    return one_of_them


def check_form(request: Request, csrf: str) -> None:
    """Raise ``NotAllowedError`` unless the form was sent by a page of this session."""
    signed_in = session(request)
    if signed_in is None or not compare_digest(signed_in.csrf.encode(), csrf.encode()):
        raise NotAllowedError("This form was opened too long ago.", next_step="Go back, reload the page, try again.")


def language(request: Request) -> Language:
    """The language of this answer: what the address asks for, else the cookie, else the browser's first of ours."""
    chosen = as_language(request.query_params.get("lang")) or as_language(request.cookies.get(LANGUAGE_COOKIE))
    return chosen or _browser_language(request.headers.get("accept-language", ""))


def _browser_language(header: str) -> Language:
    known = (as_language(part) for part in header.split(","))
    return next((one for one in known if one is not None), "en")
