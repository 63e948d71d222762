"""The one view of a person, for organizers: shared ties and what came of them, beside the campaign's list of voters.

Only what supporters shared, and still agree to share, is opened; friends who asked to be left out are in nothing. Who looked
is written into the audit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from app.friends.circles import open_contact
from app.friends.words import shown_name
from app.house import House
from app.steps import age_band, registered_name
from app.views.people import KnownPerson, MomentLine, PersonView, TieLine
from app.voter_file import ballots_of, voters_of
from graph.digests import keyed_name
from graph.errors import NotFoundError
from graph.model import Contact, ContactKey, Event, Outcome, Purpose, SupporterId, VoterRef
from graph.profile import Known, Moment, Person, Source, known_of, people_of, person_of
from graph.voters import Ballots, VoterColumns
from oauth.audit import record_seen
from oauth.consent import allows, consent_of
from oauth.suppression import is_suppressed, suppressed_voters

_GONE = frozenset({Outcome.LEFT, Outcome.ASKED_TO_STOP})
_NOON = time(12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What may be shown: the people, and for each contact its owner's name and the name under which she keeps it."""

    known: Known
    people: Sequence[Person]
    names: dict[ContactKey, str]
    supporters: dict[SupporterId, str]


def known_people(house: House) -> tuple[KnownPerson, ...]:
    """Everybody of whom a supporter shared something, by name; empty as long as nobody has."""
    shared = _shared(house)
    lines = [_line(house, shared, person) for person in shared.people]
    _note(house, shared.people, "people")
    return tuple(sorted(lines, key=lambda line: (line.name.casefold(), line.token)))


def known_person(house: House, token: str) -> PersonView:
    """One of them with all that is known. Raises ``NotFoundError`` for a token that stands for nobody, or nobody any more."""
    shared = _shared(house)
    found = next((person for person in shared.people if _token(house, person) == token), None)
    if found is None:
        raise NotFoundError(
            "Nobody of that name is here.", next_step="Go back to the people whom supporters told you about."
        )
    _note(house, [found], "person")
    return _view(house, shared, found)


def shared_names(house: House) -> list[tuple[SupporterId, str, dict[ContactKey, str]]]:
    """Each supporter who shares, by name: her id, her name, and the friends she told of under the names that she keeps.

    Whoever shows them writes that into the audit.
    """
    shared = _shared(house)
    ties = [tie for person in shared.people for tie in person.ties]
    hers = {
        one: {tie.contact_key: shared.names[tie.contact_key] for tie in ties if tie.supporter_id == one}
        for one in shared.supporters
    }
    return [
        (one, name, hers[one]) for one, name in sorted(shared.supporters.items(), key=lambda item: (item[1], item[0]))
    ]


def _shared(house: House) -> _Shared:
    sharing = sorted({event.supporter_id for event in house.graph.events() if event.is_shared})
    known = _without_those_left_out(house, known_of(house.graph, [one for one in sharing if _still_shares(house, one)]))
    told = {event.contact_key for event in known.events if event.is_shared}
    records = {contact.key: open_contact(house, contact) for contact in known.contacts if contact.key in told}
    refused = {
        key for key, record in records.items()
        if is_suppressed(house.install, house.vault, phones=record.phones, emails=record.emails)
    }  # fmt: skip
    known = _without(known, refused)
    names = {key: shown_name(record) for key, record in records.items() if key not in refused}
    supporters = {one: found.display_name for one in sharing if (found := house.graph.supporter(one)) is not None}
    return _Shared(known, [person for person in people_of(known) if person.ties], names, supporters)


def _still_shares(house: House, supporter_id: SupporterId) -> bool:
    return allows(consent_of(house.records, supporter_id, house.clock()), Purpose.SHARE_RESULTS)


def _without_those_left_out(house: House, known: Known) -> Known:
    """Without the friends who asked to be left out, whoever of the supporters told of them."""
    taken = {match.contact_key: match.voter for match in known.matches if match.voter}
    left = suppressed_voters(house.install, house.vault, set(taken.values()))
    keys = {key for key, voter in taken.items() if voter in left}
    return _without(known, keys | {event.contact_key for event in known.events if event.kind in _GONE})


def _without(known: Known, keys: set[ContactKey] | set[ContactKey | None]) -> Known:
    contacts: list[Contact] = [contact for contact in known.contacts if contact.key not in keys]
    events: list[Event] = [event for event in known.events if event.contact_key and event.contact_key not in keys]
    return replace(known, contacts=contacts, events=events)


def _token(house: House, person: Person) -> str:
    """Stands for a person in addresses of the desk, so that no state id and no contact's key is in one."""
    whom = str(person.voter) if person.voter else person.ties[0].contact_key
    return keyed_name(house.vault.campaign_secret("links"), "person", whom)


def _line(house: House, shared: _Shared, person: Person) -> KnownPerson:
    days = [moment.at.date() for moment in person.timeline if moment.at]
    supporters = tuple(sorted({shared.supporters[tie.supporter_id] for tie in person.ties}))
    return KnownPerson(
        _token(house, person), _name(shared, person), _town(house, person), supporters, max(days, default=None)
    )


def _name(shared: _Shared, person: Person) -> str:
    return shared.names[person.ties[0].contact_key]


def _town(house: House, person: Person) -> str:
    columns = voters_of(house).columns
    row = columns.row(person.voter) if person.voter else None
    return "" if row is None else columns.city[row].title()


def _view(house: House, shared: _Shared, person: Person) -> PersonView:
    columns = voters_of(house).columns
    row = columns.row(person.voter) if person.voter else None
    if person.voter is not None and row is not None:
        record = {person.voter: voting_record(columns, ballots_of(house), person.voter)}
        person = person_of(replace(shared.known, other=record), person.voter)
    return PersonView(
        name=_name(shared, person),
        registered_name=registered_name(columns, person.voter) if person.voter else "",
        town=_town(house, person),
        precinct="" if row is None else columns.precinct[row].title(),
        age_band="" if row is None else age_band(int(columns.birth_year[row]), house.today.year),
        ties=tuple(
            TieLine(shared.supporters[tie.supporter_id], shared.names[tie.contact_key], tie.status)
            for tie in sorted(person.ties, key=lambda tie: (shared.supporters[tie.supporter_id], tie.contact_key))
        ),
        timeline=tuple(_moment(shared, moment) for moment in person.timeline),
    )


def voting_record(columns: VoterColumns, ballots: Ballots, voter: VoterRef) -> list[Moment]:
    """In which elections he voted, oldest first, and what the returned ballots of the coming one say. Never how."""
    row = columns.row(voter)
    if row is None:
        return []
    mask = int(columns.voted[row])
    moments = [
        _on(election.day, "voted", election.kind.name.lower())
        for place, election in enumerate(columns.elections)
        if mask >> place & 1
    ]
    returned = ballots.status.get(voter.voter_id)
    return [*moments, *([_on(ballots.as_of, f"ballot_{returned}")] if returned and ballots.as_of else [])]


def _on(day: date, what: str, detail: str = "") -> Moment:
    return Moment(datetime.combine(day, _NOON), Source.VOTER_FILE, what, detail)


def _moment(shared: _Shared, moment: Moment) -> MomentLine:
    told_by = shared.supporters.get(moment.supporter_id, "") if moment.supporter_id else ""
    is_day = moment.source is Source.VOTER_FILE
    return MomentLine(moment.at, moment.source, moment.what, moment.detail, told_by, is_day)


def _note(house: House, people: Sequence[Person], what: str) -> None:
    """Write down whose friends were looked at, one line for each supporter."""
    seen: defaultdict[SupporterId, list[ContactKey]] = defaultdict(list)
    for person in people:
        for tie in person.ties:
            seen[tie.supporter_id].append(tie.contact_key)
    for supporter_id, keys in sorted(seen.items()):
        record_seen(house.records, who="organizer", what=what, whom=keys, at=house.clock(), of=supporter_id)
