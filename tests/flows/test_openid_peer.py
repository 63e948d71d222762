"""Ana connects at a certified provider that shares no line with ours, and twenty workers keep her connection alive.

The numbers in the names are those of the attack table that the threat model follows.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from permits import permit_for
from providers.demo_peer import person
from providers.openid_peer import OpenIdPeer, openid_peer, sign_in_at

from graph.errors import NotAllowedError
from graph.model import CampaignId, SupporterId
from graph.sqlite.record_store import SqliteRecordStore, SqliteRecordStores
from oauth.connections import CONNECTION_KIND, connection_id, keep_connection, opened, take_back_connections
from oauth.fetch import fetch_contacts
from oauth.grant import Errand, Grant
from oauth.login import LoginRefusedError, begin, finish, require_contacts
from oauth.providers.base import Provider
from oauth.refresh import fresh_token
from oauth.transport import ProviderError
from oauth.vault import Vault

CALLBACK = "http://127.0.0.1:8000/oauth/openid/callback"
HARBOR, ANA, HERS = CampaignId("harbor"), SupporterId("ana"), "session-of-ana"
PEOPLE = {"ana": [person(number, f"Maria Friend{number}") for number in range(25)]}
PROCESSES, THREADS = 4, 5


@pytest.fixture(scope="module")
def peer() -> Iterator[OpenIdPeer]:
    with openid_peer(redirect_uris=[CALLBACK], people=PEOPLE) as running:
        yield running


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqliteRecordStore]:
    store = SqliteRecordStores(tmp_path).for_campaign(HARBOR)
    yield store
    store.close()


@pytest.fixture
def vault(records: SqliteRecordStore) -> Vault:
    return Vault(records, HARBOR, b"k" * 32)


def start(records: SqliteRecordStore, provider: Provider, errand: Errand = Errand.CONNECT) -> str:
    return begin(
        records, provider, session_id=HERS, supporter=ANA, errand=errand, redirect_uri=CALLBACK, now=datetime.now(UTC)
    )  # fmt: skip


def end(records: SqliteRecordStore, provider: Provider, query: str) -> Grant:
    return finish(
        records, provider, session_id=HERS, supporter=ANA, redirect_uri=CALLBACK, query=query, now=datetime.now(UTC)
    )  # fmt: skip


def query_of(url: str, **options: bool) -> str:
    return httpx2.URL(sign_in_at(url, account="ana", **options)).query.decode()


def connect(records: SqliteRecordStore, vault: Vault, peer: OpenIdPeer) -> Grant:
    grant = end(records, peer.provider, query_of(start(records, peer.provider)))
    keep_connection(records, vault, grant=grant, supporter=ANA, now=datetime.now(UTC))
    return grant


def test_the_whole_way_at_a_certified_provider(records: SqliteRecordStore, vault: Vault, peer: OpenIdPeer) -> None:
    grant = connect(records, vault, peer)
    require_contacts(peer.provider, grant)
    read = peer.calls("/v1/people/me/connections")
    book = fetch_contacts(peer.provider, grant.tokens.access_token, permit=permit_for("openid"), source="openid")

    assert (grant.identity.subject, grant.identity.issuer) == ("ana", peer.issuer)
    assert [record.position for record in book.records] == list(range(25))
    assert peer.calls("/v1/people/me/connections") == read + 3
    assert not book.is_partial
    assert [one.is_confirmed for one in take_back_connections(records, vault, [peer.provider], supporter=ANA)] == [True]
    with pytest.raises(NotAllowedError):
        fetch_contacts(peer.provider, grant.tokens.access_token, permit=permit_for("openid"), source="openid")


def test_signing_in_says_who_and_cannot_read_friends(records: SqliteRecordStore, peer: OpenIdPeer) -> None:
    grant = end(records, peer.provider, query_of(start(records, peer.provider, Errand.LOGIN)))

    assert (grant.identity.email, grant.identity.is_email_verified) == ("ana@mail.example", True)
    assert not grant.may_read_contacts
    with pytest.raises(NotAllowedError):
        fetch_contacts(peer.provider, grant.tokens.access_token, permit=permit_for("openid"), source="openid")


def test_saying_no_there_is_an_answer(records: SqliteRecordStore, peer: OpenIdPeer) -> None:
    with pytest.raises(LoginRefusedError) as refusal:
        end(records, peer.provider, query_of(start(records, peer.provider), is_cancelled=True))
    assert refusal.value.reason == "denied"


def test_a_code_is_good_once_at_the_provider_too(records: SqliteRecordStore, peer: OpenIdPeer) -> None:
    query = query_of(start(records, peer.provider))
    first = end(records, peer.provider, query)
    state = httpx2.URL(start(records, peer.provider)).params["state"]

    with pytest.raises(LoginRefusedError) as refusal:
        end(records, peer.provider, str(httpx2.QueryParams(query).set("state", state)))

    assert refusal.value.reason == "refused"
    assert first.tokens.access_token


# --- a token that lives on ---------------------------------------------------------------------------------------


def ask_with_threads(folder: Path, provider: Provider) -> list[str]:
    """Five workers of one process, each with a store of its own, want a token at the same moment."""

    def ask(_: int) -> str:
        own = SqliteRecordStores(folder).for_campaign(HARBOR)
        try:
            return fresh_token(
                own,
                Vault(own, HARBOR, b"k" * 32),
                provider,
                supporter=ANA,
                clock=lambda: datetime.now(UTC) + timedelta(hours=2),
            )
        finally:
            own.close()

    with ThreadPoolExecutor(THREADS) as workers:
        return list(workers.map(ask, range(THREADS)))


def _in_a_process(folder: Path, issuer: str, queue: multiprocessing.Queue[object]) -> None:
    from providers.openid_peer import pinned

    try:
        queue.put(ask_with_threads(folder, pinned(issuer)))
    except Exception as error:  # noqa: BLE001 - whatever went wrong there is told here
        queue.put(repr(error))


def test_44_twenty_workers_in_four_processes_make_one_refresh_call(
    records: SqliteRecordStore, vault: Vault, peer: OpenIdPeer, tmp_path: Path
) -> None:
    grant = connect(records, vault, peer)
    asked = peer.calls("/token")
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    children = [context.Process(target=_in_a_process, args=(tmp_path, peer.issuer, queue)) for _ in range(PROCESSES)]
    for child in children:
        child.start()
    answers = [queue.get(timeout=300) for _ in children]
    for child in children:
        child.join(timeout=300)

    tokens = [token for answer in answers for token in answer]
    assert len(tokens) == PROCESSES * THREADS
    assert len(set(tokens)) == 1
    assert tokens[0] != grant.tokens.access_token
    assert peer.calls("/token") == asked + 1
    assert len(fetch_contacts(peer.provider, tokens[0], permit=permit_for("openid"), source="openid").records) == 25


def test_a_rotated_refresh_token_is_kept_for_the_next_time(
    records: SqliteRecordStore, vault: Vault, peer: OpenIdPeer
) -> None:
    grant = connect(records, vault, peer)

    once = fresh_token(
        records, vault, peer.provider, supporter=ANA, clock=lambda: datetime.now(UTC) + timedelta(hours=2)
    )
    again = fresh_token(
        records,
        vault,
        peer.provider,
        supporter=ANA,
        clock=lambda: datetime.now(UTC) + timedelta(hours=2) + timedelta(hours=2),
    )

    record = records.get(CONNECTION_KIND, connection_id(ANA, "openid"))
    assert record
    kept = opened(vault, record, ANA, "openid").tokens
    assert len({grant.tokens.access_token, once, again}) == 3
    assert kept.access_token == again
    assert kept.refresh_token != grant.tokens.refresh_token


def test_a_token_that_still_lives_is_given_without_asking(
    records: SqliteRecordStore, vault: Vault, peer: OpenIdPeer
) -> None:
    grant = connect(records, vault, peer)
    asked = peer.calls("/token")

    token = fresh_token(records, vault, peer.provider, supporter=ANA, clock=lambda: datetime.now(UTC))

    assert token == grant.tokens.access_token
    assert peer.calls("/token") == asked


def test_45_a_refresh_whose_answer_was_lost_asks_to_connect_again_and_stops(
    records: SqliteRecordStore, vault: Vault, peer: OpenIdPeer
) -> None:
    connect(records, vault, peer)
    before = records.get(CONNECTION_KIND, "openid:ana")
    assert before
    fresh_token(records, vault, peer.provider, supporter=ANA, clock=lambda: datetime.now(UTC) + timedelta(hours=2))
    records.put(CONNECTION_KIND, before.key, before.value)  # as if our write had failed
    asked = peer.calls("/token")

    for _ in range(3):
        with pytest.raises(NotAllowedError, match="Connect it again"):
            fresh_token(
                records, vault, peer.provider, supporter=ANA, clock=lambda: datetime.now(UTC) + timedelta(hours=2)
            )

    assert peer.calls("/token") == asked + 1
    after = records.get(CONNECTION_KIND, "openid:ana")
    assert after
    assert (after.value["state"], after.value["sealed"]) == ("ended", "")


def test_a_provider_that_is_down_loses_nothing(records: SqliteRecordStore, vault: Vault, peer: OpenIdPeer) -> None:
    connect(records, vault, peer)

    def down(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(503, content=b"<html>later</html>")

    for _ in range(2):
        with pytest.raises(ProviderError):
            fresh_token(
                records,
                vault,
                peer.provider,
                supporter=ANA,
                clock=lambda: datetime.now(UTC) + timedelta(hours=2),
                transport=httpx2.MockTransport(down),
            )

    assert fresh_token(
        records, vault, peer.provider, supporter=ANA, clock=lambda: datetime.now(UTC) + timedelta(hours=2)
    )


def test_a_worker_that_died_in_its_turn_holds_the_others_up_for_half_a_minute(
    records: SqliteRecordStore, vault: Vault, peer: OpenIdPeer
) -> None:
    connect(records, vault, peer)
    record = records.get(CONNECTION_KIND, "openid:ana")
    assert record
    taken = {
        **record.value,
        "refreshing_until": (datetime.now(UTC) + timedelta(hours=2) + timedelta(seconds=30)).isoformat(),
    }
    records.put(CONNECTION_KIND, record.key, taken)
    instants = iter(
        [
            datetime.now(UTC) + timedelta(hours=2),
            datetime.now(UTC) + timedelta(hours=2),
            *[datetime.now(UTC) + timedelta(hours=2) + timedelta(seconds=31)] * 3,
        ]
    )
    waits: list[float] = []

    token = fresh_token(records, vault, peer.provider, supporter=ANA, clock=lambda: next(instants), sleep=waits.append)

    assert token
    assert len(waits) == 2


def test_she_takes_the_connection_back_while_it_is_refreshed(
    records: SqliteRecordStore, vault: Vault, peer: OpenIdPeer
) -> None:
    connect(records, vault, peer)
    asked: list[str] = []

    def leave_first(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path)
        records.delete(CONNECTION_KIND, "openid:ana")
        answer = {"access_token": "canary-new", "refresh_token": "canary-newer", "token_type": "Bearer"}
        return httpx2.Response(200, json=answer)

    with pytest.raises(NotAllowedError):
        fresh_token(
            records,
            vault,
            peer.provider,
            supporter=ANA,
            clock=lambda: datetime.now(UTC) + timedelta(hours=2),
            transport=httpx2.MockTransport(leave_first),
        )

    assert records.all(CONNECTION_KIND) == []
    assert asked == ["/token", "/token/revocation"]


# --- two providers -----------------------------------------------------------------------------------------------


def test_13_an_honest_and_a_second_provider_are_never_mixed_up(records: SqliteRecordStore, peer: OpenIdPeer) -> None:
    with openid_peer(redirect_uris=[CALLBACK], people={}, provider_id="second") as second:
        mine = httpx2.QueryParams(query_of(start(records, peer.provider)))
        theirs = httpx2.QueryParams(query_of(start(records, second.provider)))
        asked = peer.calls("/token"), second.calls("/token")
        for provider, query in (
            (peer.provider, str(mine.set("iss", second.issuer))),
            (second.provider, str(mine)),
            (second.provider, str(theirs.set("state", mine["state"]))),
            (peer.provider, str(theirs)),
        ):
            with pytest.raises(LoginRefusedError):
                end(records, provider, query)
        assert (peer.calls("/token"), second.calls("/token")) == asked
