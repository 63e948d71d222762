"""How close a friend is, by what Ana brought; what the voter file adds is never among the words for her."""

import math
from datetime import date

import pytest
from small_precinct import precinct

from graph.model import (
    AskKind,
    Birthday,
    Candidate,
    Circle,
    ContactKey,
    ContactRecord,
    Match,
    MatchStatus,
    RelationshipType,
    SourceKind,
    Supporter,
    SupporterId,
    VoterRef,
)
from prioritization import explain
from prioritization.elections import find_election
from prioritization.ties import SIGNS, tie_strengths

ANA = Supporter(SupporterId("ana"), "Ana Lee")
VOTERS = precinct(["ANA LEE", "BO LEE", "CY DAY", "DI FAY"], household=[0, 1, 0, 2])
KEY = ContactKey("k1")
ELECTION = find_election(date(2026, 11, 3), state="NC")
NOW = date(2026, 10, 20)


def card(kind=SourceKind.VCARD, *, position=0, **details):
    return ContactRecord("book", position, kind, **details)


def tie(record, *, kin="", voter=None):
    matches = [Match(KEY, MatchStatus.AUTO, (Candidate(VoterRef("NC", voter), 0.9),))] if voter else []
    circle = Circle(ANA, {KEY: record})
    return tie_strengths(circle, {KEY: kin} if kin else {}, VOTERS, 0, matches, as_of=NOW)[KEY]


PLAIN = card(phones=("+13365550101",))


@pytest.mark.parametrize(
    ("record", "kin", "words"),
    [
        (card(phones=PLAIN.phones, is_starred=True), "", "Starred in your contacts"),
        (card(phones=PLAIN.phones, birthday=Birthday(month=4)), "", "Birthday saved"),
        (card(phones=PLAIN.phones, nickname="Bo"), "", "Nickname saved"),
        (PLAIN, "aunt", "Aunt"),
    ],
)
def test_each_sign_makes_the_tie_closer_and_can_be_said_back_to_her(record, kin, words):
    known = tie(record, kin=kin)
    assert known.strength > tie(PLAIN).strength
    assert known.evidence[0] == words


def test_the_voter_file_makes_a_tie_closer_without_a_word_to_her():
    plain = tie(PLAIN, voter="V00003")
    for voter, inferred in [("V00001", "Same last name"), ("V00002", "Same household")]:
        known = tie(PLAIN, voter=voter)
        assert known.strength > plain.strength
        assert known.evidence == plain.evidence
        assert known.inferred == (inferred,)
        assert known.relationship_type is RelationshipType.UNKNOWN


@pytest.mark.parametrize("said", ["", RelationshipType.UNKNOWN])
@pytest.mark.parametrize(
    ("group", "kind", "words"),
    [
        ("family", RelationshipType.FAMILY, "Family in your contacts"),
        ("familia", RelationshipType.FAMILY, "Family in your contacts"),
        ("work", RelationshipType.COWORKER, "From work in your contacts"),
        ("church", RelationshipType.FAITH, "From church in your contacts"),
    ],
)
def test_a_group_that_she_put_him_into_makes_the_tie_closer_and_can_be_said_back_to_her(group, kind, words, said):
    known = tie(card(phones=PLAIN.phones, labels=("mycontacts", group)), kin=said)
    assert known.strength > tie(PLAIN).strength
    assert known.relationship_type is kind
    assert known.evidence[0] == words


def test_a_classmate_is_known_as_one_and_no_closer_for_it():
    known = tie(card(phones=PLAIN.phones, labels=("school",)))
    assert known.strength == tie(PLAIN).strength
    assert known.relationship_type is RelationshipType.SCHOOL
    assert known.evidence == ("From school in your contacts",)


def test_a_group_counts_once_beside_a_name_that_says_the_same():
    assert tie(card(labels=("family",)), kin=RelationshipType.FAMILY) == tie(card(), kin=RelationshipType.FAMILY)
    assert tie(card(labels=("family",)), kin="aunt") == tie(card(), kin="aunt")


@pytest.mark.parametrize("places", [(0, 1), (1, 0)])
def test_of_two_cards_of_bo_the_one_that_says_more_decides_in_whatever_order_they_stand(places):
    keys = ContactKey("phone"), ContactKey("facebook")
    cards = {keys[0]: card(labels=("work",)), keys[1]: card(SourceKind.FACEBOOK_EXPORT)}
    matches = [Match(key, MatchStatus.AUTO, (Candidate(VoterRef("NC", "V00003"), 0.9),)) for key in keys]
    said = {keys[0]: RelationshipType.UNKNOWN, keys[1]: RelationshipType.FAMILY}
    circle = Circle(ANA, {keys[at]: cards[keys[at]] for at in places})
    assert tie_strengths(circle, said, VOTERS, None, matches)[keys[0]].relationship_type is RelationshipType.FAMILY


def test_a_bare_name_tells_nothing():
    assert tie(card(SourceKind.FACEBOOK_EXPORT, display_name="Bo Lee")).strength is None


def test_a_friendship_of_yesterday_is_weaker_than_an_old_one():
    new, old = (tie(card(SourceKind.FACEBOOK_EXPORT, connected_on=date(year, 1, 1))) for year in (2026, 2010))
    assert new.strength < 0.25
    assert old.strength is None


def test_two_cards_of_one_voter_share_one_tie():
    keys = ContactKey("phone"), ContactKey("facebook")
    circle = Circle(ANA, {keys[0]: PLAIN, keys[1]: card(SourceKind.FACEBOOK_EXPORT, display_name="Bo Lee")})
    matches = [Match(key, MatchStatus.AUTO, (Candidate(VoterRef("NC", "V00003"), 0.9),)) for key in keys]
    ties = tie_strengths(circle, {}, VOTERS, None, matches)
    assert ties[keys[0]] == ties[keys[1]]
    assert "In two of your lists" in ties[keys[0]].evidence


def test_an_empty_circle_has_no_ties():
    assert tie_strengths(Circle(ANA, {}), {}, VOTERS, 0, []) == {}


def say(record, *, kin="", voter=None):
    return explain.reason(
        tie(record, kin=kin, voter=voter), record, key=KEY, kind=AskKind.VOTE_EARLY, election=ELECTION, day=NOW
    )


def test_the_reason_is_how_she_knows_him_and_a_date():
    assert say(PLAIN, kin="aunt") == "In your contacts this is your aunt. Early voting ends Saturday, October 31."
    starred = say(card(is_starred=True))
    assert "star" in starred.lower()
    assert starred.endswith("Early voting ends Saturday, October 31.")
    assert starred == say(card(is_starred=True))


def test_the_reason_is_the_same_whatever_the_voter_file_says():
    assert say(PLAIN, voter="V00002") == say(PLAIN, voter="V00001") == say(PLAIN)


def test_under_the_name_stands_what_she_brought():
    assert explain.brought(tie(PLAIN, kin="aunt"), PLAIN) == "Aunt in your contacts"
    facebook = card(SourceKind.FACEBOOK_EXPORT, connected_on=date(2010, 1, 1))
    assert explain.brought(tie(facebook), facebook) == "A friend on Facebook since 2010"
    assert explain.brought(tie(PLAIN), PLAIN) == "In your contacts"


def test_no_sentence_exclaims_or_judges():
    for sentence in explain.every_sentence():
        assert sentence.endswith(".")
        assert "!" not in sentence
        assert not {"vote", "voter", "party", "near", "street", "age"} & set(sentence.lower().strip(".").split())


def test_a_rare_last_name_in_common_says_more_than_a_common_one():
    def strength(names):
        columns = precinct(names, household=list(range(len(names))))
        matches = [Match(KEY, MatchStatus.AUTO, (Candidate(VoterRef("NC", "V00001"), 0.9),))]
        return tie_strengths(Circle(ANA, {KEY: PLAIN}), {}, columns, 0, matches, as_of=NOW)[KEY].strength

    many = [f"CY {chr(65 + n % 26)}AY{n}" for n in range(3_000)]
    rare = strength(["ANA LEE", "BO LEE", *many])
    common = strength(["ANA LEE", "BO LEE", *(["CY LEE"] * 300), *many])
    assert rare > common > strength(["ANA LEE", "BO RAY", *many])


def test_the_shorter_they_are_connected_the_less_is_taken_for_granted():
    def strength(connected_on):
        return tie(card(SourceKind.FACEBOOK_EXPORT, connected_on=connected_on)).strength or 0.25

    days = [date(2010, 1, 1), date(2020, 1, 1), date(2024, 6, 1), date(2026, 6, 1)]
    strengths = [strength(day) for day in days]
    assert strengths == sorted(strengths, reverse=True)
    assert len(set(strengths)) == len(days)


def test_who_knows_a_whole_family_is_closer_to_each_of_them_and_her_own_household_gains_nothing_by_it():
    def strengths(households, own_row=0):
        columns = precinct(["ANA LEE", "BO RAY", "CY RAY", "DI RAY"], household=households)
        keys = [ContactKey(f"k{n}") for n in (1, 2, 3)]
        matches = [
            Match(key, MatchStatus.AUTO, (Candidate(VoterRef("NC", f"V{n:05}"), 0.9),)) for n, key in enumerate(keys, 1)
        ]
        ties = tie_strengths(Circle(ANA, dict.fromkeys(keys, PLAIN)), {}, columns, own_row, matches, as_of=NOW)
        return [ties[key] for key in keys]

    apart, two, three, hers = (
        strengths(homes)[0] for homes in ([0, 1, 2, 3], [0, 1, 1, 3], [0, 1, 1, 1], [1, 1, 1, 1])
    )
    assert apart.strength < two.strength < three.strength < hers.strength
    assert two.inferred == ("Knows others of the household",)
    assert two.evidence == apart.evidence
    assert hers.inferred == ("Same household",)
    assert strengths([-1, -1, -1, -1])[0].strength == apart.strength


def test_a_number_and_an_address_say_each_its_own_and_together_nothing_further():
    def log_odds(**details):
        strength = tie(card(is_starred=True, **details)).strength
        return math.log(strength / (1 - strength))

    alone, phone, mail = log_odds(), log_odds(phones=PLAIN.phones), log_odds(emails=("bo@lee.example",))
    both = log_odds(phones=PLAIN.phones, emails=("bo@lee.example",))
    assert both - alone == pytest.approx((phone - alone) + (mail - alone))
    assert alone < phone < both


def test_what_experiments_learned_moves_the_ties_that_carry_the_sign_and_no_others():
    keys = ContactKey("star"), ContactKey("plain")
    circle = Circle(ANA, {keys[0]: card(is_starred=True), keys[1]: PLAIN})
    before, after = (tie_strengths(circle, {}, VOTERS, 0, [], learned=learned) for learned in ({}, {"starred": 0.5}))
    assert before[keys[0]].signs == ("starred",)
    assert set(before[keys[0]].signs) <= set(SIGNS)
    assert after[keys[0]].strength > before[keys[0]].strength
    assert after[keys[1]] == before[keys[1]]
