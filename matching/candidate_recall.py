"""Which friends who really are in the file are among the candidates at all, which keys find them, and what loses the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from graph.model import Circle, ContactKey, SupporterId, VoterRef
from graph.voters import VoterColumns
from matching.cards import Cards
from matching.evidence import Evidence, NameShare, circle_evidence, supporter_evidence
from matching.index import MatchIndex
from matching.keys_alone import numbered_pairs, pairs_by_key
from matching.laying_out import lay_out
from matching.name_kinds import NAME_KINDS, name_kinds
from matching.namesakes import Namesakes
from matching.prior import Surroundings, surroundings
from matching.search import Search

NO_PERSON, NOT_IN_THIS_FILE, NO_ENTRY = "taken for no person", "not in this voter file", "no entry in the contact files"
_KNOWN_FRIEND = "first name of another card's friend"
_PEOPLE_AT_ONCE = 4000


class KeyCount(NamedTuple):
    """How many friends a key finds, and how many no other key does."""

    found: int
    alone: int


class NameCount(NamedTuple):
    """Of the friends whose name stands so to the file's: how many there are, and how many are among the candidates."""

    in_the_file: int
    looked_at: int


@dataclass(frozen=True, slots=True)
class CandidateRecall:
    """Counts of contacts who are voters in the file.

    ``looked_at`` counts those whose voter is among the candidates at all, before any is left out; ``kept`` those whose
    voter is left when pairs that nothing speaks for are dropped. ``lost`` says for the others why, most first, and
    ``lost_with_town`` for how many of them the contact names the voter's town.
    """

    in_the_file: int
    looked_at: int
    kept: int
    by_key: Mapping[str, KeyCount] = field(default_factory=dict)
    by_name: Mapping[str, NameCount] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    lost_with_town: int = 0

    @property
    def recall(self) -> float:
        """The share looked at; 0 when nobody is in the file."""
        return self.looked_at / self.in_the_file if self.in_the_file else 0.0

    def as_json(self) -> dict[str, Any]:
        """Everything as JSON objects; shares with four decimals."""
        whole = max(self.in_the_file, 1)
        return {
            "in_the_file": self.in_the_file,
            "looked_at": self.looked_at,
            "recall": round(self.recall, 4),
            "kept": self.kept,
            "by_key": {
                key: {**one._asdict(), "share": round(one.found / whole, 4)} for key, one in self.by_key.items()
            },
            "by_name": {
                kind: {**one._asdict(), "recall": round(one.looked_at / max(one.in_the_file, 1), 4)}
                for kind, one in self.by_name.items()
            },
            "lost": dict(self.lost),
            "lost_with_town": self.lost_with_town,
        }


class _Seen(NamedTuple):
    """One friend: whether her voter was laid out, was kept, by which keys; how her name stands to his; a town that agrees."""

    is_looked_at: bool
    is_kept: bool
    keys: frozenset[str]
    name: str
    has_town: bool


def candidate_recall(
    columns: VoterColumns,
    index: MatchIndex,
    circles: Sequence[Circle],
    truth: Mapping[ContactKey, Sequence[VoterRef]],
    *,
    key: bytes,
    as_of: date,
    own_voter: Mapping[SupporterId, VoterRef],
) -> CandidateRecall:
    """Ask for the candidates of everybody in ``truth`` again, by all keys and by each.

    Args:
        columns: the voter file.
        index: its index.
        circles: whose contacts are looked for.
        truth: by contact the registrations of the voter it is, of which one is enough; who is not in the file has none.
        key: of the digests of phones and e-mails, as the columns were read with it.
        as_of: the day, for who is too young.
        own_voter: each supporter's own registration, where it was found (``MatchResult.own_voter``).
    """
    ordered = sorted(circles, key=lambda circle: circle.supporter.supporter_id)
    people = list(_people(ordered, Namesakes.of(index).share, key))
    looked_for = [(at, one) for at, one in people if one.is_person and not one.is_too_young(as_of)]
    wanted = {contact: refs for contact, refs in truth.items() if refs}
    entered, asked_for = _contacts(people), _contacts(looked_for)
    rows = {contact: _rows(columns, index, refs) for contact, refs in wanted.items() if contact in asked_for}
    never = {
        NO_ENTRY: len(wanted.keys() - entered),
        NO_PERSON: len(wanted.keys() & (entered - asked_for)),
        NOT_IN_THIS_FILE: sum(not its for its in rows.values()),
    }
    around = _around(columns, index, ordered, own_voter, key)
    search = Search.of(columns, index, [person for _, person in looked_for])
    seen = [one for chunk in _chunks(looked_for) for one in _look(search, around, chunk, rows)]
    return _counted(len(wanted), seen, Counter(never))


def _people(circles: Sequence[Circle], share: NameShare, key: bytes) -> Iterator[tuple[int, Evidence]]:
    for number, circle in enumerate(circles):
        for person in circle_evidence(circle, key=key, name_share=share):
            yield number, person


def _contacts(people: Sequence[tuple[int, Evidence]]) -> set[ContactKey]:
    return {contact for _, person in people for contact in person.keys}


def _rows(columns: VoterColumns, index: MatchIndex, refs: Sequence[VoterRef]) -> frozenset[int]:
    """The row that stands for all registrations of the person."""
    known = [row for ref in refs if (row := columns.row(ref)) is not None]
    return frozenset(int(index.person[row]) for row in known)


def _around(
    columns: VoterColumns,
    index: MatchIndex,
    circles: Sequence[Circle],
    own_voter: Mapping[SupporterId, VoterRef],
    key: bytes,
) -> Surroundings:
    own = [own_voter.get(circle.supporter.supporter_id) for circle in circles]
    rows = [-1 if ref is None or (row := columns.row(ref)) is None else row for ref in own]
    years = [supporter_evidence(circle.supporter, key=key).email_year for circle in circles]
    return surroundings(
        columns, index, own_rows=np.array(rows, dtype=np.int32), birth_years=np.array(years, dtype=np.int32),
        postal_codes=[circle.supporter.postal_code[:5] for circle in circles],
    )  # fmt: skip


_Chunk = list[tuple[int, Evidence]]


def _chunks(people: Sequence[tuple[int, Evidence]]) -> Iterator[_Chunk]:
    """Whole supporters together, as many as memory allows at once."""
    chunk: _Chunk = []
    for _, group in groupby(people, key=lambda one: one[0]):
        hers = list(group)
        if chunk and len(chunk) + len(hers) > _PEOPLE_AT_ONCE:
            yield chunk
            chunk = []
        chunk += hers
    if chunk:
        yield chunk


def _look(
    search: Search, around: Surroundings, chunk: _Chunk, rows: Mapping[ContactKey, frozenset[int]]
) -> Iterator[_Seen]:
    """Each contact of these people who is in the file."""
    wanted = [(at, row) for at, (_, one) in enumerate(chunk) for k in one.keys for row in sorted(rows.get(k, ()))[:1]]
    if not wanted:
        return
    card, row = np.array(wanted, dtype=np.int64).T
    numbers = numbered_pairs(card, row, search.index)
    laid = lay_out(search, [person for _, person in chunk], [number for number, _ in chunk], around)
    kept = np.isin(numbers, numbered_pairs(laid.features.card, laid.features.row, search.index))
    found = {
        key: np.isin(numbers, pairs)
        for key, pairs in pairs_by_key(
            laid.cards, search.index, search.columns, names=search.names, own_rows=around.own_rows
        )
    }
    by_any = np.logical_or.reduce(list(found.values()))
    found[_KNOWN_FRIEND] = kept & ~by_any
    names = name_kinds(laid.cards, search.names, search.file, card=card, row=row)
    for at, (person, voter) in enumerate(wanted):
        keys = frozenset(key for key, hits in found.items() if hits[at])
        yield _Seen(
            bool(keys), bool(kept[at]), keys, NAME_KINDS[names[at]], _has_town(laid.cards, search, person, voter)
        )


def _has_town(cards: Cards, search: Search, person: int, row: int) -> bool:
    told = cards.places.city[cards.places.owner == person]
    return bool((told == search.file.city[row]).any())


def _counted(in_the_file: int, seen: Sequence[_Seen], lost: Counter[str]) -> CandidateRecall:
    missed = [one for one in seen if not one.is_looked_at]
    lost.update(one.name for one in missed)
    keys = Counter(key for one in seen for key in one.keys)
    alone = Counter(key for one in seen if len(one.keys) == 1 for key in one.keys)
    return CandidateRecall(
        in_the_file=in_the_file,
        looked_at=len(seen) - len(missed),
        kept=sum(one.is_kept for one in seen),
        by_key={key: KeyCount(count, alone[key]) for key, count in keys.most_common()},
        by_name={
            kind: NameCount(len(hers), sum(one.is_looked_at for one in hers))
            for kind in NAME_KINDS
            if (hers := [one for one in seen if one.name == kind])
        },
        lost={why: count for why, count in lost.most_common() if count},
        lost_with_town=sum(one.has_town for one in missed),
    )
