"""Ana connects her address book at a real provider on a real socket, and everybody who tries to get in between fails.

The numbers in the names are those of the attack table that the threat model follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from permits import permit_for
from providers.demo_peer import CALLBACK, Peer, consent, demo_peer

from graph.errors import NotAllowedError
from graph.model import CampaignId, SupporterId
from graph.sqlite.record_store import SqliteRecordStore, SqliteRecordStores
from oauth.client import revoke
from oauth.fetch import PageCounts, fetch_contacts
from oauth.grant import Errand, Grant
from oauth.login import STATE_KIND, LoginRefusedError, begin, finish, require_contacts

ANA, BEN = SupporterId("ana"), SupporterId("ben")
HERS, HIS = "session-of-ana", "session-of-ben"


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    with demo_peer() as running:
        yield running


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqliteRecordStore]:
    with_campaign = SqliteRecordStores(tmp_path).for_campaign(CampaignId("harbor"))
    yield with_campaign
    with_campaign.close()


def start(
    records: SqliteRecordStore,
    peer: Peer,
    *,
    session: str = HERS,
    supporter: SupporterId | None = ANA,
    errand: Errand = Errand.CONNECT,
) -> str:
    return begin(
        records,
        peer.provider,
        session_id=session,
        supporter=supporter,
        errand=errand,
        redirect_uri=CALLBACK,
        now=datetime.now(UTC),
    )


def end(
    records: SqliteRecordStore,
    peer: Peer,
    query: str,
    *,
    session: str = HERS,
    supporter: SupporterId | None = ANA,
    redirect_uri: str = CALLBACK,
    now: datetime | None = None,
) -> Grant:
    return finish(
        records,
        peer.provider,
        session_id=session,
        supporter=supporter,
        redirect_uri=redirect_uri,
        query=query,
        now=now or datetime.now(UTC),
    )


def refused(records: SqliteRecordStore, peer: Peer, query: str, reason: str, **changes: object) -> None:
    """The callback is refused for this reason, and no token request leaves the machine."""
    asked = peer.calls("/token")
    with pytest.raises(LoginRefusedError) as refusal:
        end(records, peer, query, **changes)  # type: ignore[arg-type]  # a table of keyword changes
    assert refusal.value.reason == reason
    assert refusal.value.next_step
    assert peer.calls("/token") == asked


def test_ana_connects_her_address_book_and_takes_it_back(records: SqliteRecordStore, peer: Peer) -> None:
    seen: list[PageCounts] = []

    grant = end(records, peer, consent(start(records, peer)))
    require_contacts(peer.provider, grant)
    book = fetch_contacts(
        peer.provider, grant.tokens.access_token, permit=permit_for("demo"), source="demo:ana", on_page=seen.append
    )

    assert (grant.identity.subject, grant.identity.issuer) == ("ana", peer.provider.issuer)
    assert grant.supporter == ANA
    assert grant.tokens.refresh_token
    assert seen == [PageCounts(1, 10), PageCounts(2, 20), PageCounts(3, 25)]
    assert [record.position for record in book.records] == list(range(25))
    assert book.records[0].display_name == "Maria Friend0"
    assert not book.is_partial
    assert revoke(peer.provider, grant.tokens.refresh_token)
    with pytest.raises(NotAllowedError):
        fetch_contacts(peer.provider, grant.tokens.access_token, permit=permit_for("demo"), source="demo:ana")
    assert records.all(STATE_KIND) == []


def test_signing_in_asks_for_no_contacts(records: SqliteRecordStore, peer: Peer) -> None:
    url = start(records, peer, supporter=None, errand=Errand.LOGIN)

    grant = end(records, peer, consent(url), supporter=None)

    assert "contacts" not in url
    assert not grant.may_read_contacts
    with pytest.raises(NotAllowedError):
        fetch_contacts(peer.provider, grant.tokens.access_token, permit=permit_for("demo"), source="demo:ana")


@pytest.mark.parametrize("query", ["", "code=anything", "code=a&state=", "state=%ff", "code=a&state=b&state=c"])
def test_01_02_a_callback_without_a_known_state_goes_nowhere(
    records: SqliteRecordStore, peer: Peer, query: str
) -> None:
    start(records, peer)
    with pytest.raises(LoginRefusedError):
        end(records, peer, query)


def test_02_an_invented_state_is_unknown(records: SqliteRecordStore, peer: Peer) -> None:
    refused(records, peer, f"code=a&state=invented&iss={peer.provider.issuer}", "state_unknown")


def test_03_the_same_callback_twice_is_refused_and_the_first_stays(records: SqliteRecordStore, peer: Peer) -> None:
    query = consent(start(records, peer))
    grant = end(records, peer, query)

    refused(records, peer, query, "state_unknown")

    assert fetch_contacts(
        peer.provider, grant.tokens.access_token, permit=permit_for("demo"), source="demo:ana"
    ).records


def test_04_a_state_older_than_ten_minutes_is_refused(records: SqliteRecordStore, peer: Peer) -> None:
    query = consent(start(records, peer))
    refused(records, peer, query, "state_unknown", now=datetime.now(UTC) + timedelta(minutes=10, seconds=1))


def test_05_an_attackers_callback_in_a_fresh_browser_is_refused(records: SqliteRecordStore, peer: Peer) -> None:
    query = consent(start(records, peer, session=HIS, supporter=None), account="ben")
    refused(records, peer, query, "state_unknown", session="a-fresh-session", supporter=None)
    refused(records, peer, query, "state_missing", session="", supporter=None)


def test_06_an_attackers_callback_does_not_disturb_a_flow_that_is_pending(
    records: SqliteRecordStore, peer: Peer
) -> None:
    hers = start(records, peer)
    refused(records, peer, consent(start(records, peer, session=HIS, supporter=BEN), account="ben"), "state_unknown")

    assert end(records, peer, consent(hers)).identity.subject == "ana"


def test_07_a_link_that_ben_began_cannot_be_ended_by_ana(records: SqliteRecordStore, peer: Peer) -> None:
    query = consent(start(records, peer, session=HIS, supporter=BEN))
    refused(records, peer, query, "state_unknown", session=HERS, supporter=ANA)


def test_08_another_supporter_signed_in_meanwhile(records: SqliteRecordStore, peer: Peer) -> None:
    query = consent(start(records, peer))
    refused(records, peer, query, "other_supporter", supporter=BEN)


def test_09_another_ones_code_with_my_state_fails_by_pkce(records: SqliteRecordStore, peer: Peer) -> None:
    victims = httpx2.QueryParams(consent(start(records, peer)))
    mine = httpx2.QueryParams(consent(start(records, peer, session=HIS, supporter=BEN), account="ben"))

    with pytest.raises(LoginRefusedError) as refusal:
        end(records, peer, str(mine.set("code", victims["code"])), session=HIS, supporter=BEN)

    assert refusal.value.reason == "refused"


@pytest.mark.parametrize("removed", ["code_challenge", "code_challenge_method"])
def test_10_a_url_without_pkce_is_refused_by_the_provider(records: SqliteRecordStore, peer: Peer, removed: str) -> None:
    url = httpx2.URL(start(records, peer))
    assert url.params["code_challenge_method"] == "S256"
    with httpx2.Client(trust_env=False) as browser:
        answer = browser.get(url.copy_remove_param(removed))
    refused(records, peer, httpx2.URL(answer.headers["location"]).query.decode(), "denied")


def test_13_a_callback_that_names_another_issuer_is_refused(records: SqliteRecordStore, peer: Peer) -> None:
    params = httpx2.QueryParams(consent(start(records, peer)))
    refused(records, peer, str(params.set("iss", "http://127.0.0.1:1")), "issuer_other")


def test_14_a_callback_that_hides_its_issuer_is_refused(records: SqliteRecordStore, peer: Peer) -> None:
    params = httpx2.QueryParams(consent(start(records, peer)))
    refused(records, peer, str(params.remove("iss")), "issuer_missing")


def test_15_a_state_of_one_provider_or_campaign_is_nothing_at_another(
    records: SqliteRecordStore, peer: Peer, tmp_path: Path
) -> None:
    other_campaign = SqliteRecordStores(tmp_path).for_campaign(CampaignId("valley"))
    query = consent(start(records, peer))
    refused(other_campaign, peer, query, "state_unknown")
    other_campaign.close()
    refused(records, peer, query, "other_callback", redirect_uri=f"{CALLBACK}/other")
    with demo_peer() as second:
        query = consent(start(records, peer))
        refused(records, second, query, "other_provider")


def test_21_without_the_contacts_scope_nothing_is_read(records: SqliteRecordStore, peer: Peer) -> None:
    read = peer.calls("/v1/people/me/connections")
    grant = end(records, peer, consent(start(records, peer), decision="without_contacts"))

    with pytest.raises(LoginRefusedError, match="did not give permission"):
        require_contacts(peer.provider, grant)

    assert grant.identity.subject == "ana"
    assert peer.calls("/v1/people/me/connections") == read


def test_saying_no_at_the_provider_is_an_answer(records: SqliteRecordStore, peer: Peer) -> None:
    refused(records, peer, consent(start(records, peer), decision="deny"), "denied")


def test_24_no_secret_reaches_a_log_an_error_or_a_repr(
    records: SqliteRecordStore, peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    url = start(records, peer)
    query = consent(url)
    grant = end(records, peer, query)
    with pytest.raises(LoginRefusedError) as refusal:
        end(records, peer, query)

    params = httpx2.QueryParams(query)
    secrets = [grant.tokens.access_token, grant.tokens.refresh_token, peer.provider.client_secret]
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("oauth", "app")))
    shown = f"{ours}{refusal.value}{grant!r}{peer.provider!r}"
    assert not [secret for secret in (*secrets, params["code"], params["state"]) if secret in shown]
    everything = "\n".join(record.getMessage() for record in caplog.records)
    assert not [secret for secret in secrets if secret in everything]
