"""Which uncertain friends are worth asking the supporter about, and what her answers make of the matches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from graph.errors import InputError
from graph.model import Candidate, ContactKey, Match, MatchStatus, VoterRef

_LEAST_PROBABILITY = 0.05
_MOST_PROBABILITY = 0.95
_LEAST_SHOWN = 0.005
MOST_CANDIDATES = 3
_SHE_SAID_SO = "you told us that this is your friend"
_SHE_SAID_NO = "you told us that none of these is your friend"


class AnswerKind(StrEnum):
    """What she may say to a question."""

    CONFIRMED = "confirmed"
    NONE_OF_THESE = "none_of_these"
    NOT_SURE = "not_sure"


@dataclass(frozen=True, slots=True)
class Question:
    """A friend worth asking about: one to three candidates, best first, and what an answer is expected to be worth."""

    contact_key: ContactKey
    candidates: tuple[Candidate, ...]
    expected_gain: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What she said of one contact; ``voter`` is the one she confirmed, else ``None``."""

    contact_key: ContactKey
    kind: AnswerKind
    voter: VoterRef | None = None


def questions(
    matches: Sequence[Match],
    *,
    expected_gain: Mapping[ContactKey, float] | None,
    limit: int,
    answered: Collection[ContactKey] = (),
) -> list[Question]:
    """The uncertain friends worth asking about, best first, at most ``limit``.

    A friend is uncertain when the best candidate's probability is between .05 and .95 and she has not decided.
    A question is worth the links that its answer puts right, and the votes behind them: ``expected_gain`` says what a right
    link of each contact is worth in votes (a contact that is not in it: nothing). A link counts as much as the votes of
    an average friend; with ``None`` links alone count. A friend with two cards counts as two links: one answer decides
    both. Contacts in ``answered`` are not asked again. Equal gains are in the order of the keys; nothing uncertain gives
    ``[]``.
    """
    done = frozenset(answered)
    people = [cards for cards in _people(matches) if not any(card.contact_key in done for card in cards)]
    worth = _worth(people, expected_gain or {})
    asked = [_question(cards, value) for cards, value in zip(people, worth, strict=True)]
    ranked = sorted(asked, key=lambda question: (-question.expected_gain, question.contact_key))
    return ranked[: max(limit, 0)]


def _people(matches: Sequence[Match]) -> list[list[Match]]:
    """Uncertain matches by person: duplicate cards have the same candidates, as likely, and are asked about once."""
    people: dict[tuple[Candidate, ...], list[Match]] = {}
    for match in matches:
        if _is_uncertain(match):
            people.setdefault(match.candidates, []).append(match)
    return list(people.values())


def apply_answers(matches: Sequence[Match], answers: Sequence[Answer]) -> list[Match]:
    """The matches as she decided, in the same order: her answer is final, the last one counts.

    Confirmed is a match with probability 1, "none of these" a rejected one without candidates, "not sure" stays (or
    becomes) unsure. Answers to contacts that are not among the matches change nothing. Raises ``InputError`` for a
    confirmation that names no voter.
    """
    last = {answer.contact_key: answer for answer in answers}
    return [_decided(match, last[match.contact_key]) if match.contact_key in last else match for match in matches]


def _is_uncertain(match: Match) -> bool:
    if match.status in (MatchStatus.CONFIRMED, MatchStatus.REJECTED) or not match.candidates:
        return False
    return _LEAST_PROBABILITY <= match.candidates[0].match_probability <= _MOST_PROBABILITY


def _worth(people: Sequence[Sequence[Match]], gains: Mapping[ContactKey, float]) -> list[float]:
    """What the right link of each person is worth: his cards, and his votes in those of an average person who has any."""
    votes = [max((gains.get(match.contact_key, 0.0) for match in cards), default=0.0) for cards in people]
    average = sum(votes) / max(sum(vote > 0 for vote in votes), 1) or 1.0
    return [len(cards) + vote / average for cards, vote in zip(people, votes, strict=True)]


def _question(cards: Sequence[Match], value: float) -> Question:
    asked = min(cards, key=lambda match: match.contact_key)
    ranked = sorted(asked.candidates, key=lambda candidate: -candidate.match_probability)
    shown = tuple(candidate for candidate in ranked if candidate.match_probability >= _LEAST_SHOWN)[:MOST_CANDIDATES]
    return Question(asked.contact_key, shown, value * _moved_probability(shown))


def _moved_probability(shown: Sequence[Candidate]) -> float:
    """The right links an answer adds and the wrong ones it takes away, in expectation.

    Without an answer whoever is likelier than not counts as the friend: right with probability p, wrong with 1 - p, else
    neither. With one, the link is right when any shown candidate is, and never wrong.
    """
    found = sum(candidate.match_probability for candidate in shown)
    return found - max(2 * shown[0].match_probability - 1, 0.0)


def _decided(match: Match, answer: Answer) -> Match:
    if answer.kind is AnswerKind.NOT_SURE:
        return replace(match, status=MatchStatus.UNSURE)
    if answer.kind is AnswerKind.NONE_OF_THESE:
        return Match(match.contact_key, MatchStatus.REJECTED, reason=_SHE_SAID_NO)
    if answer.voter is None:
        raise InputError(
            "a confirmed answer names no voter",
            thing=f"contact {match.contact_key}",
            next_step="Give the voter's id, or answer none_of_these.",
        )
    confirmed = Candidate(answer.voter, 1.0, (_SHE_SAID_SO,))
    return Match(match.contact_key, MatchStatus.CONFIRMED, (confirmed,), reason=_SHE_SAID_SO)
