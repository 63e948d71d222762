"""Sealed things: AES-256-GCM under a supporter's own key. To destroy that key is to erase all that was sealed for her,
in every backup too. What is sealed names its place (campaign, supporter, what it is, key id) and opens nowhere else.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag

from graph.errors import NotFoundError
from graph.model import CampaignId, ContactKey, ContactRecord, SupporterId
from graph.records import Record, RecordStore
from oauth.contact_json import from_json, to_json
from oauth.keyring import ID_BYTES, NONCE_BYTES, Keyring, MasterKeys, SupporterKey, derived, place, unopened

INSTALL_ROOT = "install_root"
_ROOT = "root"
_INSTALL_PLACE = ("install", _ROOT)
_HEAD_BYTES = ID_BYTES + NONCE_BYTES


class Vault:
    """Seals and opens for one campaign. Safe from any thread."""

    def __init__(
        self,
        records: RecordStore,
        campaign: CampaignId,
        master_key: bytes,
        *,
        old_master_key: bytes | None = None,
        install: RecordStore | None = None,
    ) -> None:
        self._campaign = campaign
        self._masters = MasterKeys(master_key, old_master_key)
        self._install = install
        self._keyring = Keyring(records, campaign, master_key, old_master_key=old_master_key)

    def open_record(self, supporter: SupporterId, contact_key: ContactKey, sealed: bytes) -> ContactRecord:
        """The contact again; raises what ``open`` raises."""
        return from_json(self.open(supporter, _label(contact_key), sealed))

    def seal_records(
        self, supporter: SupporterId, records: Mapping[ContactKey, ContactRecord]
    ) -> dict[ContactKey, bytes]:
        """Many contacts sealed, for one look at her key."""
        if not records:
            return {}
        key = self._key_to_seal(supporter)
        return {one: self._sealed(key, supporter, _label(one), to_json(record)) for one, record in records.items()}

    def open_records(
        self, supporter: SupporterId, sealed: Mapping[ContactKey, bytes]
    ) -> dict[ContactKey, ContactRecord]:
        """Many contacts again, for one look at her key; raises what ``open`` raises."""
        if not sealed:
            return {}
        key = self._key_to_open(supporter)
        return {one: from_json(self._opened(key, supporter, _label(one), each)) for one, each in sealed.items()}

    def seal(self, supporter: SupporterId, label: str, content: bytes) -> bytes:
        """Anything sealed for a supporter under a label: key id, nonce, ciphertext. Her key is made when she has none;
        the same content twice gives two results.
        """
        return self._sealed(self._key_to_seal(supporter), supporter, label, content)

    def seal_again(self, supporter: SupporterId, label: str, content: bytes) -> bytes:
        """The same under the key that she has. Raises ``NotFoundError`` when it was destroyed; none is made."""
        return self._sealed(self._key_to_open(supporter), supporter, label, content)

    def open(self, supporter: SupporterId, label: str, sealed: bytes) -> bytes:
        """What was sealed. Raises ``NotFoundError`` when her key was destroyed, ``StoreError`` for what was moved, cut or
        changed, or is of another key.
        """
        return self._opened(self._key_to_open(supporter), supporter, label, sealed)

    def _key_to_seal(self, supporter: SupporterId) -> SupporterKey:
        return self._keyring.supporter_key(supporter) or self._keyring.make_supporter_key(supporter)

    def _key_to_open(self, supporter: SupporterId) -> SupporterKey:
        key = self._keyring.supporter_key(supporter)
        if key is None:
            raise NotFoundError("This was erased.", thing=supporter, next_step="It cannot be brought back.")
        return key

    def _sealed(self, key: SupporterKey, supporter: SupporterId, label: str, content: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        where = place(self._campaign, supporter, label, key.key_id)
        return bytes.fromhex(key.key_id) + nonce + key.cipher.encrypt(nonce, content, where)

    def _opened(self, key: SupporterKey, supporter: SupporterId, label: str, sealed: bytes) -> bytes:
        if sealed[:ID_BYTES].hex() != key.key_id:
            raise unopened(supporter)
        where = place(self._campaign, supporter, label, key.key_id)
        try:
            return key.cipher.decrypt(sealed[ID_BYTES:_HEAD_BYTES], sealed[_HEAD_BYTES:], where)
        except (InvalidTag, ValueError):  # ValueError: cut inside the nonce
            raise unopened(supporter) from None

    def destroy(self, supporter: SupporterId) -> bool:
        """Erase her key and with it all that was sealed for her; whether there was one."""
        return self._keyring.destroy_supporter_key(supporter)

    def destroy_all(self) -> int:
        """Erase every key of the campaign, and with them all that was sealed in it; how many there were."""
        return self._keyring.destroy_all()

    def rotate(self) -> int:
        """Exchange the campaign's key; what was sealed stays as it is. How many supporters' keys were wrapped again."""
        return self._keyring.exchange_campaign_key()

    def campaign_secret(self, purpose: str) -> bytes:
        """32 bytes that are this campaign's and this purpose's alone, the same for good."""
        return derived(self._keyring.root(), "campaign", self._campaign, purpose)

    def install_secret(self, purpose: str) -> bytes:
        """32 bytes that all campaigns of this install share for one purpose; they stay when the master key is exchanged."""
        return derived(self._install_root(), "install", purpose)

    def exchange_master_key(self) -> int:
        """Wrap by the master key of today what the one before it wrapped; how many keys were. May be repeated.

        Both keys must be given until this was done once for every campaign of the install.
        """
        wrapped = self._keyring.wrap_by_new_master()
        record = self._install_record()
        if self._install is not None and self._is_stale(record):
            value = self._masters.wrap(self._install_root(), _INSTALL_PLACE)
            self._install.put(INSTALL_ROOT, _ROOT, value, if_version=0 if record is None else record.version)
            self._install.scrub()
            wrapped += 1
        return wrapped

    def _is_stale(self, record: Record | None) -> bool:
        if record is None:
            return self._masters.first != self._masters.current
        return not self._masters.is_by_current(record.value)

    def _install_root(self) -> bytes:
        """Where the install's secrets come from: the first master key it ever had, kept wrapped once that was exchanged."""
        record = self._install_record()
        return self._masters.first if record is None else self._masters.unwrap(record.value, _INSTALL_PLACE)

    def _install_record(self) -> Record | None:
        return None if self._install is None else self._install.get(INSTALL_ROOT, _ROOT)


def _label(contact_key: ContactKey) -> str:
    return f"contact:{contact_key}"
