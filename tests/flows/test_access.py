"""Who may touch whose: another supporter's friends, forms of other sites, addresses that lead elsewhere, cookies of others.

Which role may open which page is in ``test_roles.py``.
"""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from lived_in import ADDRESS, Built, browser_of, card, copy_of, form_token, join, key_of, phone, post, work
from promised import ana_with, signed_in, start_as

from app import journey
from app.house import House
from graph.model import ContactKey, SupporterId
from oauth.consent import ledger


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


def test_with_a_good_token_jo_still_cannot_touch_anas_friend(three):
    house, browsers, ana, key = three
    before = everything_of(house, ana)
    fields = {"outcome": "talked", "share": "yes", "answer": "none", "text": "hello"}
    for who in ("jo", "organizer"):
        page = browsers[who].get("/start").text
        for method, path in routes(browsers[who].app):
            if method == "POST" and "{key}" in path:
                answer = browsers[who].post(filled(path, key), data={"csrf": form_token(page), **fields})
                refused = 404 if who == "jo" else 403  # an organizer who supports nobody has no friends' pages at all
                assert answer.status_code == refused, (path, who, answer.status_code)
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
