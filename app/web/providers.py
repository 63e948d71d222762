"""The providers of this house, as addresses name them."""

from __future__ import annotations

from app.house import House
from graph.errors import NotFoundError
from oauth.providers.base import Provider


def callback_of(base_url: str, provider_id: str) -> str:
    """The one address a provider sends people back to."""
    return f"{base_url}/oauth/{provider_id}/callback"


def provider_of(served: House, provider_id: str) -> Provider:
    """The provider of that id. Raises ``NotFoundError``."""
    for provider in served.providers:
        if provider.id == provider_id:
            return provider
    raise NotFoundError("There is no such way to connect here.", thing="provider", next_step="Choose one of the list.")
