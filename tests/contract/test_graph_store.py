"""What every graph store promises. A new adapter joins by one line in ``BACKENDS``."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import apsw
import neo4j_tools
import pytest
from contract import second_writer

import people
from graph.errors import InputError, NotFoundError, StoreError
from graph.model import Candidate, MatchStatus, Outcome, Purpose, RelationshipType, SupporterId, VoterRef
from graph.network.reach import Overlap, Reached, overlap_of, reached
from graph.sqlite.graph_store import SqliteGraphStores
from graph.store import Brought, Edge, GraphStore, GraphStores, Removed, Upserted
from people import ANA, DANA, HARBOR, JO, LAGOON, LEE, MARIA, MARIAS_SISTER, NOW, RIVERA, TOM


@contextmanager
def sqlite_fault(folder: Path) -> Iterator[None]:
    """While this lasts, an erasure fails after it has removed nearly everything."""
    raw = apsw.Connection(str(folder / "campaigns" / RIVERA / "kith.db"))
    raw.execute("CREATE TRIGGER fault BEFORE DELETE ON supporter BEGIN SELECT RAISE(ABORT, 'a fault'); END")
    yield
    raw.execute("DROP TRIGGER fault")
    raw.close()


@dataclass(frozen=True)
class Backend:
    """How a store is opened for a folder, how an erasure is made to fail in its middle, and its address."""

    name: str
    open: Callable[[Path], GraphStores]
    fault: Callable[[Path], AbstractContextManager[None]]
    address: Callable[[Path], str]


SQLITE = Backend("sqlite", SqliteGraphStores, sqlite_fault, lambda folder: f"sqlite:{folder}")
BACKENDS = [
    SQLITE,
    Backend("neo4j", neo4j_tools.open_graph, neo4j_tools.fault, neo4j_tools.address),
]
KEEP_FILES = [SQLITE]
"""Those whose files are ours to look into."""


@pytest.fixture(params=BACKENDS, ids=lambda backend: backend.name)
def backend(request: pytest.FixtureRequest) -> Backend:
    return request.param


@pytest.fixture
def stores(backend: Backend, tmp_path: Path) -> GraphStores:
    return backend.open(tmp_path)


def filled(store: GraphStore, *, mark: str = "") -> GraphStore:
    """Ana knows Maria, Tom and somebody unsure; Jo knows Maria too. ``mark`` makes one campaign's values its own."""
    store.put_supporter(replace(people.ana(), postal_code=f"277{mark}"))
    store.put_supporter(replace(people.jo(), postal_code=f"277{mark}"))
    friends = ("maria", "tom", "dana")
    store.put_contacts(ANA, [people.contact(ANA, name, position=at, source=mark) for at, name in enumerate(friends)])
    store.put_contacts(JO, [people.contact(JO, "mary", source=mark)])
    store.put_voters([people.voter(ref, precinct=f"P{mark}") for ref in (MARIA, MARIAS_SISTER, TOM, DANA)])
    store.put_matches(
        ANA,
        [
            people.match(ANA, "maria", MARIA, MARIAS_SISTER, reason=mark),
            people.match(ANA, "tom", TOM, status=MatchStatus.CONFIRMED, reason=mark),
            people.match(ANA, "dana", DANA, MARIAS_SISTER, status=MatchStatus.UNSURE, reason=mark),
        ],
    )
    store.put_matches(JO, [people.match(JO, "mary", MARIA, reason=mark)])
    asks = [people.ask(ANA, "maria", MARIA, rank=1), people.ask(ANA, "tom", TOM, rank=2)]
    store.replace_asks(ANA, [replace(one, reason=mark) for one in asks])
    store.replace_asks(JO, [replace(people.ask(JO, "mary", MARIA), reason=mark)])
    store.record_event(people.event(ANA, "tom", ref=TOM, is_shared=bool(mark)))
    store.record_event(people.event(JO, "mary", kind=Outcome.SENT, at=NOW + timedelta(hours=1), is_shared=bool(mark)))
    return store


def everything(store: GraphStore) -> object:
    """All that a store tells, for "nothing changed" and "the same as"."""
    ids = (ANA, JO, LEE, second_writer.WRITER)
    return (
        store.supporters(),
        [(store.supporter(one), store.contacts_of(one), store.matches_of(one), store.asks_of(one)) for one in ids],
        store.asks_about([MARIA, TOM, DANA]),
        store.edges(),
        store.export_edges(),
        store.reach(),
        [store.overlap(one) for one in ids],
        store.voters(),
        [store.supporters_of(ref) for ref in (MARIA, MARIAS_SISTER, TOM, DANA)],
        store.events(),
    )


# --- what is kept is given back ---------------------------------------------------------------------------------------


def test_what_was_put_is_given_back(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    assert store.supporter(JO) == people.jo()
    assert store.supporter(ANA) == people.ana()
    assert store.contacts_of(JO) == [people.contact(JO, "mary", source="")]
    assert store.matches_of(JO) == [people.match(JO, "mary", MARIA, reason="")]
    assert store.asks_of(JO) == [replace(people.ask(JO, "mary", MARIA), reason="")]
    assert store.events(supporter_id=ANA) == [people.event(ANA, "tom", ref=TOM)]
    assert store.voters() == [people.voter(ref, precinct="P") for ref in (MARIA, MARIAS_SISTER, TOM, DANA)]


def test_nothing_is_known_of_a_stranger(stores: GraphStores) -> None:
    store = stores.for_campaign(RIVERA)
    assert store.supporter(LEE) is None
    assert (store.supporters(), store.contacts_of(LEE), store.matches_of(LEE), store.asks_of(LEE)) == ([], [], [], [])
    assert (store.edges(), store.supporters_of(MARIA), store.events()) == ([], [], [])
    assert store.withdraw(LEE) == store.forget_voter(MARIA) == store.remove_contacts(LEE, []) == Removed()


def brought_from(store: GraphStore, supporter_id: SupporterId) -> Brought:
    her = store.supporter(supporter_id)
    assert her is not None
    return Brought(her, store.contacts_of(supporter_id), store.matches_of(supporter_id), store.asks_of(supporter_id))


def test_many_at_once_are_kept_as_one_by_one(stores: GraphStores) -> None:
    one_by_one, at_once = filled(stores.for_campaign(RIVERA)), stores.for_campaign(HARBOR)
    brought = [brought_from(one_by_one, her) for her in (ANA, JO)]
    rows = sum(1 + len(one.contacts) + len(one.matches) + len(one.asks) for one in brought)
    assert at_once.put_brought(brought) == Upserted(created=rows)
    at_once.put_voters(one_by_one.voters())
    for event in one_by_one.events():
        at_once.record_event(event)
    assert everything(at_once) == everything(one_by_one)
    assert at_once.put_brought(brought) == Upserted(unchanged=rows)
    assert at_once.put_brought([]) == Upserted()


def test_many_at_once_leave_her_answers_and_change_what_changed(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    ana = brought_from(store, ANA)
    engine = [replace(match, status=MatchStatus.AUTO, reason="again") for match in ana.matches]
    lee = Brought(people.lee(), [people.contact(LEE, "maria")], [people.match(LEE, "maria", MARIA)])
    kept = store.put_brought([replace(ana, matches=engine, asks=()), lee])
    assert {m.contact_key: m.status for m in store.matches_of(ANA)}[people.key_of(ANA, "tom")] is MatchStatus.CONFIRMED
    assert (store.asks_of(ANA), store.contacts_of(ANA)) == ([], list(ana.contacts))
    assert store.supporters_of(MARIA) == sorted([ANA, JO, LEE])
    assert kept == Upserted(created=3, updated=2, unchanged=5)


def test_many_at_once_are_all_refused_when_one_of_them_is_wrong(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    before = everything(store)
    lee = Brought(people.lee(), [people.contact(LEE, "zoe")])
    for wrong, error in (
        (replace(lee, contacts=[people.contact(ANA, "zoe")]), InputError),
        (replace(lee, matches=[people.match(LEE, "nobody", MARIA)]), NotFoundError),
        (replace(lee, asks=[people.ask(LEE, "nobody", MARIA)]), NotFoundError),
    ):
        with pytest.raises(error):
            store.put_brought([lee, wrong])
        assert everything(store) == before


def test_files_and_purposes_of_a_supporter_are_not_kept_here(stores: GraphStores) -> None:
    store = stores.for_campaign(RIVERA)
    store.put_supporter(replace(people.ana(), files=("a.vcf",), purposes=frozenset(Purpose)))
    assert store.supporter(ANA) == people.ana()


def test_putting_the_same_again_changes_nothing(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    before = everything(store)
    assert everything(filled(store)) == before
    assert store.put_supporter(people.ana()) == Upserted(unchanged=1)
    assert store.put_contacts(ANA, store.contacts_of(ANA)) == Upserted(unchanged=3)
    assert store.put_voters([people.voter(MARIA, precinct="P")]) == Upserted(unchanged=1)
    assert store.put_matches(ANA, store.matches_of(ANA)) == Upserted(unchanged=3)
    assert store.replace_asks(ANA, store.asks_of(ANA)) == Upserted(unchanged=2)


def test_puts_count_what_they_made_changed_and_left_alone(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    moved = replace(people.contact(ANA, "maria", source=""), position=9)
    same, new = people.contact(ANA, "tom", position=1, source=""), people.contact(ANA, "zoe")
    assert store.put_contacts(ANA, [moved, same, new]) == Upserted(1, 1, 1)
    assert store.replace_asks(ANA, [people.ask(ANA, "maria", MARIA), people.ask(ANA, "zoe", DANA, rank=3)]) == (
        Upserted(created=1, updated=1)
    )


def test_lists_come_in_the_order_they_promise(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    late = [people.contact(ANA, "b", source="a.csv", position=2), people.contact(ANA, "c", source="a.csv", position=2)]
    store.put_contacts(ANA, [late[1], people.contact(ANA, "z", source="a.csv", position=1), late[0]])
    store.record_event(people.event(JO, at=NOW))
    store.record_event(people.event(ANA, "maria", at=NOW - timedelta(days=1)))
    assert [supporter.supporter_id for supporter in store.supporters()] == [ANA, JO]
    keys = [contact.key for contact in store.contacts_of(ANA)]
    assert keys == [people.key_of(ANA, name) for name in ("maria", "tom", "dana", "z", "b", "c")]
    assert [match.contact_key for match in store.matches_of(ANA)] == [
        people.key_of(ANA, name) for name in ("dana", "maria", "tom")
    ]
    assert [(edge.supporter_id, edge.voter) for edge in store.edges()] == [(ANA, MARIA), (ANA, TOM), (JO, MARIA)]
    assert [ask.rank for ask in store.asks_of(ANA)] == [1, 2]
    assert [(event.at - NOW, event.supporter_id) for event in store.events()] == [
        (timedelta(days=-1), ANA),
        (timedelta(), ANA),
        (timedelta(), JO),
        (timedelta(hours=1), JO),
    ]


def test_asks_about_a_voter_come_from_every_list(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    found = store.asks_about([TOM, MARIA, MARIA, DANA])
    assert [(ask.voter, ask.supporter_id, ask.rank) for ask in found] == sorted(
        [(MARIA, ANA, 1), (MARIA, JO, 1), (TOM, ANA, 2)]
    )
    assert [ask for ask in found if ask.supporter_id == ANA] == sorted(store.asks_of(ANA), key=lambda ask: ask.voter)
    assert store.asks_about([]) == []


def test_edges_hold_linked_voters_only(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    first = store.edges()[0]
    auto = MatchStatus.AUTO
    assert first == Edge(ANA, people.key_of(ANA, "maria"), MARIA, 0.9375, 0.625, auto, "P", "DURHAM")
    assert store.supporters_of(MARIA) == [ANA, JO]
    assert store.supporters_of(DANA) == []  # unsure
    assert store.supporters_of(MARIAS_SISTER) == []  # second best


def test_reach_and_overlap_are_asked_where_the_ties_are(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    store.put_contacts(JO, [people.contact(JO, "m", source="typed", position=1)])
    store.put_matches(JO, [people.match(JO, "m", MARIA, status=MatchStatus.CONFIRMED)])  # Maria a second time
    assert store.reach() == [Reached(ANA, 2, 1), Reached(JO, 1, 0)] == reached(store.export_edges())
    assert store.overlap(ANA) == [Overlap(JO, 1)] == overlap_of(store.export_edges(), ANA)
    assert store.overlap(LEE) == [] == overlap_of(store.export_edges(), LEE)


def test_a_crowd_is_reached_alike_by_the_store_and_by_the_arrays(stores: GraphStores) -> None:
    chance = random.Random(7)  # noqa: S311 - an invented crowd
    store, voters = stores.for_campaign(RIVERA), [VoterRef("NC", f"AA{at:06}") for at in range(40)]
    crowd = [people.Supporter(SupporterId(f"s-{at:02}"), f"Somebody {at}") for at in range(12)]
    for one in crowd:
        known = chance.sample(voters, 9)
        names = [f"friend-{at}" for at in range(len(known))]
        contacts = [people.contact(one.supporter_id, name, position=at) for at, name in enumerate(names)]
        matches = [
            people.match(one.supporter_id, name, ref, status=chance.choice([*MatchStatus]))
            for name, ref in zip(names, known, strict=True)
        ]
        store.put_brought([Brought(one, contacts, matches)])
    ties = store.export_edges()
    assert store.reach() == reached(ties)
    for one in crowd:
        assert store.overlap(one.supporter_id) == overlap_of(ties, one.supporter_id)
    assert any(len(store.overlap(one.supporter_id)) > 1 for one in crowd)


def test_instants_keep_their_microseconds_and_events_can_be_asked_for_since(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    assert store.events(since=NOW)[0].at == NOW
    assert [event.supporter_id for event in store.events(since=NOW + timedelta(microseconds=1))] == [JO]
    assert store.events(supporter_id=ANA, since=NOW + timedelta(microseconds=1)) == []


def test_the_same_event_is_kept_once_and_another_beside_it(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    store.record_event(people.event(ANA, "tom", ref=TOM))
    store.record_event(people.event(ANA, "tom", ref=TOM, is_shared=True))
    store.record_event(people.event(ANA))
    store.record_event(people.event(ANA))
    assert [event.kind for event in store.events()].count(Outcome.TALKED) == 3


# --- what belongs to whom -------------------------------------------------------------------------------------------


def test_an_update_keeps_the_match_the_asks_and_the_events_of_a_contact(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    before = (store.matches_of(ANA), store.asks_of(ANA), store.events())
    family = RelationshipType.FAMILY
    store.put_contacts(ANA, [replace(people.contact(ANA, "tom"), sealed_details=b"new", relationship_type=family)])
    assert (store.matches_of(ANA), store.asks_of(ANA), store.events()) == before


def test_a_job_that_tells_of_ties_brings_nobody_back_whom_she_removed_meanwhile(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    read = store.contacts_of(ANA)  # a job begins
    store.remove_contacts(ANA, [people.key_of(ANA, "tom")])
    store.put_contacts(ANA, [replace(people.contact(ANA, "maria"), sealed_details=b"brought anew")])
    told = [replace(one, relationship_type=RelationshipType.FAMILY, tie_strength=0.9) for one in read]
    assert store.put_ties(ANA, told) == Upserted(updated=2)
    now = {contact.key: contact for contact in store.contacts_of(ANA)}
    assert now.keys() == {people.key_of(ANA, "maria"), people.key_of(ANA, "dana")}
    assert {(one.relationship_type, one.tie_strength) for one in now.values()} == {(RelationshipType.FAMILY, 0.9)}
    assert now[people.key_of(ANA, "maria")].sealed_details == b"brought anew"
    assert store.put_ties(ANA, told) == Upserted(unchanged=2)
    assert store.check() == []


@pytest.mark.parametrize("answer", [MatchStatus.CONFIRMED, MatchStatus.REJECTED])
@pytest.mark.parametrize("engine", [MatchStatus.AUTO, MatchStatus.UNSURE, MatchStatus.NO_MATCH])
def test_her_answer_stands_against_the_engine(stores: GraphStores, answer: MatchStatus, engine: MatchStatus) -> None:
    store = filled(stores.for_campaign(RIVERA))
    hers = people.match(ANA, "maria", MARIAS_SISTER, status=answer, reason="she said so")
    assert store.put_matches(ANA, [hers]) == Upserted(updated=1)
    assert store.put_matches(ANA, [people.match(ANA, "maria", MARIA, status=engine)]) == Upserted(unchanged=1)
    assert hers in store.matches_of(ANA)


def test_her_newer_answer_overwrites_her_older_one(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    rejected = people.match(ANA, "tom", status=MatchStatus.REJECTED)
    assert store.put_matches(ANA, [rejected]) == Upserted(updated=1)
    assert rejected in store.matches_of(ANA)


def test_one_answer_does_not_read_all_that_she_has(stores: GraphStores) -> None:
    store, names = stores.for_campaign(RIVERA), [f"friend-{number:04}" for number in range(2_000)]
    contacts = [people.contact(ANA, name, position=at) for at, name in enumerate(names)]
    matches = [people.match(ANA, name, MARIA, TOM, DANA, status=MatchStatus.UNSURE) for name in names]
    store.put_brought([Brought(people.ana(), contacts, matches)])
    answers = [people.match(ANA, name, MARIA, status=MatchStatus.CONFIRMED) for name in names[:5]]
    answering = min(seconds(lambda one=one: store.put_matches(ANA, [one])) for one in answers)
    reading = min(seconds(lambda: store.matches_of(ANA)) for _ in answers)
    assert answering < reading
    assert {one.contact_key for one in store.matches_of(ANA) if one in answers} == {one.contact_key for one in answers}


def seconds(work: Callable[[], object]) -> float:
    """How long it took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def test_nothing_can_be_hung_on_somebody_who_is_not_there(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    before = everything(store)
    refused: list[Callable[[], object]] = [
        lambda: store.put_contacts(LEE, [people.contact(LEE, "maria")]),
        lambda: store.put_ties(LEE, [people.contact(LEE, "maria")]),
        lambda: store.put_matches(LEE, [people.match(LEE, "maria", MARIA)]),
        lambda: store.put_matches(ANA, [people.match(ANA, "nobody", MARIA)]),
        lambda: store.replace_asks(ANA, [people.ask(ANA, "nobody", MARIA)]),
        lambda: store.record_event(people.event(LEE)),
        lambda: store.record_event(people.event(ANA, "nobody")),
    ]
    for act in refused:
        with pytest.raises(NotFoundError):
            act()
    assert everything(store) == before


def test_nobody_puts_into_somebody_elses_list(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    before = everything(store)
    with pytest.raises(InputError):
        store.put_contacts(ANA, [people.contact(ANA, "zoe"), people.contact(JO, "zoe")])
    with pytest.raises(InputError):
        store.put_ties(ANA, [people.contact(JO, "mary")])
    with pytest.raises(InputError):
        store.replace_asks(ANA, [people.ask(JO, "mary", MARIA)])
    assert everything(store) == before


# --- leaving --------------------------------------------------------------------------------------------------------


def test_withdrawal_erases_hers_and_touches_nobody_else(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    jos = (store.supporter(JO), store.contacts_of(JO), store.matches_of(JO), store.asks_of(JO))
    jos_events, jos_edge = store.events(supporter_id=JO), store.edges()[-1]
    removed = store.withdraw(ANA)
    assert removed == Removed(supporters=1, contacts=3, matches=3, asks=2, events=1, voters=3)
    assert (store.supporter(JO), store.contacts_of(JO), store.matches_of(JO), store.asks_of(JO)) == jos
    assert store.events() == jos_events
    assert store.edges() == [jos_edge]  # Maria's precinct is there still: Jo is matched to her
    assert (store.supporter(ANA), store.contacts_of(ANA), store.matches_of(ANA), store.asks_of(ANA)) == (
        None,
        [],
        [],
        [],
    )
    assert store.check() == []


def test_withdrawing_twice_removes_nothing_the_second_time(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    store.withdraw(ANA)
    assert store.withdraw(ANA) == Removed()


def test_an_import_that_was_under_way_keeps_nothing_after_the_withdrawal(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    brought, believed = store.contacts_of(ANA), store.matches_of(ANA)
    store.withdraw(ANA)
    after = everything(store)
    for act in (lambda: store.put_contacts(ANA, brought), lambda: store.put_matches(ANA, believed)):
        with pytest.raises(NotFoundError):
            act()
    assert everything(store) == after


def test_leaving_and_coming_back_is_like_coming_for_the_first_time(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    before = everything(store)
    store.withdraw(ANA)
    assert everything(filled(store)) == before


def test_a_withdrawal_that_fails_in_its_middle_removes_nothing(backend: Backend, tmp_path: Path) -> None:
    store = filled(backend.open(tmp_path).for_campaign(RIVERA))
    before = everything(store)
    with backend.fault(tmp_path), pytest.raises(StoreError, match="do not fit"):
        store.withdraw(ANA)
    assert everything(store) == before
    assert store.withdraw(ANA).contacts == 3


def test_removing_contacts_takes_what_hangs_on_them(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    tom, jos = people.key_of(ANA, "tom"), people.key_of(JO, "mary")
    removed = store.remove_contacts(ANA, [tom, tom, jos, people.key_of(ANA, "nobody")])
    assert removed == Removed(contacts=1, matches=1, asks=1, events=1, voters=1)
    assert [contact.key for contact in store.contacts_of(ANA)] == [people.key_of(ANA, n) for n in ("maria", "dana")]
    assert len(store.contacts_of(JO)) == 1


def test_a_voter_nobody_is_matched_to_any_more_goes(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    store.put_matches(ANA, [people.match(ANA, "dana", MARIA)])
    assert store.put_voters([people.voter(DANA)]) == Upserted(created=1)
    assert store.put_voters([people.voter(MARIAS_SISTER)]) == Upserted(updated=1)  # second best for Ana's Maria


def test_voters_are_kept_with_the_matches_that_name_them_and_no_others(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    nobody = VoterRef("NC", "NOBODY")
    told = [people.voter(MARIA, precinct="P-7"), people.voter(nobody), people.voter(DANA, precinct="P-7")]
    believed = [
        people.match(ANA, "maria", MARIA),
        people.match(ANA, "tom", nobody),
    ]  # of Tom she has said herself who he is
    assert store.put_matches(ANA, believed, voters=told) == Upserted(updated=1, unchanged=1)
    assert {voter.ref: voter.precinct for voter in store.voters()} == {
        DANA: "P-7",
        MARIA: "P-7",
        MARIAS_SISTER: "P",
        TOM: "P",
    }


def test_of_somebody_who_left_meanwhile_no_voter_is_kept(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    store.withdraw(ANA)
    before = everything(store)
    with pytest.raises(NotFoundError):
        store.put_matches(ANA, [people.match(ANA, "tom", TOM)], voters=[people.voter(TOM)])
    assert everything(store) == before


def test_a_friend_who_wants_to_be_left_out_is_forgotten_everywhere(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    store.record_event(people.event(ANA, "maria", kind=Outcome.LEFT, ref=MARIA))
    removed = store.forget_voter(MARIA)
    assert removed == Removed(matches=2, asks=2, voters=1)
    assert store.supporters_of(MARIA) == []
    key = people.key_of(ANA, "maria")
    assert [(m.status, m.candidates) for m in store.matches_of(ANA) if m.contact_key == key] == [
        (MatchStatus.NO_MATCH, ())
    ]
    assert len(store.contacts_of(ANA)) == 3
    assert [ask.voter for ask in store.asks_of(ANA) + store.asks_of(JO)] == [TOM]
    assert MARIA not in {event.voter for event in store.events()}
    assert [event.kind for event in store.events()].count(Outcome.LEFT) == 1
    assert store.forget_voter(MARIA) == Removed()


def test_forgetting_a_second_best_leaves_the_best(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    assert store.forget_voter(MARIAS_SISTER) == Removed(matches=2, voters=1)
    assert store.supporters_of(MARIA) == [ANA, JO]
    assert people.match(ANA, "maria", MARIA, reason="") in store.matches_of(ANA)


def test_forgetting_does_not_undo_her_own_no(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    store.put_matches(ANA, [people.match(ANA, "tom", TOM, status=MatchStatus.REJECTED)])
    store.forget_voter(TOM)
    assert people.match(ANA, "tom", status=MatchStatus.REJECTED) in store.matches_of(ANA)


@pytest.mark.parametrize("backend", KEEP_FILES, ids=lambda backend: backend.name)
def test_no_byte_of_an_erased_person_stays(backend: Backend, tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - sizes of invented rows
    store = backend.open(tmp_path).for_campaign(RIVERA)
    leaving = []
    for number in chance.sample(range(60), 60):
        word = "Canary" if number % 3 == 0 else "Somebody"
        supporter = replace(people.ana(), supporter_id=SupporterId(f"s-{number:02}"), display_name=f"{word} {number}")
        leaving += [supporter.supporter_id] * (word == "Canary")
        store.put_supporter(supporter)
        contacts = [
            replace(
                people.contact(supporter.supporter_id, str(n)), sealed_details=word.encode() * chance.randint(1, 60)
            )
            for n in range(chance.randint(1, 40))
        ]
        store.put_contacts(supporter.supporter_id, contacts)
    assert b"Canary" in every_byte(tmp_path)
    for supporter_id in leaving:
        store.withdraw(supporter_id)
    assert b"Canary" not in every_byte(tmp_path)
    assert b"Somebody" in every_byte(tmp_path)


def every_byte(folder: Path) -> bytes:
    return b"\n".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


# --- the network as arrays ------------------------------------------------------------------------------------------


def test_the_network_as_arrays_is_the_edges_with_one_tie_for_each_pair(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    store.put_contacts(ANA, [people.contact(ANA, "mary", position=7)])
    store.put_matches(ANA, [replace(people.match(ANA, "mary", MARIA), candidates=(Candidate(MARIA, 0.55),))])
    best: dict[tuple[SupporterId, VoterRef], float] = {}
    for edge in store.edges():
        pair = (edge.supporter_id, edge.voter)
        best[pair] = max(best.get(pair, 0.0), edge.match_probability)
    found = store.export_edges()
    pairs = zip(found.supporter, found.voter, found.probability, strict=True)
    assert [((found.supporters[who], found.voters[whom]), chance) for who, whom, chance in pairs] == list(best.items())
    homes = {edge.voter: (edge.precinct, edge.city) for edge in store.edges()}
    spots = zip(found.precinct, found.city, strict=True)
    assert [(found.precincts[precinct], found.cities[city]) for precinct, city in spots] == [
        homes[voter] for voter in found.voters
    ]


def test_nobody_linked_is_an_empty_network(stores: GraphStores) -> None:
    found = stores.for_campaign(RIVERA).export_edges()
    assert (len(found), found.supporters, found.voters, found.precincts) == (0, (), (), ())


# --- campaigns are apart --------------------------------------------------------------------------------------------

CALLS: dict[str, Callable[[GraphStore], object]] = {
    "put_supporter": lambda store: store.put_supporter(people.lee()),
    "put_brought": lambda store: store.put_brought([Brought(people.lee(), [people.contact(people.LEE, "zoe")])]),
    "supporter": lambda store: store.supporter(ANA),
    "supporters": lambda store: store.supporters(),
    "put_contacts": lambda store: store.put_contacts(ANA, [people.contact(ANA, "zoe"), people.contact(ANA, "tom")]),
    "put_ties": lambda store: store.put_ties(ANA, [replace(people.contact(ANA, "tom"), tie_strength=0.7)]),
    "contacts_of": lambda store: store.contacts_of(ANA),
    "remove_contacts": lambda store: store.remove_contacts(ANA, [people.key_of(ANA, "maria")]),
    "put_voters": lambda store: store.put_voters([people.voter(TOM, precinct="P-99")]),
    "voters": lambda store: store.voters(),
    "put_matches": lambda store: store.put_matches(ANA, [people.match(ANA, "maria", DANA)]),
    "matches_of": lambda store: store.matches_of(ANA),
    "edges": lambda store: store.edges(),
    "export_edges": lambda store: store.export_edges(),
    "supporters_of": lambda store: store.supporters_of(MARIA),
    "reach": lambda store: store.reach(),
    "overlap": lambda store: store.overlap(ANA),
    "replace_asks": lambda store: store.replace_asks(ANA, []),
    "asks_of": lambda store: store.asks_of(ANA),
    "asks_about": lambda store: store.asks_about([MARIA, TOM]),
    "record_event": lambda store: store.record_event(people.event(ANA, "maria")),
    "events": lambda store: store.events(),
    "withdraw": lambda store: store.withdraw(ANA),
    "forget_voter": lambda store: store.forget_voter(MARIA),
    "check": lambda store: store.check(),
    "close": lambda store: store.close(),
}


def methods_of(port: type) -> set[str]:
    return {name for name, member in vars(port).items() if callable(member) and not name.startswith("_")}


def test_every_method_is_tried_across_campaigns() -> None:
    assert methods_of(GraphStore) == set(CALLS)


@pytest.mark.parametrize("method", sorted(CALLS))
def test_no_method_reaches_into_another_campaign(stores: GraphStores, method: str) -> None:
    check_apart(stores, method)


def check_apart(stores: GraphStores, method: str) -> None:
    """The same ids in two campaigns: a call on one changes nothing of the other, and is answered as if it were alone."""
    rivera = filled(stores.for_campaign(RIVERA), mark="r")
    before = everything(rivera)
    harbor = filled(stores.for_campaign(HARBOR), mark="h")
    answer = CALLS[method](harbor)
    assert everything(rivera) == before
    assert answer == CALLS[method](filled(stores.for_campaign(LAGOON), mark="h"))


def test_ids_that_differ_by_a_letter_or_hold_a_path_are_apart(stores: GraphStores) -> None:
    names = ["rivera", "Rivera", "RIVERA", "../rivera", "rivera/../rivera", "río", "_rivera", "a" * 200]
    for number, name in enumerate(names):
        stores.for_campaign(type(RIVERA)(name)).put_supporter(replace(people.ana(), phone=str(number)))
    kept = [stores.for_campaign(type(RIVERA)(name)).supporters() for name in names]
    assert [[one.phone for one in campaign] for campaign in kept] == [[str(number)] for number in range(len(names))]


def test_a_campaign_needs_an_id(stores: GraphStores) -> None:
    with pytest.raises(InputError):
        stores.for_campaign(type(RIVERA)(""))


# --- many at once ---------------------------------------------------------------------------------------------------


def test_two_threads_write_at_once_and_nothing_is_lost(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    problems: list[BaseException] = []

    def write(supporter_id: SupporterId) -> None:
        try:
            for number in range(15):
                store.put_contacts(supporter_id, [people.contact(supporter_id, f"friend-{number}")])
                store.put_voters([people.voter(MARIA, precinct=f"P-{number}")])
        except BaseException as error:  # noqa: BLE001 - told by the assertion below
            problems.append(error)

    threads = [threading.Thread(target=write, args=(one,)) for one in (ANA, JO)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert (len(store.contacts_of(ANA)), len(store.contacts_of(JO))) == (18, 16)


def test_a_reader_sees_the_old_or_the_new_never_half(stores: GraphStores) -> None:
    store = filled(stores.for_campaign(RIVERA))
    store.put_contacts(JO, [people.contact(JO, f"{n:03}", source="0") for n in range(200)])
    stop = threading.Event()
    mixed: list[set[str]] = []

    def read() -> None:
        while not stop.is_set():
            sources = {contact.source for contact in store.contacts_of(JO) if contact.key != people.key_of(JO, "mary")}
            if len(sources) != 1:
                mixed.append(sources)

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(1, 12):
        store.put_contacts(JO, [people.contact(JO, f"{n:03}", source=str(turn)) for n in range(200)])
    stop.set()
    reader.join()
    assert mixed == []


def test_the_network_is_read_as_one_write_left_it(stores: GraphStores) -> None:
    store, friends = stores.for_campaign(RIVERA), [f"{n:03}" for n in range(200)]
    lists = [
        [people.match(JO, name, VoterRef(state, name), status=MatchStatus.AUTO) for name in friends]
        for state in ("NC", "VA")
    ]
    store.put_brought([Brought(people.Supporter(JO, "Jo"), [people.contact(JO, name) for name in friends], lists[0])])
    stop = threading.Event()
    seen: list[tuple[int, set[str]]] = []

    def look() -> None:
        answers = [[edge.voter for edge in store.edges()], store.export_edges().voters]
        seen.extend((len(voters), {voter.state for voter in voters}) for voters in answers)
        seen.extend((one.known, {"NC"}) for one in store.reach())

    def write() -> None:
        turn = 0
        while not stop.is_set():
            store.put_matches(JO, lists[(turn := turn + 1) % 2])

    writer = threading.Thread(target=write)
    writer.start()
    for _ in range(6):
        look()
    stop.set()
    writer.join()
    assert {count for count, _ in seen} == {200}
    assert all(len(states) == 1 for _, states in seen)


def other_process(store: str, rounds: str) -> subprocess.Popen[str]:
    script = [sys.executable, str(Path(second_writer.__file__)), store, rounds]
    environment = {**os.environ, **neo4j_tools.environment(store)}
    return subprocess.Popen(script, stdout=subprocess.PIPE, text=True, env=environment)  # noqa: S603 - our own script


def test_another_process_writes_at_the_same_time(backend: Backend, tmp_path: Path) -> None:
    store = filled(backend.open(tmp_path).for_campaign(RIVERA))
    with other_process(backend.address(tmp_path), "20") as other:
        for number in range(40):
            store.put_contacts(ANA, [people.contact(ANA, f"friend-{number}")])
        said = other.communicate(timeout=300)[0].split()
    assert (other.returncode, len(said)) == (0, 20)
    assert len(store.contacts_of(second_writer.WRITER)) == 400
    assert len(store.contacts_of(ANA)) == 43


def test_what_was_acknowledged_survives_a_kill_and_no_round_is_torn(backend: Backend, tmp_path: Path) -> None:
    backend.open(tmp_path)
    with other_process(backend.address(tmp_path), "forever") as other:
        assert other.stdout is not None
        acknowledged = [other.stdout.readline() for _ in range(5)]
        other.send_signal(signal.SIGKILL)
        acknowledged += other.stdout.readlines()
    rounds = len([line for line in acknowledged if line.endswith("\n")])
    store = backend.open(tmp_path).for_campaign(RIVERA)
    kept = store.contacts_of(second_writer.WRITER)
    assert rounds >= 5
    assert len(kept) >= rounds * 20
    assert len(kept) % 20 == 0
    assert store.check() == []


def test_a_store_is_the_same_after_it_was_opened_again(backend: Backend, tmp_path: Path) -> None:
    with backend.open(tmp_path).for_campaign(RIVERA) as store:
        before = everything(filled(store))
    with backend.open(tmp_path).for_campaign(RIVERA) as again:
        assert everything(again) == before
        assert again.check() == []


def test_closing_twice_is_allowed_and_a_closed_store_says_so(stores: GraphStores) -> None:
    store, other = stores.for_campaign(RIVERA), stores.for_campaign(RIVERA)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.supporters()
    assert other.supporters() == []
