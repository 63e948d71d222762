"""The wait for an organizer's yes, and the desk's page of those who wait."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from app import journey
from app.roles import ORGANIZERS
from app.web.deps import check_form, house, only, organizer, person
from app.web.pages import go_to, show
from app.web.states import ApplicantsPage, WaitingPage
from graph.model import SupporterId

router = APIRouter(include_in_schema=False)
desk = APIRouter(include_in_schema=False, prefix="/desk/applicants", dependencies=[Depends(only(ORGANIZERS))])

FormText = Annotated[str, Form()]


@router.get("/waiting")
def waiting(request: Request) -> Response:
    """What an applicant sees until the yes; afterwards it leads on."""
    if not journey.is_applicant(house(request), person(request)):
        return go_to("/consent")
    return show(request, "supporter/waiting.html", WaitingPage())


@desk.get("")
def applicants(request: Request) -> Response:
    """Everybody who waits."""
    seen_by = organizer(request).role or "organizer"
    return show(request, "desk/applicants.html", ApplicantsPage(journey.applicants(house(request), seen_by=seen_by)))


@desk.post("/yes")
def admit(request: Request, supporter: FormText = "", csrf: FormText = "") -> Response:
    """Let somebody in."""
    check_form(request, csrf)
    journey.admit(house(request), SupporterId(supporter), by=organizer(request).role or "organizer")
    return go_to("/desk/applicants")


@desk.post("/no")
def turn_away(request: Request, supporter: FormText = "", csrf: FormText = "") -> Response:
    """Turn somebody away, and erase what she wrote."""
    check_form(request, csrf)
    journey.turn_away(house(request), SupporterId(supporter), by=organizer(request).role or "organizer")
    return go_to("/desk/applicants")
