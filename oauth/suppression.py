"""Who asked to be left out: keyed hashes of phones, e-mails and voters, in the install's own records.

One key for the whole install, made from the master key and held by no store; the list outlives every campaign and
cannot be turned back. Each line keeps which key made it, when, and for whom it counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from graph.digests import keyed_name, normalise_email, normalise_phone
from graph.errors import ConflictError
from graph.model import ContactRecord, VoterRef
from graph.records import RecordStore
from oauth.vault import Vault

EVERYWHERE = "everywhere"
_KIND = "suppression"
_TRIES = 20
_A_FEW = 20


def suppress(
    install: RecordStore,
    vault: Vault,
    *,
    at: datetime,
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    voters: Iterable[VoterRef] = (),
    scope: str = EVERYWHERE,
) -> int:
    """Leave these out from now on, everywhere or in one campaign (``scope`` is its id); how many were new.

    Phones and e-mails are normalised first, so that any spelling of them stays out; what is neither is passed over.
    """
    return suppress_names(install, vault, suppression_names(vault, phones, emails, voters), at=at, scope=scope)


def suppression_names(
    vault: Vault, phones: Iterable[str] = (), emails: Iterable[str] = (), voters: Iterable[VoterRef] = ()
) -> tuple[str, ...]:
    """The keyed hashes under which these are left out, each once; what is neither phone nor e-mail is passed over."""
    secret = vault.install_secret(_KIND)
    numbers = filter(None, map(normalise_phone, phones))
    addresses = filter(None, map(normalise_email, emails))
    names = [keyed_name(secret, "phone", number) for number in numbers]
    names += [keyed_name(secret, "email", address) for address in addresses]
    return tuple(dict.fromkeys(names + [_voter_name(secret, ref) for ref in voters]))


def suppress_names(
    install: RecordStore, vault: Vault, names: Iterable[str], *, at: datetime, scope: str = EVERYWHERE
) -> int:
    """Leave these hashes out from now on; how many were new."""
    return sum(_keep(install, name, key_id=_key_id(vault), at=at, scope=scope) for name in names)


def is_suppressed(
    install: RecordStore,
    vault: Vault,
    *,
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    voters: Iterable[VoterRef] = (),
    scope: str = EVERYWHERE,
) -> bool:
    """Whether any of these asked to be left out, everywhere or in the campaign named by ``scope``."""
    return any(_stands(install, name, scope) for name in suppression_names(vault, phones, emails, voters))


def suppressed_voters(
    install: RecordStore, vault: Vault, refs: Collection[VoterRef], *, scope: str = EVERYWHERE
) -> frozenset[VoterRef]:
    """Those of these voters who asked to be left out, everywhere or in the campaign named by ``scope``.

    A few are looked up one by one; for more the whole list is read once, whether they are a hundred or a million.
    """
    if len(refs) > _A_FEW:
        return read_suppressed(install, vault, scope=scope).voters(refs)
    secret = vault.install_secret(_KIND)
    return frozenset(ref for ref in refs if _stands(install, _voter_name(secret, ref), scope))


@dataclass(frozen=True, slots=True)
class Suppressed:
    """The whole list as it stood at one moment, for work over many people at once."""

    names: frozenset[str]
    secret: bytes = field(repr=False)

    def has(self, record: ContactRecord) -> bool:
        """Whether a phone or an e-mail of a contact, in any spelling, is on it."""
        phones = (keyed_name(self.secret, "phone", one) for one in map(normalise_phone, record.phones) if one)
        emails = (keyed_name(self.secret, "email", one) for one in map(normalise_email, record.emails) if one)
        return any(name in self.names for name in (*phones, *emails))

    def voters(self, refs: Iterable[VoterRef]) -> frozenset[VoterRef]:
        """Those of these voters who are on it."""
        return (
            frozenset(ref for ref in refs if _voter_name(self.secret, ref) in self.names) if self.names else frozenset()
        )


def read_suppressed(install: RecordStore, vault: Vault, *, scope: str = EVERYWHERE) -> Suppressed:
    """Everybody who asked to be left out everywhere, or in the campaign named by ``scope``."""
    counts = {EVERYWHERE, scope}
    names = frozenset(record.key for record in install.all(_KIND) if not counts.isdisjoint(record.value["scopes"]))
    return Suppressed(names, vault.install_secret(_KIND))


def _keep(install: RecordStore, name: str, *, key_id: str, at: datetime, scope: str) -> bool:
    for _ in range(_TRIES):
        record = install.get(_KIND, name)
        scopes = list(record.value["scopes"]) if record else []
        if scope in scopes:
            return False
        since = record.value["at"] if record else at.astimezone(UTC).isoformat()
        value = {"key_id": key_id, "at": since, "scopes": sorted([*scopes, scope])}
        try:
            install.put(_KIND, name, value, if_version=record.version if record else 0)
        except ConflictError:
            continue
        return True
    raise ConflictError("Too many others change this line.", thing=_KIND, next_step="Try again in a moment.")


def _stands(install: RecordStore, name: str, scope: str) -> bool:
    record = install.get(_KIND, name)
    return record is not None and not {EVERYWHERE, scope}.isdisjoint(record.value["scopes"])


def _voter_name(secret: bytes, ref: VoterRef) -> str:
    return keyed_name(secret, "voter", ref.state.upper(), ref.voter_id.strip().upper())


def _key_id(vault: Vault) -> str:
    return keyed_name(vault.install_secret(_KIND), "key id")[:16]
