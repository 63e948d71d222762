"""Whom to ask her about, and what her answers decide."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputError
from graph.model import Candidate, ContactKey, Match, MatchStatus, VoterRef
from matching.questions import Answer, AnswerKind, apply_answers, questions


def voter(number: int) -> VoterRef:
    return VoterRef("NC", f"AA{number:06d}")


def match(key: str, *probabilities: float, status: MatchStatus = MatchStatus.UNSURE) -> Match:
    found = tuple(Candidate(voter(number), probability) for number, probability in enumerate(probabilities))
    return Match(ContactKey(key), status, found)


ROSA = match("rosa", 0.5, 0.3, 0.1)
LOUIS = match("louis", 0.4)
ANA = match("ana", 0.99, status=MatchStatus.AUTO)
NOBODY = match("nobody", status=MatchStatus.NO_MATCH)


def asked(*matches: Match, **choices: object) -> list[str]:
    return [question.contact_key for question in questions(matches, **{"expected_gain": None, "limit": 10, **choices})]


def test_the_friend_whom_an_answer_links_most_surely_is_asked_about_first():
    assert asked(LOUIS, ANA, NOBODY, ROSA) == ["rosa", "louis"]


def test_what_a_right_link_is_worth_decides_when_it_is_known():
    assert asked(ROSA, LOUIS, expected_gain={ContactKey("louis"): 0.2, ContactKey("rosa"): 0.01}) == ["louis", "rosa"]
    assert asked(ROSA, LOUIS, expected_gain={ContactKey("louis"): 0.2, ContactKey("rosa"): 0.2}) == ["rosa", "louis"]


def test_a_friend_without_votes_to_gain_is_asked_about_for_the_link():
    likely = match("likely", 0.9)
    assert asked(ROSA, likely, expected_gain={ContactKey("likely"): 0.2}) == ["rosa", "likely"]


def test_decided_and_answered_friends_are_not_asked_about():
    rejected = match("tom", 0.5, status=MatchStatus.REJECTED)
    confirmed = match("ann", 0.5, status=MatchStatus.CONFIRMED)
    assert asked(rejected, confirmed, ROSA, answered={ContactKey("rosa")}) == []


def test_the_most_doubtful_friend_is_asked_about_first_and_a_likely_one_before_an_unlikely_one():
    even, likely, unlikely = match("even", 0.5), match("likely", 0.8), match("unlikely", 0.1)
    assert asked(unlikely, likely, even) == ["even", "likely", "unlikely"]


def test_a_friend_with_two_cards_is_asked_about_once_and_sooner():
    phone, facebook = match("phone", 0.35, 0.05), match("facebook", 0.35, 0.05)
    assert asked(LOUIS, facebook, phone) == ["facebook", "louis"]
    assert asked(LOUIS, facebook, phone, answered={ContactKey("phone")}) == ["louis"]


def test_at_most_three_candidates_and_at_most_the_limit():
    crowd = match("crowd", 0.3, 0.2, 0.2, 0.2)
    assert len(questions([crowd], expected_gain=None, limit=1)[0].candidates) == 3
    assert asked(ROSA, LOUIS, crowd, limit=2) == ["rosa", "crowd"]
    assert asked(ROSA, limit=0) == asked(limit=5) == []


def test_a_confirmed_friend_is_that_voter_for_good():
    [rosa] = apply_answers([ROSA], [Answer(ROSA.contact_key, AnswerKind.CONFIRMED, voter(1))])
    assert (rosa.status, rosa.voter, rosa.candidates[0].match_probability) == (MatchStatus.CONFIRMED, voter(1), 1.0)


def test_none_of_these_rejects_and_not_sure_leaves_unsure():
    rosa, louis = apply_answers(
        [ROSA, LOUIS],
        [Answer(ROSA.contact_key, AnswerKind.NONE_OF_THESE), Answer(LOUIS.contact_key, AnswerKind.NOT_SURE)],
    )
    assert (rosa.status, rosa.candidates, rosa.voter) == (MatchStatus.REJECTED, (), None)
    assert louis == LOUIS


def test_not_sure_of_an_automatic_link_unlinks_it():
    [ana] = apply_answers([ANA], [Answer(ANA.contact_key, AnswerKind.NOT_SURE)])
    assert ana.voter is None


def test_her_last_answer_counts_and_answers_to_strangers_change_nothing():
    answers = [
        Answer(ROSA.contact_key, AnswerKind.NONE_OF_THESE),
        Answer(ROSA.contact_key, AnswerKind.CONFIRMED, voter(0)),
    ]
    assert apply_answers([ROSA], answers)[0].voter == voter(0)
    assert apply_answers([ROSA], [Answer(ContactKey("stranger"), AnswerKind.NONE_OF_THESE)]) == [ROSA]


def test_a_confirmation_without_a_voter_is_refused():
    with pytest.raises(InputError, match="names no voter"):
        apply_answers([ROSA], [Answer(ROSA.contact_key, AnswerKind.CONFIRMED)])


TOM = Match(ContactKey("tom"), MatchStatus.UNSURE, (Candidate(voter(9), 0.4),))


@given(st.permutations([ROSA, LOUIS, ANA, NOBODY, TOM]))
def test_the_order_of_matches_does_not_matter(matches):
    assert asked(*matches) == ["rosa", "louis", "tom"]


@given(st.sampled_from(AnswerKind))
def test_answering_twice_the_same_is_answering_once(kind):
    answers = [Answer(ROSA.contact_key, kind, voter(0))]
    once = apply_answers([ROSA], answers)
    assert apply_answers(once, answers) == once
