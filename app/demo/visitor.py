"""Somebody who visits the demo without a browser: keeps cookies, follows redirects on this machine, sends forms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx2

from app.demo.page import Form, Page, missing, read_page, shown_path
from graph.errors import KithError

_MOST_REDIRECTS = 8
_SECONDS = 30.0
_PAGES_OF_A_KIND = 3


class Visitor:
    """One visitor with her own cookies. Everything she asks for must answer; use as a context manager."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.fetched: set[str] = set()
        self._known: dict[str, None] = {}
        self._client = httpx2.Client(trust_env=False, follow_redirects=False, timeout=_SECONDS)

    def __enter__(self) -> Self:
        """Come."""
        return self

    def __exit__(self, *_: object) -> None:
        """Go; the cookies are forgotten."""
        self._client.close()

    def open(self, address: str) -> Page:
        """A page with its style sheets, scripts and pictures. Raises ``KithError`` that names what did not answer."""
        return self._read(self._ask("GET", urljoin(self.base_url, address)))

    def send(self, page: Page, form: Form, fields: Mapping[str, Any] | None = None) -> Page:
        """Send a form as it stands on its page, with some fields filled in; the page it leads to."""
        action = urljoin(page.address, form.action)
        return self._read(self._ask("POST" if form.is_post else "GET", action, {**form.fields, **(fields or {})}))

    def press(self, page: Page, action_end: str, button: tuple[str, str], **fields: Any) -> Page:  # noqa: ANN401
        """Press a button of the form that leads to this end. Raises ``KithError`` when there is no such button."""
        for form in page.forms:
            if form.action.endswith(action_end) and button in form.buttons:
                return self.send(page, form, {**fields, button[0]: button[1]})
        raise missing(page.label, f"the button “{button[1]}”")

    def json(self, address: str) -> Any:  # noqa: ANN401 (what a JSON answer holds)
        """A JSON answer. Raises ``KithError`` when it is none."""
        answer = self._ask("GET", urljoin(self.base_url, address))
        if not answer.headers.get("content-type", "").startswith("application/json"):
            raise missing(shown_path(address), "JSON")
        return answer.json()

    def status(self, address: str) -> int:
        """Only how an address answers, errors included."""
        return self._client.get(urljoin(self.base_url, address)).status_code

    def open_all_links(self) -> int:
        """Open every kind of page of ours that a page so far has linked to, and those they link to, in both languages;
        how many there were. Of pages that differ in an id only, three are opened.
        """
        opened: Counter[str] = Counter()
        while rest := [address for address in self._known if self._is_new(address, opened)]:
            opened[_kind(rest[0])] += 1
            self.open(rest[0])
        self.open("/?lang=en")
        return opened.total()

    def _is_new(self, address: str, opened: Counter[str]) -> bool:
        return address not in self.fetched and opened[_kind(address)] < _PAGES_OF_A_KIND

    def _read(self, answer: httpx2.Response) -> Page:
        page = read_page(str(answer.url), answer.text)
        for file in page.files:
            address = urljoin(page.address, file)
            if address not in self.fetched:
                self._ask("GET", address)
        for address in self._ours(page.links, page.address):
            self._known.setdefault(address)
        return page

    def _ours(self, links: Iterable[str], base: str) -> list[str]:
        addresses = (urljoin(base, link).partition("#")[0] for link in links)
        return [address for address in addresses if address.startswith(f"{self.base_url}/")]

    def _ask(self, method: str, address: str, fields: Mapping[str, Any] | None = None) -> httpx2.Response:
        for _ in range(_MOST_REDIRECTS):
            _refuse_elsewhere(address)
            answer = self._client.request(method, address, data=dict(fields) if method == "POST" and fields else None)
            self.fetched.add(address)
            if not answer.has_redirect_location:
                return _good(answer)
            method, fields, address = "GET", None, urljoin(address, answer.headers["location"])
        raise KithError("It redirects without end.", thing=shown_path(address), next_step="Report this.")


def _kind(address: str) -> str:
    """What an address is once its ids and numbers are left out."""
    return f"{shown_path(address)}?{re.sub('[0-9]+', '', urlsplit(address).query)}"


def _good(answer: httpx2.Response) -> httpx2.Response:
    if answer.status_code >= 400 or not answer.content:
        raise KithError(
            f"It answered {answer.status_code} with {len(answer.content):,} bytes.",
            thing=shown_path(str(answer.url)),
            next_step="Start the demo again; if it stays, report it.",
        )
    return answer


def _refuse_elsewhere(address: str) -> None:
    if urlsplit(address).hostname != "127.0.0.1":
        raise KithError("It leads away from this machine.", thing=shown_path(address), next_step="Report this.")
