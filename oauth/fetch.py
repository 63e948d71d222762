"""Fetching an address book, page by page, from a peer that is not trusted.

The bearer goes to the one origin of the provider's contacts API and nowhere else; pages, contacts, bytes and seconds
are capped; a cursor that comes back stops the loop. What was read before a stop is kept and marked as partial.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx2

from graph.errors import NotAllowedError
from graph.model import ContactRecord, Purpose
from oauth.client import open_wire, provider_failures
from oauth.consent import MatchPermit
from oauth.providers.base import Page, Provider, read_page
from oauth.readers.contact_file import ContactFile
from oauth.readers.limits import MOST_ENTRIES
from oauth.transport import BoundedTransport, Bounds, ProviderError, origin_of

Sleep = Callable[[float], None]
_TRY_AGAIN_STATUS = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What one address book may cost."""

    bounds: Bounds = field(default_factory=lambda: Bounds(answer_bytes=8_000_000, total_seconds=120.0))
    pages: int = 400
    contacts: int = MOST_ENTRIES
    empty_pages: int = 5
    tries: int = 4
    longest_wait_seconds: float = 8.0


@dataclass(frozen=True, slots=True)
class PageCounts:
    """What has been read so far: pages and contacts."""

    pages: int
    contacts: int


@dataclass(frozen=True, slots=True)
class FetchedContacts:
    """An address book as fetched. ``problem`` is one word when it is partial, else ``""``."""

    contact_file: ContactFile
    pages: int
    problem: str = ""

    @property
    def records(self) -> tuple[ContactRecord, ...]:
        """The records, in the order in which the provider gave them."""
        return self.contact_file.records

    @property
    def is_partial(self) -> bool:
        """Whether the provider had, or claimed to have, more than was read."""
        return bool(self.problem)


def fetch_contacts(
    provider: Provider,
    token: str,
    *,
    permit: MatchPermit,
    source: str,
    on_page: Callable[[PageCounts], None] | None = None,
    limits: FetchLimits | None = None,
    transport: httpx2.BaseTransport | None = None,
    sleep: Sleep = time.sleep,
) -> FetchedContacts:
    """Read the whole address book behind a token.

    Args:
        provider: whose contacts API is asked.
        token: the access token, opened for this call.
        permit: that she agreed to have this provider's contacts read for matching.
        source: the name of the connection, which every record will carry.
        on_page: called after each page with real counts.
        limits: the caps; the default is for one person's address book.
        transport: stands in for the network in tests.
        sleep: waits between tries.

    Raises:
        NotAllowedError: the permit is for something else, or the provider no longer accepts the token (401) or the
            permission (403).
        ProviderError: the first page could not be had. A later failure gives what was read, marked partial.
    """
    permit.must_cover(Purpose.MATCH, source=provider.id)
    limits = limits or FetchLimits()
    pages: list[Page] = []
    problem = ""
    try:
        bounds, origins = limits.bounds, provider.contacts_origins
        with open_wire(provider, origins=origins, bounds=bounds, transport=transport) as wire:
            for page in _pages(provider, _Caller(provider, token, wire, limits, sleep), limits):
                pages.append(page)
                _report(on_page, provider, pages)
    except ProviderError as error:
        if not pages:
            raise
        problem = error.reason
    kept, is_cut = _within(pages, provider, limits.contacts)
    return FetchedContacts(provider.read_pages(kept, source), len(kept), "too_many" if is_cut else problem)


@dataclass(frozen=True, slots=True)
class _Caller:
    provider: Provider
    token: str = field(repr=False)
    wire: BoundedTransport
    limits: FetchLimits
    sleep: Sleep

    def get(self, url: str) -> Page:
        """One page, with a few bounded tries. The bearer is added here, after the origin was checked."""
        client = httpx2.Client(transport=self.wire, trust_env=False, follow_redirects=False)
        headers = {"authorization": f"Bearer {self.token}", "accept": "application/json"}
        for attempt in range(self.limits.tries):
            with provider_failures(self.provider):
                answer = client.get(url, headers=headers)
            if answer.status_code not in _TRY_AGAIN_STATUS:
                return self._read(answer)
            if attempt + 1 < self.limits.tries:
                self.sleep(self._wait(answer, attempt))
        raise self._failed("busy")

    def _wait(self, answer: httpx2.Response, attempt: int) -> float:
        """Seconds to wait: what the provider asks within our own bound, else 0.5, 1, 2 and so on."""
        asked = answer.headers.get("retry-after", "")
        seconds = float(asked) if asked.isascii() and asked.isdigit() and len(asked) < 12 else 0.5 * 2**attempt
        return min(seconds, self.limits.longest_wait_seconds)

    def _read(self, answer: httpx2.Response) -> Page:
        if answer.status_code in (401, 403):
            raise NotAllowedError(
                f"{self.provider.label} no longer lets us read your contacts.",
                thing=self.provider.id,
                next_step="Connect it again, or bring your friends as a file.",
            )
        if answer.status_code != httpx2.codes.OK:
            raise self._failed("redirect" if answer.has_redirect_location else "status")
        return read_page(answer.content, provider_id=self.provider.id)

    def _failed(self, reason: str) -> ProviderError:
        return ProviderError("The provider did not give the contacts.", thing=self.provider.id, reason=reason)


def _pages(provider: Provider, caller: _Caller, limits: FetchLimits) -> Iterator[Page]:
    """The pages, one by one. Raises ``ProviderError`` when the provider leads in circles or elsewhere."""
    url, seen, contacts, empty = provider.contacts_url, set[str](), 0, 0
    while url:
        seen.add(url)
        page = caller.get(url)
        yield page
        found = provider.count_entries(page)
        contacts, empty = contacts + found, empty + 1 if not found else 0
        url = provider.next_url(page)
        if stop := _reason_to_stop(provider, url, seen=seen, contacts=contacts, empty=empty, limits=limits):
            raise ProviderError("The provider's pages do not end well.", thing=provider.id, reason=stop)


def _reason_to_stop(
    provider: Provider, url: str, *, seen: set[str], contacts: int, empty: int, limits: FetchLimits
) -> str:
    """Why not to go on to the next page, in one word; ``""`` when there is no reason or no next page."""
    if not url:
        return ""
    checks = {
        "other_origin": origin_of(url) not in provider.contacts_origins,
        "repeated_page": url in seen,
        "too_many": contacts >= limits.contacts,
        "too_many_pages": len(seen) >= limits.pages,
        "empty_pages": empty >= limits.empty_pages,
    }
    return next((word for word, holds in checks.items() if holds), "")


def _report(on_page: Callable[[PageCounts], None] | None, provider: Provider, pages: list[Page]) -> None:
    if on_page:
        on_page(PageCounts(len(pages), sum(map(provider.count_entries, pages))))


def _within(pages: list[Page], provider: Provider, most: int) -> tuple[list[Page], bool]:
    """The leading pages that fit under the cap, and whether any did not."""
    kept: list[Page] = []
    total = 0
    for page in pages:
        total += provider.count_entries(page)
        if total > most:
            return kept, True
        kept.append(page)
    return kept, False
