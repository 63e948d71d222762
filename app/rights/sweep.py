"""The night's sweep: what is held past its clock is erased.

unmatched contacts      30 days after she last brought friends (the consent page says so)
what she uploaded       24 hours, if she did not choose from it
everything of everybody  the campaign's own number of days after the election (every page says so)
expired records          sessions, links, login states, at their own hour
what was left behind    records of somebody who has gone, which a job wrote while she left
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from app.friends.circles import BROUGHT
from app.house import House
from app.jobs import enqueue
from app.organizing.study import STUDY_LIVES, forget_study
from app.renewal import forget_links
from app.rights.holdings import erase_orphans
from app.rights.leaving import withdraw
from graph.model import Match, MatchStatus, SupporterId
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
        withdraw(house, supporter.supporter_id)
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
