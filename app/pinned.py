"""What was pinned of a provider, in a file that ``kith provider pin`` wrote and somebody looked at."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from graph.errors import UsageError
from oauth.discovery import Metadata
from oauth.providers.base import Provider
from oauth.providers.openid import openid

_OWN = ("label", "contacts_url", "contacts_scope")


def pinned_text(metadata: Metadata, *, label: str, contacts_url: str, contacts_scope: str) -> str:
    """The file's text."""
    own = {"label": label, "contacts_url": contacts_url, "contacts_scope": contacts_scope}
    return json.dumps({**own, **asdict(metadata)}, indent=2) + "\n"


def read_pinned(path: Path, *, client_id: str, client_secret: str) -> Provider:
    """The provider of a file. Raises ``UsageError`` for one that cannot be read or lacks something."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        own = {name: str(held.pop(name)) for name in _OWN}
        metadata = Metadata(**held)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            "The pinned provider cannot be read.", thing=str(path), next_step="Write it again: kith provider pin."
        ) from error
    if not client_id or not own["contacts_url"].startswith("https://"):
        raise UsageError(
            "The pinned provider lacks a client, or its contacts are not under https.",
            thing=str(path),
            next_step="Set KITH_OPENID_CLIENT_ID, and pin it again with an https address.",
        )
    return openid(metadata, client_id=client_id, client_secret=client_secret, **own)
