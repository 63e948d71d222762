"""Who is found, who is refused, and what never happens, told with named people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_register import AS_OF, KEY, Neighbor, card, circle, crowd, register

from graph.model import Birthday, Circle, Match, MatchStatus, Place, SupporterId
from graph.voters import RegistrationStatus
from matching.index import MatchIndex
from matching.link import MatchResult, match_circles
from matching.model import MatchModel
from matching.questions import Answer, AnswerKind

ROSA = Neighbor("ROSA", "QUILL", born=1982, home=1, phone="9102110001")
PEOPLE = [
    ROSA,
    Neighbor("MARGARET", "ZELLNER", born=1983, home=2, phone="9102110002", email="peg.zellner@mail.example"),
    Neighbor("TOM", "ZELLNER", born=1981, home=2, gender="M"),
    Neighbor("JOHN", "SMITH", born=1981, home=3, gender="M"),
    Neighbor("JOHN", "SMITH", born=1983, home=4, gender="M"),
    Neighbor("PATRICIA", "OKAFOR", middle="JEAN", born=1979, home=5, email="pat@mail.example", street="12 ELM ST"),
    Neighbor("DANA", "VANTERPOOL", born=1984, home=6),
    Neighbor("JOSE", "GARCIA LOPEZ", born=1985, home=7, gender="M"),
    *crowd(),
]
COLUMNS = register(PEOPLE)
INDEX = MatchIndex.build(COLUMNS)


def found(*circles: Circle, learning: bool = False, **more: object) -> MatchResult:
    return match_circles(COLUMNS, INDEX, circles, key=KEY, model=MatchModel(), as_of=AS_OF, learning=learning, **more)


def only(*cards_and_circle: Circle) -> Match:
    return found(*cards_and_circle).matches[SupporterId("s-rosa")][0]


def voter_of(match: Match) -> str:
    return match.candidates[0].voter.voter_id if match.candidates else ""


@pytest.mark.parametrize(
    ("told", "voter"),
    [
        (card("Margaret Zellner"), "V00001"),
        (card("Peggy Zellner"), "V00001"),
        (card("ZELLNER, Margaret"), "V00001"),
        (card("Margret Zellner"), "V00001"),
        (card("Dana Vanterpol"), "V00006"),
        (card("Jose Garcia"), "V00007"),
        (card("Jean Okafor"), "V00005"),
        (card("D. Vanterpool"), "V00006"),
    ],
)
def test_a_rare_name_is_found_however_it_is_written(told, voter):
    match = only(circle(told))
    assert voter_of(match) == voter
    assert match.candidates[0].match_probability >= 0.5


def test_a_nickname_with_her_phone_is_sure_and_says_why():
    match = only(circle(card("Peg Zellner", phones=("(910) 211-0002",))))
    assert (match.status, voter_of(match)) == (MatchStatus.AUTO, "V00001")
    assert {"same phone number", "a short form of the first name"} <= set(match.candidates[0].reasons)


def test_a_changed_surname_is_found_by_her_address_in_the_mail():
    match = only(circle(card("Patricia Delgado", emails=("pat@mail.example",))))
    assert voter_of(match) == "V00005"
    assert "another surname" in match.candidates[0].reasons


def test_two_namesakes_make_us_unsure_and_share_the_belief():
    match = only(circle(card("John Smith")))
    assert match.status is MatchStatus.UNSURE
    assert {c.voter.voter_id for c in match.candidates} == {"V00003", "V00004"}
    assert match.reason == "several people fit"


def test_a_housemate_who_answers_the_phone_is_the_housemate():
    match = only(circle(card("Tom Zellner", phones=("9102110002",))))
    assert voter_of(match) == "V00002"
    assert "phone number of the same household" in match.candidates[0].reasons


def test_a_recycled_number_links_nobody():
    match = only(circle(card("Wilhelmina Abernathy", phones=("9102110002",))))
    assert match.status is MatchStatus.NO_MATCH


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (card("Elmville Pizza & Grill", phones=("9102110002",)), "not a person"),
        (card("Zebulon Quackenbush"), "nobody similar"),
        (card("Cousin"), "too little to say"),
    ],
)
def test_whoever_cannot_be_found_is_refused_with_the_reason(told, reason):
    match = only(circle(told))
    assert (match.status, match.candidates, match.reason) == (MatchStatus.NO_MATCH, (), reason)


def test_a_child_by_the_birthday_she_saved_is_nobodys_match():
    match = only(circle(card("Margaret Zellner", birthday=Birthday(2015, 3, 1))))
    assert (match.status, match.candidates) == (MatchStatus.NO_MATCH, ())


def test_the_supporter_is_found_and_never_her_own_friend():
    result = found(circle(card("Rosa Quill", phones=("9102110001",)), phone="9102110001"))
    assert result.own_voter[SupporterId("s-rosa")].voter_id == "V00000"
    assert result.matches[SupporterId("s-rosa")][0].candidates == ()


def test_two_cards_of_one_friend_are_one_person_and_both_are_linked():
    cards = card("Margaret Zellner", 0), card("Margaret Zellner", 1, source="facebook.json", phones=("9102110002",))
    result = found(circle(*cards))
    assert [voter_of(m) for m in result.matches[SupporterId("s-rosa")]] == ["V00001", "V00001"]
    assert len(result.cards) == 1


def test_a_first_name_alone_is_understood_beside_the_full_card_of_the_same_friend():
    alone = found(circle(card("Dana"))).matches[SupporterId("s-rosa")][0]
    cards = card("Dana", 0), card("Dana Vanterpool", 0, source="facebook.json")
    beside = found(circle(*cards)).matches[SupporterId("s-rosa")][0]
    assert beside.candidates[0].voter.voter_id == "V00006"
    assert beside.candidates[0].match_probability > alone.candidates[0].match_probability


def test_two_different_friends_do_not_both_take_one_voter():
    cards = card("Dana Vanterpool", 0), card("Dana Ruiz", 1, places=(Place(city="Elmville"),))
    matches = found(circle(*cards)).matches[SupporterId("s-rosa")]
    taken = [c.match_probability for m in matches for c in m.candidates if c.voter.voter_id == "V00006"]
    assert sum(taken) <= 1.0001


def test_a_double_registration_is_one_person_and_the_usable_one_is_named():
    twice = [
        Neighbor("MARGARET", "ZELLNER", middle="ANNE", born=1983, home=2, status=RegistrationStatus.REMOVED),
        Neighbor("MARGARET", "ZELLNER", middle="ANNE", born=1983, home=9, registered=19_000),
    ]
    columns = register([*crowd(), *twice])
    result = match_circles(
        columns, MatchIndex.build(columns), [circle(card("Margaret Zellner"))], key=KEY, model=MatchModel(), as_of=AS_OF
    )
    match = result.matches[SupporterId("s-rosa")][0]
    assert [c.voter.voter_id for c in match.candidates] == ["V00601"]


def test_a_removed_voter_can_still_be_found():
    gone = register([*crowd(), Neighbor("MARGARET", "ZELLNER", status=RegistrationStatus.REMOVED)])
    result = match_circles(
        gone, MatchIndex.build(gone), [circle(card("Margaret Zellner"))], key=KEY, model=MatchModel(), as_of=AS_OF
    )
    assert voter_of(result.matches[SupporterId("s-rosa")][0]) == "V00600"


def test_her_answer_is_final():
    told = circle(card("John Smith"))
    key = next(iter(told.contacts))
    first = found(told).matches[SupporterId("s-rosa")][0]
    answer = Answer(key, AnswerKind.CONFIRMED, first.candidates[1].voter)
    match = found(told, answers={key: answer}).matches[SupporterId("s-rosa")][0]
    assert (match.status, voter_of(match)) == (MatchStatus.CONFIRMED, first.candidates[1].voter.voter_id)


def test_her_answer_holds_for_every_card_of_the_friend_and_frees_the_other_voter():
    cards = card("John Smith", 0, phones=("2125550100",)), card("J Smith", 1, phones=("2125550100",))
    contacts = list(circle(*cards).contacts)
    second = COLUMNS.ref(4)
    told = {contacts[0]: Answer(contacts[0], AnswerKind.CONFIRMED, second)}
    one, other = found(circle(*cards), answers=told).matches[SupporterId("s-rosa")]
    assert one.voter == other.voter == second


def test_none_of_these_holds_for_the_other_card_of_the_friend_too():
    cards = card("Dana Vanterpool", 0, phones=("2125550100",)), card("Dana V", 1, phones=("2125550100",))
    first = next(iter(circle(*cards).contacts))
    told = {first: Answer(first, AnswerKind.NONE_OF_THESE)}
    assert not any(m.candidates for m in found(circle(*cards), answers=told).matches[SupporterId("s-rosa")])


def test_whoever_lives_with_a_sure_friend_is_likelier_a_friend():
    tom = card("Tom Zellner", 1)
    beside_a_stranger = found(circle(card("Dana Vanterpool", 0), tom)).matches[SupporterId("s-rosa")][1]
    beside_his_wife = found(circle(card("Peggy Zellner", 0, phones=("9102110002",)), tom)).matches[
        SupporterId("s-rosa")
    ][1]
    assert voter_of(beside_his_wife) == voter_of(beside_a_stranger) == "V00002"
    assert beside_his_wife.candidates[0].match_probability > beside_a_stranger.candidates[0].match_probability


def test_no_circles_and_a_supporter_without_contacts_give_empty_results():
    assert found().matches == {}
    assert found(circle()).matches == {SupporterId("s-rosa"): ()}


def test_an_empty_voter_file_matches_nobody():
    nobody = register([])
    result = match_circles(
        nobody, MatchIndex.build(nobody), [circle(card("Rosa Quill"))], key=KEY, model=MatchModel(), as_of=AS_OF
    )
    assert result.matches[SupporterId("s-rosa")][0].status is MatchStatus.NO_MATCH


def test_another_number_speaks_louder_against_a_voter_whose_numbers_are_well_known():
    columns = register(
        [
            ROSA,
            Neighbor("DANA", "VANTERPOOL", born=1984, home=6, phone="9102110031"),
            Neighbor("TOM", "VANTERPOOL", born=1981, home=6, phone="9102110031", gender="M"),
            Neighbor("SARA", "VANTERPOOL", born=1984, home=8, phone="9102110032"),
            *crowd(),
        ]
    )
    told = circle(*(card(f"{name} Vanterpool", at, phones=("2125550101",)) for at, name in enumerate(("Dana", "Sara"))))
    result = match_circles(
        columns, MatchIndex.build(columns), [told], key=KEY, model=MatchModel(), as_of=AS_OF, learning=False
    )
    dana, sara = result.matches[SupporterId("s-rosa")]
    assert dana.candidates[0].match_probability > sara.candidates[0].match_probability


def test_a_birthday_that_differs_speaks_against_a_match_and_one_that_agrees_for_it():
    days = np.arange(len(COLUMNS))
    dated = replace(COLUMNS, birth_month=(days % 12 + 1).astype(np.int8), birth_day=(days % 28 + 1).astype(np.int8))

    def belief(birthday: Birthday | None) -> float:
        circles = [circle(card("Peggy Zelner", birthday=birthday))]
        result = match_circles(dated, INDEX, circles, key=KEY, model=MatchModel(), as_of=AS_OF, learning=False)
        candidates = result.matches[SupporterId("s-rosa")][0].candidates
        return max((c.match_probability for c in candidates if c.voter.voter_id == "V00001"), default=0.0)

    assert belief(Birthday(None, 2, 9)) < belief(None) < belief(Birthday(None, 2, 2))


def test_whom_she_starred_is_likelier_in_the_file_where_that_was_learned():
    model = MatchModel(traits_in_file=(0.05, 0.3, 0.08, 0.1), traits_outside=(0.05, 0.02, 0.08, 0.1))
    plain, starred = (
        match_circles(COLUMNS, INDEX, [circle(told)], key=KEY, model=model, as_of=AS_OF, learning=False)
        for told in (card("D Vanterpool"), card("D Vanterpool", is_starred=True))
    )
    chances = [result.matches[SupporterId("s-rosa")][0].candidates[0].match_probability for result in (plain, starred)]
    assert 1 - chances[1] < (1 - chances[0]) / 5


@pytest.mark.parametrize("told", [card("D Vanterpool"), card("D Vanterpool", is_starred=True)])
def test_before_anything_is_learned_a_star_says_nothing(told):
    plain = only(circle(card("D Vanterpool"))).candidates[0].match_probability
    assert only(circle(told)).candidates[0].match_probability == pytest.approx(plain)


def test_a_changed_surname_is_found_by_first_name_and_birthday_where_the_file_tells_whole_dates():
    columns = register([ROSA, Neighbor("MARGARET", "ZELLNER", born=1983, city="FARTOWN"), *crowd()])
    days = np.arange(len(columns))
    dated = replace(columns, birth_month=(days % 12 + 1).astype(np.int8), birth_day=(days % 28 + 1).astype(np.int8))
    told = circle(card("Peggy Kowalski", birthday=Birthday(None, 2, 2)))  # married since, and in another town
    result = match_circles(
        dated, MatchIndex.build(dated), [told], key=KEY, model=MatchModel(), as_of=AS_OF, learning=False
    )
    assert "V00001" in {one.voter.voter_id for one in result.matches[SupporterId("s-rosa")][0].candidates}


def test_a_number_without_a_name_is_the_friend_who_has_it_though_another_card_names_her() -> None:
    number = ("9102110002",)
    cards = [card("Margaret Zellner", source="friends.json"), card("", 1, phones=number), card("Mom", 2, phones=number)]
    matches = found(circle(*cards, name="Rosa Quill")).matches[SupporterId("s-rosa")]
    assert [voter_of(match) for match in matches] == ["V00001", "V00001", "V00001"]
