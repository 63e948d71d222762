"""The supporter's pages: each route reads the request, calls one step of the journey and shows one page."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from app import journey
from app.friends.source_words import FILE
from app.roles import JoinGate, Role
from app.translations import translate
from app.views.supporter import Progress
from app.web.deps import ORGANIZER_ROLES, check_form, house, language, session, supporter
from app.web.pace import STARTS, paced
from app.web.pages import go_to, number, show
from app.web.sessions import open_session
from app.web.signing import link_pending
from app.web.states import (
    AboutYou,
    AllFriends,
    ConnectPage,
    ConsentPage,
    Landing,
    ListPage,
    ProviderTile,
    QuestionsPage,
)
from graph.errors import InputError
from graph.model import ContactKey, Purpose
from oauth.connections import Standing, standing_of
from oauth.providers.base import Provider

router = APIRouter(include_in_schema=False)

MOST_BYTES = 5_000_000
FormText = Annotated[str, Form()]
FormTexts = Annotated[list[str], Form()]


@router.get("/")
def landing(request: Request) -> Response:
    """The first page."""
    signed_in = session(request)
    who = signed_in.supporter_id if signed_in else None
    has_started = who is not None and house(request).graph.supporter(who) is not None
    view = Landing(house(request).election.day, has_started=has_started)
    return show(request, "supporter/landing.html", view)


@router.get("/start")
def about_you(request: Request) -> Response:
    """The form "About you"."""
    return show(request, "supporter/start.html", AboutYou(asks_code=_asks_code(request)))


@router.post("/start", dependencies=[Depends(paced(STARTS))])
def start(
    request: Request,
    name: FormText = "",
    postal_code: FormText = "",
    email: FormText = "",
    phone: FormText = "",
    may_call: FormText = "",
    code: FormText = "",
) -> Response:
    """Take what she says of herself, and sign her in."""
    filled = AboutYou(
        name.strip(), postal_code.strip(), email.strip(), phone.strip(), may_call == "yes",
        asks_code=_asks_code(request), code=code.strip(),
    )  # fmt: skip
    try:
        supporter_id = journey.start_supporter(
            house(request),
            _needed(filled.name, "Please write your name.", request),
            email=filled.email,
            postal_code=filled.postal_code,
            phone=filled.phone,
            may_call=filled.may_call,
            code=filled.code,
        )
    except InputError as error:
        return show(request, "supporter/start.html", _with_problem(filled, error, request), status_code=422)
    before = session(request)
    link_pending(request, supporter_id)
    keeps_role = house(request).is_demo and before is not None and before.role in ORGANIZER_ROLES
    role = before.role if keeps_role and before and before.role else "supporter"
    waits = journey.is_applicant(house(request), supporter_id)
    role = Role.APPLICANT if waits else role
    return open_session(request, go_to("/waiting" if waits else "/consent"), supporter_id=supporter_id, role=role)


@router.get("/consent")
def consent(request: Request) -> Response:
    """What may be used, with nothing ticked that she has not ticked."""
    choices = journey.consent_choices(house(request), supporter(request), language(request))
    return show(request, "supporter/consent.html", ConsentPage(choices))


@router.post("/consent")
def agree(request: Request, purpose: FormTexts = [], answer: FormText = "", csrf: FormText = "") -> Response:  # noqa: B006
    """Write her choices into the ledger; refusing is an answer too."""
    check_form(request, csrf)
    keep_choices(request, purpose, answer)
    return go_to("/connect#typed" if answer == "refuse" else "/connect")


@router.get("/connect")
def connect(request: Request) -> Response:
    """The ways to bring friends."""
    return show(request, "supporter/connect.html", _connect_page(request))


@router.post("/connect")
def bring(
    request: Request,
    typed: FormText = "",
    picked: FormText = "",
    csrf: FormText = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take a file or five typed names, and start the search."""
    check_form(request, csrf)
    try:
        following = _bring(request, typed, file, is_picked=picked == "yes")
    except InputError as error:
        problem = translate(error.happened, language(request)) + " " + translate(error.next_step, language(request))
        page = _connect_page(request, typed=typed, problem=problem.strip())
        return show(request, "supporter/connect.html", page, status_code=422)
    return go_to(following)


@router.get("/finding")
def finding(request: Request) -> Response:
    """Real counts while friends are being found."""
    return show(request, "supporter/finding.html", journey.progress(house(request), supporter(request)))


@router.get("/finding.json")
def finding_counts(request: Request) -> Response:
    """The same counts for the page's script."""
    progress = journey.progress(house(request), supporter(request))
    counts = {"state": progress.state, "counts": _counts(progress)}
    return JSONResponse(counts, headers={"Cache-Control": "no-store"})


@router.get("/list")
def her_list(request: Request, away: str = "", noted: str = "") -> Response:
    """Her five friends; while they are being found, how far that is."""
    if journey.progress(house(request), supporter(request)).state in ("waiting", "running"):
        return go_to("/finding")
    mine = journey.supporter_list(house(request), supporter(request), language(request))
    page = ListPage(mine, away=ContactKey(away) if away.isalnum() else None, thanked=bool(noted))
    return show(request, "supporter/list.html", page)


@router.get("/friends")
def all_friends(request: Request) -> Response:
    """Everybody she brought."""
    friends = journey.all_friends(house(request), supporter(request), language(request))
    return show(request, "supporter/friends.html", AllFriends(friends))


@router.get("/questions")
def questions(request: Request) -> Response:
    """Today's cards "is this your friend?"."""
    asked = journey.questions(house(request), supporter(request), language(request))
    return show(request, "supporter/questions.html", QuestionsPage(asked))


@router.post("/questions/{key}")
def answer_question(request: Request, key: str, answer: FormText = "not_sure", csrf: FormText = "") -> Response:
    """Take her answer to one card."""
    check_form(request, csrf)
    journey.answer_question(house(request), supporter(request), ContactKey(key), answer)
    return go_to("/questions")


def keep_choices(request: Request, ticked: list[str], answer: str) -> None:
    """Write all four choices into the ledger as they stood on the page; ``refuse`` means none of them."""
    agreed = frozenset() if answer == "refuse" else frozenset(ticked)
    choices = {purpose: purpose.value in agreed for purpose in Purpose}
    journey.agree(house(request), supporter(request), choices, language(request))


def _bring(request: Request, typed: str, file: UploadFile | None, *, is_picked: bool) -> str:
    """Take what was sent; the page that comes next. Entries picked one by one in the browser need no second choice."""
    if file is None:
        text = _needed(typed.strip(), "Please type at least one name.", request)
        journey.bring_typed(house(request), supporter(request), text)
        return "/finding" if _may_match(request) else "/friends"
    data = file.file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise InputError("The file is larger than 5 MB.", next_step="Leave photos out when you export, and try again.")
    if not data:
        raise InputError("There was no file, or it was empty.", next_step="Choose a file, and try again.")
    served, who = house(request), supporter(request)
    journey.agree_to_source(served, who, FILE, language(request))
    count = journey.offer_file(served, who, data)
    if not is_picked:
        return "/choose"
    journey.choose(served, who, range(count))
    return "/finding"


def _connect_page(request: Request, *, typed: str = "", problem: str = "") -> ConnectPage:
    served, supporter_id, spoken = house(request), supporter(request), language(request)
    return ConnectPage(
        providers=tuple(
            _tile(
                provider,
                standing_of(served.records, supporter_id, provider.id),
                journey.source_choice(served, provider.id, spoken).shown,
            )
            for provider in served.providers
        ),
        may_match=_may_match(request),
        friends_brought=len(served.graph.contacts_of(supporter_id)),
        typed=typed,
        problem=problem,
        file_words=journey.source_choice(served, FILE, spoken).shown,
    )


def _tile(provider: Provider, standing: Standing, words: str) -> ProviderTile:
    return ProviderTile(provider.id, provider.label, words, is_open=standing.is_open, is_partial=standing.is_partial)


def _may_match(request: Request) -> bool:
    choices = journey.consent_choices(house(request), supporter(request), language(request))
    return any(choice.agreed for choice in choices if choice.purpose is Purpose.MATCH)


def _counts(progress: Progress) -> dict[str, str]:
    return {name: number(getattr(progress, name)) for name in ("read", "people", "found", "unsure", "asks")}


def _asks_code(request: Request) -> bool:
    return house(request).campaign.join is JoinGate.CODE


def _needed(text: str, otherwise: str, request: Request) -> str:
    if not text:
        raise InputError(translate(otherwise, language(request)))
    return text


def _with_problem(filled: AboutYou, error: InputError, request: Request) -> AboutYou:
    words = f"{translate(error.happened, language(request))} {translate(error.next_step, language(request))}".strip()
    return replace(filled, problem=words)
