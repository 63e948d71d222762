"""The page behind the link in a message: looking changes nothing, three equal buttons act, no account, nothing to prove."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app import journey
from app.translations import translate
from app.web.deps import house, language
from app.web.pages import show
from app.web.states import ReceiptPage
from graph.errors import InputError
from graph.model import Outcome

router = APIRouter(include_in_schema=False)

_TITLES = {
    Outcome.HAS_VOTED: ("Thank you for voting", "Nobody will remind you again for this election."),
    Outcome.HAS_PLAN: ("Your plan is noted", "Come back and change it whenever you like."),
    Outcome.LEFT: ("You are left out", "Nobody on this system will be asked to write to you, for any campaign."),
}


@router.get("/f/{code}")
def friend_page(request: Request, code: str) -> Response:
    """Who wrote, for whom, and three ways to answer. Opening it, as mail scanners do, changes nothing."""
    return show(request, "friend/page.html", journey.friend_page(house(request), code, language(request)))


@router.post("/f/{code}")
def friend_answers(request: Request, code: str, answer: Annotated[str, Form()] = "") -> Response:
    """Take the answer, and show the receipt at once. The code in the link is what allows it."""
    outcome = next((known for known in _TITLES if known.value == answer), None)
    if outcome is None:
        raise InputError("That is not one of the answers.", next_step="Go back and use one of the three buttons.")
    receipt = journey.friend_answers(house(request), code, outcome)
    title, sentence = (translate(words, language(request)) for words in _TITLES[outcome])
    return show(request, "receipt.html", ReceiptPage(title, sentence, receipt))
