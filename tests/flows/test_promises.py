"""The promises about people's data, tried on the mounted app and on the files it leaves.

The names in brackets are the promises' and attacks' own numbers in the threat model.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx2
import numpy as np
import pytest
from fastapi.testclient import TestClient
from lived_in import (
    ADDRESS,
    ALL,
    NOW,
    Built,
    Neighbor,
    browser_of,
    card,
    copy_of,
    form_token,
    join,
    key_of,
    listed_names,
    neighbors,
    phone,
    post,
    work,
)
from providers.demo_peer import CALLBACK, CLIENT_ID, CLIENT_SECRET, InTheDemo, consent

from app import journey
from app.demo.provider import DemoAccount, DemoClient, DemoProvider
from app.demo.provider_server import loopback_url, open_loopback, serving
from app.house import House
from app.voter_file import voters_of
from app.web.sign_in_links import make_link
from graph.model import BallotStatus, ContactKey, Outcome, Purpose, SupporterId
from graph.voters import Ballots, Coded
from oauth.consent import consent_texts, ledger
from oauth.providers.demo import demo

PEOPLE = ("Zyxcanary Quovadis", "Maria Alvarez", "Tom Becker")


@dataclass
class Provider:
    """The demo's provider on a socket, and every request it was sent, with its query."""

    house: House
    server: DemoProvider
    asked: list[str]

    def paths(self) -> list[str]:
        """What was asked for, without queries."""
        return [call.partition("?")[0] for call in self.asked]


@pytest.fixture
def connected(built, tmp_path: Path) -> Iterator[Provider]:
    """A house whose supporters can connect the address book of ``ana``, with fields nobody asks for in it."""
    listener = open_loopback()
    base_url = loopback_url(listener)
    book = {"connections": [_person(number, name) for number, name in enumerate(PEOPLE)]}
    accounts = {"ana": DemoAccount("Ana Whitfield", (json.dumps(book).encode(),))}
    server = DemoProvider(
        accounts,
        DemoClient(CLIENT_ID, CLIENT_SECRET, frozenset({CALLBACK})),
        base_url=base_url,
        settings=InTheDemo(),
        now=lambda: NOW,
    )
    asked: list[str] = []

    @server.app.middleware("http")
    async def note(request, following):
        asked.append(f"{request.method} {request.url.path}?{request.url.query}")
        return await following(request)

    known = demo(base_url, CLIENT_ID, CLIENT_SECRET, is_demo=True)
    with serving(server.app, listener):
        yield Provider(copy_of(built, tmp_path, providers=[known]), server, asked)


def _person(number: int, name: str) -> dict[str, object]:
    given, _, family = name.partition(" ")
    return {
        "resourceName": f"people/c{number}",
        "names": [{"displayName": name, "givenName": given, "familyName": family}],
        "phoneNumbers": [{"value": phone(7100 + number)}],
        "emailAddresses": [{"value": f"{given.lower()}@leak.example"}],
        "biographies": [{"value": "canary biography"}],
        "birthdays": [{"date": {"year": 1951}}],
    }


def start_as(browser: TestClient, name: str, **about: str) -> httpx2.Response:
    """Somebody says who she is; the consent page."""
    return post(browser, "/start", "/start", name=name, postal_code="27601", **about)


def agree_to_all(browser: TestClient):
    """All four boxes ticked."""
    return post(browser, "/consent", "/consent", purpose=[one.value for one in Purpose], answer="agree")


def connect(browser: TestClient) -> str:
    """Through the provider and back; the page she comes to."""
    away = browser.post(
        "/oauth/demo/start", data={"csrf": form_token(browser.get("/connect").text)}, follow_redirects=False
    )
    assert away.status_code == 303, away.text
    back = browser.get(f"/oauth/demo/callback?{consent(away.headers['location'])}")
    assert back.status_code == 200, back.text
    return back.url.path


def who_is(house: House, name: str) -> SupporterId:
    """The supporter of this name."""
    return next(s.supporter_id for s in house.graph.supporters() if s.display_name == name)


# --- consent [P1, P2, P4, 71] -------------------------------------------------------------------------------------------


def test_nothing_is_read_from_a_provider_before_she_agreed(connected):
    house, browser = connected.house, browser_of(connected.house)
    start_as(browser, "Ana Whitfield")
    page = browser.get("/connect")
    assert "/oauth/demo/start" not in page.text
    refused = post(browser, "/oauth/demo/start", "/consent")
    assert refused.status_code == 403
    assert connected.asked == []
    assert house.records.all("connection") == []

    agree_to_all(browser)
    assert ledger(house.records, who_is(house, "Ana Whitfield"))
    assert connected.asked == []
    assert connect(browser) == "/finding"


def test_only_names_phones_and_mail_are_asked_for_and_kept(connected):
    browser = browser_of(connected.house)
    start_as(browser, "Ana Whitfield")
    agree_to_all(browser)
    connect(browser)

    reads = [httpx2.URL(call.partition(" ")[2]) for call in connected.asked if "/v1/people" in call]
    assert {read.params["personFields"] for read in reads} == {"names,emailAddresses,phoneNumbers"}
    held = browser.get("/my-data/download").text
    assert "Zyxcanary" in held
    assert "canary biography" not in held
    assert "1951" not in held


@pytest.mark.parametrize("spoken", ["en", "es"])
def test_what_the_ledger_keeps_is_the_hash_of_the_words_on_the_page(house, spoken):
    browser = browser_of(house)
    browser.get(f"/?lang={spoken}")
    shown = unescape(start_as(browser, "Ana Whitfield").text)
    agree_to_all(browser)
    texts, lines = consent_texts(spoken), ledger(house.records, who_is(house, "Ana Whitfield"))

    assert {line.purpose for line in lines} == set(Purpose)
    for line in lines:
        text = texts[line.purpose]
        assert (line.text_sha256, line.language, line.at) == (text.sha256, spoken, NOW)
        assert text.title in shown
        assert text.explanation in shown


def test_nothing_is_ticked_and_refusing_is_a_button_like_agreeing(house):
    page = start_as(browser_of(house), "Ana Whitfield").text

    assert page.count('type="checkbox"') == len(Purpose)
    assert " checked" not in page
    buttons = re.findall(r'<button class="([^"]*)" name="answer" value="(\w+)"', page)
    assert [value for _, value in buttons] == ["agree", "refuse"]
    assert all("button" in classes.split() for classes, _ in buttons)


def test_each_choice_can_be_taken_back_by_itself(house):
    browser = browser_of(house)
    start_as(browser, "Ana Whitfield")
    agree_to_all(browser)
    post(browser, "/my-data/choices", "/my-data", purpose=["match", "pool"], answer="agree")

    ticked = re.findall(r'value="(\w+)" checked', browser.get("/my-data").text)
    assert ticked == ["match", "pool"]


# --- leaving [P5, P6, 72] -----------------------------------------------------------------------------------------------

CANARIES = (
    "Zyxcanary",
    "Quovadis",
    "zyxcanary@leak.example",
    "2117100",
    "Hortensia",
    "hortensia@leak.example",
    "2117999",
)


def bytes_holding(folder: Path, words: tuple[str, ...]) -> set[tuple[str, str]]:
    """Which of these words stand in which files, in any of the ways in which text is written down."""
    found = set()
    for path in (path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes().lower()
        found |= {(path.name, w) for w in words for code in ("utf-8", "utf-16-le") if w.lower().encode(code) in content}
    return found


def test_withdrawing_revokes_and_leaves_no_byte_of_her(connected, tmp_path):
    house, browser = connected.house, browser_of(connected.house)
    start_as(browser, "Hortensia Canarywood", email="hortensia@leak.example", phone="(919) 211-7999")
    agree_to_all(browser)
    connect(browser)
    who = who_is(house, "Hortensia Canarywood")
    work(house)
    friend = browser.get("/friends").text
    key = re.findall(r"/friends/(\w+)/write", friend)[0]
    link = re.findall(rf"{ADDRESS}(/f/[\w-]+)", browser.get(f"/friends/{key}/write").text)[0]
    post(browser, f"/friends/{key}/report", f"/friends/{key}/write", outcome="sent")
    connection = house.records.all("connection")[0]
    assert any(word == "Hortensia" for _, word in bytes_holding(tmp_path, CANARIES))
    held = {
        "Friends": len(house.graph.contacts_of(who)),
        "Links to voters": len(house.graph.matches_of(who)),
        "Suggestions": len(house.graph.asks_of(who)),
        "Reports": len(house.graph.events(supporter_id=who)),
    }
    page = unescape(post(browser, "/my-data/delete", "/my-data/delete").text)

    for label, count in held.items():
        assert re.search(rf"<dt>{label}</dt><dd class=\"figure\">{count}</dd>", page), label
    assert held["Friends"] == len(PEOPLE)
    assert connected.paths()[-1] == "POST /revoke"
    assert house.records.all("connection") == []
    assert bytes_holding(tmp_path, (*CANARIES, "Canarywood", connection.value["sealed"][:40])) == set()
    assert browser.get("/list").status_code == 403
    assert browser_of(house).get(link).status_code == 404


def test_a_provider_that_is_down_does_not_stop_the_erasure(connected, tmp_path):
    house, browser = connected.house, browser_of(connected.house)
    start_as(browser, "Hortensia Canarywood")
    agree_to_all(browser)
    connect(browser)
    connected.server.client = replace(connected.server.client, client_secret="changed meanwhile")
    page = post(browser, "/my-data/delete", "/my-data/delete")

    assert "Everything is deleted" in page.text
    assert house.records.all("connection") == []
    assert bytes_holding(tmp_path, ("Hortensia",)) == set()


def test_coming_back_from_the_provider_after_she_left_keeps_nothing(connected):
    house, browser = connected.house, browser_of(connected.house)
    start_as(browser, "Ana Whitfield")
    agree_to_all(browser)
    away = browser.post(
        "/oauth/demo/start", data={"csrf": form_token(browser.get("/connect").text)}, follow_redirects=False
    )
    query = consent(away.headers["location"])
    post(browser, "/my-data/delete", "/my-data/delete")
    late = browser.get(f"/oauth/demo/callback?{query}")

    assert late.status_code in (400, 403, 404)
    assert "POST /token" not in connected.paths()
    assert house.records.all("connection") == []


# --- what a supporter sees [P9] -----------------------------------------------------------------------------------------


@pytest.fixture
def marked(house: House) -> House:
    """The house with a voter file in which every column that no supporter may see holds a canary."""
    columns = voters_of(house).columns
    same = np.zeros(len(columns), dtype=np.int32)
    hidden = {
        name: Coded(same, (f"CANARY {name.upper()}",))
        for name in ("street", "party", "middle_name", "county", "precinct", "gender")
    }
    generation = house.voters.build(replace(columns, **hidden), layout="nc", created_from={"voters": "marked"})
    house.voters.switch(generation.generation_id)
    return house


def pages_of(browser: TestClient) -> dict[str, str]:
    """Every page that a supporter can reach by links from her list, by address, with her download."""
    known, pages = ["/", "/list", "/my-data", "/consent", "/connect", "/finding", "/finding.json"], {}
    while known:
        path = known.pop()
        shape = re.sub(r"[0-9a-f]{32}", "…", path)
        if path in pages or sum(re.sub(r"[0-9a-f]{32}", "…", seen) == shape for seen in pages) >= 8:
            continue
        answer = browser.get(path)
        assert answer.status_code == 200, path
        pages[path] = unescape(answer.text)
        known += [link.partition("#")[0] for link in re.findall(r'href="(/[^"]*)"', answer.text) if _is_page(link)]
    return pages


def _is_page(link: str) -> bool:
    return "lang=" not in link and not link.startswith(("/static/", "/accent.css", "/demo/desk"))


def resident_asked(house: House) -> SupporterId:
    """A resident with a list and with questions."""
    return next(
        s.supporter_id
        for s in house.graph.supporters()
        if house.graph.asks_of(s.supporter_id) and journey.questions(house, s.supporter_id, "en")
    )


def signed_in(house: House, who: SupporterId, role: str = "supporter") -> TestClient:
    """Her browser, signed in by a private link."""
    token = make_link(house.records, supporter_id=who, role=role, now=NOW, expires=NOW + timedelta(days=1))
    browser = browser_of(house)
    assert browser.get(f"/enter/{token}").status_code == 200
    return browser


def test_no_page_of_a_supporter_holds_a_column_of_the_voter_file(marked):
    who = resident_asked(marked)
    journey.find(marked, who)
    pages = pages_of(signed_in(marked, who))
    columns = voters_of(marked).columns
    candidates = {c.voter for match in marked.graph.matches_of(who) for c in match.candidates}
    years = {str(columns.birth_year[columns.row(ref)]) for ref in candidates}

    assert {"/questions", "/friends", "/my-data/download"} <= set(pages)
    for path, text in pages.items():
        assert "canary" not in text.lower(), path
        assert not re.search(r"\bA[A-Z]\d{6}\b", text), path
        if path != "/my-data/download":
            assert not years & set(re.findall(r"\b(19\d\d|20[01]\d)\b", text)), path
            assert not re.search(r"turnout|probabilit|score|democrat|republican", text, re.IGNORECASE), path


def test_only_the_question_card_shows_a_town_and_an_age(marked):
    who = resident_asked(marked)
    pages = pages_of(signed_in(marked, who))

    assert re.search(r"· age \d0–\d9", pages.pop("/questions"))
    assert not [path for path, text in pages.items() if re.search(r"\bage \d0–\d9", text)]


def ana_with(house: House, count: int) -> tuple[SupporterId, list[Neighbor]]:
    """Ana joins and brings so many neighbors."""
    known = neighbors(house, count)
    ana = join(house, "Ana Whitfield", agrees=ALL, near=known[0])
    journey.bring(house, ana, [card(who, at, phone=phone(at)) for at, who in enumerate(known)])
    work(house)
    return ana, known


def test_who_voted_who_left_and_who_is_not_in_the_file_look_alike(house):
    ana, known = ana_with(house, 4)
    stranger = replace(known[0], given="Quillon", family="Nobodyhere")
    journey.bring(house, ana, [card(stranger, 4, phone=phone(4))])
    voted, left, stays, _ = known
    house.voters.put_ballots(Ballots({voted.ref.voter_id: BallotStatus.VOTED}, NOW.date()))
    link = journey.message_draft(house, ana, key_of(house, ana, left.name), 0, "en", "other").link
    journey.friend_answers(house, link.rpartition("/")[2], Outcome.LEFT)
    work(house)
    browser = signed_in(house, ana)

    names = listed_names(house, ana)
    assert stays.name in names
    assert not {voted.name, left.name, stranger.name} & set(names)
    alike = {_masked(browser, house, ana, who) for who in (voted, left, stranger)}
    assert len(alike) == 1


def _masked(browser: TestClient, house: House, ana: SupporterId, who: Neighbor) -> tuple[str, str]:
    """What she sees of a friend, on the page of all and on the page to write, without his name, number and link."""
    key = key_of(house, ana, who.name)
    line = next(part for part in browser.get("/friends").text.split("<li ") if key in part).partition("</li>")[0]
    letter = browser.get(f"/friends/{key}/write").text
    hide = (
        rf"{key}|{who.name}|{who.given}|{who.name.replace(' ', '%20')}|/f/\w+|%2Ff%2F\w+|\+1919211\d+|1919211\d+|>\w\w<"
    )
    hide += r"|\d+ of 300<|name=\"csrf\" value=\"\w+\""
    return re.sub(hide, "…", line), re.sub(hide, "…", letter)


# --- nothing leaks [P19, 24] ----------------------------------------------------------------------------------------------


def test_no_log_no_address_and_no_error_page_holds_a_person(connected, caplog):
    caplog.set_level(logging.DEBUG)
    house, browser = connected.house, browser_of(connected.house)
    addresses: list[str] = []
    browser.event_hooks["response"].append(
        lambda answer: addresses.append(f"{answer.url} {answer.headers.get('location', '')}")
    )
    start_as(browser, "Hortensia Canarywood", email="hortensia@leak.example", phone="(919) 211-7999")
    agree_to_all(browser)
    connect(browser)
    work(house)
    sealed = {record.value["sealed"] for record in house.records.all("connection")}
    key = re.findall(r"/friends/(\w+)/write", browser.get("/friends").text)[0]
    post(browser, f"/friends/{key}/report", f"/friends/{key}/write", outcome="talked")
    post(browser, f"/friends/{key}/share", f"/friends/{key}/share?outcome=talked", outcome="talked", share="yes")
    post(browser, f"/friends/{key}/write", f"/friends/{key}/write", text="To Zyxcanary, 2117100")
    pages_of(browser)
    ours = " ".join(address for address in addresses if "/authorize" not in address)
    errors = "".join(_every_kind_of_error(browser, key))
    post(browser, "/my-data/delete", "/my-data/delete")
    logged = " ".join(
        f"{record.getMessage()} {record.__dict__}" for record in caplog.records if _is_of_the_product(record)
    )

    tokens = connected.server.grants
    secrets_of_the_login = (*sealed, *tokens._tokens, *tokens._codes, CLIENT_SECRET)  # noqa: SLF001 (the provider's own)
    assert sealed
    for canary in (*CANARIES, "Canarywood", *PEOPLE[1:]):
        assert canary.lower() not in logged.lower(), canary
        assert canary.lower() not in ours.lower(), canary
        assert canary.lower() not in errors.lower(), canary
    for secret in secrets_of_the_login:
        assert secret not in logged
        assert secret not in errors


def _is_of_the_product(record: logging.LogRecord) -> bool:
    """Whether the product wrote it: the browser of this test speaks through the same HTTP library."""
    is_wire = record.name.startswith(("httpx2", "httpcore2", "uvicorn"))
    text = record.getMessage()
    return not (is_wire and ("/authorize" in text or "/oauth/demo/callback" in text or f"{ADDRESS}/" in text))


def _every_kind_of_error(browser: TestClient, key: str) -> Iterator[str]:
    """Error pages of requests that hold a person's name, number and address where they do not belong."""
    person = "Zyxcanary Quovadis 2117100 zyxcanary@leak.example"
    csrf = form_token(browser.get("/connect").text)
    broken = f"BEGIN:VCARD\nFN:{person}\n\x00\x01".encode()
    answers = (
        browser.get(f"/friends/{person}/write"),
        browser.get(f"/friends/{key}/write?wording={person}"),
        browser.get(f"/enter/{person}"),
        browser.get(f"/f/{person}"),
        browser.get(f"/static/{person}"),
        browser.post(f"/friends/{key}/report", data={"csrf": csrf, "outcome": person}),
        browser.post(f"/questions/{key}", data={"csrf": csrf, "answer": person}),
        browser.post("/connect", data={"csrf": csrf}, files={"file": (f"{person}.zip", b"PK\x03\x04" + broken)}),
        browser.get(f"/oauth/demo/callback?state={person}&code={person}"),
        browser.post("/consent", data={"csrf": person}),
    )
    for answer in answers:
        assert answer.status_code >= 400, answer.url
        yield answer.text


# --- who may go where [25 to 31] --------------------------------------------------------------------------------------------

PUBLIC = frozenset({"/", "/start", "/healthz", "/readyz", "/static/{name}", "/accent.css"})
BY_CODE = frozenset({"/f/{code}", "/enter/{token}", "/join/{token}", "/demo/desk"})
HERS = frozenset({"/consent", "/connect", "/finding", "/finding.json", "/list", "/friends", "/questions"})


def routes(app) -> list[tuple[str, str]]:
    """Every method and path of the app."""
    found = []
    for route in app.routes:
        inner = getattr(route, "original_router", None)
        for one in inner.routes if inner is not None else [route]:
            found += [(method, one.path) for method in sorted(one.methods - {"HEAD", "OPTIONS"})]
    return sorted(set(found))


def filled(path: str, key: ContactKey) -> str:
    """A path with Ana's friend, and with codes that nobody was given."""
    values = {"key": key, "provider_id": "demo", "name": "site.css", "code": "0" * 32, "token": "0" * 43}
    return re.sub(r"{(\w+)}", lambda part: values[part[1]], path)


def allowed(method: str, path: str, who: str) -> set[int]:
    """What an address may answer to somebody who sends no form token."""
    if method != "GET":
        no_token_needed = path in ("/start", "/f/{code}", "/join/{token}") and who == "anonymous"
        return {403, 404, 422} if no_token_needed else {403}
    if path in PUBLIC:
        return {200}
    if path in BY_CODE:
        return {403, 404}
    if path.startswith("/desk"):
        return {200, 404} if who == "organizer" else {403}
    if who == "anonymous":
        return {403}
    if path.startswith("/oauth/"):
        return {400, 403, 404}
    if "{key}" in path:
        return {200, 422} if who == "ana" else {404, 422}
    return {200, 303} if who != "organizer" else {200, 303, 403, 404}


@pytest.fixture(scope="module")
def three(built: Built, tmp_path_factory: pytest.TempPathFactory):
    """Ana with a list, Jo with friends of her own, an organizer and somebody unknown; Ana's friend. Nobody changes
    anything here: that is what these tests are about.
    """
    house = copy_of(built, tmp_path_factory.mktemp("three"))
    ana, known = ana_with(house, 6)
    jo = join(house, "Jo Becker", near=known[0])
    journey.bring(house, jo, [card(known[5], phone=phone(5))])
    work(house)
    browsers = {
        "anonymous": browser_of(house),
        "ana": signed_in(house, ana),
        "jo": signed_in(house, jo),
        "organizer": signed_in(house, SupporterId("organizer"), "organizer"),
    }
    return house, browsers, ana, key_of(house, ana, known[0].name)


def everything_of(house: House, who: SupporterId) -> tuple[object, ...]:
    """All that is kept of somebody."""
    graph = house.graph
    lists = graph.contacts_of(who), graph.matches_of(who), graph.asks_of(who), graph.events(supporter_id=who)
    return graph.supporter(who), *lists, ledger(house.records, who)


def test_every_route_answers_each_person_as_the_table_says(three):
    house, browsers, ana, key = three
    before = everything_of(house, ana)
    assert len(routes(browsers["ana"].app)) > 35
    for method, path in routes(browsers["ana"].app):
        for who, browser in browsers.items():
            answer = browser.request(method, filled(path, key), follow_redirects=False)
            assert answer.status_code in allowed(method, path, who), (method, path, who, answer.status_code)
            if answer.status_code in (301, 302, 303, 307):
                assert re.fullmatch(r"/[a-z][a-z/-]*", answer.headers["location"]), path
    assert everything_of(house, ana) == before


def test_with_a_good_token_jo_still_cannot_touch_anas_friend(three):
    house, browsers, ana, key = three
    before = everything_of(house, ana)
    fields = {"outcome": "talked", "share": "yes", "answer": "none", "text": "hello"}
    for who in ("jo", "organizer"):
        page = browsers[who].get("/start").text
        for method, path in routes(browsers[who].app):
            if method == "POST" and "{key}" in path:
                answer = browsers[who].post(filled(path, key), data={"csrf": form_token(page), **fields})
                assert answer.status_code == 404, (path, who, answer.status_code)
    for where in (f"/list?away={key}", f"/my-data?supporter={ana}", f"/my-data/download?supporter_id={ana}"):
        assert "Ana Whitfield" not in browsers["jo"].get(where, headers={"x-supporter": ana}).text
    assert everything_of(house, ana) == before


def test_every_answer_carries_the_headers(three):
    _, browsers, _, key = three
    wanted = {
        "x-frame-options": "DENY",
        "x-content-type-options": "nosniff",
        "cross-origin-opener-policy": "same-origin",
        "referrer-policy": "same-origin",
    }
    for browser in browsers.values():
        for method, path in routes(browser.app):
            headers = browser.request(method, filled(path, key), follow_redirects=False).headers
            policy_of_path = "no-referrer" if path.startswith("/oauth/") else "same-origin"
            assert {name: headers[name] for name in wanted} == {**wanted, "referrer-policy": policy_of_path}, path
            policy = headers["content-security-policy"]
            assert "frame-ancestors 'none'" in policy
            assert "script-src 'self';" in policy
            assert "unsafe" not in policy
            assert "access-control-allow-origin" not in headers
            is_file = path in ("/static/{name}", "/accent.css")
            assert is_file or headers["cache-control"] == "no-store", path


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": f"{ADDRESS}.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_refused_even_with_the_token(three, headers):
    house, browsers, ana, _ = three
    before = everything_of(house, ana)
    for path, at in (("/my-data/delete", "/my-data/delete"), ("/consent", "/consent"), ("/connect", "/connect")):
        data = {"csrf": form_token(browsers["ana"].get(at).text), "typed": "X Y", "answer": "refuse"}
        assert browsers["ana"].post(path, data=data, headers=headers).status_code == 403, path
    as_text = browsers["ana"].post("/my-data/delete", content='{"csrf":"x"}', headers={"content-type": "text/plain"})
    assert as_text.status_code == 403
    assert everything_of(house, ana) == before


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "/\\evil.example", "https:evil.example", "%2f%2fevil.example", "/%09/evil.example",
     "javascript:alert(1)", "https://good@evil.example", "/\r\nlocation: https://evil.example"],
)  # fmt: skip
def test_no_parameter_leads_elsewhere(house, elsewhere):
    browser = browser_of(house)
    form = {"name": "Ana Whitfield", "next": elsewhere}
    answer = browser.post("/start", data=form, params={"next": elsewhere}, follow_redirects=False)

    assert answer.headers["location"] == "/consent"


def test_signing_in_makes_a_new_session_and_leaving_ends_it(house):
    browser = browser_of(house)
    start_as(browser, "Ana Whitfield")
    first = browser.cookies["kith_session"]
    start_as(browser, "Ana Whitfield")
    second = browser.cookies["kith_session"]
    assert first != second
    post(browser, "/my-data/delete", "/my-data/delete")

    for dead in (first, second):
        thief = browser_of(house)
        thief.cookies.set("kith_session", dead)
        assert thief.get("/my-data").status_code == 403


def test_under_https_the_cookie_is_bound_to_this_host_and_a_changed_one_is_nobodys(built, tmp_path):
    address = "https://rivera.example"
    browser = browser_of(copy_of(built, tmp_path, base_url=address))
    answer = browser.post("/start", data={"name": "Ana Whitfield"}, follow_redirects=False)
    flags = answer.headers["set-cookie"].lower()

    assert flags.startswith("__host-kith=")
    assert all(flag in flags for flag in ("secure", "httponly", "samesite=lax", "path=/"))
    assert "domain" not in flags
    assert "strict-transport-security" in answer.headers
    assert browser.get("/my-data").status_code == 200
    for changed in ("x", browser.cookies["__Host-kith"][:-1], "é" * 43, "A" * 5000):
        thief = TestClient(browser.app, base_url=address)
        assert thief.get("/my-data", headers={"cookie": f"__Host-kith={changed}".encode()}).status_code == 403


def test_another_host_is_refused(house):
    for host in ("evil.example", "127.0.0.1:9999", "127.0.0.1"):
        assert browser_of(house).get("/", headers={"host": host}).status_code == 400
