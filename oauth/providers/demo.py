"""The demo's own provider on this machine: Google's shape, nobody real behind it."""

from __future__ import annotations

from graph.errors import UsageError
from oauth.providers.base import Provider
from oauth.providers.google import count_people, next_people_url, people_url, read_people_pages
from oauth.transport import is_loopback, origin_of

DEMO_ID = "demo"
CONTACTS_SCOPE = "contacts.readonly"


def demo(base_url: str, client_id: str, client_secret: str, *, is_demo: bool, page_size: int = 100) -> Provider:
    """The demo's provider at ``http://127.0.0.1:<port>``.

    Raises:
        UsageError: outside the demo, or at an address that is not this machine.
    """
    _refuse_outside_demo(base_url, is_demo=is_demo)
    contacts_url = people_url(f"{base_url}/v1/people/me/connections", page_size=page_size)
    return Provider(
        id=DEMO_ID,
        label="Demo address book",
        client_id=client_id,
        client_secret=client_secret,
        issuer=base_url,
        authorization_endpoint=f"{base_url}/authorize",
        token_endpoint=f"{base_url}/token",
        jwks_uri=f"{base_url}/jwks",
        revocation_endpoint=f"{base_url}/revoke",
        login_scopes=("openid", "email", "profile"),
        connect_scopes=("openid", CONTACTS_SCOPE, "offline_access"),
        contacts_scope_names=frozenset({CONTACTS_SCOPE}),
        contacts_url=contacts_url,
        read_pages=read_people_pages,
        count_entries=count_people,
        next_url=next_people_url(contacts_url),
        sends_issuer=True,
        is_loopback=True,
    )


def _refuse_outside_demo(base_url: str, *, is_demo: bool) -> None:
    scheme, _, rest = origin_of(base_url).partition("://")
    host = rest.rpartition(":")[0].strip("[]")
    try:
        is_here = is_loopback(host)
    except ValueError:
        is_here = False
    if not (is_demo and is_here and scheme == "http"):
        raise UsageError(
            "The demo's address book is for the demo on this machine only.",
            thing="demo provider",
            next_step="Connect Google or Microsoft instead.",
        )
