"""The keys of one campaign, each wrapped by the one above: master key, campaign key, supporters' keys.

Wrapped keys live in the campaign's records; the master key comes from the settings and is in no store. What is wrapped
names its place as associated data, so that a wrapped key opens nowhere else.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from graph.errors import ConflictError, InputError, NotFoundError, StoreError
from graph.model import CampaignId, SupporterId
from graph.records import Record, RecordStore

CAMPAIGN_KEY, SUPPORTER_KEY = "campaign_key", "supporter_key"
KEY_BYTES, NONCE_BYTES, ID_BYTES = 32, 12, 8
_CURRENT, _ROOT = "current", "root"


@dataclass(frozen=True, slots=True)
class SupporterKey:
    """A supporter's key, unwrapped, and its id (hex), with which everything sealed by it starts."""

    key_id: str
    cipher: AESGCM


class Keyring:
    """Finds, makes, exchanges and destroys keys. Safe from any thread; what is unwrapped is remembered here only."""

    def __init__(
        self, records: RecordStore, campaign: CampaignId, master_key: bytes, *, old_master_key: bytes | None = None
    ) -> None:
        self._records = records
        self._campaign = campaign
        self._masters = MasterKeys(master_key, old_master_key)
        self._keys: dict[str, bytes] = {}
        self._supporters: dict[str, SupporterKey] = {}

    def supporter_key(self, supporter: SupporterId) -> SupporterKey | None:
        """Her key as the store has it at this moment: one that another process destroyed is not remembered here."""
        record = self._records.get(SUPPORTER_KEY, supporter)
        if record is None:
            return None
        key_id = str(record.value["key_id"])
        if key_id not in self._supporters:
            self._supporters[key_id] = SupporterKey(key_id, AESGCM(self._unwrap(record.value, supporter)))
        return self._supporters[key_id]

    def make_supporter_key(self, supporter: SupporterId) -> SupporterKey:
        """Her new key, or the one that somebody else made at the same time."""
        wrapped = self._wrap(secrets.token_bytes(KEY_BYTES), supporter)
        self._first(SUPPORTER_KEY, supporter, {**wrapped, "key_id": secrets.token_hex(ID_BYTES)})
        key = self.supporter_key(supporter)
        if key is None:
            raise NotFoundError("She left while this was sealed.", thing=supporter, next_step="Nothing was kept.")
        return key

    def destroy_supporter_key(self, supporter: SupporterId) -> bool:
        """Erase her key, every byte of it; whether there was one."""
        was_there = self._records.delete(SUPPORTER_KEY, supporter)
        self._records.scrub()
        self._supporters.clear()
        return was_there

    def destroy_all(self) -> int:
        """Erase every key of the campaign, every byte of them; how many there were. Nothing of it opens any more."""
        gone = sum(
            self._records.delete(kind, record.key)
            for kind in (CAMPAIGN_KEY, SUPPORTER_KEY)
            for record in self._records.all(kind)
        )
        self._records.scrub()
        self._keys.clear()
        self._supporters.clear()
        return gone

    def root(self) -> bytes:
        """The secret that the campaign's digests come from. It stays when the campaign's key is exchanged."""
        if _ROOT not in self._keys:
            record = self._records.get(CAMPAIGN_KEY, _ROOT)
            if record is None:
                record = self._first(CAMPAIGN_KEY, _ROOT, self._wrap(secrets.token_bytes(KEY_BYTES), _ROOT))
            self._keys[_ROOT] = self._unwrap(record.value, _ROOT)
        return self._keys[_ROOT]

    def exchange_campaign_key(self) -> int:
        """Make a new campaign key and wrap everything by it; how many supporters' keys were wrapped again.

        May be repeated after an interruption. Run it while nobody signs in: a key that is made in the same instant may be
        wrapped by the old one.
        """
        root, old = self.root(), self._campaign_key_ids()
        self._records.put(CAMPAIGN_KEY, _CURRENT, {"key_id": self._make_campaign_key()})
        self._records.put(CAMPAIGN_KEY, _ROOT, self._wrap(root, _ROOT))
        wrapped = sum(self._wrap_again(record) for record in self._records.all(SUPPORTER_KEY))
        still_used = {record.value["wrapped_by"] for record in self._records.all(SUPPORTER_KEY)}
        for key_id in old - still_used:
            self._records.delete(CAMPAIGN_KEY, key_id)
        self._records.scrub()
        return wrapped

    def _wrap_again(self, record: Record) -> bool:
        wrapped = self._wrap(self._unwrap(record.value, record.key), record.key)
        try:
            self._records.put(SUPPORTER_KEY, record.key, {**record.value, **wrapped}, if_version=record.version)
        except ConflictError:  # she left meanwhile: her key stays destroyed
            return False
        return True

    def _campaign_key_ids(self) -> set[str]:
        return {record.key for record in self._records.all(CAMPAIGN_KEY)} - {_CURRENT, _ROOT}

    def _current(self) -> str:
        record = self._records.get(CAMPAIGN_KEY, _CURRENT)
        if record is None:
            record = self._first(CAMPAIGN_KEY, _CURRENT, {"key_id": self._make_campaign_key()})
        return str(record.value["key_id"])

    def _make_campaign_key(self) -> str:
        key_id = secrets.token_hex(ID_BYTES)
        value = self._masters.wrap(secrets.token_bytes(KEY_BYTES), (self._campaign, key_id))
        self._records.put(CAMPAIGN_KEY, key_id, value, if_version=0)
        return key_id

    def wrap_by_new_master(self) -> int:
        """Wrap the campaign's keys by the master key of today where an old one did; how many were. May be repeated."""
        stale = [key for key in self._campaign_key_ids() if self._is_stale(key)]
        for key_id in stale:
            value = self._masters.wrap(self._campaign_key(key_id), (self._campaign, key_id))
            self._records.put(CAMPAIGN_KEY, key_id, value)
        if stale:
            self._records.scrub()
        return len(stale)

    def _is_stale(self, key_id: str) -> bool:
        record = self._records.get(CAMPAIGN_KEY, key_id)
        return record is not None and not self._masters.is_by_current(record.value)

    def _campaign_key(self, key_id: str) -> bytes:
        if key_id not in self._keys:
            record = self._records.get(CAMPAIGN_KEY, key_id)
            if record is None:
                raise unopened(self._campaign)
            self._keys[key_id] = self._masters.unwrap(record.value, (self._campaign, key_id))
        return self._keys[key_id]

    def _wrap(self, key: bytes, whose: str) -> dict[str, str]:
        by = self._current()
        return {"wrapped": _wrapped(self._campaign_key(by), key, (self._campaign, by, whose)), "wrapped_by": by}

    def _unwrap(self, value: Mapping[str, str], whose: str) -> bytes:
        by = value["wrapped_by"]
        return _unwrapped(self._campaign_key(by), value["wrapped"], (self._campaign, by, whose))

    def _first(self, kind: str, key: str, value: Mapping[str, str]) -> Record:
        """Keep a value if there is none yet; the record that stands."""
        try:
            return self._records.put(kind, key, value, if_version=0)
        except ConflictError:
            record = self._records.get(kind, key)
            if record is None:
                raise
            return record


class MasterKeys:
    """The master key of today, and the one before it while things are still wrapped by that. What is wrapped names its key."""

    def __init__(self, current: bytes, old: bytes | None = None) -> None:
        keys = [current] if old is None else [current, old]
        if any(len(key) != KEY_BYTES for key in keys):
            raise InputError("The master key is not 32 bytes long.", next_step="Make one: openssl rand -hex 32.")
        self.current, self.first = current, keys[-1]
        self._by_id = {master_key_id(key): key for key in keys}

    def wrap(self, key: bytes, where: tuple[str, ...]) -> dict[str, str]:
        """A key wrapped by the master key of today."""
        return {"wrapped": _wrapped(self.current, key, where), "by_master": master_key_id(self.current)}

    def unwrap(self, value: Mapping[str, str], where: tuple[str, ...]) -> bytes:
        """The key again. Raises ``StoreError`` when neither master key wrapped it here."""
        by = self._by_id.get(value.get("by_master", ""), self.first)  # what names no key is from before keys had names
        return _unwrapped(by, value["wrapped"], where)

    def is_by_current(self, value: Mapping[str, str]) -> bool:
        """Whether the master key of today wrapped it."""
        return value.get("by_master") == master_key_id(self.current)


def master_key_id(master_key: bytes) -> str:
    """A name for a master key, from which nothing of it follows."""
    return derived(master_key, "master_key_id").hex()[: 2 * ID_BYTES]


def derived(secret: bytes, *purpose: str) -> bytes:
    """32 bytes for one purpose (HKDF, RFC 5869, with SHA-256)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=place(*purpose)).derive(secret)


def place(*parts: str) -> bytes:
    """Parts as one value that no other parts give: each with its length before it."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def unopened(thing: str) -> StoreError:
    """What is said of anything that does not open, whatever the reason: it may have been moved, cut or changed."""
    return StoreError(
        "Something sealed does not open here.",
        thing=thing,
        next_step="Check that KITH_MASTER_KEY is the key these data were made with, else put back a backup.",
    )


def _wrapped(by: bytes, key: bytes, where: tuple[str, ...]) -> str:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(by).encrypt(nonce, key, place(*where))).decode("ascii")


def _unwrapped(by: bytes, wrapped: str, where: tuple[str, ...]) -> bytes:
    try:
        sealed = base64.b64decode(wrapped, validate=True)
        return AESGCM(by).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place(*where))
    except (InvalidTag, binascii.Error, ValueError):
        raise unopened(where[-1]) from None
