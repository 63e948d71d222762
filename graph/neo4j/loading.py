"""Many supporters at once: newcomers in a few large queries, whoever is there already one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.model import ContactKey, Match
from graph.neo4j import hers, queries, rows
from graph.neo4j.connection import Bound, Row, digest_of
from graph.rules import believed, refuse_others, supporter_row, unknown_contacts
from graph.store import Brought, Upserted

_NO_MATCH: Row = (None, None, ())


def put_brought(bound: Bound, brought: Sequence[Brought]) -> Upserted:
    """Keep supporters with all that is theirs; of one who comes twice the later values count."""
    ids = [one.supporter.supporter_id for one in brought]
    there = {row[0] for row in bound.rows(queries.WHO_IS_THERE, rows=ids)} if ids else set()
    is_first = {her: at for at, her in reversed(list(enumerate(ids)))}
    new = [at for at, her in enumerate(ids) if her not in there and is_first[her] == at]
    kept = _put_newcomers(bound, [_Newcomer.of(brought[at]) for at in new])
    later = set(range(len(ids))) - set(new)
    return sum((hers.put_all(bound, brought[at]) for at in sorted(later)), kept)


@dataclass(frozen=True, slots=True)
class _Newcomer:
    """A supporter who is not there yet, as rows."""

    supporter: Row
    contacts: dict[ContactKey, Row]
    matches: dict[ContactKey, Match]
    asks: dict[tuple[int, ContactKey], Row]

    @classmethod
    def of(cls, brought: Brought) -> _Newcomer:
        """Refuse what is somebody else's, or hangs on a contact that she does not bring."""
        her = brought.supporter.supporter_id
        refuse_others(her, [*brought.contacts, *brought.asks])
        contacts = {contact.key: rows.contact_row(contact) for contact in brought.contacts}
        hanging = {match.contact_key for match in brought.matches} | {ask.contact_key for ask in brought.asks}
        if missing := hanging - contacts.keys():
            raise unknown_contacts(her, len(missing))
        asks = {(ask.rank, ask.contact_key): rows.ask_row(ask) for ask in brought.asks}
        supporter = supporter_row(brought.supporter)
        return cls(supporter, contacts, believed({}, brought.matches), asks)

    @property
    def row(self) -> Row:
        """The supporter with the digests of what is hers; without anything there is no digest."""
        parts = (self.contacts.values(), map(rows.match_row, self.matches.values()), self.asks.values())
        return (*self.supporter, *(digest_of(part) or None for part in parts))

    @property
    def size(self) -> int:
        """How many rows she brings."""
        return 1 + len(self.contacts) + len(self.matches) + len(self.asks)

    def contact_rows(self) -> Row:
        """Her id, then her contacts with what each is taken for."""
        taken = {key: rows.match_row(match)[1:] for key, match in self.matches.items()}
        return (self.supporter[0], [[*row, *taken.get(key, _NO_MATCH)] for key, row in sorted(self.contacts.items())])

    def ask_rows(self) -> Iterator[Row]:
        """Her list."""
        yield from ((self.supporter[0], *row) for _, row in sorted(self.asks.items()))


def _put_newcomers(bound: Bound, newcomers: Sequence[_Newcomer]) -> Upserted:
    if not newcomers:
        return Upserted()
    bound.keep(queries.NEW_SUPPORTERS, [one.row for one in newcomers])
    bound.keep(queries.NEW_CONTACTS, [one.contact_rows() for one in newcomers])
    bound.keep(queries.NEW_ASKS, [row for one in newcomers for row in one.ask_rows()])
    return Upserted(created=sum(one.size for one in newcomers))
