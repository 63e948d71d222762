"""A new voter file: confirmations stay by the state's id, everybody's friends are looked for again, and counts say what changed.

Nobody is named: not who is gone, not whose friend he is. What each supporter's contacts were linked to before is kept beside
her for thirty days, so that the desk can tell links that changed once her friends have been looked for again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from app.friends.finding import FIND
from app.house import House
from app.jobs import enqueue
from app.voter_file import voters_of
from graph.model import Match, MatchStatus, Purpose, SupporterId, VoterRef
from graph.records import JsonObject
from graph.voters import VoterColumns
from matching.double_registrations import same_person
from matching.renewal import Renewed, compare_files, count, renew
from oauth.consent import allows, consent_of

RENEWAL, LINKS_BEFORE = "renewal", "links_before"
CURRENT = "current"
LINKS_LIVE = timedelta(days=30)


def renew_house(house: House, before: VoterColumns, after: VoterColumns) -> Mapping[str, int]:
    """Carry what supporters confirmed over to a new file and ask for everybody's friends to be looked for again.

    Returns the counts of confirmed links, see ``matching.renewal.RenewalCounts``, and how many supporters are looked for
    (``supporters``). Safe to run twice.
    """
    matches = {one.supporter_id: house.graph.matches_of(one.supporter_id) for one in house.graph.supporters()}
    voters = {match.voter for hers in matches.values() for match in hers if match.voter}
    renewed = {one.before: one for one in renew(before, after, voters, person=same_person(before))}
    confirmed = {one: [match for match in hers if _is_confirmed(match)] for one, hers in matches.items()}
    expires_at = house.clock() + LINKS_LIVE
    for supporter_id, hers in matches.items():
        house.records.put(LINKS_BEFORE, supporter_id, _links(hers, renewed), expires_at=expires_at)
        _carry_over(house, supporter_id, confirmed[supporter_id], renewed)
    links = [renewed[match.voter] for hers in confirmed.values() for match in hers if match.voter]
    counts = {**asdict(count(links)), "supporters": look_again(house)}
    changes = compare_files(before, after, person=voters_of(house).index.person)
    told = {"at": house.clock().isoformat(), "file": asdict(changes), "confirmed": counts}
    house.records.put(RENEWAL, CURRENT, told)
    return counts


def links_live(house: House) -> bool:
    """Whether what was linked before the newest file is still kept."""
    told = house.records.get(RENEWAL, CURRENT)
    return told is not None and house.clock() < datetime.fromisoformat(told.value["at"]) + LINKS_LIVE


def forget_links(house: House) -> int:
    """Drop what is kept of links whose contact is no longer there; how many."""
    gone = 0
    for record in house.records.all(LINKS_BEFORE):
        here = {contact.key for contact in house.graph.contacts_of(SupporterId(record.key))}
        links = {key: link for key, link in record.value["links"].items() if key in here}
        if missing := len(record.value["links"]) - len(links):
            house.records.put(LINKS_BEFORE, record.key, {"links": links}, expires_at=record.expires_at)
            gone += missing
    return gone


def _is_confirmed(match: Match) -> bool:
    return match.status is MatchStatus.CONFIRMED and match.voter is not None


def _links(matches: Sequence[Match], renewed: Mapping[VoterRef, Renewed]) -> JsonObject:
    """By contact: the voter it was linked to, who that is now, and what the new file says of him; nothing when unlinked."""
    return {"links": {match.contact_key: _link(renewed[match.voter]) if match.voter else [] for match in matches}}


def _link(renewed: Renewed) -> list[str]:
    marks = {"moved": renewed.is_moved, "renamed": renewed.is_renamed, "removed": renewed.is_removed}
    now = str(renewed.now) if renewed.now else ""
    return [str(renewed.before), now, *(name for name, is_so in marks.items() if is_so)]


def _carry_over(
    house: House, supporter_id: SupporterId, matches: Sequence[Match], renewed: Mapping[VoterRef, Renewed]
) -> None:
    """Name the registration that is still there where another of the same person was confirmed."""
    carried = [
        replace(match, candidates=(replace(match.candidates[0], voter=now),))
        for match in matches
        if match.voter and (now := renewed[match.voter].now) is not None and now != match.voter
    ]
    if carried:
        house.graph.put_matches(supporter_id, carried)


def look_again(house: House) -> int:
    """Ask for the friends of every supporter who agreed to matching; how many that are."""
    generation = house.voters.current()
    agreed = [one for one in house.graph.supporters() if _agreed(house, one.supporter_id)]
    for supporter in agreed:
        payload = {"supporter_id": supporter.supporter_id}
        key = f"{FIND}:{supporter.supporter_id}:{generation and generation.generation_id}"
        enqueue(house.records, FIND, payload, now=house.clock(), key=key)
    return len(agreed)


def _agreed(house: House, supporter_id: SupporterId) -> bool:
    return allows(consent_of(house.records, supporter_id, house.clock()), Purpose.MATCH)
