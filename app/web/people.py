"""The desk's pages about people: whom supporters told of, and the one view of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response

from app.organizing.people import known_people, known_person
from app.roles import ORGANIZERS
from app.translations import Language, month_day, translate
from app.views.people import KnownPerson, MomentLine, PersonView
from app.web.deps import house, language, only
from app.web.pages import show
from graph.model import MatchStatus
from graph.profile import Source

router = APIRouter(include_in_schema=False, prefix="/desk/people", dependencies=[Depends(only(ORGANIZERS))])


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Everybody of whom a supporter shared something; ``days`` says the newest day of each, in the reader's language."""

    people: tuple[KnownPerson, ...]
    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """A row of the timeline in words."""

    when: str
    what: str
    source: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person, the timeline in words, and the words for what is said of a match."""

    person: PersonView
    rows: tuple[TimelineRow, ...]
    statuses: Mapping[MatchStatus, str]


@router.get("")
def people(request: Request) -> Response:
    """Whom supporters told of."""
    found, spoken = known_people(house(request)), language(request)
    days = tuple(month_day(one.last, spoken) if one.last else "" for one in found)
    return show(request, "desk/people.html", PeoplePage(found, days))


@router.get("/{token}")
def person(request: Request, token: str) -> Response:
    """One of them with all that is known."""
    served, spoken = house(request), language(request)
    found = known_person(served, token)
    rows = timeline_rows(found, spoken, ZoneInfo(served.election.time_zone))
    return show(request, "desk/person.html", PersonPage(found, rows, _statuses(spoken)))


def timeline_rows(found: PersonView, spoken: Language, zone: ZoneInfo) -> tuple[TimelineRow, ...]:
    """The timeline in words, in its order; hours are the election's own."""
    happened = _happened(spoken)
    rows = []
    for moment in found.timeline:
        local = moment.at.astimezone(zone) if moment.at else None
        day = "" if local is None else translate(
            "{day}, {year}", spoken, day=month_day(local.date(), spoken), year=local.year
        )  # fmt: skip
        when = day if local is None or moment.is_day else f"{day}, {local:%H:%M}"
        what = happened.get(moment.what, moment.what)
        detail = happened.get(moment.detail) or translate(moment.detail, spoken)
        said = _said(what, detail, moment.source, spoken)
        rows.append(TimelineRow(when or translate("now", spoken), said, _source(moment, spoken)))
    return tuple(rows)


def _said(what: str, detail: str, source: Source, spoken: Language) -> str:
    """A suggestion is quoted, because its reason speaks to the supporter."""
    if detail and source is Source.ENGINE:
        return translate("{ask}, with the words: “{reason}”", spoken, ask=what, reason=detail)
    return f"{what}: {detail}" if detail else what


def _statuses(spoken: Language) -> dict[MatchStatus, str]:
    return {
        MatchStatus.AUTO: translate("found by comparing with the list of voters", spoken),
        MatchStatus.CONFIRMED: translate("confirmed by the supporter", spoken),
        MatchStatus.REJECTED: translate("the supporter said that this is somebody else", spoken),
        MatchStatus.UNSURE: translate("not sure who this is on the list of voters", spoken),
        MatchStatus.NO_MATCH: translate("nobody like this on the list of voters", spoken),
    }


def _source(moment: MomentLine, spoken: Language) -> str:
    if moment.source is Source.SUPPORTER:
        return translate("Told by {name}", spoken, name=moment.told_by)
    if moment.source is Source.ENGINE:
        return translate("Suggested to {name}", spoken, name=moment.told_by)
    return {
        Source.VOTER_FILE: translate("List of voters", spoken),
        Source.ONLINE: translate("Online", spoken),
        Source.FIELD: translate("Door or telephone", spoken),
        Source.FRIEND: translate("Told by the person", spoken),
    }[moment.source]


def _happened(spoken: Language) -> dict[str, str]:
    return {
        "sent": translate("A friend wrote", spoken),
        "talked": translate("A friend talked to this person", spoken),
        "has_plan": translate("Has a plan to vote", spoken),
        "has_voted": translate("Says: I have voted", spoken),
        "later": translate("Put off until later", spoken),
        "not_this_person": translate("Is somebody else", spoken),
        "voted": translate("Voted", spoken),
        "general": translate("general election", spoken),
        "primary": translate("primary", spoken),
        "municipal": translate("city election", spoken),
        "special": translate("special election", spoken),
        "ballot_voted": translate("This election: the ballot has come back", spoken),
        "ballot_needs_check": translate("This election: the ballot needs a check", spoken),
        "register": translate("Ask to register", spoken),
        "vote_early": translate("Ask to vote early", spoken),
        "return_ballot": translate("Ask to return the ballot", spoken),
        "cure": translate("Ask to fix the ballot", spoken),
        "vote": translate("Ask to vote", spoken),
        "invite": translate("Ask to join", spoken),
    }
