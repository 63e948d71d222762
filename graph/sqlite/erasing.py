"""Erasures, inside a transaction that the caller holds. Every table is named and every count is measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

import apsw

from graph.model import ContactKey, SupporterId, VoterRef
from graph.rules import voters_in, without_voter
from graph.sqlite import rows
from graph.sqlite.matches import matches_about, write_matches
from graph.sqlite.table import Table, fetched
from graph.store import Removed

_OF_CONTACT = (rows.EVENT, rows.ASK, rows.CANDIDATE, rows.MATCH, rows.CONTACT)

_WHO_NAMES_HIM = "SELECT DISTINCT supporter_id, contact_key FROM candidate WHERE state = ? AND voter_id = ?"
_TAKE_OUT_OF_EVENTS = "UPDATE OR REPLACE event SET state = NULL, voter_id = NULL WHERE state = ? AND voter_id = ?"
_DROP_UNNAMED = """
DELETE FROM voter WHERE state = ?1 AND voter_id = ?2
AND NOT EXISTS (SELECT 1 FROM candidate WHERE state = ?1 AND voter_id = ?2)
"""


def erase_supporter(connection: apsw.Connection, supporter_id: SupporterId) -> Removed:
    """A supporter, all that is hers, and the voters whom nobody else's matches name."""
    voters = _voters_named(connection, supporter_id)
    gone = {
        table.name: _delete(connection, table, supporter_id=supporter_id) for table in (*_OF_CONTACT, rows.SUPPORTER)
    }
    return Removed(
        supporters=gone["supporter"],
        contacts=gone["contact"],
        matches=gone["match"],
        asks=gone["ask"],
        events=gone["event"],
        voters=drop_unnamed_voters(connection, voters),
    )


def erase_contacts(connection: apsw.Connection, supporter_id: SupporterId, keys: Collection[ContactKey]) -> Removed:
    """Some contacts of a supporter with what hangs on them, and the voters whom no match names any more."""
    voters = _voters_named(connection, supporter_id, keys)
    gone = Counter[str]()
    for key in keys:
        for table in _OF_CONTACT:
            gone[table.name] += _delete(connection, table, supporter_id=supporter_id, contact_key=key)
    return Removed(
        contacts=gone["contact"],
        matches=gone["match"],
        asks=gone["ask"],
        events=gone["event"],
        voters=drop_unnamed_voters(connection, voters),
    )


def erase_voter(connection: apsw.Connection, voter: VoterRef) -> Removed:
    """A voter, his asks, and his place in everybody's matches and events."""
    named = fetched(connection, _WHO_NAMES_HIM, voter)
    for supporter_id, key in named:
        _forget_in_match(connection, supporter_id, key, voter)
    connection.execute(_TAKE_OUT_OF_EVENTS, voter)
    asks = _delete(connection, rows.ASK, state=voter.state, voter_id=voter.voter_id)
    voters = _delete(connection, rows.VOTER, state=voter.state, voter_id=voter.voter_id)
    return Removed(matches=len(named), asks=asks, voters=voters)


def drop_unnamed_voters(connection: apsw.Connection, voters: Iterable[VoterRef]) -> int:
    """Remove those of these voters whom no match names; how many went."""
    before = connection.total_changes()
    connection.executemany(_DROP_UNNAMED, voters)
    return connection.total_changes() - before


def _forget_in_match(connection: apsw.Connection, supporter_id: SupporterId, key: ContactKey, voter: VoterRef) -> None:
    match = matches_about(connection, supporter_id, [key])[key]
    left = without_voter(match, voter)
    write_matches(connection, supporter_id, [left])
    dropped = voters_in([match]) - voters_in([left])
    drop_unnamed_voters(connection, dropped - {voter})


def _delete(connection: apsw.Connection, table: Table, **values: str) -> int:
    connection.execute(table.delete(values), tuple(values.values()))
    return connection.changes()


def _voters_named(
    connection: apsw.Connection, supporter_id: SupporterId, keys: Collection[ContactKey] | None = None
) -> set[VoterRef]:
    statement = "SELECT contact_key, state, voter_id FROM candidate WHERE supporter_id = ?"
    named = fetched(connection, statement, (supporter_id,))
    wanted = None if keys is None else set(keys)
    return {VoterRef(state, voter_id) for key, state, voter_id in named if wanted is None or key in wanted}
