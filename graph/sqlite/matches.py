"""What is believed of contacts, as rows, inside a transaction that the caller holds."""

from __future__ import annotations

from collections.abc import Iterable

import apsw

from graph.model import ContactKey, Match, SupporterId
from graph.sqlite import rows

_SELECT = """
SELECT m.contact_key, m.status, m.reason, c.state, c.voter_id, c.match_probability, c.reasons
FROM match m LEFT JOIN candidate c USING (supporter_id, contact_key)
"""
_ALL_OF_HERS = _SELECT + "WHERE m.supporter_id = ? ORDER BY m.contact_key, c.place"
_ONE_OF_HERS = _SELECT + "WHERE m.supporter_id = ? AND m.contact_key = ? ORDER BY c.place"


def matches_of(connection: apsw.Connection, supporter_id: SupporterId) -> dict[ContactKey, Match]:
    """A supporter's matches, by contact key."""
    return rows.matches_from(connection.execute(_ALL_OF_HERS, (supporter_id,)))


def matches_about(
    connection: apsw.Connection, supporter_id: SupporterId, keys: Iterable[ContactKey]
) -> dict[ContactKey, Match]:
    """What is believed of some of a supporter's contacts, by key: one answer does not read all that she has."""
    return rows.matches_from(connection.executemany(_ONE_OF_HERS, [(supporter_id, key) for key in sorted(set(keys))]))


def write_matches(connection: apsw.Connection, supporter_id: SupporterId, matches: Iterable[Match]) -> None:
    """Put matches in the place of what was believed of these contacts."""
    matches = list(matches)
    rows.MATCH.keep(connection, [(supporter_id, one.contact_key, one.status.value, one.reason) for one in matches])
    keys = [(supporter_id, match.contact_key) for match in matches]
    connection.executemany(rows.CANDIDATE.delete(("supporter_id", "contact_key")), keys)
    candidates = [row for match in matches for row in rows.candidate_rows(supporter_id, match)]
    connection.executemany(rows.CANDIDATE.insert(), candidates)
