"""What a supporter does with one friend: write, report, undo, and say whether the campaign may know."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app import journey
from app.friends import messages
from app.views.supporter import MessageDraft
from app.web.deps import check_form, house, language, supporter
from app.web.pages import go_to, show
from app.web.states import ShareQuestion, WritePage
from graph.errors import InputError
from graph.model import ContactKey, Outcome, Purpose

router = APIRouter(include_in_schema=False, prefix="/friends/{key}")

FormText = Annotated[str, Form()]
SHARE_COOKIE = "kith_share"
TALKS = frozenset({Outcome.SENT, Outcome.TALKED, Outcome.HAS_PLAN, Outcome.HAS_VOTED})
HERS = TALKS | {Outcome.LATER, Outcome.NOT_THIS_PERSON, Outcome.ASKED_TO_STOP}


@router.get("/write")
def write(request: Request, key: str, wording: int = 0) -> Response:
    """The message to one friend."""
    draft = _draft(request, key, wording)
    return show(request, "supporter/write.html", _write_page(request, draft, draft.text))


@router.post("/write")
def rewrite(request: Request, key: str, text: FormText = "", csrf: FormText = "") -> Response:
    """Her own wording in the buttons, for a browser without scripts. The text is kept nowhere."""
    check_form(request, csrf)
    return show(request, "supporter/write.html", _write_page(request, _draft(request, key, 0), text[:2000]))


@router.post("/report")
def report(request: Request, key: str, outcome: FormText = "", csrf: FormText = "") -> Response:
    """Take how it went; after a talk, ask whether the campaign may know unless she has said so for the next ones."""
    check_form(request, csrf)
    reported = _outcome(outcome)
    share = _remembered(request) if reported in TALKS else None
    journey.report(house(request), supporter(request), ContactKey(key), reported, share)
    if reported in TALKS and share is None and _may_ask(request):
        return go_to(f"/friends/{key}/share?outcome={reported.value}")
    return go_to(_back(key, reported))


@router.get("/share")
def share_question(request: Request, key: str, outcome: str = "") -> Response:
    """The question whether the campaign may know."""
    draft = _draft(request, key, 0)
    return show(request, "supporter/share.html", ShareQuestion(draft.key, draft.first_name, _outcome(outcome)))


@router.post("/share")
def share(
    request: Request,
    key: str,
    outcome: FormText = "",
    share: FormText = "no",
    same: FormText = "",
    csrf: FormText = "",
) -> Response:
    """Take her answer, and keep it for the next ones when she says so."""
    check_form(request, csrf)
    journey.report(house(request), supporter(request), ContactKey(key), _outcome(outcome), share == "yes")
    answer = go_to("/list?noted=1")
    if same == "yes":
        secure = request.url.scheme == "https"
        answer.set_cookie(SHARE_COOKIE, "yes" if share == "yes" else "no", httponly=True, samesite="lax", secure=secure)
    return answer


@router.post("/undo")
def undo(request: Request, key: str, csrf: FormText = "") -> Response:
    """Take back the last report on this friend."""
    check_form(request, csrf)
    journey.undo(house(request), supporter(request), ContactKey(key))
    return go_to("/list")


def _draft(request: Request, key: str, wording: int) -> MessageDraft:
    platform = messages.platform_of(request.headers.get("user-agent", ""))
    return journey.message_draft(
        house(request), supporter(request), ContactKey(key), wording, language(request), platform
    )


def _write_page(request: Request, draft: MessageDraft, text: str) -> WritePage:
    is_own = text != draft.text
    return WritePage(
        draft=draft,
        text=text,
        channels=tuple(messages.with_text(choice, text) for choice in draft.channels),
        problems=messages.problems(text, draft.link, language(request)) if is_own else (),
        most_letters=messages.MOST_LETTERS,
    )


def _outcome(text: str) -> Outcome:
    if text not in {outcome.value for outcome in HERS}:
        raise InputError("That is not something one can report.", next_step="Go back and use the buttons on the page.")
    return Outcome(text)


def _remembered(request: Request) -> bool | None:
    return {"yes": True, "no": False}.get(request.cookies.get(SHARE_COOKIE, ""))


def _may_ask(request: Request) -> bool:
    choices = journey.consent_choices(house(request), supporter(request), language(request))
    return any(choice.agreed for choice in choices if choice.purpose is Purpose.SHARE_RESULTS)


def _back(key: str, reported: Outcome) -> str:
    return "/list?noted=1" if reported in TALKS else f"/list?away={key}"
