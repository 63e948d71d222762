"""Is this friend that voter? Every contact of every supporter, with candidates, probability, status and reasons.

evidence -> candidates -> ratios x prior -> posterior with "not in the file" -> one-to-one -> status, reasons
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.model import (
    Candidate,
    Circle,
    ContactKey,
    Match,
    MatchStatus,
    RelationshipType,
    SupporterId,
    VoterRef,
)
from graph.voters import VoterColumns
from matching.evidence import Evidence, circle_evidence, supporter_evidence
from matching.index import MatchIndex
from matching.laying_out import lay_out
from matching.learn import learn
from matching.model import MatchModel
from matching.namesakes import Namesakes
from matching.prior import Surroundings, surroundings
from matching.questions import Answer, AnswerKind, apply_answers
from matching.reasons import reasons_of, why_nobody
from matching.relationships import relationship_of
from matching.resolve import Resolved, resolve
from matching.score import TokenRatios
from matching.search import NOBODY, NOT_ASKED, LaidOut, Search
from matching.shared_friends import LEAST_BELIEVED, Friendships, SharedFriends

LEAST_PROBABILITY = 0.005
MOST_CANDIDATES = 3
_OWN_VOTER_LEAST = 0.5
_PEOPLE_AT_ONCE = 4000
_PEOPLE_TO_LEARN_FROM = 20_000
_HER_OWN_CARD = "this is the supporter herself"


@dataclass(frozen=True, slots=True)
class MatchResult:
    """What is believed of all contacts.

    ``matches`` holds one match for each contact, in the order of the circle. ``own_voter`` is the supporter's own
    registration where it was found. ``cards`` are groups of duplicate cards, one person each. ``counts`` sums up statuses.
    """

    matches: Mapping[SupporterId, tuple[Match, ...]]
    own_voter: Mapping[SupporterId, VoterRef]
    relationships: Mapping[ContactKey, RelationshipType]
    cards: tuple[tuple[ContactKey, ...], ...]
    counts: Mapping[str, int]
    model: MatchModel = field(default_factory=MatchModel)


def match_circles(
    columns: VoterColumns,
    index: MatchIndex,
    circles: Sequence[Circle],
    *,
    key: bytes,
    model: MatchModel,
    as_of: date,
    answers: Mapping[ContactKey, Answer] | None = None,
    learning: bool = True,
    agreed: Collection[str] = (),
) -> MatchResult:
    """Match every contact of every circle; the order of circles does not matter.

    ``key`` is the campaign's key of phone and e-mail digests, the one that the columns were read with. With ``learning`` the
    model is fitted to these contacts first, without labels, starting from ``model``; without, it is taken as it is.
    Whoever is under age on ``as_of`` by the birthday she saved is nobody's match. An answer of the supporter is final for her contact. No circles give an empty result.
    """
    ordered = sorted(circles, key=lambda circle: circle.supporter.supporter_id)
    namesakes = Namesakes.of(index)
    people = [circle_evidence(circle, key=key, name_share=namesakes.share) for circle in ordered]
    selves = [supporter_evidence(circle.supporter, key=key) for circle in ordered]
    if not len(columns):
        return _result(ordered, people, {}, np.full(len(ordered), -1), columns, model, answers or {})
    search = Search.of(columns, index, [*(person for group in people for person in group), *selves])
    around = _find_supporters(search, ordered, selves)
    told = _told(columns, index, answers or {})
    chunks = list(_chunks([[p for p in group if p.is_person and not p.is_too_young(as_of)] for group in people]))
    kept: dict[int, LaidOut] = {}
    if learning:
        for at, room in _learning_chunks(chunks):
            kept[at] = _lay_out(search, around, room, told)
        model = learn(search, list(kept.values()), model)
    tokens = TokenRatios.of(search.names, index, model)
    shared = None
    if agreed:
        shared = _shared_friends(search, around, chunks, kept, model, _numbered(ordered, agreed), told)
    found: dict[ContactKey, Match] = {}
    for at, chunk in enumerate(chunks):
        laid = kept.pop(at, None) or _lay_out(search, around, chunk, told)
        found |= _matches(search, laid, resolve(search, laid, model, tokens, shared=shared), model)
    return _result(ordered, people, found, around.own_rows, columns, model, answers or {})


def _find_supporters(search: Search, circles: Sequence[Circle], selves: Sequence[Evidence]) -> Surroundings:
    """Each supporter's own row: the one that her name, phone, e-mail and ZIP point to."""
    nowhere = np.full(len(circles), -1, dtype=np.int32)
    unknown = [""] * len(circles)
    nothing = surroundings(
        search.columns, search.index, own_rows=nowhere, postal_codes=unknown, birth_years=np.zeros_like(nowhere)
    )
    laid = lay_out(search, list(selves), list(range(len(selves))), nothing)
    surely = MatchModel(in_file_share={"typed": 0.9}, other_family_women=0.03)
    resolved = resolve(search, laid, surely, search.first_look)  # of tokens it thinks like the default model
    own = nowhere.copy()
    likely = np.flatnonzero(resolved.probability >= _OWN_VOTER_LEAST)
    own[laid.features.supporter[likely]] = laid.features.row[likely]
    years = np.array([person.email_year for person in selves], dtype=np.int32)
    postal_codes = [circle.supporter.postal_code[:5] for circle in circles]
    return surroundings(search.columns, search.index, own_rows=own, postal_codes=postal_codes, birth_years=years)


Chunk = list[tuple[int, Evidence]]


def _chunks(people: Sequence[Sequence[Evidence]]) -> Iterator[Chunk]:
    """Persons with their supporter's number, whole supporters together, as many as memory allows at once."""
    chunk: Chunk = []
    for number, group in enumerate(people):
        if chunk and len(chunk) + len(group) > _PEOPLE_AT_ONCE:
            yield chunk
            chunk = []
        chunk = [*chunk, *((number, person) for person in group)]
    if chunk:
        yield chunk


def _learning_chunks(chunks: Sequence[Chunk]) -> Iterator[tuple[int, Chunk]]:
    """Chunks spread evenly over all supporters, until there are people enough to learn from."""
    total = sum(map(len, chunks))
    step = max(1, -(-total // _PEOPLE_TO_LEARN_FROM))
    yield from list(enumerate(chunks))[::step]


def _lay_out(search: Search, around: Surroundings, chunk: Chunk, told: Mapping[ContactKey, int]) -> LaidOut:
    said = [max((told[k] for k in person.keys if k in told), default=NOT_ASKED) for _, person in chunk]
    return lay_out(search, [person for _, person in chunk], [number for number, _ in chunk], around, said)


def _told(columns: VoterColumns, index: MatchIndex, answers: Mapping[ContactKey, Answer]) -> dict[ContactKey, int]:
    """The row of each confirmed voter (the one that stands for all registrations of a person), or ``NOBODY``.

    "Not sure" says nothing, and neither does a voter who left the file.
    """
    told: dict[ContactKey, int] = {}
    for contact_key, answer in answers.items():
        row = columns.row(answer.voter) if answer.voter else None
        if answer.kind is AnswerKind.NONE_OF_THESE:
            told[contact_key] = NOBODY
        elif answer.kind is AnswerKind.CONFIRMED and row is not None:
            told[contact_key] = int(index.person[row])
    return told


def _numbered(circles: Sequence[Circle], agreed: Collection[str]) -> NDArray[np.bool_]:
    return np.array([circle.supporter.supporter_id in agreed for circle in circles], dtype=bool)


def _shared_friends(
    search: Search,
    around: Surroundings,
    chunks: Sequence[Chunk],
    kept: Mapping[int, LaidOut],
    model: MatchModel,
    agreed: NDArray[np.bool_],
    told: Mapping[ContactKey, int],
) -> SharedFriends:
    """The likely friends of those who agreed, each found by her own contacts alone."""
    tokens = TokenRatios.of(search.names, search.index, model)
    found = []
    for at, chunk in enumerate(chunks):
        laid = kept.get(at) or _lay_out(search, around, chunk, told)
        probability = resolve(search, laid, model, tokens).probability
        likely = np.flatnonzero((probability >= LEAST_BELIEVED) & ~laid.is_own)
        supporter, row = laid.features.supporter[likely], laid.features.row[likely]
        found.append(Friendships(supporter.astype(np.int64), row.astype(np.int64), probability[likely]))
    return SharedFriends.of(found, around.own_rows, agreed)


def _matches(search: Search, laid: LaidOut, resolved: Resolved, model: MatchModel) -> dict[ContactKey, Match]:
    """The match of every card of every person laid out."""
    best = [pairs.tolist() for pairs in _best(laid, resolved)]
    candidates = _candidates(search, laid, resolved, [pair for pairs in best for pair in pairs])
    found: dict[ContactKey, Match] = {}
    for person, pairs in zip(laid.cards.evidence, best, strict=True):
        is_herself = pairs and pairs[0] not in candidates and resolved.probability[pairs[0]] >= _OWN_VOTER_LEAST
        shown = tuple([candidates[pair] for pair in pairs if pair in candidates])
        match = (MatchStatus.NO_MATCH, (), _HER_OWN_CARD) if is_herself else _match(person, shown, model)
        for contact_key in person.keys:
            found[contact_key] = Match(contact_key, *match)
    return found


def _candidates(search: Search, laid: LaidOut, resolved: Resolved, pairs: Sequence[int]) -> dict[int, Candidate]:
    """Those of the pairs that are not a supporter's own registration, as she is shown them."""
    shown = np.array(pairs, dtype=np.int64)
    shown = shown[~laid.is_own[shown]]
    voters = search.columns.refs(laid.features.row[shown])
    probabilities = [round(probability, 6) for probability in resolved.probability[shown].tolist()]
    reasons = reasons_of(search, laid, resolved, shown)
    return dict(zip(shown.tolist(), map(Candidate, voters, probabilities, reasons), strict=True))


def _match(
    person: Evidence, candidates: tuple[Candidate, ...], model: MatchModel
) -> tuple[MatchStatus, tuple[Candidate, ...], str]:
    """Status, candidates and reason of one person; ``candidates`` are his likeliest ones, best first."""
    best = candidates[0].match_probability if candidates else 0.0
    if best >= model.auto_threshold:
        return MatchStatus.AUTO, candidates, "; ".join(candidates[0].reasons)
    status = MatchStatus.UNSURE if best >= model.unsure_threshold else MatchStatus.NO_MATCH
    return status, candidates, why_nobody(person, [c.match_probability for c in candidates])


def _best(laid: LaidOut, resolved: Resolved) -> Iterator[NDArray[np.int64]]:
    """By person: his best pairs that are likely enough to be shown, best first, then by row."""
    features = laid.features
    likely = np.flatnonzero(resolved.probability >= LEAST_PROBABILITY)
    order = likely[
        np.lexsort((features.row[likely], -np.round(resolved.probability[likely], 6), features.card[likely]))
    ]
    starts = np.searchsorted(features.card[order], np.arange(len(laid.cards) + 1))
    for start, stop in pairwise(starts):
        yield order[start : min(stop, start + MOST_CANDIDATES)]


def _result(
    circles: Sequence[Circle],
    people: Sequence[Sequence[Evidence]],
    found: Mapping[ContactKey, Match],
    own_rows: NDArray[Any],
    columns: VoterColumns,
    model: MatchModel,
    answers: Mapping[ContactKey, Answer],
) -> MatchResult:
    everybody = [person for group in people for person in group]
    nobody = {
        contact_key: Match(contact_key, MatchStatus.NO_MATCH, (), why_nobody(person, []))
        for person in everybody
        for contact_key in person.keys
        if contact_key not in found
    }
    known = {**nobody, **found}
    matches = {
        circle.supporter.supporter_id: tuple(
            apply_answers([known[k] for k in circle.contacts], [answers[k] for k in circle.contacts if k in answers])
        )
        for circle in circles
    }
    own = {
        circle.supporter.supporter_id: columns.ref(int(row))
        for circle, row in zip(circles, own_rows, strict=True)
        if row >= 0
    }
    relationships = {k: relationship_of(person.reading) for person in everybody for k in person.keys}
    cards = tuple(person.keys for person in everybody if len(person.keys) > 1)
    return MatchResult(matches, own, relationships, cards, _counts(matches), model)


def _counts(matches: Mapping[SupporterId, Sequence[Match]]) -> dict[str, int]:
    counts = {status.value: 0 for status in MatchStatus}
    for match in (match for group in matches.values() for match in group):
        counts[match.status.value] += 1
    return counts
