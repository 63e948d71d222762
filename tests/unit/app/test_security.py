"""What the security layer lets in and puts on every answer. Numbers are those of the attack table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import Depends, File, Form, Request, Response, UploadFile
from fastapi.responses import PlainTextResponse, StreamingResponse
from fastapi.testclient import TestClient

from app.web.security import GuardedApp, SecurityPolicy, content_security_policy
from app.web.sessions import (
    LOCAL_COOKIE,
    close_session,
    csrf_of,
    ensure_session,
    load_session,
    new_session,
    open_session,
)
from graph.model import CampaignId, SupporterId
from graph.sqlite.record_store import SqliteRecordStore, SqliteRecordStores

NOW = datetime(2026, 10, 6, 12, tzinfo=UTC)
HERE = "http://127.0.0.1:8000"
SECURE = "https://harbor.example"


@dataclass(frozen=True)
class SmallHouse:
    """The three things that sessions ask of a house."""

    records: SqliteRecordStore
    base_url: str = HERE

    def clock(self) -> datetime:
        return NOW


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqliteRecordStore]:
    store = SqliteRecordStores(tmp_path).for_campaign(CampaignId("harbor"))
    yield store
    store.close()


def site(records: SqliteRecordStore, *, base_url: str = HERE) -> TestClient:
    """A few routes behind the layer, as the real app mounts it."""
    policy = SecurityPolicy(base_url=base_url, form_origins=("https://accounts.google.com",), largest_body=100_000)
    app = GuardedApp(policy, dependencies=[Depends(load_session)])
    app.state.house = SmallHouse(records, base_url)

    @app.get("/who")
    def who(request: Request) -> str:
        session = request.state.session
        return session.supporter_id if session and session.supporter_id else "nobody"

    @app.post("/delete")
    def delete(reason: Annotated[str, Form()] = "") -> str:
        return f"deleted {reason}"

    @app.post("/upload")
    async def upload(contacts: Annotated[UploadFile, File()]) -> int:
        return len(await contacts.read())

    @app.post("/stream")
    def stream() -> Response:
        return StreamingResponse(iter(["one ", "two"]))

    @app.post("/start")
    def start(request: Request) -> Response:
        return open_session(request, PlainTextResponse("in"), supporter_id=SupporterId("ana"))

    @app.post("/leave")
    def leave(request: Request) -> Response:
        return close_session(request, PlainTextResponse("out"))

    @app.get("/connect")
    def connect(request: Request) -> Response:
        response = PlainTextResponse("")
        ensure_session(request, response)
        return response

    @app.api_route("/api/v1/cookies", methods=["GET", "POST"])
    def cookies(request: Request) -> dict[str, str]:
        return request.cookies

    @app.get("/fails")
    def fails() -> None:
        raise ValueError("Maria Alvarez, 919-211-0101")

    @app.get("/static/kith.css")
    def style() -> str:
        return ""

    return TestClient(app, base_url=base_url, follow_redirects=False, raise_server_exceptions=False)


SAME = {"origin": HERE, "sec-fetch-site": "same-origin"}


@pytest.fixture
def ana(records: SqliteRecordStore) -> Iterator[TestClient]:
    """Ana's browser, signed in."""
    with site(records) as browser:
        assert browser.post("/start", headers=SAME).text == "in"
        yield browser


def csrf(browser: TestClient) -> str:
    return csrf_of(browser.cookies[LOCAL_COOKIE])


# --- 29: forms of strangers --------------------------------------------------------------------------------------


def test_her_own_form_is_let_in(records: SqliteRecordStore, ana: TestClient) -> None:
    token = csrf(ana)
    assert ana.post("/delete", data={"csrf": token, "reason": "moving"}, headers=SAME).json() == "deleted moving"
    assert ana.post("/delete", headers={**SAME, "x-csrf-token": token}).json() == "deleted "


def test_her_own_upload_is_let_in_whole(records: SqliteRecordStore, ana: TestClient) -> None:
    answer = ana.post("/upload", data={"csrf": csrf(ana)}, files={"contacts": ("a.vcf", b"x" * 50_000)}, headers=SAME)
    assert answer.json() == 50_000


def test_a_streamed_answer_to_a_form_arrives_whole(records: SqliteRecordStore, ana: TestClient) -> None:
    assert ana.post("/stream", data={"csrf": csrf(ana)}, headers=SAME).text == "one two"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
        {"origin": "null"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": "http://127.0.0.1:8001"},
        {"origin": "https://127.0.0.1:8000"},
        {"origin": "http://127.0.0.1:8000.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": ""},
    ],
)
def test_29_another_sites_form_is_refused_even_with_the_token(
    records: SqliteRecordStore, ana: TestClient, headers: dict[str, str]
) -> None:
    answer = ana.post("/delete", data={"csrf": csrf(ana)}, headers=headers)
    assert answer.status_code == 403
    assert answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"csrf=", "application/x-www-form-urlencoded"),
        (b"csrf=wrong", "application/x-www-form-urlencoded"),
        (b"csrf=%ff%fe", "application/x-www-form-urlencoded"),
        (b'{"csrf": "TOKEN"}', "text/plain"),
        (b'{"csrf": "TOKEN"}', "application/json"),
        (b"--b\r\nbroken", "multipart/form-data; boundary=b"),
        (b"csrf=TOKEN", "multipart/form-data"),
        (b"", ""),
    ],
)
def test_29_a_form_without_her_token_is_refused(
    records: SqliteRecordStore, ana: TestClient, content: bytes, kind: str
) -> None:
    body = content.replace(b"TOKEN", csrf(ana).encode())
    assert ana.post("/delete", content=body, headers={**SAME, "content-type": kind}).status_code == 403


def test_29_the_token_of_another_session_is_refused(records: SqliteRecordStore, ana: TestClient) -> None:
    other = new_session(records, now=NOW)
    assert ana.post("/delete", data={"csrf": other.csrf}, headers=SAME).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "BREW"])
def test_29_every_unsafe_method_is_guarded(ana: TestClient, method: str) -> None:
    assert ana.request(method, "/delete", headers=SAME).status_code == 403


def test_a_visitor_without_a_cookie_may_send_the_first_form(records: SqliteRecordStore) -> None:
    with site(records) as browser:
        assert browser.post("/delete", headers=SAME).status_code == 200
        assert browser.post("/delete", headers={"origin": "https://evil.example"}).status_code == 403


def test_older_browsers_that_hide_the_origin_but_say_where_they_are(
    records: SqliteRecordStore, ana: TestClient
) -> None:
    headers = {"origin": "null", "sec-fetch-site": "same-origin"}
    assert ana.post("/delete", data={"csrf": csrf(ana)}, headers=headers).status_code == 200


def test_a_dead_cookie_is_taken_away_by_the_next_page(records: SqliteRecordStore) -> None:
    with site(records) as browser:
        browser.cookies.set(LOCAL_COOKIE, "A" * 43)
        assert browser.post("/start", headers=SAME).status_code == 403
        assert browser.get("/who").json() == "nobody"
        browser.cookies.delete(LOCAL_COOKIE)
        assert browser.post("/start", headers=SAME).status_code == 200
        assert "kith_session" in browser.cookies


# --- sessions in requests ----------------------------------------------------------------------------------------


def test_26_27_signing_in_and_out_in_a_browser(records: SqliteRecordStore, ana: TestClient) -> None:
    stolen = ana.cookies[LOCAL_COOKIE]
    assert ana.get("/who").json() == "ana"

    ana.post("/leave", data={"csrf": csrf(ana)}, headers=SAME)

    assert ana.get("/who").json() == "nobody"
    with site(records) as thief:
        thief.cookies.set(LOCAL_COOKIE, stolen)
        assert thief.get("/who").json() == "nobody"


def test_a_step_that_comes_back_gets_a_session_that_is_nobodys(records: SqliteRecordStore) -> None:
    with site(records) as browser:
        assert LOCAL_COOKIE in browser.get("/connect").cookies
        first = browser.cookies[LOCAL_COOKIE]
        browser.get("/connect")
        assert browser.cookies[LOCAL_COOKIE] == first
        assert browser.get("/who").json() == "nobody"


@pytest.mark.parametrize("cookie", ["\x00", "a" * 10_000, "../../etc", '"', "%00", "ana"])
def test_28_a_tampered_cookie_is_nobody_and_no_error(records: SqliteRecordStore, cookie: str) -> None:
    with site(records) as browser:
        answer = browser.get("/who", headers={"cookie": f"{LOCAL_COOKIE}={cookie}"})
    assert (answer.status_code, answer.json()) == (200, "nobody")


def test_bearer_routes_never_see_a_cookie(ana: TestClient) -> None:
    foreign = {"origin": "https://campaign.example", "sec-fetch-site": "cross-site"}
    assert ana.get("/api/v1/cookies").json() == {}
    assert ana.post("/api/v1/cookies", headers=foreign).json() == {}


# --- size and host -----------------------------------------------------------------------------------------------


def test_42_a_body_beyond_the_cap_is_refused_said_or_unsaid(ana: TestClient) -> None:
    large = b"x" * 100_001
    assert ana.post("/delete", content=large, headers=SAME).status_code == 413
    assert ana.post("/delete", content=iter([large]), headers=SAME).status_code == 413
    assert ana.post("/delete", headers={**SAME, "content-length": "-1"}).status_code in (400, 413)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:8001", "127.0.0.1", "", "127.0.0.1:8000.evil.example"])
def test_67_another_host_is_refused(records: SqliteRecordStore, host: str) -> None:
    with site(records) as browser:
        assert browser.get("/who", headers={"host": host}).status_code == 400


# --- headers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/who"), ("GET", "/nowhere"), ("POST", "/nowhere"), ("GET", "/fails")]
)
def test_30_every_answer_has_its_headers(records: SqliteRecordStore, method: str, path: str) -> None:
    with site(records, base_url=SECURE) as browser:
        headers = browser.request(method, path).headers

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' https://accounts.google.com;" in policy
    assert "unsafe" not in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"
    assert "max-age" in headers["strict-transport-security"]


def test_plain_http_promises_no_https(records: SqliteRecordStore) -> None:
    with site(records) as browser:
        answer = browser.get("/static/kith.css")
    assert "strict-transport-security" not in answer.headers
    assert answer.headers["cache-control"].startswith("public")


def test_69_no_other_origin_is_ever_let_in_by_cors(ana: TestClient) -> None:
    for origin in ("https://evil.example", "null", "http://evil-127.0.0.1:8000"):
        answer = ana.get("/who", headers={"origin": origin})
        assert "access-control-allow-origin" not in answer.headers


def test_without_providers_forms_lead_nowhere_else() -> None:
    assert "form-action 'self';" in content_security_policy()
