"""The graph store beside its promises in plain dictionaries, and the promises beside stores that break them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import neo4j_tools
import pytest
from contract import test_graph_store as promises
from contract.plain_graph import PlainGraph
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import people
from graph.errors import KithError
from graph.model import CampaignId, Contact, ContactKey, Match, MatchStatus, SupporterId, Voter, VoterRef
from graph.network.reach import overlap_of, reached
from graph.sqlite.graph_store import SqliteGraphStore, SqliteGraphStores
from graph.store import GraphStore, Removed, Upserted
from people import ANA, DANA, JO, MARIA, RIVERA, TOM

SUPPORTERS = st.sampled_from([ANA, JO])
FRIENDS = st.sampled_from(["maria", "tom", "dana"])
VOTERS = st.sampled_from([MARIA, TOM, DANA])
SOME_VOTERS = st.lists(VOTERS, unique=True, max_size=3)


class BesidePlainGraph(RuleBasedStateMachine):
    """Every act on the store and on the plain dictionaries gives the same answer and leaves the same state."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = self.opened(Path(self.folder.name))
        self.plain = PlainGraph()

    def opened(self, folder: Path) -> GraphStore:
        return SqliteGraphStores(folder).for_campaign(RIVERA)

    @initialize()
    def both_know_maria(self) -> None:
        for supporter, friend in ((ANA, "maria"), (JO, "maria"), (ANA, "tom")):
            self.put_supporter(supporter, "")
            self.put_contacts(supporter, [friend], 0)
            self.put_voters([MARIA, TOM], "P-1")
            self.put_match(supporter, friend, [MARIA, TOM], MatchStatus.AUTO)

    def both(self, act: Callable[[GraphStore | PlainGraph], object]) -> None:
        answers = []
        for one in (self.store, self.plain):
            try:
                answers.append(act(one))
            except KithError as error:
                answers.append(type(error))
        assert answers[0] == answers[1]

    @rule(supporter=SUPPORTERS, phone=st.sampled_from(["", "+19192110100"]))
    def put_supporter(self, supporter: SupporterId, phone: str) -> None:
        self.both(lambda one: one.put_supporter(people.Supporter(supporter, "Somebody", phone=phone)))

    @rule(supporter=SUPPORTERS, friends=st.lists(FRIENDS, max_size=3), position=st.integers(0, 1))
    def put_contacts(self, supporter: SupporterId, friends: list[str], position: int) -> None:
        contacts = [people.contact(supporter, friend, position=position) for friend in friends]
        self.both(lambda one: one.put_contacts(supporter, contacts))

    @rule(
        supporter=SUPPORTERS, friends=st.lists(FRIENDS, max_size=3, unique=True), strength=st.sampled_from([None, 0.2])
    )
    def put_ties(self, supporter: SupporterId, friends: list[str], strength: float | None) -> None:
        told = [replace(people.contact(supporter, friend), tie_strength=strength) for friend in friends]
        self.both(lambda one: one.put_ties(supporter, told))

    @rule(voters=SOME_VOTERS, precinct=st.sampled_from(["P-1", "P-2"]))
    def put_voters(self, voters: list[VoterRef], precinct: str) -> None:
        self.both(lambda one: one.put_voters([people.voter(ref, precinct=precinct) for ref in voters]))

    @rule(supporter=SUPPORTERS, friend=FRIENDS, voters=SOME_VOTERS, status=st.sampled_from(MatchStatus))
    def put_match(self, supporter: SupporterId, friend: str, voters: list[VoterRef], status: MatchStatus) -> None:
        self.both(lambda one: one.put_matches(supporter, [people.match(supporter, friend, *voters, status=status)]))

    @rule(supporter=SUPPORTERS, friend=FRIENDS, voters=SOME_VOTERS, told=SOME_VOTERS)
    def put_match_and_voters(
        self, supporter: SupporterId, friend: str, voters: list[VoterRef], told: list[VoterRef]
    ) -> None:
        match, facts = people.match(supporter, friend, *voters), [people.voter(ref, precinct="P-3") for ref in told]
        self.both(lambda one: one.put_matches(supporter, [match], voters=facts))

    @rule(supporter=SUPPORTERS, friends=st.lists(FRIENDS, unique=True, max_size=3), voter=VOTERS)
    def replace_asks(self, supporter: SupporterId, friends: list[str], voter: VoterRef) -> None:
        asks = [people.ask(supporter, friend, voter, rank=rank) for rank, friend in enumerate(friends, start=1)]
        self.both(lambda one: one.replace_asks(supporter, asks))

    @rule(supporter=SUPPORTERS, friend=st.none() | FRIENDS, voter=st.none() | VOTERS)
    def record_event(self, supporter: SupporterId, friend: str | None, voter: VoterRef | None) -> None:
        self.both(lambda one: one.record_event(people.event(supporter, friend, ref=voter)))

    @rule(supporter=SUPPORTERS, friends=st.lists(FRIENDS, max_size=2))
    def remove_contacts(self, supporter: SupporterId, friends: list[str]) -> None:
        keys = [people.key_of(supporter, friend) for friend in friends]
        self.both(lambda one: one.remove_contacts(supporter, keys))

    @rule(supporter=SUPPORTERS)
    def withdraw(self, supporter: SupporterId) -> None:
        self.both(lambda one: one.withdraw(supporter))

    @rule(voter=VOTERS)
    def forget_voter(self, voter: VoterRef) -> None:
        self.both(lambda one: one.forget_voter(voter))

    @invariant()
    def tells_the_same(self) -> None:
        store, plain = self.store, self.plain
        assert {one.supporter_id: one for one in store.supporters()} == plain.people
        kept = {(one, c.key): c for one in (ANA, JO) for c in store.contacts_of(one)}
        assert kept == plain.contacts
        assert {(one, m.contact_key): m for one in (ANA, JO) for m in store.matches_of(one)} == plain.matches
        for one in (ANA, JO):
            assert store.asks_of(one) == sorted(plain.asks.get(one, {}).values(), key=lambda ask: ask.rank)
        assert len(store.events()) == len(plain.happened)
        assert set(store.events()) == plain.happened
        assert store.edges() == plain.edges()
        ties = store.export_edges()
        assert store.reach() == reached(ties)
        assert [store.overlap(one) for one in (ANA, JO)] == [overlap_of(ties, one) for one in (ANA, JO)]

    def teardown(self) -> None:
        assert self.store.check() == []
        self.store.close()
        self.folder.cleanup()


TestBesidePlainGraph = BesidePlainGraph.TestCase
TestBesidePlainGraph.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)


class Neo4jBesidePlainGraph(BesidePlainGraph):
    """The same acts on a real server."""

    def opened(self, folder: Path) -> GraphStore:
        return neo4j_tools.open_graph(folder).for_campaign(RIVERA)


TestNeo4jBesidePlainGraph = Neo4jBesidePlainGraph.TestCase
TestNeo4jBesidePlainGraph.settings = settings(max_examples=3, stateful_step_count=15, deadline=None)


@pytest.mark.full
class TestNeo4jBesidePlainGraphForLonger(Neo4jBesidePlainGraph.TestCase):
    """More of the same."""

    settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


# --- stores that break a promise ------------------------------------------------------------------------------------


class ForgetsTheCascade(SqliteGraphStore):
    """Leaves her contacts behind."""

    def withdraw(self, supporter_id: SupporterId) -> Removed:
        supporter, contacts = self.supporter(supporter_id), self.contacts_of(supporter_id)
        removed = super().withdraw(supporter_id)
        if supporter:
            self.put_supporter(supporter)
            self.put_contacts(supporter_id, contacts)
        return removed


class TakesTooMuch(SqliteGraphStore):
    """Removes voters whom others are matched to."""

    def withdraw(self, supporter_id: SupporterId) -> Removed:
        removed = super().withdraw(supporter_id)
        with self._lease.database.writing() as connection:
            connection.execute("DELETE FROM voter")
        return removed


class CountsTwice(SqliteGraphStore):
    """Reports each row twice."""

    def put_contacts(self, supporter_id: SupporterId, contacts: Sequence[Contact]) -> Upserted:
        once = super().put_contacts(supporter_id, contacts)
        return Upserted(once.created * 2, once.updated * 2, once.unchanged * 2)


class OverwritesHerAnswer(SqliteGraphStore):
    """Lets the engine have the last word."""

    def put_matches(
        self, supporter_id: SupporterId, matches: Sequence[Match], *, voters: Sequence[Voter] = ()
    ) -> Upserted:
        with self._lease.database.writing() as connection:
            connection.execute("UPDATE match SET status = 'auto'")
        return super().put_matches(supporter_id, matches, voters=voters)


class KeepsTheBytes(SqliteGraphStore):
    """Deletes rows and leaves the file as it is."""

    def withdraw(self, supporter_id: SupporterId) -> Removed:
        from graph.sqlite.erasing import erase_supporter

        with self._lease.database.writing() as connection:
            return erase_supporter(connection, supporter_id)


class LosesTheOrder(SqliteGraphStore):
    """Gives contacts by key."""

    def contacts_of(self, supporter_id: SupporterId) -> list[Contact]:
        return sorted(super().contacts_of(supporter_id), key=lambda contact: contact.key)


class ErasesInTwoSteps(SqliteGraphStore):
    """Erases contacts first and the supporter afterwards."""

    def withdraw(self, supporter_id: SupporterId) -> Removed:
        keys: list[ContactKey] = [contact.key for contact in self.contacts_of(supporter_id)]
        self.remove_contacts(supporter_id, keys)
        return super().withdraw(supporter_id)


class Stores(SqliteGraphStores):
    """Gives broken stores."""

    def __init__(self, folder: Path, broken: type[SqliteGraphStore]) -> None:
        super().__init__(folder)
        self.broken = broken

    def for_campaign(self, campaign_id: CampaignId) -> SqliteGraphStore:
        return self.broken(self._files.of_campaign(campaign_id))


class ForgetsTheCampaign(SqliteGraphStores):
    """Keeps all campaigns in one."""

    def for_campaign(self, campaign_id: CampaignId) -> SqliteGraphStore:
        return super().for_campaign(CampaignId(campaign_id[:0] or RIVERA))


def backend_of(broken: type[SqliteGraphStore]) -> promises.Backend:
    return replace(promises.SQLITE, name="broken", open=lambda folder: Stores(folder, broken))


@pytest.mark.parametrize(
    ("broken", "promise"),
    [
        (ForgetsTheCascade, promises.test_withdrawal_erases_hers_and_touches_nobody_else),
        (TakesTooMuch, promises.test_withdrawal_erases_hers_and_touches_nobody_else),
        (CountsTwice, promises.test_puts_count_what_they_made_changed_and_left_alone),
        (LosesTheOrder, promises.test_lists_come_in_the_order_they_promise),
    ],
)
def test_a_broken_store_is_found(
    broken: type[SqliteGraphStore], promise: Callable[[object], None], tmp_path: Path
) -> None:
    promise(SqliteGraphStores(tmp_path / "whole"))
    with pytest.raises(AssertionError):
        promise(Stores(tmp_path / "broken", broken))


def test_a_store_that_overwrites_her_answer_is_found(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        promises.test_her_answer_stands_against_the_engine(
            Stores(tmp_path, OverwritesHerAnswer), MatchStatus.CONFIRMED, MatchStatus.UNSURE
        )


def test_a_store_that_erases_in_two_steps_is_found(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        promises.test_a_withdrawal_that_fails_in_its_middle_removes_nothing(backend_of(ErasesInTwoSteps), tmp_path)


def test_a_store_that_keeps_the_bytes_is_found(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        promises.test_no_byte_of_an_erased_person_stays(backend_of(KeepsTheBytes), tmp_path)


@pytest.mark.parametrize("method", sorted(promises.CALLS.keys() - {"check", "close"}))
def test_a_store_that_forgets_the_campaign_is_found(method: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        promises.check_apart(ForgetsTheCampaign(tmp_path), method)
