"""An address book is fetched from a peer that may do anything. Numbers are those of the attack table."""

from __future__ import annotations

import gzip
import ipaddress
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from permits import permit_for, permit_to
from providers.demo_peer import person
from providers.token_peer import GOOGLE

from graph.errors import NotAllowedError
from graph.model import Purpose
from oauth.consent import Permit
from oauth.fetch import FetchedContacts, FetchLimits, fetch_contacts
from oauth.providers.demo import demo
from oauth.providers.microsoft import microsoft
from oauth.transport import (
    BoundedTransport,
    Bounds,
    Deadline,
    GuardedTransport,
    ProviderError,
    checked_addresses,
    is_public,
    origin_of,
)

Handler = Callable[[httpx2.Request], httpx2.Response]


def fetch(handle: Handler, *, limits: FetchLimits | None = None, waits: list[float] | None = None) -> FetchedContacts:
    return fetch_contacts(
        GOOGLE,
        "canary-token",
        permit=permit_for("google"),
        source="google:ana",
        limits=limits,
        transport=httpx2.MockTransport(handle),
        sleep=(waits if waits is not None else []).append,
    )


def page(number: int, *, friends: int = 2, token: str = "") -> httpx2.Response:
    people = [person(number * 1000 + friend, f"Maria Friend{friend}") for friend in range(friends)]
    return httpx2.Response(200, json={"connections": people, "nextPageToken": token})


def page_number(request: httpx2.Request) -> int:
    return int(request.url.params.get("pageToken", "0"))


@pytest.mark.parametrize("permit", [permit_for("microsoft"), permit_for(), permit_to(Purpose.POOL, "google")], ids=str)
def test_nothing_is_asked_for_with_a_permit_for_something_else(permit: Permit) -> None:
    asked: list[str] = []
    wire = httpx2.MockTransport(lambda request: asked.append(str(request.url)) or page(0))
    with pytest.raises(NotAllowedError, match="something else"):
        fetch_contacts(GOOGLE, "canary-token", permit=permit, source="google:ana", transport=wire)
    assert asked == []


def test_pages_follow_with_every_parameter_the_same() -> None:
    asked: list[httpx2.URL] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url)
        assert request.headers["authorization"] == "Bearer canary-token"
        number = page_number(request)
        return page(number, token=str(number + 1) if number < 2 else "")

    book = fetch(handle)

    assert [record.position for record in book.records] == list(range(6))
    assert {url.params["personFields"] for url in asked} == {"names,emailAddresses,phoneNumbers"}
    assert {url.params["pageSize"] for url in asked} == {"1000"}
    assert not book.is_partial


@pytest.mark.parametrize("answer", [{}, {"totalItems": 0}], ids=["Google leaves zeros out", "a zero"])
def test_an_empty_address_book_is_an_answer(answer: dict[str, int]) -> None:
    book = fetch(lambda _: httpx2.Response(200, json=answer))
    assert (book.records, book.problem) == ((), "")


# --- 37 and 38: addresses ----------------------------------------------------------------------------------------

INNER = [
    "127.0.0.1", "127.0.0.53", "0.1.2.3", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "255.255.255.255", "::1", "::", "fd00::1", "fe80::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::7f00:1", "::a00:1", "fec0::1", "64:ff9b:1::7f00:1", "64:ff9b:1::a00:1", "5f00::1", "4000::1",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:c0a8:101::", "2001:0:4136:e378:8000:63bf:80ff:fffe",
]  # fmt: skip


@pytest.mark.parametrize("address", INNER)
def test_37_inner_addresses_are_refused_in_every_disguise(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(ProviderError, match="not a public server"):
        checked_addresses("friendly.example", 443, resolve=lambda *_: [address])


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_let_through(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "localhost", "127.0.0.1", "::1"])
def test_37_spellings_that_the_resolver_turns_into_this_machine(host: str) -> None:
    with pytest.raises(ProviderError):
        checked_addresses(host, 80)


@given(st.ip_addresses(v=4), st.booleans())
def test_37_a_wrapped_address_is_judged_as_the_one_inside(inner: ipaddress.IPv4Address, is_mapped: bool) -> None:
    prefix = "::ffff:0:0" if is_mapped else "64:ff9b::"
    wrapped = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) + int(inner))
    assert is_public(str(wrapped)) == is_public(str(inner))


def test_37_one_inner_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(ProviderError):
        checked_addresses("friendly.example", 443, resolve=lambda *_: ["8.8.8.8", "10.0.0.1"])


def test_38_a_name_is_resolved_once_and_that_address_is_the_one_called() -> None:
    answers = [["127.0.0.1"], ["10.0.0.1"]]

    with raw_server(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}") as port:
        transport = GuardedTransport(deadline=Deadline(5.0), loopback=True, resolve=lambda *_: answers.pop(0))
        with httpx2.Client(transport=transport, trust_env=False) as client:
            answer = client.get(f"http://rebinding.example:{port}/")

    assert answer.json() == {}
    assert len(answers) == 1


def test_a_provider_on_the_internet_is_never_called_on_this_machine() -> None:
    transport = GuardedTransport(deadline=Deadline(5.0), resolve=lambda *_: ["127.0.0.1"])
    with httpx2.Client(transport=transport, trust_env=False) as client, pytest.raises(ProviderError) as refusal:
        client.get("https://people.googleapis.com/")
    assert refusal.value.reason == "not_public"


# --- 39 and 40: elsewhere ----------------------------------------------------------------------------------------


def test_39_a_redirect_is_not_followed() -> None:
    asked: list[str] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(302, headers={"location": "http://169.254.169.254/latest"})

    with pytest.raises(ProviderError) as refusal:
        fetch(handle)
    assert refusal.value.reason == "redirect"
    assert len(asked) == 1


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1.0/me/contacts",
        "http://graph.microsoft.com/v1.0/me/contacts",
        "https://graph.microsoft.com:8443/v1.0/me/contacts",
        "https://graph.microsoft.com@evil.example/",
        "https://ana@graph.microsoft.com/v1.0/me/contacts",
        "https://graph.microsoft.com.evil.example/",
        "//evil.example/",
        "file:///etc/passwd",
        "https://[bad",
    ],
)
def test_40_a_link_to_another_host_stops_and_the_bearer_stays(link: str) -> None:
    asked: list[str] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.host)
        contact = {"id": "1", "displayName": "Maria Friend", "mobilePhone": "919 555 0101"}
        return httpx2.Response(200, json={"value": [contact], "@odata.nextLink": link})

    book = fetch_contacts(
        microsoft("client", "secret"),
        "canary-token",
        permit=permit_for("microsoft"),
        source="ms",
        transport=httpx2.MockTransport(handle),
    )

    assert asked == ["graph.microsoft.com"]
    assert (book.problem, len(book.records)) == ("other_origin", 1)


def test_the_transport_itself_lets_nothing_out_to_another_origin() -> None:
    inner = httpx2.MockTransport(lambda _: httpx2.Response(200))
    wire = BoundedTransport(inner, origins=GOOGLE.contacts_origins, bounds=Bounds(), deadline=Deadline(5.0))
    with httpx2.Client(transport=wire) as client, pytest.raises(ProviderError):
        client.get("https://evil.example/")


def test_an_address_that_has_no_origin_is_like_no_other() -> None:
    asked: list[str] = []
    inner = httpx2.MockTransport(lambda request: asked.append(str(request.url)) or httpx2.Response(200))
    origins = frozenset({origin_of("https://user@people.example/")})
    wire = BoundedTransport(inner, origins=origins, bounds=Bounds(), deadline=Deadline(5.0))
    with httpx2.Client(transport=wire) as client, pytest.raises(ProviderError, match="another server"):
        client.get("https://user@evil.example/")
    assert asked == []


# --- 41: pages without end ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handle", "problem", "read"),
    [
        (lambda _: page(0, token="again"), "repeated_page", 4),
        (lambda request: page(0, friends=0, token=str(page_number(request) + 1)), "empty_pages", 0),
        (lambda request: page(0, token=str(page_number(request) + 1)), "too_many_pages", 40),
        (lambda request: page(0, friends=30, token=str(page_number(request) + 1)), "too_many", 90),
        (lambda _: page(0, friends=101), "too_many", 0),
    ],
    ids=["circle", "empty pages", "many pages", "many contacts", "one huge page"],
)
def test_41_a_provider_that_never_ends_is_ended(handle: Handler, problem: str, read: int) -> None:
    book = fetch(handle, limits=FetchLimits(pages=20, contacts=100))
    assert book.problem == problem
    assert book.is_partial
    assert len(book.records) == read


# --- 42: answers that hurt ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx2.Response(200, content=b'{"a": "' + b"x" * 9_000_000 + b'"}'), "too_large"),
        (httpx2.Response(200, content=gzip.compress(b"{}"), headers={"content-encoding": "gzip"}), "encoded"),
        (httpx2.Response(200, content=b"<html></html>"), "unreadable"),
        (httpx2.Response(200, content=b'{"connections": ' + b"[" * 5_000 + b"]" * 5_000 + b"}"), "unreadable"),
        (httpx2.Response(200, content=b'{"connections": [NaN]}'), "unreadable"),
        (httpx2.Response(200, content=b"\xff\xfe{}"), "unreadable"),
        (httpx2.Response(200, content=b"[]"), "unreadable"),
        (httpx2.Response(204), "status"),
        (httpx2.Response(404, json={}), "status"),
    ],
    ids=["large", "packed", "html", "deep", "nan", "utf-16", "list", "nothing", "not found"],
)
def test_42_an_answer_that_cannot_be_used_is_one_plain_error(answer: httpx2.Response, reason: str) -> None:
    started = time.monotonic()
    with pytest.raises(ProviderError) as refusal:
        fetch(lambda _: answer)
    assert "bring your friends as a file" in refusal.value.next_step
    assert refusal.value.reason == reason
    assert time.monotonic() - started < 20.0


def test_42_names_are_cleaned_and_cut() -> None:
    wild = {"names": [{"displayName": "Ana\u202e \ud83d\x00Lee" + "x" * 1_000_000}], "resourceName": "people/c1"}
    content = json.dumps({"connections": [wild, 5, None]}).encode()

    book = fetch(lambda _: httpx2.Response(200, content=content))

    name = book.records[0].display_name
    assert name.startswith("Ana Lee")
    assert len(name) <= 1_000
    assert len(book.contact_file.left_out) == 2


def test_42_a_failure_after_the_first_page_keeps_what_was_read() -> None:
    def handle(request: httpx2.Request) -> httpx2.Response:
        return page(0, token="1") if page_number(request) == 0 else httpx2.Response(200, content=b"broken {")

    book = fetch(handle)
    assert len(book.records) == 2
    assert book.is_partial


@contextmanager
def raw_server(*chunks: bytes, pause_seconds: float = 0.0) -> Iterator[int]:
    """A peer on a real socket that writes these bytes to whoever connects, slowly when asked."""
    listener = socket.create_server(("127.0.0.1", 0))
    is_over = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            for chunk in chunks:
                if is_over.wait(pause_seconds):
                    return
                connection.sendall(chunk)
            is_over.wait(5.0)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        is_over.set()
        listener.close()
        thread.join(timeout=5.0)


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n"])
def test_42_a_peer_that_drips_is_cut_off_at_the_deadline(start: bytes) -> None:
    with raw_server(start or b"H", *[b"x"] * 5_000, pause_seconds=0.02) as port:
        provider = demo(f"http://127.0.0.1:{port}", "client", "secret", is_demo=True)
        started = time.monotonic()
        with pytest.raises(ProviderError) as refusal:
            fetch_contacts(
                provider,
                "canary-token",
                permit=permit_for("demo"),
                source="slow",
                limits=FetchLimits(bounds=Bounds(total_seconds=0.4)),
            )
    assert refusal.value.reason == "too_slow"
    assert time.monotonic() - started < 50  # the drip lasts 100 s


# --- 43: not now -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("retry_after", "first_wait"),
    [("999999999", 8.0), ("-5", 0.5), ("Wed, 21 Oct 2099 07:28:00 GMT", 0.5), ("", 0.5), ("2", 2.0), ("²", 0.5)],
)
def test_43_waiting_is_bounded_whatever_the_provider_asks(retry_after: str, first_wait: float) -> None:
    waits: list[float] = []
    answers = [httpx2.Response(429, headers={b"retry-after": retry_after.encode()}), httpx2.Response(503), page(0)]

    book = fetch(lambda _: answers.pop(0), waits=waits)

    assert waits[0] == first_wait
    assert len(waits) == 2
    assert len(book.records) == 2


def test_43_a_storm_ends_in_one_error() -> None:
    waits: list[float] = []
    with pytest.raises(ProviderError) as refusal:
        fetch(lambda _: httpx2.Response(503), waits=waits)
    assert refusal.value.reason == "busy"
    assert sum(waits) < 10.0


@pytest.mark.parametrize("status", [401, 403])
def test_43_a_token_that_is_no_longer_good_asks_to_connect_again(status: int) -> None:
    with pytest.raises(NotAllowedError, match="Connect it again"):
        fetch(lambda _: httpx2.Response(status))


def test_origins_are_compared_whole() -> None:
    assert origin_of("https://Host.example/a") == "https://host.example:443"
    assert origin_of("not a url") == ""
    assert origin_of("https://user@host.example/") == ""
