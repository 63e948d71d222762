"""The page behind the link in a message: looking changes nothing, three equal buttons act, no account, nothing to prove."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import JSONResponse

from app import journey
from app.rights.friend_pages import exported
from app.translations import translate
from app.web.deps import house, language
from app.web.pace import ANSWERS, LOOKS, OPT_OUTS, paced
from app.web.pages import show
from app.web.states import LeaveOutPage, ReceiptPage
from graph.digests import normalise_email, normalise_phone
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


@router.post("/f/{code}", dependencies=[Depends(paced(ANSWERS))])
def friend_answers(request: Request, code: str, answer: Annotated[str, Form()] = "") -> Response:
    """Take the answer, and show the receipt at once. The code in the link is what allows it."""
    outcome = next((known for known in _TITLES if known.value == answer), None)
    if outcome is None:
        raise InputError("That is not one of the answers.", next_step="Go back and use one of the three buttons.")
    receipt = journey.friend_answers(house(request), code, outcome)
    title, sentence = (translate(words, language(request)) for words in _TITLES[outcome])
    return show(request, "receipt.html", ReceiptPage(title, sentence, receipt))


@router.post("/f/{code}/held", dependencies=[Depends(paced(LOOKS))])
def held(request: Request, code: str, kind: Annotated[str, Form(alias="as")] = "") -> Response:
    """Show the friend what is held of him, on a page or as a file. The link in his message is the proof; a GET shows
    nothing, because mail scanners follow links.
    """
    served = house(request)
    found = journey.held_of_friend(served, code, language(request))
    if kind != "file":
        return show(request, "friend/held.html", found)
    named = {"Content-Disposition": 'attachment; filename="held.json"', "Cache-Control": "no-store"}
    return JSONResponse(exported(found, campaign=served.campaign.name, day=served.today), headers=named)


@router.get("/leave-out")
def before_leaving_out(request: Request) -> Response:
    """For somebody without a link: leave out whoever has a phone or an e-mail."""
    return show(request, "friend/leave_out.html", LeaveOutPage())


@router.post("/leave-out", dependencies=[Depends(paced(OPT_OUTS))])
def leave_out(request: Request, phone: Annotated[str, Form()] = "", email: Annotated[str, Form()] = "") -> Response:
    """Leave him out; the answer is the same whether he is known here or not."""
    if not (normalise_phone(phone) or normalise_email(email)):
        problem = translate("Please write a phone number or an e-mail address.", language(request))
        return show(request, "friend/leave_out.html", LeaveOutPage(problem), status_code=422)
    receipt = journey.leave_out_by_address(house(request), phone=phone, email=email)
    title, sentence = (translate(words, language(request)) for words in _TITLES[Outcome.LEFT])
    return show(request, "receipt.html", ReceiptPage(title, sentence, receipt))
