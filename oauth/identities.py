"""Whom an account at a provider signs in. An account is an issuer with a subject; an e-mail address joins nobody."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Protocol

from graph.errors import ConflictError
from graph.model import SupporterId
from graph.records import RecordStore
from oauth.id_token import Identity

IDENTITY_KIND = "identity"


class Secrets(Protocol):
    """The part of the vault that is needed here."""

    def campaign_secret(self, purpose: str) -> bytes:
        """32 bytes of this campaign's and this purpose's alone."""


def identity_key(vault: Secrets, identity: Identity) -> str:
    """Stands for an account in this campaign's records; nobody without the campaign's secret can make it."""
    account = f"{len(identity.issuer)}:{identity.issuer}{identity.subject}".encode()
    return hmac.new(vault.campaign_secret("identities"), account, hashlib.sha256).hexdigest()


def link_identity(records: RecordStore, key: str, supporter: SupporterId, *, now: datetime) -> bool:
    """Let an account sign a supporter in from now on; whether it does. The first one it was linked to keeps it."""
    value = {"supporter": supporter, "linked_at": now.isoformat()}
    try:
        records.put(IDENTITY_KIND, key, value, if_version=0)
    except ConflictError:
        return supporter_of_identity(records, key) == supporter
    return True


def unlink_identities(records: RecordStore, supporter: SupporterId) -> int:
    """Let no account sign a supporter in any more; how many did."""
    hers = [record.key for record in records.all(IDENTITY_KIND) if record.value["supporter"] == supporter]
    return sum(records.delete(IDENTITY_KIND, key) for key in hers)


def supporter_of_identity(records: RecordStore, key: str) -> SupporterId | None:
    """Whom an account signs in, or ``None``."""
    record = records.get(IDENTITY_KIND, key)
    return None if record is None else SupporterId(str(record.value["supporter"]))
