"""Google: sign-in by OpenID Connect, saved contacts by the People API (v1, discovery revision of November 2025)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import httpx2

from oauth.providers.base import Page, Provider
from oauth.readers.contact_file import ContactFile
from oauth.readers.documents import text_of
from oauth.readers.google_people import read_google_people

CONTACTS_SCOPE = "https://www.googleapis.com/auth/contacts.readonly"
PERSON_FIELDS = "names,emailAddresses,phoneNumbers"
"""All that is kept of a friend is asked for, and nothing else."""

_PAGE_SIZE = 1000
_CONTACTS = "https://people.googleapis.com/v1/people/me/connections"


def google(client_id: str, client_secret: str) -> Provider:
    """Google with a campaign's own client."""
    contacts_url = people_url(_CONTACTS)
    return Provider(
        id="google",
        label="Google",
        client_id=client_id,
        client_secret=client_secret,
        issuer="https://accounts.google.com",
        authorization_endpoint="https://accounts.google.com/o/oauth2/v2/auth",
        token_endpoint="https://oauth2.googleapis.com/token",  # noqa: S106 (an address, not a secret)
        jwks_uri="https://www.googleapis.com/oauth2/v3/certs",
        revocation_endpoint="https://oauth2.googleapis.com/revoke",
        login_scopes=("openid", "email", "profile"),
        connect_scopes=("openid", CONTACTS_SCOPE),
        contacts_scope_names=frozenset({CONTACTS_SCOPE}),
        # A refresh token is what lets a withdrawal weeks later revoke the grant at Google.
        connect_parameters={"access_type": "offline", "prompt": "consent"},
        contacts_url=contacts_url,
        read_pages=read_people_pages,
        count_entries=count_people,
        next_url=next_people_url(contacts_url),
    )


def people_url(address: str, *, page_size: int = _PAGE_SIZE) -> str:
    """The first page of saved contacts at an address that speaks the People API."""
    return str(httpx2.URL(address, params={"personFields": PERSON_FIELDS, "pageSize": str(page_size)}))


def read_people_pages(pages: Sequence[Page], source: str) -> ContactFile:
    """The people of all pages."""
    return read_google_people(list(pages), source=source)


def count_people(page: Page) -> int:
    """How many people a page holds."""
    people = page.get("connections")
    return len(people) if isinstance(people, list) else 0


def next_people_url(contacts_url: str) -> Callable[[Page], str]:
    """Makes the next page's URL: every parameter stays the same, only the page token changes."""

    def next_url(page: Page) -> str:
        token = text_of(page.get("nextPageToken"))
        return str(httpx2.URL(contacts_url).copy_set_param("pageToken", token)) if token else ""

    return next_url
