"""The journey over the real stores, told with Ana, Jo and Kim, who join a small town and bring friends.

start -> agree -> bring -> find -> her list -> report -> withdraw
"""

from __future__ import annotations

import pytest
from lived_in import ALL, card, join, key_of, listed_names, neighbors, phone, work

from app import journey
from app.house import House
from app.work import note_failure
from graph.errors import NotAllowedError, NotFoundError
from graph.model import MatchStatus, Outcome, Purpose, SupporterId, Voter
from oauth.consent import ledger


def ana_with(house: House, count: int, *, agrees=ALL) -> tuple[SupporterId, list]:
    """Ana joins and brings so many neighbors, each with a number."""
    known = neighbors(house, count)
    ana = join(house, "Ana Whitfield", agrees=agrees, near=known[0])
    journey.bring(house, ana, [card(who, at, phone=phone(at)) for at, who in enumerate(known)])
    return ana, known


def test_ana_gets_five_of_her_own_friends_and_real_counts(house):
    ana, known = ana_with(house, 12)
    work(house)
    counts, mine = journey.progress(house, ana), journey.supporter_list(house, ana, "en")

    assert (counts.state, counts.read, counts.people, counts.asks) == ("done", 12, 12, 5)
    assert counts.found >= 10
    assert len(mine.open_cards) == mine.slots == 5
    assert {shown.name for shown in mine.open_cards} <= {who.name for who in known}
    assert all(shown.reason and shown.until for shown in mine.open_cards)


def test_links_name_the_voters_they_should(house):
    ana, known = ana_with(house, 12)
    work(house)
    by_key = {key_of(house, ana, who.name): who.ref for who in known}

    linked = {match.contact_key: match.voter for match in house.graph.matches_of(ana) if match.voter}
    assert len(linked) >= 10
    assert all(by_key[key] == voter for key, voter in linked.items())


def test_a_friend_put_away_makes_room_for_the_next_and_never_comes_back(house):
    ana, _ = ana_with(house, 12)
    work(house)
    first, *others = listed_names(house, ana)
    journey.report(house, ana, key_of(house, ana, first), Outcome.NOT_THIS_PERSON, None)

    after = listed_names(house, ana)
    assert len(after) == 5
    assert after[:4] == others
    house.records.put("progress", ana, {"state": "waiting"})
    journey.find(house, ana)
    assert first not in listed_names(house, ana)


def test_putting_away_can_be_undone(house):
    ana, _ = ana_with(house, 12)
    work(house)
    before = listed_names(house, ana)
    key = key_of(house, ana, before[0])
    journey.report(house, ana, key, Outcome.NOT_THIS_PERSON, None)
    journey.undo(house, ana, key)

    assert listed_names(house, ana) == before


def test_a_friend_written_to_stays_on_the_list_as_done(house):
    ana, _ = ana_with(house, 12)
    work(house)
    first = listed_names(house, ana)[0]
    journey.report(house, ana, key_of(house, ana, first), Outcome.SENT, None)
    mine = journey.supporter_list(house, ana, "en")

    assert [shown.name for shown in mine.done_cards] == [first]
    assert len(mine.open_cards) == 4


def test_the_campaign_learns_a_name_only_if_she_says_so(house):
    ana, _ = ana_with(house, 12)
    work(house)
    before = {(ask.supporter_name, ask.friend_name) for ask in journey.shared_asks(house)}
    first, second, *_ = listed_names(house, ana)
    journey.report(house, ana, key_of(house, ana, first), Outcome.TALKED, False)
    journey.report(house, ana, key_of(house, ana, second), Outcome.TALKED, True)

    told = {(ask.supporter_name, ask.friend_name) for ask in journey.shared_asks(house)} - before
    assert told == {("Ana Whitfield", second)}
    assert journey.my_data(house, ana, "en").names_seen_by_campaign == 1


def test_without_the_purpose_nothing_is_shared_whatever_the_button_says(house):
    ana, _ = ana_with(house, 12, agrees={Purpose.MATCH})
    work(house)
    journey.report(house, ana, key_of(house, ana, listed_names(house, ana)[0]), Outcome.TALKED, True)

    assert not any(event.is_shared for event in house.graph.events(supporter_id=ana))


def test_somebody_who_refuses_everything_can_type_five_friends_and_write(house):
    jo = join(house, "Jo Becker", agrees=())
    assert journey.bring_typed(house, jo, "Maria Alvarez\nTom Becker\nPriya Nair\nDana Osgood\nLee Park") == 5

    assert work(house) == []
    assert house.graph.matches_of(jo) == []
    draft = journey.message_draft(house, jo, key_of(house, jo, "Priya Nair"), 0, "en", "other")
    assert "Priya" in draft.text
    assert draft.link in draft.text
    with pytest.raises(NotAllowedError):
        journey.offer_file(house, jo, b"BEGIN:VCARD\nFN:Maria Alvarez\nEND:VCARD\n")


def test_taking_match_back_empties_the_list_at_once_and_keeps_the_friends(house):
    ana, known = ana_with(house, 12)
    work(house)
    journey.agree(house, ana, dict.fromkeys(Purpose, False), "en")

    assert listed_names(house, ana) == []
    assert len(journey.all_friends(house, ana, "en")) == len(known)
    assert not any(match.candidates for match in house.graph.matches_of(ana))
    journey.rank(house)
    assert listed_names(house, ana) == []


def test_a_search_that_waits_does_nothing_once_match_was_taken_back(house):
    ana, _ = ana_with(house, 6)
    journey.agree(house, ana, dict.fromkeys(Purpose, False), "en")
    with pytest.raises(NotAllowedError):
        journey.find(house, ana)

    assert house.graph.asks_of(ana) == []


def test_bringing_the_same_friends_again_makes_nobody_twice_and_keeps_what_was_said(house):
    ana, known = ana_with(house, 12)
    work(house)
    first = listed_names(house, ana)[0]
    journey.report(house, ana, key_of(house, ana, first), Outcome.SENT, None)
    journey.bring(house, ana, [card(who, at, phone=phone(at)) for at, who in enumerate(known)])
    work(house)

    mine = journey.supporter_list(house, ana, "en")
    assert mine.friends_brought == 12
    assert first in [shown.name for shown in mine.done_cards]


# --- the questions ----------------------------------------------------------------------------------------------------


def resident_with_questions(house: House) -> SupporterId:
    """A resident who is asked at least three questions today."""
    for resident in house.graph.supporters():
        if len(journey.questions(house, resident.supporter_id, "en")) >= 3:
            return resident.supporter_id
    raise AssertionError("nobody has three questions")


def test_answers_are_final_across_a_new_search(house):
    who = resident_with_questions(house)
    yes, no, unsure = journey.questions(house, who, "en")[:3]
    journey.answer_question(house, who, yes.key, yes.candidates[0].token)
    journey.answer_question(house, who, no.key, "none")
    journey.answer_question(house, who, unsure.key, "not_sure")
    said = {
        m.contact_key: (m.status, m.voter) for m in house.graph.matches_of(who) if m.contact_key in (yes.key, no.key)
    }
    work(house)
    journey.find(house, who)

    now = {match.contact_key: (match.status, match.voter) for match in house.graph.matches_of(who)}
    assert said[yes.key][0] is MatchStatus.CONFIRMED
    assert said[no.key] == (MatchStatus.REJECTED, None)
    assert {key: now[key] for key in said} == said
    asked_again = {question.key for question in journey.questions(house, who, "en")}
    assert not asked_again & {yes.key, no.key, unsure.key}


def test_at_most_seven_questions_a_day_and_three_candidates_each(house):
    for resident in house.graph.supporters():
        asked = journey.questions(house, resident.supporter_id, "en")
        assert len(asked) <= 7
        assert all(1 <= len(question.candidates) <= 3 for question in asked)
    who, answered = resident_with_questions(house), 0
    while asked := journey.questions(house, who, "en"):
        journey.answer_question(house, who, asked[0].key, "not_sure")
        answered += 1
    assert answered <= 7


def test_a_card_takes_no_answer_that_it_did_not_offer(house):
    who = resident_with_questions(house)
    asked = journey.questions(house, who, "en")
    offered = {choice.token for choice in asked[0].candidates}
    tokens = {choice.token for question in asked for choice in question.candidates}
    for token in (*(tokens - offered), "AA000101", "NC:AA000101", ""):
        with pytest.raises(NotFoundError):
            journey.answer_question(house, who, asked[0].key, token)


# --- two who know the same friend ---------------------------------------------------------------------------------------


def test_two_who_share_a_friend_do_not_both_get_her_first(house):
    shared, *_ = known = neighbors(house, 1)
    ana, jo = (join(house, name, near=shared) for name in ("Ana Whitfield", "Jo Becker"))
    for who in (ana, jo):
        journey.bring(house, who, [card(one, phone=phone(7)) for one in known])
    work(house)

    gains = {
        who: ask.expected_votes for who in (ana, jo) for ask in house.graph.asks_of(who) if ask.voter == shared.ref
    }
    assert house.graph.supporters_of(shared.ref) == sorted((ana, jo))
    assert gains
    assert len(gains) == 1 or min(gains.values()) <= max(gains.values()) * 0.51


def test_somebody_new_gets_her_list_at_once_and_nobody_elses_changes(house):
    ana, known = ana_with(house, 6)
    work(house)
    before = house.graph.asks_of(ana)
    jo = join(house, "Jo Becker", near=known[0])
    journey.bring(house, jo, [card(who, at, phone=phone(at)) for at, who in enumerate(known)])
    work(house)

    assert house.graph.asks_of(ana) == before
    theirs = {ask.voter: ask.expected_votes for ask in house.graph.asks_of(jo)[: house.asks_per_supporter]}
    asked_by_ana = {ask.voter for ask in before[: house.asks_per_supporter]}
    assert len(theirs) == house.asks_per_supporter
    assert theirs.keys() - asked_by_ana
    shares = {ask.voter: ask.factors["share"] for ask in house.graph.asks_of(jo)[: house.asks_per_supporter]}
    assert all(shares[voter] < 1.0 for voter in theirs.keys() & asked_by_ana)


def test_the_night_after_the_lists_are_chosen_together_and_are_nearly_the_same(house):
    ana, _ = ana_with(house, 12)
    work(house)
    before = [ask.voter for ask in house.graph.asks_of(ana)[: house.asks_per_supporter]]
    journey.rank(house)
    assert [ask.voter for ask in house.graph.asks_of(ana)[: house.asks_per_supporter]] == before


def test_leaving_touches_nobody_elses_rows(house):
    ana, known = ana_with(house, 8)
    jo = join(house, "Jo Becker", near=known[0])
    journey.bring(house, jo, [card(who, at, phone=phone(at)) for at, who in enumerate(known[:4])])
    work(house)
    contacts, matches = house.graph.contacts_of(jo), house.graph.matches_of(jo)
    journey.withdraw(house, ana)

    assert house.graph.contacts_of(jo) == contacts
    assert house.graph.matches_of(jo) == matches
    work(house)
    assert set(listed_names(house, jo)) == {who.name for who in known[:4]}


# --- leaving ------------------------------------------------------------------------------------------------------------


def test_the_receipt_says_what_really_went(house):
    ana, _ = ana_with(house, 12)
    work(house)
    journey.report(house, ana, key_of(house, ana, listed_names(house, ana)[0]), Outcome.SENT, None)
    matches, asks = len(house.graph.matches_of(ana)), len(house.graph.asks_of(ana))

    lines = dict(journey.withdraw(house, ana).lines)
    assert lines["Friends"] == 12
    assert lines["Links to voters"] == matches
    assert lines["Suggestions"] == asks
    assert lines["Reports"] == 1
    assert house.graph.supporter(ana) is None


def test_leaving_twice_is_refused_and_changes_nothing(house):
    ana, _ = ana_with(house, 3)
    journey.withdraw(house, ana)
    with pytest.raises(NotFoundError):
        journey.withdraw(house, ana)


def test_an_import_that_comes_after_she_left_keeps_nothing(house):
    ana, known = ana_with(house, 6)
    journey.withdraw(house, ana)
    with pytest.raises(NotFoundError):
        journey.bring(house, ana, [card(known[0])])

    assert house.graph.contacts_of(ana) == []
    assert [
        record.key
        for kind in ("job", "progress", "brought")
        for record in house.records.all(kind)
        if ana in str(record)
    ] == []
    assert all(result.kind == "rank" for result in work(house))


# --- a friend's own word ------------------------------------------------------------------------------------------------


def code_for(house: House, who: SupporterId, name: str) -> str:
    """The code in the message to a friend."""
    return journey.message_draft(house, who, key_of(house, who, name), 0, "en", "other").link.rpartition("/")[2]


def test_leave_me_out_takes_the_card_off_at_once(house):
    ana, _ = ana_with(house, 12)
    work(house)
    first = listed_names(house, ana)[0]
    receipt = journey.friend_answers(house, code_for(house, ana, first), Outcome.LEFT)

    mine = journey.supporter_list(house, ana, "en")
    assert first not in [shown.name for shown in (*mine.open_cards, *mine.done_cards)]
    assert len(mine.open_cards) == 5
    assert dict(receipt.lines)["Links to a voter"] >= 1


def test_leave_me_out_survives_other_spellings_and_other_supporters(house):
    maria = neighbors(house, 1)[0]
    ana, jo, kim = (join(house, name, near=maria) for name in ("Ana Whitfield", "Jo Becker", "Kim Osgood"))
    hers = card(maria, phone=phone(0), email="maria@gmail.example")
    journey.bring(house, ana, [hers])
    work(house)
    assert listed_names(house, ana) == [maria.name]
    journey.friend_answers(house, code_for(house, ana, maria.name), Outcome.LEFT)
    journey.bring(house, jo, [card(maria, phone="+1 919 211 0000", spelled=maria.name.upper())])
    journey.bring(house, kim, [card(maria, email="M.A.R.I.A+kith@GMAIL.example")])
    journey.bring(house, ana, [hers])
    work(house)

    assert [listed_names(house, who) for who in (ana, jo, kim)] == [[], [], []]
    assert house.graph.supporters_of(maria.ref) == []


def test_what_is_kept_of_who_left_cannot_be_turned_back(house):
    maria = neighbors(house, 1)[0]
    ana = join(house, "Ana Whitfield", near=maria)
    journey.bring(house, ana, [card(maria, phone=phone(0))])
    work(house)
    journey.friend_answers(house, code_for(house, ana, maria.name), Outcome.LEFT)
    kept = repr(house.install.all("suppression"))

    assert kept != "[]"
    assert "2110000" not in kept
    assert maria.ref.voter_id not in kept
    assert maria.family not in kept


def test_a_list_that_was_made_before_he_left_does_not_bring_him_back(house):
    ana, _ = ana_with(house, 12)
    work(house)
    first = listed_names(house, ana)[0]
    made_before = house.graph.asks_of(ana)
    voter = made_before[0].voter
    journey.friend_answers(house, code_for(house, ana, first), Outcome.LEFT)
    house.graph.put_voters([Voter(voter)])
    house.graph.replace_asks(ana, made_before)  # a ranking that was under way writes its list after he left

    mine = journey.supporter_list(house, ana, "en")
    assert first not in [shown.name for shown in (*mine.open_cards, *mine.done_cards)]


def test_whoever_has_left_can_agree_to_nothing_any_more(house):
    ana, _ = ana_with(house, 3)
    journey.withdraw(house, ana)

    with pytest.raises(NotFoundError):
        journey.agree(house, ana, {Purpose.MATCH: True}, "en")
    assert ledger(house.records, ana) == []


def test_a_search_that_fails_says_so_and_can_be_waited_for(house):
    ana, _ = ana_with(house, 3)
    note_failure(house, ana, NotFoundError("No voter file has been imported yet.", next_step="Import one."))

    shown = journey.progress(house, ana)
    assert (shown.state, shown.problem) == ("failed", "No voter file has been imported yet.")
    work(house)
    assert journey.progress(house, ana).state == "done"


def test_evidence_is_pooled_on_the_pages_among_those_who_agreed_only(house):
    known = neighbors(house, 3)
    kim = join(house, "Kim Reyes", agrees={Purpose.MATCH, Purpose.POOL}, near=known[0])
    journey.bring(house, kim, [card(known[0], phone=phone(7))])
    work(house)

    def found_by(name: str, agrees: set[Purpose]) -> int:
        who = join(house, name, agrees=agrees, near=known[1])
        journey.bring(house, who, [card(known[0], phone=phone(7), spelled="Mom")])
        work(house)
        return journey.progress(house, who).found

    assert found_by("Ana Whitfield", {Purpose.MATCH}) == 0
    assert found_by("Jo Lind", {Purpose.MATCH, Purpose.POOL}) == 1
