"""What is a supporter's, written inside a transaction that the caller holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import apsw

from graph.model import Ask, Contact, ContactKey, Match, SupporterId, Voter
from graph.rules import (
    believed,
    contacts_from,
    counted,
    refuse_others,
    supporter_row,
    tied_anew,
    unknown_contacts,
    unknown_supporter,
    voters_in,
)
from graph.sqlite import rows
from graph.sqlite.erasing import drop_unnamed_voters
from graph.sqlite.matches import matches_about, write_matches
from graph.store import Brought, Upserted

_IS_HERS = "SELECT 1 FROM contact WHERE supporter_id = ? AND contact_key = ?"
_CONTACT = """
SELECT contact_key, supporter_id, source, position, sealed_details, relationship_type, tie_strength
FROM contact WHERE supporter_id = ? AND contact_key = ?
"""
ASKS = rows.ASK.select("WHERE supporter_id = ? ORDER BY rank, contact_key")


def put_all(connection: apsw.Connection, brought: Brought) -> Upserted:
    """A supporter with her contacts, what each is taken for, and her list."""
    her = brought.supporter.supporter_id
    kept = rows.SUPPORTER.keep(connection, [supporter_row(brought.supporter)])
    kept += put_contacts(connection, her, brought.contacts)
    kept += put_matches(connection, her, brought.matches)
    return kept + replace_asks(connection, her, brought.asks)


def put_contacts(connection: apsw.Connection, supporter_id: SupporterId, contacts: Sequence[Contact]) -> Upserted:
    """Contacts by key."""
    refuse_others(supporter_id, contacts)
    require_supporter(connection, supporter_id)
    return rows.CONTACT.keep(connection, map(rows.contact_row, contacts))


def put_ties(connection: apsw.Connection, supporter_id: SupporterId, contacts: Sequence[Contact]) -> Upserted:
    """How she knows those of the contacts that are there."""
    refuse_others(supporter_id, contacts)
    keys = [(supporter_id, key) for key in {contact.key for contact in contacts}]
    there = contacts_from(list(connection.executemany(_CONTACT, keys)))
    return put_contacts(connection, supporter_id, tied_anew(there, contacts))


def put_matches(
    connection: apsw.Connection, supporter_id: SupporterId, matches: Sequence[Match], voters: Sequence[Voter] = ()
) -> Upserted:
    """What is believed of her contacts, with the voters they name; her own answers stand."""
    keys = {match.contact_key for match in matches}
    require_contacts(connection, supporter_id, keys)
    old = matches_about(connection, supporter_id, keys)
    new = believed(old, matches)
    changed = [match for key, match in new.items() if old.get(key) != match]
    replaced = [old[match.contact_key] for match in changed if match.contact_key in old]
    rows.VOTER.keep(connection, map(rows.voter_row, voters))
    write_matches(connection, supporter_id, changed)
    drop_unnamed_voters(connection, voters_in(replaced) | {voter.ref for voter in voters})
    return counted(old, new)


def replace_asks(connection: apsw.Connection, supporter_id: SupporterId, asks: Sequence[Ask]) -> Upserted:
    """Her whole list."""
    refuse_others(supporter_id, asks)
    require_contacts(connection, supporter_id, (ask.contact_key for ask in asks))
    new = {(ask.rank, ask.contact_key): rows.ask_row(ask) for ask in asks}
    old = {(row[1], row[2]): row for row in connection.execute(ASKS, (supporter_id,))}
    if old != new:
        connection.execute(rows.ASK.delete(("supporter_id",)), (supporter_id,))
        connection.executemany(rows.ASK.insert(), list(new.values()))
    return counted(old, new)


def require_supporter(connection: apsw.Connection, supporter_id: SupporterId) -> None:
    """Refuse what hangs on a supporter who is not, or no longer, there."""
    if not connection.execute("SELECT 1 FROM supporter WHERE supporter_id = ?", (supporter_id,)).fetchall():
        raise unknown_supporter(supporter_id)


def require_contacts(connection: apsw.Connection, supporter_id: SupporterId, keys: Iterable[ContactKey]) -> None:
    """Refuse what hangs on a supporter or a contact that is not, or no longer, there."""
    require_supporter(connection, supporter_id)
    wanted = [(supporter_id, key) for key in set(keys)]
    missing = len(wanted) - len(list(connection.executemany(_IS_HERS, wanted)))
    if missing:
        raise unknown_contacts(supporter_id, missing)
