"""The pages of the ego pictures: her own circles for herself, her reach by place for organizers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from markupsafe import Markup

from app import journey
from app.friends.volume import note_asked, unusual_on
from app.roles import ORGANIZERS
from app.translations import translate
from app.views.circle import HerCircles, SupporterReach
from app.web.deps import check_form, house, language, only, supporter
from app.web.pages import go_to, show
from app.web.picture import ego_picture
from graph.model import SupporterId

router = APIRouter(include_in_schema=False)

FormText = Annotated[str, Form()]

_ON_A_PHONE = 21.0
"""Names of this size in the picture's units are 12 pixels on a page of 360."""


@dataclass(frozen=True, slots=True)
class CirclesPage:
    """Her own circles with their picture; empty until it is drawn."""

    circles: HerCircles
    picture: Markup


@dataclass(frozen=True, slots=True)
class SupporterPage:
    """One supporter's reach with its picture, empty until it is drawn; and the day on which she brought unusually much, as
    long as nobody has asked her whose address book it is.
    """

    reach: SupporterReach
    picture: Markup
    supporter_id: str = ""
    unusual_on: date | None = None


@router.get("/friends/circles")
def circles(request: Request) -> Response:
    """Her own circles, for herself alone."""
    spoken = language(request)
    found = journey.her_circles(house(request), supporter(request), spoken)
    title = translate("Your friends by how you know them, and to how many you wrote", spoken)
    picture = ego_picture(found.picture, you=translate("You", spoken), title=title, size=_ON_A_PHONE)
    return show(request, "supporter/circles.html", CirclesPage(found, Markup(picture)))  # noqa: S704 (it escapes names)


@router.get("/desk/supporters/{key}", dependencies=[Depends(only(ORGANIZERS))])
def supporter_reach(request: Request, key: str) -> Response:
    """One supporter's reach by place, for organizers."""
    served, spoken, who = house(request), language(request), SupporterId(key)
    found = journey.supporter_reach(served, who)
    title = translate("People by place, and how many have heard from a friend", spoken)
    picture = ego_picture(found.picture, you=found.name, title=title)
    page = SupporterPage(found, Markup(picture), who, unusual_on(served, who))  # noqa: S704 (it escapes names)
    return show(request, "desk/supporter.html", page)


@router.post("/desk/supporters/asked", dependencies=[Depends(only(ORGANIZERS))])
def asked(request: Request, supporter: FormText = "", csrf: FormText = "") -> Response:
    """An organizer asked her whose address book it is."""
    check_form(request, csrf)
    note_asked(house(request), SupporterId(supporter))
    return go_to("/desk")
