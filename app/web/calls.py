"""The leaders' calls: who joined, who calls her and by when."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from app import journey
from app.roles import CALLERS, ORGANIZERS
from app.web.deps import check_form, house, only, organizer
from app.web.pages import go_to, show
from app.web.states import CallsPage
from graph.errors import InputError
from graph.model import SupporterId

router = APIRouter(include_in_schema=False, prefix="/desk/calls", dependencies=[Depends(only(CALLERS))])

FormText = Annotated[str, Form()]


@router.get("")
def calls(request: Request) -> Response:
    """The open calls by leader, and who leads where."""
    return _page(request)


@router.post("/made")
def made(request: Request, supporter: FormText = "", csrf: FormText = "") -> Response:
    """A call was made."""
    check_form(request, csrf)
    journey.note_called(house(request), SupporterId(supporter))
    return _back()


@router.post("/leaders", dependencies=[Depends(only(ORGANIZERS))])
def lead(request: Request, supporter: FormText = "", postal_codes: FormText = "", csrf: FormText = "") -> Response:
    """Somebody leads some ZIP codes from now on."""
    check_form(request, csrf)
    try:
        journey.set_leader(house(request), SupporterId(supporter), postal_codes)
    except InputError as error:
        return _page(request, problem=f"{error.happened} {error.next_step}", status_code=422)
    return _back()


@router.post("/leaders/remove", dependencies=[Depends(only(ORGANIZERS))])
def let_go(request: Request, supporter: FormText = "", csrf: FormText = "") -> Response:
    """Somebody leads no more."""
    check_form(request, csrf)
    journey.remove_leader(house(request), SupporterId(supporter))
    return _back()


def _page(request: Request, *, problem: str = "", status_code: int = 200) -> Response:
    desk = journey.call_desk(house(request), seen_by=organizer(request).role or "organizer")
    return show(request, "desk/calls.html", CallsPage(desk, problem), status_code=status_code)


def _back() -> Response:
    return go_to("/desk/calls")
