"""What every provider promises, whoever it is: a new one joins by one line here."""

from __future__ import annotations

import dataclasses

import pytest

from graph.errors import InputError, UsageError
from graph.model import SourceKind
from oauth.discovery import Metadata
from oauth.providers.base import Provider, read_page
from oauth.providers.demo import demo
from oauth.providers.google import google
from oauth.providers.microsoft import microsoft, read_graph_pages
from oauth.providers.openid import openid
from oauth.transport import ProviderError, origin_of

SECRET = "canary-client-secret"
PINNED = Metadata(
    issuer="https://id.example",
    authorization_endpoint="https://id.example/auth",
    token_endpoint="https://id.example/token",
    jwks_uri="https://id.example/jwks",
)
ALL = [
    google("client", SECRET),
    microsoft("client", SECRET),
    demo("http://127.0.0.1:9", "client", SECRET, is_demo=True),
    openid(
        PINNED,
        client_id="client",
        client_secret=SECRET,
        label="Our own",
        contacts_url="https://contacts.example/v1/people/me/connections",
        contacts_scope="contacts.readonly",
    ),
]
REAL = [provider for provider in ALL if not provider.is_loopback]


@pytest.mark.parametrize("provider", ALL, ids=lambda provider: provider.id)
class TestEveryProvider:
    def test_is_data_that_cannot_be_changed(self, provider: Provider) -> None:
        with pytest.raises(dataclasses.FrozenInstanceError):
            provider.token_endpoint = "https://evil.example"  # type: ignore[misc]  # the point of the test

    def test_does_not_show_its_secret(self, provider: Provider) -> None:
        assert SECRET not in repr(provider)

    def test_signing_in_asks_for_no_contacts(self, provider: Provider) -> None:
        assert "openid" in provider.login_scopes
        assert not provider.contacts_scope_names & set(provider.login_scopes)
        assert provider.contacts_scope_names & set(provider.connect_scopes)

    def test_asks_for_proof_of_who_it_is_when_connecting(self, provider: Provider) -> None:
        assert "openid" in provider.connect_scopes

    def test_takes_only_asymmetric_signatures(self, provider: Provider) -> None:
        assert provider.id_token_algorithms <= {"RS256", "ES256"}

    def test_has_one_origin_for_the_bearer(self, provider: Provider) -> None:
        assert provider.contacts_origins == {origin_of(provider.contacts_url)}

    def test_a_last_page_leads_nowhere(self, provider: Provider) -> None:
        assert provider.next_url({}) == ""
        assert provider.count_entries({}) == 0
        assert provider.read_pages([], "nothing").records == ()

    def test_odd_pages_are_counted_as_empty(self, provider: Provider) -> None:
        for odd in (5, "text", {"a": 1}, None):
            assert provider.count_entries({"connections": odd, "value": odd}) == 0
            assert provider.next_url({"nextPageToken": odd if odd != "text" else 1, "@odata.nextLink": 7}) == ""


@pytest.mark.parametrize("provider", REAL, ids=lambda provider: provider.id)
def test_every_address_of_a_real_provider_is_https(provider: Provider) -> None:
    addresses = (provider.authorization_endpoint, provider.token_endpoint, provider.jwks_uri, provider.contacts_url)
    assert all(address.startswith("https://") for address in addresses)
    assert provider.form_origin.count("/") == 2


@pytest.mark.parametrize(
    ("base_url", "is_demo"),
    [
        ("http://127.0.0.1:9", False),
        ("http://192.168.1.5:9", True),
        ("http://demo.example:9", True),
        ("http://localhost:9", True),
        ("https://127.0.0.1:9", True),
        ("http://127.0.0.1@evil.example", True),
        ("nonsense", True),
    ],
)
def test_the_demos_provider_is_refused_anywhere_else(base_url: str, is_demo: bool) -> None:
    with pytest.raises(UsageError, match="for the demo on this machine only"):
        demo(base_url, "client", SECRET, is_demo=is_demo)


def test_microsofts_contacts_become_records() -> None:
    maria = {
        "id": "AAMk1",
        "displayName": "Maria Lee",
        "givenName": "Maria",
        "surname": "Lee",
        "mobilePhone": "919 555 0101",
        "homePhones": ["919 555 0102", 7],
        "businessPhones": [],
        "emailAddresses": [{"address": "maria@mail.example", "name": "Maria"}, {"name": "no address"}],
    }
    pages = [{"value": [maria]}, {"value": ["odd", {"id": "AAMk2"}]}]

    book = read_graph_pages(pages, "microsoft:ana")

    assert [(record.kind, record.position) for record in book.records] == [(SourceKind.MICROSOFT_GRAPH, 0)]
    assert book.records[0].phones == ("919 555 0101", "919 555 0102")
    assert book.records[0].emails == ("maria@mail.example",)
    assert [left.position for left in book.left_out] == [1, 2]


@pytest.mark.parametrize("data", [b"", b"[]", b"{}{}", b"\xff", b'"text"'])
def test_a_page_is_one_json_object(data: bytes) -> None:
    with pytest.raises((ProviderError, InputError)):
        read_page(data, provider_id="google")
