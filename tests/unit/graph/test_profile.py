"""The one view of a person: Ana and Jo both know Maria; only what they shared is in it, and a rejected match parts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import people
from graph.model import Event, Match, MatchStatus, Outcome
from graph.profile import Known, Moment, Person, Source, known_of, people_of, person_of
from graph.sqlite.graph_store import SqliteGraphStores
from people import ANA, JO, MARIA, NOW, RIVERA, TOM

CONTACTS = (people.contact(ANA, "maria"), people.contact(ANA, "tom", position=1), people.contact(JO, "mary"))
MATCHES = (people.match(ANA, "maria", MARIA), people.match(ANA, "tom", TOM), people.match(JO, "mary", MARIA))
TALKED = people.event(ANA, "maria", ref=MARIA, is_shared=True)
PLANNED = people.event(JO, "mary", kind=Outcome.HAS_PLAN, at=NOW + timedelta(days=1), ref=MARIA, is_shared=True)
CANVASS = Moment(NOW - timedelta(days=9), Source.FIELD, "not_home", "door on Elm Street")
VOTED = Moment(NOW - timedelta(days=700), Source.VOTER_FILE, "voted", "general election")


def known(*events: Event, matches: Sequence[Match] = MATCHES) -> Known:
    return Known(CONTACTS, matches, (people.ask(ANA, "maria", MARIA),), events, {MARIA: people.voter(MARIA)})


def test_maria_is_one_person_though_two_supporters_brought_her() -> None:
    maria = person_of(known(PLANNED, TALKED), MARIA)
    assert maria.facts == people.voter(MARIA)
    assert [(tie.supporter_id, tie.match_probability) for tie in maria.ties] == [(ANA, 0.9375), (JO, 0.9375)]
    assert [(one.at, one.source, one.what, one.supporter_id) for one in maria.timeline] == [
        (NOW, Source.SUPPORTER, "talked", ANA),
        (NOW + timedelta(days=1), Source.SUPPORTER, "has_plan", JO),
        (None, Source.ENGINE, "vote_early", ANA),
    ]


def test_the_voting_record_and_the_field_stand_on_the_same_timeline() -> None:
    maria = person_of(replace(known(TALKED), other={MARIA: (CANVASS, VOTED)}), MARIA)
    assert [one.source for one in maria.timeline] == [Source.VOTER_FILE, Source.FIELD, Source.SUPPORTER, Source.ENGINE]


def test_what_jo_keeps_to_herself_is_nowhere() -> None:
    kept = replace(PLANNED, is_shared=False)
    maria = person_of(known(TALKED, kept), MARIA)
    assert {tie.supporter_id for tie in maria.ties} == {ANA}
    assert JO not in {one.supporter_id for one in maria.timeline}
    assert people_of(known(kept)) == []


def test_of_a_shared_tie_only_the_shared_events_are_told() -> None:
    kept = people.event(ANA, "maria", kind=Outcome.HAS_VOTED, at=NOW + timedelta(hours=1), ref=MARIA)
    assert "has_voted" not in {one.what for one in person_of(known(TALKED, kept), MARIA).timeline}


def test_a_rejected_match_parts_the_person_again_with_what_happened() -> None:
    rejected = (people.match(ANA, "maria", MARIA, status=MatchStatus.REJECTED), *MATCHES[1:])
    maria, alone = people_of(known(TALKED, PLANNED, matches=rejected))
    assert (maria.voter, [tie.supporter_id for tie in maria.ties]) == (MARIA, [JO])
    assert [one.what for one in maria.timeline] == ["has_plan"]
    assert (alone.voter, alone.facts, [tie.status for tie in alone.ties]) == (None, None, [MatchStatus.REJECTED])
    assert [one.what for one in alone.timeline] == ["talked"]  # the ask was about Maria, so it does not stand


def test_a_match_that_is_confirmed_after_all_joins_them_again() -> None:
    confirmed = (people.match(ANA, "maria", MARIA, status=MatchStatus.CONFIRMED), *MATCHES[1:])
    together = people_of(known(TALKED, PLANNED, matches=confirmed))
    assert [(one.voter, len(one.ties)) for one in together] == [(MARIA, 2)]


def test_what_the_friend_says_himself_is_his_without_a_tie() -> None:
    own = people.event(ANA, None, kind=Outcome.HAS_PLAN, ref=TOM, is_shared=True)
    tom = person_of(known(own), TOM)
    assert (tom.ties, [one.source for one in tom.timeline]) == ((), [Source.FRIEND])


def test_of_a_stranger_nothing_is_known() -> None:
    assert person_of(Known(), MARIA) == Person(MARIA)
    assert people_of(Known()) == []


def test_the_view_over_a_store_is_the_view_over_its_values(tmp_path: Path) -> None:
    with SqliteGraphStores(tmp_path).for_campaign(RIVERA) as store:
        store.put_supporter(people.ana())
        store.put_supporter(people.jo())
        store.put_contacts(ANA, CONTACTS[:2])
        store.put_contacts(JO, CONTACTS[2:])
        store.put_matches(ANA, MATCHES[:2])
        store.put_matches(JO, MATCHES[2:])
        store.replace_asks(ANA, [people.ask(ANA, "maria", MARIA)])
        for event in (PLANNED, TALKED):
            store.record_event(event)
        kept = known_of(store, [ANA, JO], voters={MARIA: people.voter(MARIA)})
    assert person_of(kept, MARIA) == person_of(known(TALKED, PLANNED), MARIA)


ALL = (TALKED, PLANNED, people.event(ANA, "tom", ref=TOM, is_shared=True))


@given(st.permutations(ALL), st.permutations(MATCHES))
def test_the_order_in_which_things_are_given_changes_nothing(events: list[Event], matches: list[Match]) -> None:
    assert people_of(known(*events, matches=matches)) == people_of(known(*ALL))
