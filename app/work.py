"""The jobs by kind, and the night's work: what is held past its clock is erased, and what has become old is found again.

unmatched contacts      30 days after she last brought friends (the consent page says so)
what she uploaded       24 hours, if she did not choose from it
everything of everybody  the campaign's own number of days after the election (every page says so)
expired records          sessions, links, login states, at their own hour
what was left behind    records of somebody who has gone, which a job wrote while she left
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from app import journey
from app.friends.circles import BROUGHT
from app.friends.ego import EGO, ask_for_ego, draw_ego
from app.friends.everybody import FIND_EVERYBODY, ask_for_everybody, find_everybodys
from app.friends.finding import FIND, find, note_progress
from app.friends.ranking import RANK, rank, rank_hers
from app.house import House
from app.jobs import Handler, enqueue
from app.organizing.layouts import LAYOUT, ask_for_circles, count_places, draw_circles
from app.organizing.study import STUDY_LIVES, forget_study
from app.renewal import forget_links
from app.rights.held_by_mail import SEND_HELD, send_held
from app.rights.held_look import SEARCH_HELD, search_for_look
from app.rights.holdings import erase_orphans
from app.rights.revocations import REVOKE, revoke_again
from app.sign_in import SEND_LINK, send_link
from graph.errors import KithError
from graph.model import Match, MatchStatus, SupporterId
from graph.records import JsonObject
from oauth.audit import erase_audit

SWEEP = "sweep"
UNMATCHED_LIVE = timedelta(days=30)
_NIGHT = time(hour=3)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep really removed."""

    unmatched: int = 0
    supporters: int = 0
    records: int = 0
    left_behind: int = 0


def handlers(house: House) -> Mapping[str, Handler]:
    """What a worker does with each kind of job."""

    def run_find(payload: JsonObject) -> None:
        supporter_id = SupporterId(payload["supporter_id"])
        try:
            find(house, supporter_id)
            ask_for_circles(house)
            ask_for_ego(house, supporter_id)
        except Exception as error:
            note_failure(house, supporter_id, error)
            raise

    def run_find_everybody(_: JsonObject) -> None:
        find_everybodys(house)

    def run_rank(payload: JsonObject) -> None:
        if "supporter_id" in payload:
            rank_hers(house, SupporterId(payload["supporter_id"]))
        else:
            rank(house)

    def run_sweep(_: JsonObject) -> None:
        sweep(house)
        plan_sweep(house)
        ask_for_everybody(house)
        enqueue(house.records, RANK, {}, now=house.clock(), key=RANK)
        ask_for_circles(house)

    def run_revoke(payload: JsonObject) -> None:
        revoke_again(house, str(payload["revocation"]))

    def run_send_link(payload: JsonObject) -> None:
        send_link(house, str(payload["ask"]))

    def run_send_held(payload: JsonObject) -> None:
        send_held(house, str(payload["ask"]))

    def run_search_held(payload: JsonObject) -> None:
        search_for_look(house, str(payload["look"]))

    def run_layout(_: JsonObject) -> None:
        draw_circles(house)
        count_places(house)

    def run_ego(payload: JsonObject) -> None:
        draw_ego(house, SupporterId(payload["supporter_id"]))

    return {
        EGO: run_ego,
        FIND: run_find,
        FIND_EVERYBODY: run_find_everybody,
        LAYOUT: run_layout,
        RANK: run_rank,
        REVOKE: run_revoke,
        SEARCH_HELD: run_search_held,
        SEND_HELD: run_send_held,
        SEND_LINK: run_send_link,
        SWEEP: run_sweep,
    }


def note_failure(house: House, supporter_id: SupporterId, error: Exception) -> None:
    """Tell the waiting page that this attempt came to nothing; the job tries again, and says so when it works."""
    problem, next_step = (error.happened, error.next_step) if isinstance(error, KithError) else ("", "")
    if house.graph.supporter(supporter_id) is not None:
        note_progress(house, supporter_id, state="failed", problem=problem, next_step=next_step)


def plan_sweep(house: House) -> None:
    """Ask for the next night's sweep; asking twice for one night is asking once."""
    now = house.clock()
    tonight = datetime.combine(now.date(), _NIGHT, tzinfo=now.tzinfo)
    due = tonight if tonight > now else tonight + timedelta(days=1)
    enqueue(house.records, SWEEP, {}, now=now, due_at=due, key=f"{SWEEP}:{due.date()}")


def sweep(house: House) -> Swept:
    """Erase what is past its clock; a second sweep on the same day finds nothing."""
    supporters = _end_of_campaign(house)
    unmatched = sum(_unmatched_of(house, supporter.supporter_id) for supporter in house.graph.supporters())
    expired = house.records.expire(now=house.clock())
    if house.today > house.election.day + STUDY_LIVES:
        forget_study(house)
    left_behind = erase_orphans(house.records, lambda one: house.graph.supporter(one) is not None)
    forget_links(house)
    house.records.scrub()
    return Swept(unmatched, supporters, expired, left_behind)


def _end_of_campaign(house: House) -> int:
    if house.today <= house.election.day + timedelta(days=house.campaign.keep_days_after_election):
        return 0
    leaving = house.graph.supporters()
    for supporter in leaving:
        journey.withdraw(house, supporter.supporter_id)
    erase_audit(house.records)
    return len(leaving)


def _unmatched_of(house: House, supporter_id: SupporterId) -> int:
    brought = house.records.get(BROUGHT, supporter_id)
    if brought is None or house.clock() < datetime.fromisoformat(brought.value["at"]) + UNMATCHED_LIVE:
        return 0
    stale = [match.contact_key for match in house.graph.matches_of(supporter_id) if _is_unmatched(match)]
    return house.graph.remove_contacts(supporter_id, stale).contacts


def _is_unmatched(match: Match) -> bool:
    return match.status is MatchStatus.NO_MATCH
