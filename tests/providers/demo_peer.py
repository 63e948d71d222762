"""The demo's provider on a real loopback socket, and a browser that answers its consent screen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2

from app.demo.provider import DemoAccount, DemoClient, DemoProvider
from app.demo.provider_server import loopback_url, open_loopback, serving
from oauth.providers.base import Provider
from oauth.providers.demo import demo

CALLBACK = "http://127.0.0.1:8000/oauth/demo/callback"
CLIENT_ID, CLIENT_SECRET = "kith-demo", "canary-client-secret"


@dataclass(frozen=True)
class InTheDemo:
    """Settings that say this is the demo."""

    is_demo: bool = True


@dataclass(frozen=True)
class Peer:
    """The running provider, and what our side knows of it."""

    server: DemoProvider
    provider: Provider

    def calls(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(call.endswith(f" {path}") for call in self.server.calls)


def person(number: int, name: str) -> dict[str, object]:
    """One connection in the People API's shape, with a field that was never asked for."""
    given, _, family = name.partition(" ")
    return {
        "resourceName": f"people/c{number}",
        "names": [{"displayName": name, "givenName": given, "familyName": family}],
        "phoneNumbers": [{"value": f"(919) 555-{100 + number % 100:04d}"}],
        "biographies": [{"value": "canary biography"}],
    }


def address_book(friends: int) -> tuple[bytes, ...]:
    """An address book of invented friends as two saved pages."""
    people = [person(number, f"Maria Friend{number}") for number in range(friends)]
    half = friends // 2
    return tuple(json.dumps({"connections": part}).encode() for part in (people[:half], people[half:]))


@contextmanager
def demo_peer(
    *, friends: int = 25, page_size: int = 10, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Iterator[Peer]:
    """Ana's and Ben's accounts at a provider that listens on a free loopback port."""
    listener = open_loopback()
    base_url = loopback_url(listener)
    accounts = {
        "ana": DemoAccount("Ana Alvarez", address_book(friends)),
        "ben": DemoAccount("Ben Brook", address_book(1)),
    }
    client = DemoClient(CLIENT_ID, CLIENT_SECRET, frozenset({CALLBACK}))
    server = DemoProvider(accounts, client, base_url=base_url, settings=InTheDemo(), now=now)
    with serving(server.app, listener):
        yield Peer(server, demo(base_url, CLIENT_ID, CLIENT_SECRET, is_demo=True, page_size=page_size))


def consent(url: str, *, account: str = "ana", decision: str = "allow") -> str:
    """Open the provider's page, answer it, and give the query string of the callback it leads to."""
    with httpx2.Client(trust_env=False) as browser:
        page = browser.get(url)
        assert page.status_code == 200, page.text
        ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
        assert ticket
        form = {"ticket": ticket[1], "account": account, "decision": decision}
        answer = browser.post(httpx2.URL(url).join("/authorize"), data=form)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith(CALLBACK)
    return httpx2.URL(answer.headers["location"]).query.decode()
