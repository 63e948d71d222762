"""Every route for every role, from one table: a route that nobody declared fails, and so does one that is no more.

For each address and each kind of visitor, good form token and all: either she may, or she gets the one answer 403.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from lived_in import NOW, Built, browser_of, copy_of, join

from app import journey
from app.house import House
from app.joining import APPLICANT
from app.main import create_app
from app.roles import CALLERS, DESK, FILE_READERS, ORGANIZERS, Role
from app.web.sessions import csrf_of, new_session
from graph.model import SupporterId

NOBODY = "nobody"
HERS = frozenset({Role.SUPPORTER})
PERSONS = frozenset({Role.APPLICANT, Role.SUPPORTER})
EVERYBODY = frozenset({NOBODY, *Role})
DEMO_ONLY = frozenset[str]()

TABLE: dict[str, frozenset[str]] = {
    "GET /": EVERYBODY,
    "GET /start": EVERYBODY,
    "POST /start": EVERYBODY,
    "GET /healthz": EVERYBODY,
    "GET /readyz": EVERYBODY,
    "GET /accent.css": EVERYBODY,
    "GET /static/{name}": EVERYBODY,
    "GET /f/{code}": EVERYBODY,
    "POST /f/{code}": EVERYBODY,
    "POST /f/{code}/held": EVERYBODY,
    "GET /held": EVERYBODY,
    "POST /held": EVERYBODY,
    "GET /held/{token}": DEMO_ONLY,
    "GET /held/{token}/state": EVERYBODY,
    "POST /held/{token}": DEMO_ONLY,
    "GET /leave-out": EVERYBODY,
    "POST /leave-out": EVERYBODY,
    "GET /enter/{token}": DEMO_ONLY,
    "POST /enter/{token}": DEMO_ONLY,
    "GET /sign-in": EVERYBODY,
    "POST /sign-in": EVERYBODY,
    "GET /sign-out": EVERYBODY,
    "POST /sign-out": EVERYBODY,
    "POST /oauth/{provider_id}/login": EVERYBODY,
    "GET /demo/desk": DEMO_ONLY,
    "GET /waiting": PERSONS,
    "GET /my-data": PERSONS,
    "POST /my-data/choices": HERS,
    "POST /my-data/sources/remove": PERSONS,
    "GET /choose": HERS,
    "POST /choose": HERS,
    "GET /my-data/download": PERSONS,
    "GET /my-data/delete": PERSONS,
    "POST /my-data/delete": PERSONS,
    "GET /consent": HERS,
    "POST /consent": HERS,
    "GET /connect": HERS,
    "POST /connect": HERS,
    "POST /oauth/{provider_id}/start": HERS,
    "POST /oauth/{provider_id}/again": HERS,
    "GET /oauth/{provider_id}/callback": EVERYBODY,
    "GET /finding": HERS,
    "GET /finding.json": HERS,
    "GET /list": HERS,
    "GET /friends": HERS,
    "GET /questions": HERS,
    "POST /questions/{key}": HERS,
    "GET /friends/{key}/write": HERS,
    "POST /friends/{key}/write": HERS,
    "POST /friends/{key}/report": HERS,
    "GET /friends/{key}/share": HERS,
    "POST /friends/{key}/share": HERS,
    "POST /friends/{key}/undo": HERS,
    "GET /desk": DESK,
    "GET /desk/reach": DESK,
    "GET /desk/reach.svg": DESK,
    "GET /desk/truth": DESK,
    "GET /desk/experiment": DESK,
    "GET /desk/new-file": FILE_READERS,
    "GET /desk/calls": CALLERS,
    "POST /desk/calls/made": CALLERS,
    "POST /desk/calls/leaders": ORGANIZERS,
    "POST /desk/calls/leaders/remove": ORGANIZERS,
    "GET /desk/asks": ORGANIZERS,
    "GET /friends/circles": HERS,
    "GET /desk/supporters/{key}": ORGANIZERS,
    "POST /desk/supporters/asked": ORGANIZERS,
    "GET /desk/people": ORGANIZERS,
    "GET /desk/people/{token}": ORGANIZERS,
    "GET /desk/applicants": ORGANIZERS,
    "POST /desk/applicants/yes": ORGANIZERS,
    "POST /desk/applicants/no": ORGANIZERS,
}
"""Who may, of all who come. ``DEMO_ONLY`` is for addresses that let nobody in here: they need a link, or the demo."""

ELSEWHERE = {"GET /enter/{token}", "GET /demo/desk", "GET /desk/truth", "GET /oauth/{provider_id}/callback"}
"""Answers to somebody who may that are no page: the link is unknown, this is no demo, no login is under way."""


def routes(app: object) -> list[str]:
    """Every method and path of the app, as the table writes them; what deletes comes last, and after it what signs out."""
    found: set[str] = set()
    for route in app.routes:  # type: ignore[attr-defined] # a FastAPI app
        inner = getattr(route, "original_router", None)
        for one in inner.routes if inner is not None else [route]:
            found |= {f"{method} {one.path}" for method in one.methods - {"HEAD", "OPTIONS"}}
    return sorted(
        found, key=lambda name: (name == "POST /sign-out", "delete" in name and name.startswith("POST"), name)
    )


@pytest.fixture(scope="module")
def visited(built: Built, tmp_path_factory: pytest.TempPathFactory) -> House:
    return copy_of(built, tmp_path_factory.mktemp("roles"))


@pytest.fixture(params=[NOBODY, *Role], ids=str)
def visitor(request: pytest.FixtureRequest, visited: House) -> tuple[str, TestClient]:
    """Each kind of visitor in turn, signed in."""
    role = request.param
    return role, browser_as(visited, role)


def browser_as(house: House, role: str) -> TestClient:
    """A browser of somebody in this role, who has her token at hand."""
    browser = browser_of(house)
    if role == NOBODY:
        return browser
    who = SupporterId(f"user:{role}")
    if role in PERSONS:
        who = join(house, f"A {role}")
    if role == Role.APPLICANT:
        house.records.put(APPLICANT, who, {"at": NOW.isoformat()})
    session = new_session(house.records, now=NOW, supporter_id=who, role=role)
    browser.cookies.set("kith_session", session.id)
    browser.headers["x-csrf-token"] = csrf_of(session.id)
    return browser


def asked(browser: TestClient, route: str) -> int:
    """How a route answers a request that is well-formed and names nobody's friend."""
    method, path = route.split(" ")
    values = {"key": "0" * 32, "provider_id": "demo", "name": "site.css", "code": "0" * 32, "token": "0" * 43}
    csrf = browser.headers.get("x-csrf-token", "")
    form = (
        {"csrf": csrf, "answer": "agree", "purpose": "match", "outcome": "sent", "typed": "Zora Quill"}
        if method == "POST"
        else None
    )
    filled = re.sub(r"{(\w+)}", lambda part: values[part[1]], path)
    return browser.request(method, filled, data=form, follow_redirects=False).status_code


NOT_READY_YET = "GET /readyz"
"""It says 503 to everybody until the server is warm."""


def test_the_table_names_every_route_and_no_other(visited: House) -> None:
    assert sorted(routes(create_app(visited, with_worker=False))) == sorted(TABLE)


def test_each_role_gets_in_where_the_table_says_and_nowhere_else(visitor: tuple[str, TestClient]) -> None:
    role, browser = visitor
    wrong = {}
    for route in routes(browser.app):
        status = asked(browser, route)
        may = role in TABLE[route]
        leads_nowhere = route in ELSEWHERE and status in (400, 403, 404) and (may or not TABLE[route])
        if (status != 403) != may and not leads_nowhere:
            wrong[route] = status
        assert status < 500 or route == NOT_READY_YET, route
    assert wrong == {}


def test_a_table_that_lets_somebody_in_too_many_is_noticed(visited: House) -> None:
    leader = browser_as(visited, Role.TEAM_LEADER)
    assert asked(leader, "GET /desk/asks") == 403
    assert asked(browser_as(visited, Role.ORGANIZER), "GET /desk/asks") == 200


def test_who_runs_the_install_sees_nobody(visited: House) -> None:
    inside = {route for route, roles in TABLE.items() if Role.PLATFORM in roles}
    assert inside == {route for route, roles in TABLE.items() if roles == EVERYBODY}


# --- the gates ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def gated(built: Built, tmp_path: Path) -> House:
    return copy_of(built, tmp_path)


def start(browser: TestClient, **fields: str):
    return browser.post("/start", data={"name": "Kim Osei", "postal_code": "27601", **fields})


def test_the_open_gate_lets_everybody_in(gated: House) -> None:
    assert start(browser_of(gated)).url.path == "/consent"


def test_the_gate_with_a_code_lets_in_who_knows_it(built: Built, tmp_path: Path) -> None:
    house = copy_of(built, tmp_path, join="code", join_code="Harbor 26")
    before = len(house.graph.supporters())
    browser = browser_of(house)

    assert 'name="code"' in browser.get("/start").text
    for wrong in ("", "harbor", "Harbor 27"):
        refused = start(browser, code=wrong)
        assert refused.status_code == 422
        assert "campaign’s code" in refused.text
    assert len(house.graph.supporters()) == before
    assert start(browser, code=" harbor 26 ").url.path == "/consent"


def test_the_closed_gate_waits_for_an_organizers_yes(built: Built, tmp_path: Path) -> None:
    house = copy_of(built, tmp_path, join="closed")
    kim, organizer = browser_of(house), browser_as(house, Role.ORGANIZER)
    assert start(kim).url.path == "/waiting"
    assert kim.get("/consent").status_code == 403
    assert kim.get("/my-data").status_code == 200
    page = organizer.get("/desk/applicants").text
    who = re.findall(r'name="supporter" value="([^"]+)"', page)[0]
    assert "Kim Osei" in page
    organizer.post("/desk/applicants/yes", data={"csrf": organizer.headers["x-csrf-token"], "supporter": who})

    assert kim.get("/waiting").url.path == "/consent"
    assert organizer.get("/desk/applicants").text.count("Kim Osei") == 0
    assert journey.my_data(house, SupporterId(who), "en").names_seen_by_campaign == 1


def test_a_no_erases_what_the_applicant_wrote(built: Built, tmp_path: Path) -> None:
    house = copy_of(built, tmp_path, join="closed")
    organizer = browser_as(house, Role.OWNER)
    start(browser_of(house))
    who = house.records.all(APPLICANT)[0].key
    data = {"csrf": organizer.headers["x-csrf-token"], "supporter": who}
    assert organizer.post("/desk/applicants/no", data=data).status_code == 200
    assert house.graph.supporter(SupporterId(who)) is None
    assert house.records.all(APPLICANT) == []
    assert organizer.post("/desk/applicants/no", data=data).status_code == 404
