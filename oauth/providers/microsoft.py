"""Microsoft: sign-in by the identity platform (v2.0), the default contacts folder by Graph (v1.0).

The ``common`` tenant serves personal and work accounts; each id_token names its own tenant in ``tid`` and is issued
by that tenant. There is no revocation endpoint: a withdrawal forgets the tokens here, and the page says where the
supporter takes the permission back herself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import httpx2

from graph.model import ContactRecord, SourceKind
from oauth.providers.base import Page, Provider
from oauth.readers.cleaning import clean, clean_all, join_name
from oauth.readers.contact_file import NOT_AN_ENTRY, ContactFile, LeftOut, gather, refuse_too_many
from oauth.readers.documents import objects_of, text_of

_LOGIN = "https://login.microsoftonline.com/common"
_CONTACTS = "https://graph.microsoft.com/v1.0/me/contacts"
_FIELDS = "displayName,givenName,middleName,surname,nickName,emailAddresses,mobilePhone,homePhones,businessPhones"
_PAGE_SIZE = 500


def microsoft(client_id: str, client_secret: str) -> Provider:
    """Microsoft with a campaign's own client."""
    return Provider(
        id="microsoft",
        label="Microsoft",
        client_id=client_id,
        client_secret=client_secret,
        issuer="https://login.microsoftonline.com/{tid}/v2.0",
        authorization_endpoint=f"{_LOGIN}/oauth2/v2.0/authorize",
        token_endpoint=f"{_LOGIN}/oauth2/v2.0/token",
        jwks_uri=f"{_LOGIN}/discovery/v2.0/keys",
        revocation_endpoint="",
        login_scopes=("openid", "email", "profile"),
        connect_scopes=("openid", "Contacts.Read"),
        contacts_scope_names=frozenset({"Contacts.Read", "https://graph.microsoft.com/Contacts.Read"}),
        contacts_url=str(httpx2.URL(_CONTACTS, params={"$select": _FIELDS, "$top": str(_PAGE_SIZE)})),
        read_pages=read_graph_pages,
        count_entries=lambda page: len(_entries(page)),
        next_url=lambda page: text_of(page.get("@odata.nextLink")),
    )


def read_graph_pages(pages: Sequence[Page], source: str) -> ContactFile:
    """The contacts of all pages, positions counted through.

    Raises:
        InputError: more than 20,000 contacts.
    """
    contacts = [contact for page in pages for contact in _entries(page)]
    refuse_too_many(len(contacts), source)
    return gather(SourceKind.MICROSOFT_GRAPH, _records(contacts, source))


def _entries(page: Page) -> list[object]:
    contacts = page.get("value")
    return contacts if isinstance(contacts, list) else []


def _records(contacts: list[object], source: str) -> Iterator[ContactRecord | LeftOut]:
    for position, contact in enumerate(contacts):
        if isinstance(contact, dict):
            yield _record(contact, position, source)
        else:
            yield LeftOut(position, NOT_AN_ENTRY)


def _record(contact: dict[str, object], position: int, source: str) -> ContactRecord:
    names = ("displayName", "givenName", "middleName", "surname", "nickName")
    display, given, middle, family, nickname = (clean(text_of(contact.get(name))) for name in names)
    return ContactRecord(
        source=source,
        position=position,
        kind=SourceKind.MICROSOFT_GRAPH,
        display_name=display or join_name(given, middle, family) or nickname,
        given_name=given,
        middle_name=middle,
        family_name=family,
        nickname=nickname,
        phones=clean_all(_phones(contact)),
        emails=clean_all(text_of(email.get("address")) for email in objects_of(contact.get("emailAddresses"))),
        provider_id=clean(text_of(contact.get("id"))),
    )


def _phones(contact: dict[str, object]) -> Iterator[str]:
    yield text_of(contact.get("mobilePhone"))
    for name in ("homePhones", "businessPhones"):
        numbers = contact.get(name)
        yield from map(text_of, numbers if isinstance(numbers, list) else [])
