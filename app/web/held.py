"""What is held of somebody who has no link: he asks by his address, and the link in the mail shows him."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import JSONResponse

from app.rights.friend_pages import exported_by_address
from app.rights.held_by_mail import ask_for_held, look_at_held_link
from app.rights.held_look import LookState, begin_look, held_by_look, look_state
from app.web.deps import house, language
from app.web.errors import refuse_for_a_while
from app.web.pace import LOOKS, caller, paced
from app.web.pages import go_to, show
from graph.errors import InputError, UsageError

router = APIRouter(include_in_schema=False, prefix="/held")


@dataclass(frozen=True, slots=True)
class HeldAskPage:
    """The form; ``is_asked`` after a mail was asked for, which it says the same for every address."""

    sends_mail: bool
    problem: str = ""
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class HeldEnterPage:
    """The page before a link that is good once: whatever follows links in mails stops here."""

    token: str


@dataclass(frozen=True, slots=True)
class HeldWaitPage:
    """The page while address books are opened; ``is_failed`` when that did not work and is tried again."""

    token: str
    is_failed: bool = False


@router.get("")
def before_asking(request: Request) -> Response:
    """The form, or what to do where the campaign sends no mail."""
    return _asked(request)


@router.post("")
def ask(request: Request, email: Annotated[str, Form()] = "") -> Response:
    """Have a mail sent; the answer is the same for every address."""
    try:
        wait = ask_for_held(house(request), email, caller=caller(request), language=language(request))
    except UsageError:
        return _asked(request, status=400)
    except InputError as error:
        return _asked(request, problem=error.happened, status=422)
    return _asked(request, is_asked=True) if wait is None else refuse_for_a_while(request, wait)


@router.get("/{token}")
def look(request: Request, token: str) -> Response:
    """Before the click, while it is being looked for, and what was found.

    Raises ``NotAllowedError`` for a link that is no longer good.
    """
    served, state = house(request), look_state(house(request), token)
    if state is LookState.DONE:
        return show(request, "friend/held_by_mail.html", held_by_look(served, token, language(request)))
    if state is not None:
        return show(request, "friend/held_wait.html", HeldWaitPage(token, is_failed=state is LookState.FAILED))
    look_at_held_link(served, token)
    return show(request, "friend/held_enter.html", HeldEnterPage(token))


@router.get("/{token}/state")
def how_far(request: Request, token: str, told: str = "") -> Response:
    """For the page's script: ``failed`` once, until it is ``told``; ``done`` also when it is over."""
    found = look_state(house(request), token) or LookState.DONE
    is_told = found is LookState.FAILED and told == LookState.FAILED
    return JSONResponse(
        {"state": LookState.WAITING if is_told else found, "counts": {}}, headers={"Cache-Control": "no-store"}
    )


@router.post("/{token}", dependencies=[Depends(paced(LOOKS))])
def begin(request: Request, token: str, kind: Annotated[str, Form(alias="as")] = "") -> Response:
    """Use the mailed link up and begin to look; or hand out as a file what a look found."""
    served = house(request)
    if kind != "file":
        return go_to(f"/held/{begin_look(served, token)}")
    found = held_by_look(served, token, language(request))
    named = {"Content-Disposition": 'attachment; filename="held.json"', "Cache-Control": "no-store"}
    return JSONResponse(exported_by_address(found, campaign=served.campaign.name, day=served.today), headers=named)


def _asked(request: Request, *, problem: str = "", is_asked: bool = False, status: int = 200) -> Response:
    page = HeldAskPage(house(request).mail is not None, problem, is_asked)
    return show(request, "friend/held_ask.html", page, status_code=status)
