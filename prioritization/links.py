"""The friends who could be asked: of each supporter's cards the one to write to, and the voter whom it most probably is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.model import (
    Circle,
    ContactKey,
    ContactRecord,
    Match,
    MatchStatus,
    Purpose,
    SourceKind,
    Supporter,
    SupporterId,
    VoterRef,
)
from graph.voters import VoterColumns
from prioritization.policy import LeftOut, Policy

_NEARLY_AS_SURE = 0.8
"""Of several cards of one friend the easiest to reach is taken, if its match is at least this share as sure as the best."""


@dataclass(frozen=True, slots=True)
class Link:
    """One friend of one supporter: the card to write to, the voter's row and how sure the link is."""

    supporter: Supporter
    key: ContactKey
    record: ContactRecord
    row: int
    match_probability: float
    is_own: bool
    is_asked_recently: bool

    @property
    def coordinates(self) -> bool:
        """Whether her asks may be chosen together with other supporters'."""
        return self.supporter.purposes is None or Purpose.COORDINATE in self.supporter.purposes


def links_of(
    circles: Sequence[Circle],
    matches: Mapping[SupporterId, Sequence[Match]],
    columns: VoterColumns,
    *,
    own_voter: Mapping[SupporterId, VoterRef | None],
    policy: Policy,
) -> tuple[list[Link], Counter[str]]:
    """All links by supporter and row, and how many cards were left out because no voter or a better card is there."""
    links: list[Link] = []
    left_out: Counter[str] = Counter()
    for circle in sorted(circles, key=lambda circle: circle.supporter.supporter_id):
        name = circle.supporter.supporter_id
        cards = _cards(circle, matches.get(name, ()), columns)
        left_out[str(LeftOut.UNMATCHED)] += len(circle.contacts) - sum(map(len, cards.values()))
        for row, hers in sorted(cards.items()):
            key, sure = _best_card(hers, circle.contacts)
            ref = columns.ref(row)
            recently = (name, ref) in policy.asked_recently
            links.append(
                Link(circle.supporter, key, circle.contacts[key], row, sure, ref == own_voter.get(name), recently)
            )
    return links, left_out


def _cards(
    circle: Circle, matches: Sequence[Match], columns: VoterColumns
) -> dict[int, list[tuple[ContactKey, float]]]:
    """Her cards by the voter they most probably are, with that probability."""
    cards: dict[int, list[tuple[ContactKey, float]]] = {}
    for match in matches:
        row = likely_row(match, columns)
        if row is not None and match.contact_key in circle.contacts:
            sure = 1.0 if match.status is MatchStatus.CONFIRMED else match.candidates[0].match_probability
            cards.setdefault(row, []).append((match.contact_key, sure))
    return cards


def likely_row(match: Match, columns: VoterColumns) -> int | None:
    """The row of the voter whom a contact most probably is; ``None`` when there is none, or she said that it is not him."""
    linkable = match.candidates and match.status is not MatchStatus.REJECTED
    return columns.row(match.candidates[0].voter) if linkable else None


def is_chosen(record: ContactRecord) -> bool:
    """Whether the supporter chose this friend herself: starred, or typed by name. Chance never decides about such a friend."""
    return record.is_starred or record.kind is SourceKind.TYPED


def _best_card(
    cards: Sequence[tuple[ContactKey, float]], contacts: Mapping[ContactKey, ContactRecord]
) -> tuple[ContactKey, float]:
    surest = max(sure for _, sure in cards)
    sure_enough = [(key, sure) for key, sure in cards if not sure < _NEARLY_AS_SURE * surest]  # also NaN
    return min(sure_enough, key=lambda card: (_reach(contacts[card[0]]), -card[1], card[0]))


def _reach(record: ContactRecord) -> int:
    """0 when she can text him, 1 when she can mail him, 2 otherwise."""
    return 0 if record.phones else 1 if record.emails else 2
