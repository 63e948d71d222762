"""What a worker does with each kind of job; in the night what is past its clock is erased, and what has become old is found again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from app.friends.ego import EGO, ask_for_ego, draw_ego
from app.friends.everybody import FIND_EVERYBODY, ask_for_everybody, find_everybodys
from app.friends.finding import FIND, find, note_progress
from app.friends.ranking import RANK, rank, rank_hers
from app.house import House
from app.jobs import Handler, enqueue
from app.organizing.layouts import LAYOUT, ask_for_circles, count_places, draw_circles
from app.rights.held_by_mail import SEND_HELD, send_held
from app.rights.held_look import SEARCH_HELD, search_for_look
from app.rights.revocations import REVOKE, revoke_again
from app.rights.sweep import SWEEP, plan_sweep, sweep
from app.sign_in import SEND_LINK, send_link
from graph.errors import KithError
from graph.model import SupporterId
from graph.records import JsonObject


def handlers(house: House) -> Mapping[str, Handler]:
    """What a worker does with each kind of job of this house."""
    return {kind: partial(work, house) for kind, work in _KINDS.items()}


def _find(house: House, payload: JsonObject) -> None:
    supporter_id = SupporterId(payload["supporter_id"])
    try:
        find(house, supporter_id)
        ask_for_circles(house)
        ask_for_ego(house, supporter_id)
    except Exception as error:
        note_failure(house, supporter_id, error)
        raise


def _rank(house: House, payload: JsonObject) -> None:
    if "supporter_id" in payload:
        rank_hers(house, SupporterId(payload["supporter_id"]))
    else:
        rank(house)


def _draw(house: House, _: JsonObject) -> None:
    draw_circles(house)
    count_places(house)


def _night(house: House, _: JsonObject) -> None:
    sweep(house)
    plan_sweep(house)
    ask_for_everybody(house)
    enqueue(house.records, RANK, {}, now=house.clock(), key=RANK)
    ask_for_circles(house)


_KINDS: Mapping[str, Callable[[House, JsonObject], object]] = {
    EGO: lambda house, payload: draw_ego(house, SupporterId(payload["supporter_id"])),
    FIND: _find,
    FIND_EVERYBODY: lambda house, _: find_everybodys(house),
    LAYOUT: _draw,
    RANK: _rank,
    REVOKE: lambda house, payload: revoke_again(house, str(payload["revocation"])),
    SEARCH_HELD: lambda house, payload: search_for_look(house, str(payload["look"])),
    SEND_HELD: lambda house, payload: send_held(house, str(payload["ask"])),
    SEND_LINK: lambda house, payload: send_link(house, str(payload["ask"])),
    SWEEP: _night,
}


def note_failure(house: House, supporter_id: SupporterId, error: Exception) -> None:
    """Tell the waiting page that this attempt came to nothing; the job tries again, and says so when it works."""
    problem, next_step = (error.happened, error.next_step) if isinstance(error, KithError) else ("", "")
    if house.graph.supporter(supporter_id) is not None:
        note_progress(house, supporter_id, state="failed", problem=problem, next_step=next_step)
