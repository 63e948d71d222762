"""What the tests of the promises share: a provider on a socket that notes what it is asked, supporters who go through the
pages, and the search for a word in every file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx2
from fastapi.testclient import TestClient
from lived_in import (
    ALL,
    NOW,
    Built,
    Neighbor,
    browser_of,
    card,
    copy_of,
    form_token,
    join,
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
from app.web.sessions import csrf_of, new_session
from graph.model import Purpose, SupporterId
from oauth.providers.demo import demo

PEOPLE = ("Zyxcanary Quovadis", "Maria Alvarez", "Tom Becker")
CANARIES = (
    "Zyxcanary",
    "Quovadis",
    "zyxcanary@leak.example",
    "2117100",
    "Hortensia",
    "hortensia@leak.example",
    "2117999",
)


@dataclass
class Provider:
    """The demo's provider on a socket, and every request it was sent, with its query."""

    house: House
    server: DemoProvider
    asked: list[str]

    def paths(self) -> list[str]:
        """What was asked for, without queries."""
        return [call.partition("?")[0] for call in self.asked]


@contextmanager
def connected_house(built: Built, folder: Path, **changed: str) -> Iterator[Provider]:
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
        yield Provider(copy_of(built, folder, providers=[known], **changed), server, asked)


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


def connect(browser: TestClient) -> httpx2.Response:
    """Through the provider and back; the page she comes to."""
    away = browser.post(
        "/oauth/demo/start", data={"csrf": form_token(browser.get("/connect").text)}, follow_redirects=False
    )
    assert away.status_code == 303, away.text
    back = browser.get(f"/oauth/demo/callback?{consent(away.headers['location'])}")
    assert back.status_code == 200, back.text
    return back


def connect_and_keep(browser: TestClient, *left: str) -> httpx2.Response:
    """Connect, untick those whose names are given, and bring the others."""
    page = unescape(connect(browser).text)
    rows = re.findall(r'name="keep" value="(\d+)" checked>\s*<span dir="auto"><strong>([^<]*)', page)
    keep = [place for place, name in rows if name not in left]
    return post(browser, "/choose", "/choose", keep=keep, answer="these")


def who_is(house: House, name: str) -> SupporterId:
    """The supporter of this name."""
    return next(s.supporter_id for s in house.graph.supporters() if s.display_name == name)


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
    """Somebody's browser with a session."""
    session = new_session(house.records, now=NOW, supporter_id=who, role=role)
    browser = browser_of(house)
    browser.cookies.set("kith_session", session.id)
    browser.headers["x-csrf-token"] = csrf_of(session.id)
    return browser


def ana_with(house: House, count: int) -> tuple[SupporterId, list[Neighbor]]:
    """Ana joins and brings so many neighbors."""
    known = neighbors(house, count)
    ana = join(house, "Ana Whitfield", agrees=ALL, near=known[0])
    journey.bring(house, ana, [card(who, at, phone=phone(at)) for at, who in enumerate(known)])
    work(house)
    return ana, known
