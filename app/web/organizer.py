"""The organizer's desk: counts about friends, names only of what supporters shared."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from markupsafe import Markup

from app import journey
from app.roles import FILE_READERS, ORGANIZERS
from app.translations import Language, translate
from app.views.reach import Reach
from app.web.deps import house, language, only, organizer
from app.web.pages import show
from app.web.picture import community_picture, table_rows
from app.web.states import AsksPage, DeskPage, NewFilePage, ReachPage, TruthPage
from graph.errors import NotFoundError
from graph.model import AskKind

router = APIRouter(include_in_schema=False, prefix="/desk", dependencies=[Depends(organizer)])

ASK_WORDS = {
    AskKind.REGISTER: "register",
    AskKind.REQUEST_BALLOT: "ask for a ballot by mail",
    AskKind.VOTE_EARLY: "vote early",
    AskKind.RETURN_BALLOT: "return the ballot",
    AskKind.CURE: "fix the ballot",
    AskKind.VOTE: "vote",
    AskKind.INVITE: "join",
}
FACTOR_WORDS = {
    "match_probability": "Probability that the friend is this voter",
    "turnout_probability": "Probability of voting without a word from anybody",
    "support_probability": "Probability of supporting the candidate",
    "shift": "What one word moves the log-odds of voting by, before the factors below",
    "salience_factor": "Factor: how much an ask still moves in an election that everybody talks of",
    "tie_factor": "Factor: how close the two are",
    "plan_factor": "Factor: a question of plan moves who lives alone more",
    "by_chance": "Chosen by chance, which had this probability today",
    "gave_way": "Was chosen, and gives its place to one by chance today",
    "effect": "What a word from this friend adds to that probability",
    "tie_strength": "How close the two are, as far as her contacts tell",
    "new_people": "People whom nobody knows that one more supporter from there would bring",
    "share": "Share left after asks by others",
    "expected_votes": "Together: votes that this ask is expected to add",
}


@router.get("")
def home(request: Request, renew: int = 0, everybody: bool = False) -> Response:
    """What needs the organizer, her people, the way from invitation to vote."""
    return show(
        request, "desk/home.html", DeskPage(journey.desk_home(house(request), everybody=everybody), _seconds(renew))
    )


@router.get("/reach")
def reach(request: Request, renew: int = 0) -> Response:
    """Whom the supporters know."""
    found, spoken = journey.reach(house(request)), language(request)
    rows = table_rows(found.groups, found.lines)
    return show(request, "desk/reach.html", ReachPage(found, _picture(found, spoken), rows, _seconds(renew)))


@router.get("/reach.svg")
def reach_svg(request: Request) -> Response:
    """The picture alone, to keep."""
    picture = _picture(journey.reach(house(request)), language(request))
    return Response(str(picture), media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@router.get("/asks", dependencies=[Depends(only(ORGANIZERS))])
def asks(request: Request) -> Response:
    """The factors behind asks that supporters shared."""
    spoken = language(request)
    page = AsksPage(
        journey.shared_asks(house(request)),
        {kind: translate(words, spoken) for kind, words in ASK_WORDS.items()},
        {name: translate(words, spoken) for name, words in FACTOR_WORDS.items()},
    )
    return show(request, "desk/asks.html", page)


@router.get("/new-file", dependencies=[Depends(only(FILE_READERS))])
def new_file(request: Request) -> Response:
    """What the newest voter file changed; friends' names for organizers, of what supporters shared."""
    role = organizer(request).role
    return show(
        request, "desk/new_file.html", NewFilePage(journey.what_changed(house(request), with_names=role in ORGANIZERS))
    )


@router.get("/truth")
def truth(request: Request) -> Response:
    """What only an invented town can know. Raises ``NotFoundError`` outside the demo."""
    served = house(request)
    if not served.is_demo:
        raise NotFoundError("Only an invented town has a page of truth.", thing="/desk/truth")
    return show(request, "desk/truth.html", TruthPage(journey.town_truth(served)))


def _picture(found: Reach, spoken: Language) -> Markup:
    """The picture escapes every name itself, so that it may stand in the page as it is."""
    title = translate("Groups of people who know each other, and how many have heard from a friend", spoken)
    return Markup(community_picture(found.groups, found.lines, title=title))  # noqa: S704 (escaped in picture.py)


def _seconds(renew: int) -> int:
    return min(max(renew, 2), 60) if renew > 0 else 0
