"""Sessions and private links: who is known, for how long, and how it ends. Numbers are those of the attack table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import Response
from hypothesis import given
from hypothesis import strategies as st

from app.web.sessions import (
    IDLE,
    LONGEST,
    SESSION_KIND,
    Session,
    csrf_of,
    drop_cookie,
    end_all_sessions,
    end_session,
    find_session,
    new_session,
    set_cookie,
    sign_in,
)
from app.web.sign_in_links import LINK_KIND, look_at_link, make_link, open_link
from graph.errors import NotAllowedError
from graph.model import CampaignId, SupporterId
from graph.sqlite.record_store import SqliteRecordStore, SqliteRecordStores

NOW = datetime(2026, 10, 6, 12, tzinfo=UTC)
ANA, BEN = SupporterId("ana"), SupporterId("ben")


@pytest.fixture(scope="module")
def shared_records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteRecordStore]:
    store = SqliteRecordStores(tmp_path_factory.mktemp("shared")).for_campaign(CampaignId("harbor"))
    yield store
    store.close()


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqliteRecordStore]:
    store = SqliteRecordStores(tmp_path).for_campaign(CampaignId("harbor"))
    yield store
    store.close()


def sign_ana_in(records: SqliteRecordStore, before: Session | None = None) -> Session:
    return sign_in(records, before, supporter_id=ANA, role="supporter", now=NOW)


def test_a_session_is_found_by_its_cookie_and_by_nothing_in_the_store(records: SqliteRecordStore) -> None:
    session = sign_ana_in(records)

    assert find_session(records, session.id, now=NOW) == session
    kept = str(records.all(SESSION_KIND))
    assert session.id not in kept
    assert session.csrf not in kept
    assert find_session(records, records.all(SESSION_KIND)[0].key, now=NOW) is None


def test_a_session_does_not_show_its_number(records: SqliteRecordStore) -> None:
    session = sign_ana_in(records)
    assert session.id not in repr(session)
    assert session.csrf not in repr(session)


def test_26_signing_in_makes_a_new_number_and_kills_the_old_one(records: SqliteRecordStore) -> None:
    planted = new_session(records, now=NOW, data={"next": "/evil"})

    session = sign_ana_in(records, planted)

    assert session.id != planted.id
    assert session.csrf != planted.csrf
    assert session.data == {}
    assert find_session(records, planted.id, now=NOW) is None


def test_27_a_stolen_cookie_is_worth_nothing_after_signing_out(records: SqliteRecordStore) -> None:
    session = sign_ana_in(records)
    end_session(records, session)
    assert find_session(records, session.id, now=NOW) is None
    end_session(records, session)
    end_session(records, None)


def test_27_signing_out_everywhere_ends_hers_and_nobody_elses(records: SqliteRecordStore) -> None:
    hers = [sign_ana_in(records) for _ in range(3)]
    his = sign_in(records, None, supporter_id=BEN, role="organizer", now=NOW)

    assert end_all_sessions(records, ANA) == 3

    assert all(find_session(records, session.id, now=NOW) is None for session in hers)
    assert find_session(records, his.id, now=NOW) == his


@given(st.text(max_size=60) | st.from_regex(r"[A-Za-z0-9_-]{43}", fullmatch=True))
def test_28_an_invented_cookie_is_nobody(shared_records: SqliteRecordStore, cookie: str) -> None:
    assert find_session(shared_records, cookie, now=NOW) is None


@pytest.mark.parametrize(
    "change",
    [lambda c: c[:-1], lambda c: c + "A", lambda c: c.swapcase(), lambda c: c[::-1]],
    ids=["shorter", "longer", "other case", "backwards"],
)
def test_28_a_changed_cookie_is_nobody(records: SqliteRecordStore, change) -> None:
    assert find_session(records, change(sign_ana_in(records).id), now=NOW) is None


def test_28_the_cookie_has_every_flag_under_https(records: SqliteRecordStore) -> None:
    response = Response()
    set_cookie(response, sign_ana_in(records), base_url="https://harbor.example")
    name, *flags = response.headers["set-cookie"].split("; ")
    assert name.startswith("__Host-kith=")
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(flags)
    assert not any(flag.lower().startswith("domain") for flag in flags)


def test_28_on_this_machine_the_cookie_has_its_plain_name(records: SqliteRecordStore) -> None:
    response = Response()
    set_cookie(response, sign_ana_in(records), base_url="http://127.0.0.1:8000")
    assert response.headers["set-cookie"].startswith("kith_session=")
    assert "HttpOnly" in response.headers["set-cookie"]
    assert "Secure" not in response.headers["set-cookie"]


def test_a_dropped_cookie_is_dropped_with_the_same_flags() -> None:
    response = Response()
    drop_cookie(response, base_url="https://harbor.example")
    assert response.headers["set-cookie"].startswith("__Host-kith=")
    assert "Max-Age=0" in response.headers["set-cookie"]
    assert "Secure" in response.headers["set-cookie"]


def test_a_session_ends_when_it_is_not_used(records: SqliteRecordStore) -> None:
    session = sign_ana_in(records)
    assert find_session(records, session.id, now=NOW + IDLE + timedelta(seconds=1)) is None


def test_a_session_that_is_used_lasts_and_ends_in_any_case(records: SqliteRecordStore) -> None:
    session, at = sign_ana_in(records), NOW
    while at + timedelta(hours=11) < NOW + LONGEST:
        at += timedelta(hours=11)
        assert find_session(records, session.id, now=at), at
    assert find_session(records, session.id, now=NOW + LONGEST + timedelta(seconds=1)) is None


def test_looking_often_writes_seldom(records: SqliteRecordStore) -> None:
    session = sign_ana_in(records)
    for minute in range(5):
        find_session(records, session.id, now=NOW + timedelta(minutes=minute))
    assert records.all(SESSION_KIND)[0].version == 1


def test_a_form_token_belongs_to_one_session() -> None:
    assert csrf_of("one") != csrf_of("two")
    assert csrf_of("one") == csrf_of("one")


# --- private links -----------------------------------------------------------------------------------------------


def test_a_supporters_own_link_works_until_it_expires(records: SqliteRecordStore) -> None:
    expires = NOW + timedelta(days=21)
    token = make_link(records, supporter_id=ANA, role="supporter", now=NOW, expires=expires)

    assert token not in str(records.all(LINK_KIND))
    assert open_link(records, token, now=NOW).supporter_id == ANA
    assert open_link(records, token, now=NOW).role == "supporter"
    with pytest.raises(NotAllowedError):
        open_link(records, token, now=expires + timedelta(seconds=1))


def test_an_invitation_works_once_and_looking_does_not_use_it(records: SqliteRecordStore) -> None:
    token = make_link(
        records, supporter_id=BEN, role="organizer", now=NOW, expires=NOW + timedelta(days=1), is_single_use=True
    )

    assert look_at_link(records, token, now=NOW).is_single_use
    assert open_link(records, token, now=NOW).role == "organizer"
    with pytest.raises(NotAllowedError):
        open_link(records, token, now=NOW)


def test_unknown_expired_and_used_links_look_alike(records: SqliteRecordStore) -> None:
    expires = NOW + timedelta(hours=1)
    used = make_link(records, supporter_id=BEN, role="organizer", now=NOW, expires=expires, is_single_use=True)
    open_link(records, used, now=NOW)
    old = make_link(records, supporter_id=ANA, role="supporter", now=NOW, expires=expires)
    said = set()
    for token, now in ((used, NOW), (old, NOW + timedelta(hours=2)), ("invented", NOW), ("", NOW), ("x" * 9_999, NOW)):
        with pytest.raises(NotAllowedError) as refusal:
            open_link(records, token, now=now)
        said.add(str(refusal.value))
    assert len(said) == 1


def test_a_link_that_is_over_before_it_begins_is_refused(records: SqliteRecordStore) -> None:
    with pytest.raises(NotAllowedError):
        make_link(records, supporter_id=ANA, role="supporter", now=NOW, expires=NOW)
