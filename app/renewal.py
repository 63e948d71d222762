"""A new voter file: confirmations stay by the state's id, everybody's friends are looked for again, and counts say what changed.

Nobody is named: not who is gone, not whose friend he is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace

from app.friends.finding import FIND
from app.house import House
from app.jobs import enqueue
from graph.model import Match, MatchStatus, Purpose, SupporterId, VoterRef
from graph.voters import VoterColumns
from matching.index import same_person
from matching.renewal import Renewed, count, renew
from oauth.consent import allows, consent_of


def renew_house(house: House, before: VoterColumns, after: VoterColumns) -> Mapping[str, int]:
    """Carry what supporters confirmed over to a new file and ask for everybody's friends to be looked for again.

    Returns the counts of confirmed links, see ``matching.renewal.RenewalCounts``, and how many supporters are looked for
    (``supporters``). Safe to run twice.
    """
    confirmed = {one.supporter_id: _confirmed(house, one.supporter_id) for one in house.graph.supporters()}
    voters = {match.voter for matches in confirmed.values() for match in matches if match.voter}
    renewed = {one.before: one for one in renew(before, after, voters, person=same_person(before))}
    for supporter_id, matches in confirmed.items():
        _carry_over(house, supporter_id, matches, renewed)
    links = [renewed[match.voter] for matches in confirmed.values() for match in matches if match.voter]
    return {**asdict(count(links)), "supporters": _look_again(house)}


def _confirmed(house: House, supporter_id: SupporterId) -> list[Match]:
    return [match for match in house.graph.matches_of(supporter_id) if match.status is MatchStatus.CONFIRMED]


def _carry_over(
    house: House, supporter_id: SupporterId, matches: list[Match], renewed: Mapping[VoterRef, Renewed]
) -> None:
    """Name the registration that is still there where another of the same person was confirmed."""
    carried = [
        replace(match, candidates=(replace(match.candidates[0], voter=now),))
        for match in matches
        if match.voter and (now := renewed[match.voter].now) is not None and now != match.voter
    ]
    if carried:
        house.graph.put_matches(supporter_id, carried)


def _look_again(house: House) -> int:
    """One job for each supporter who agreed to matching."""
    generation = house.voters.current()
    agreed = [one for one in house.graph.supporters() if _agreed(house, one.supporter_id)]
    for supporter in agreed:
        payload = {"supporter_id": supporter.supporter_id}
        key = f"{FIND}:{supporter.supporter_id}:{generation and generation.generation_id}"
        enqueue(house.records, FIND, payload, now=house.clock(), key=key)
    return len(agreed)


def _agreed(house: House, supporter_id: SupporterId) -> bool:
    return allows(consent_of(house.records, supporter_id, house.clock()), Purpose.MATCH)
