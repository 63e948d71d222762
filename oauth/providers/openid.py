"""Any OpenID Connect provider that speaks the People API behind its sign-in. Copy this file for one that speaks another."""

from __future__ import annotations

from oauth.discovery import Metadata
from oauth.providers.base import Provider
from oauth.providers.google import count_people, next_people_url, people_url, read_people_pages


def openid(
    metadata: Metadata,
    *,
    client_id: str,
    client_secret: str,
    label: str,
    contacts_url: str,
    contacts_scope: str,
    provider_id: str = "openid",
) -> Provider:
    """A provider by its pinned description. Its access is asked for offline, so that a withdrawal can end it."""
    first_page = people_url(contacts_url)
    return Provider(
        id=provider_id,
        label=label,
        client_id=client_id,
        client_secret=client_secret,
        issuer=metadata.issuer,
        authorization_endpoint=metadata.authorization_endpoint,
        token_endpoint=metadata.token_endpoint,
        jwks_uri=metadata.jwks_uri,
        revocation_endpoint=metadata.revocation_endpoint,
        login_scopes=("openid", "email", "profile"),
        connect_scopes=("openid", contacts_scope, "offline_access"),
        contacts_scope_names=frozenset({contacts_scope}),
        connect_parameters={"prompt": "consent"},
        contacts_url=first_page,
        read_pages=read_people_pages,
        count_entries=count_people,
        next_url=next_people_url(first_page),
        sends_issuer=metadata.sends_issuer,
    )
