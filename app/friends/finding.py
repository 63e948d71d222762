"""The work behind "finding your friends": match one supporter's circle, then choose her asks beside those that stand.

Runs as a durable job; safe to run twice. Counts are written as they become true, so that the page shows real numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from app.friends.circles import OWN_VOTER, open_circle, open_circles, permits
from app.friends.ranking import listed, rank_hers
from app.friends.words import has_name
from app.house import House
from app.steps import find_friends
from app.voter_file import voters_of
from graph.errors import InputError
from graph.model import Circle, ContactKey, Match, MatchStatus, Purpose, SupporterId, Voter, VoterRef
from graph.voters import VoterColumns
from matching.link import MatchResult
from matching.model import MatchModel
from matching.questions import Answer, AnswerKind
from oauth.consent import PoolPermit, consent_of, require
from oauth.suppression import read_suppressed

PROGRESS = "progress"
MODEL = "match_model"
_ENOUGH_TO_LEARN = 10
FIND = "find"
_HERS = (MatchStatus.CONFIRMED, MatchStatus.REJECTED)
"""Her own word: kept as she gave it."""


def find(house: House, supporter_id: SupporterId) -> None:
    """Match her circle, keep what was found, choose her list. Raises ``NotAllowedError`` without her consent."""
    circle = open_circle(house, require(consent_of(house.records, supporter_id, house.clock()), Purpose.MATCH))
    note_progress(house, supporter_id, state="running", read=len(circle.contacts))
    found = match_all(house, [circle])
    told = {"read": len(circle.contacts), **counts(found.matches[supporter_id], nameless=_nameless(circle))}
    note_progress(house, supporter_id, state="running", **told)
    rank_hers(house, supporter_id)
    note_progress(house, supporter_id, state="done", asks=len(listed(house, supporter_id)), **told)


def _nameless(circle: Circle) -> set[ContactKey]:
    return {key for key, record in circle.contacts.items() if not has_name(record)}


def match_all(house: House, circles: Sequence[Circle]) -> MatchResult:
    """Match circles against the current voter file and keep what was found.

    Many circles teach the model (its parameters alone are kept, nobody's contacts); one new circle is read with it.
    """
    voters = voters_of(house)
    model = learned_model(house)
    learns = model is None or len(circles) >= _ENOUGH_TO_LEARN
    helpers, pooling = _helpers(house, circles)
    found = find_friends(
        circles, voters, as_of=house.today, model=model, answers=_answers(house, circles), learning=learns,
        helpers=helpers, pooling=pooling,
    )  # fmt: skip
    if len(circles) >= _ENOUGH_TO_LEARN:
        house.records.put(MODEL, "current", {"model": found.model.to_json(), "at": house.clock().isoformat()})
    for circle in circles:
        _keep(house, circle, found, voters.columns)
    return found


def _answers(house: House, circles: Sequence[Circle]) -> dict[ContactKey, Answer]:
    """What she said of her friends: it stands, and moves what is believed of her others."""
    matches = [match for circle in circles for match in house.graph.matches_of(circle.supporter.supporter_id)]
    said = {
        match.contact_key: Answer(match.contact_key, AnswerKind.CONFIRMED, match.voter)
        for match in matches
        if match.status is MatchStatus.CONFIRMED
    }
    return said | {
        match.contact_key: Answer(match.contact_key, AnswerKind.NONE_OF_THESE)
        for match in matches
        if match.status is MatchStatus.REJECTED
    }


def learned_model(house: House) -> MatchModel | None:
    """What the campaign's contacts taught the matcher; ``None`` before that, or when another release learned it."""
    learned = house.records.get(MODEL, "current")
    if learned is None:
        return None
    try:
        return MatchModel.from_json(learned.value["model"])
    except InputError:
        return None


def _helpers(house: House, circles: Sequence[Circle]) -> tuple[list[Circle], list[PoolPermit]]:
    """The circles of others who agreed to ``pool``, and the permits of all who did, when one of these supporters did too."""
    here = [circle.supporter.supporter_id for circle in circles]
    hers: list[PoolPermit] = permits(house, here, Purpose.POOL)
    if not hers:
        return [], []
    elsewhere = [s.supporter_id for s in house.graph.supporters() if s.supporter_id not in set(here)]
    others: list[PoolPermit] = permits(house, elsewhere, Purpose.POOL)
    return (open_circles(house, [one.supporter for one in others]), [*hers, *others]) if others else ([], [])


def counts(matches: Sequence[Match], *, nameless: Collection[ContactKey] = frozenset()) -> dict[str, int]:
    """How many of her contacts are people, found on the list of voters, and unsure; of the ``nameless`` nobody is asked."""
    linked = (MatchStatus.AUTO, MatchStatus.CONFIRMED)
    unsure = (match for match in matches if match.status is MatchStatus.UNSURE)
    return {
        "people": sum(match.reason != "not a person" for match in matches),
        "found": sum(match.status in linked for match in matches),
        "unsure": sum(match.contact_key not in nameless for match in unsure),
    }


def note_progress(house: House, supporter_id: SupporterId, **values: object) -> None:
    """Write down how far it is."""
    house.records.put(PROGRESS, supporter_id, values)


def _keep(house: House, circle: Circle, found: MatchResult, columns: VoterColumns) -> None:
    supporter_id = circle.supporter.supporter_id
    matches = _without_suppressed(house, circle, found.matches[supporter_id])
    voters = [_voter(columns, ref) for ref in sorted({c.voter for m in matches for c in m.candidates})]
    house.graph.put_matches(supporter_id, [match for match in matches if match.status not in _HERS], voters=voters)
    known = [
        replace(contact, relationship_type=found.relationships.get(contact.key, contact.relationship_type))
        for contact in house.graph.contacts_of(supporter_id)
    ]
    house.graph.put_ties(supporter_id, known)
    own = found.own_voter.get(supporter_id)
    if own is not None:
        house.records.put(OWN_VOTER, supporter_id, {"state": own.state, "voter_id": own.voter_id})


def _without_suppressed(house: House, circle: Circle, matches: Sequence[Match]) -> list[Match]:
    """Matches as if those who asked to be left out, by voter, phone or e-mail, were not on the list of voters at all."""
    suppressed = read_suppressed(house.install, house.vault)
    left = suppressed.voters({candidate.voter for match in matches for candidate in match.candidates})
    kept = []
    for match in matches:
        is_named = any(candidate.voter in left for candidate in match.candidates)
        hidden = is_named or (bool(match.candidates) and suppressed.has(circle.contacts[match.contact_key]))
        kept.append(
            replace(match, candidates=(), status=MatchStatus.NO_MATCH, reason="nobody similar") if hidden else match
        )
    return kept


def _voter(columns: VoterColumns, ref: VoterRef) -> Voter:
    row = columns.row(ref)
    if row is None:
        return Voter(ref)
    return Voter(ref, columns.precinct[row], columns.city[row], f"{columns.state}:{int(columns.household[row])}")
