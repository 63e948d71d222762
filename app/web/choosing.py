"""Which of the entries she brings: everybody is ticked, she unticks whom she likes, and the rest is dropped."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app import journey
from app.web.deps import check_form, house, language, supporter
from app.web.pages import go_to, show
from app.web.states import ChoosePage

MOST_ENTRIES = 20_000
router = APIRouter(include_in_schema=False, prefix="/choose", form_limits={"max_fields": MOST_ENTRIES + 10})


@router.get("")
def choose(request: Request, none: int = 0) -> Response:
    """Everybody who waits, ticked; or, by a link, with nobody ticked."""
    waiting = journey.offered(house(request), supporter(request), language(request))
    if not waiting:
        return go_to("/connect")
    return show(request, "supporter/choose.html", ChoosePage(waiting, is_ticked=not none))


@router.post("")
def chosen(
    request: Request,
    keep: Annotated[list[int], Form()] = [],  # noqa: B006 (FastAPI copies it)
    answer: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """Bring those who are ticked, or nobody; the others are gone."""
    check_form(request, csrf)
    brought = journey.choose(house(request), supporter(request), frozenset() if answer == "nobody" else frozenset(keep))
    return go_to("/finding" if brought else "/connect")
