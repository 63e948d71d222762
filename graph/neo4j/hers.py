"""What is a supporter's, read and written inside a transaction that the caller holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graph.model import Ask, Contact, ContactKey, Match, Supporter, SupporterId, Voter, VoterRef
from graph.neo4j import queries, rows
from graph.neo4j.connection import Bound, Row, digest_of
from graph.rules import (
    SUPPORTER_FIELDS,
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
from graph.store import Brought, Upserted


def require(bound: Bound, supporter_id: SupporterId, keys: Iterable[ContactKey] = ()) -> None:
    """Refuse what hangs on a supporter or a contact that is not, or no longer, there. Raises ``NotFoundError``."""
    wanted = sorted(set(keys))
    found = bound.one(queries.WHICH_ARE_HERS, supporter_id=supporter_id, rows=wanted)
    if found is None:
        raise unknown_supporter(supporter_id)
    missing = set(wanted) - set(found[0])
    if missing:
        raise unknown_contacts(supporter_id, len(missing))


def contact_rows(bound: Bound, supporter_id: SupporterId) -> tuple[int | None, list[Row]]:
    """Her contacts and the digest they have to fit."""
    digest, found = bound.one(queries.CONTACTS, supporter_id=supporter_id) or (None, [])
    return digest, [tuple(row) for row in found]


def contacts_in(supporter_id: SupporterId, found: Iterable[Row]) -> list[Contact]:
    """The contacts that such rows hold, in their order."""
    return contacts_from([(key, supporter_id, *values) for key, *values in found])


def match_rows(bound: Bound, supporter_id: SupporterId) -> tuple[int | None, list[Row]]:
    """Her matches and the digest they have to fit."""
    digest, found = bound.one(queries.MATCHES, supporter_id=supporter_id) or (None, [])
    return digest, [rows.in_place(rows.fixed(row)) for row in found]


def some_contact_rows(bound: Bound, supporter_id: SupporterId, keys: Iterable[ContactKey]) -> tuple[int, list[Row]]:
    """Those of her contacts that have these keys, and the digest of all."""
    digest, found = bound.one(queries.SOME_CONTACTS, supporter_id=supporter_id, rows=sorted(set(keys))) or (None, [])
    return digest or 0, [tuple(row) for row in found]


def some_match_rows(bound: Bound, supporter_id: SupporterId, keys: Iterable[ContactKey]) -> tuple[int, list[Row]]:
    """What is believed of those of her contacts that have these keys, and the digest of all her matches."""
    digest, found = bound.one(queries.SOME_MATCHES, supporter_id=supporter_id, rows=sorted(set(keys))) or (None, [])
    return digest or 0, [rows.in_place(rows.fixed(row)) for row in found]


def ask_rows(bound: Bound, supporter_id: SupporterId) -> tuple[int | None, list[Row]]:
    """Her list and the digest it has to fit."""
    digest, found = bound.one(queries.ASKS, supporter_id=supporter_id) or (None, [])
    return digest, [tuple(row) for row in found]


def matches_of(bound: Bound, supporter_id: SupporterId) -> dict[ContactKey, Match]:
    """Her matches by contact key."""
    return {ContactKey(row[0]): rows.match_of(row) for row in match_rows(bound, supporter_id)[1]}


def asks_of(bound: Bound, supporter_id: SupporterId) -> dict[tuple[int, str], Row]:
    """Her list as rows, by rank and contact key."""
    return {(row[0], row[1]): row for row in ask_rows(bound, supporter_id)[1]}


def put_supporter(bound: Bound, supporter: Supporter) -> Upserted:
    """A supporter by id."""
    row = supporter_row(supporter)
    new = {supporter.supporter_id: row}
    found = bound.rows(queries.SUPPORTER, supporter_id=supporter.supporter_id)
    old = {SupporterId(row[0]): row for row in found}
    if old != new:
        bound.rows(queries.PUT_SUPPORTER, **dict(zip(SUPPORTER_FIELDS, row, strict=True)))
    return counted(old, new)


def put_contacts(bound: Bound, supporter_id: SupporterId, contacts: Sequence[Contact]) -> Upserted:
    """Contacts by key."""
    refuse_others(supporter_id, contacts)
    new = {contact.key: rows.contact_row(contact) for contact in contacts}
    there = bound.one(queries.SOME_CONTACTS, supporter_id=supporter_id, rows=sorted(new))
    if there is None:
        raise unknown_supporter(supporter_id)
    before, old = there[0] or 0, {ContactKey(row[0]): tuple(row) for row in there[1]}
    changed = [new[key] for key in sorted(new) if old.get(key) != new[key]]
    digest = before + digest_of(new.values()) - digest_of(old.values())
    bound.keep(queries.PUT_CONTACTS, changed, supporter_id=supporter_id, digest=digest)
    return counted(old, new)


def put_ties(bound: Bound, supporter_id: SupporterId, contacts: Sequence[Contact]) -> Upserted:
    """How she knows those of the contacts that are there."""
    refuse_others(supporter_id, contacts)
    _, found = some_contact_rows(bound, supporter_id, (contact.key for contact in contacts))
    return put_contacts(bound, supporter_id, tied_anew(contacts_in(supporter_id, found), contacts))


def put_voters(bound: Bound, voters: Iterable[Voter]) -> Upserted:
    """Voters by ref."""
    new = {voter.ref: rows.voter_row(voter) for voter in voters}
    refs = [list(ref) for ref in sorted(new)]
    old = {VoterRef(row[0], row[1]): row for row in bound.rows(queries.VOTERS, rows=refs)}
    bound.keep(queries.PUT_VOTERS, [new[ref] for ref in sorted(new) if old.get(ref) != new[ref]])
    return counted(old, new)


def put_matches(
    bound: Bound, supporter_id: SupporterId, matches: Sequence[Match], voters: Sequence[Voter] = ()
) -> Upserted:
    """What is believed of her contacts, with the voters they name; her own answers stand."""
    keys = {match.contact_key for match in matches}
    require(bound, supporter_id, keys)
    digest, found = some_match_rows(bound, supporter_id, keys)
    old = {match.contact_key: match for match in map(rows.match_of, found)}
    new = believed(old, matches)
    changed = [match for key, match in new.items() if old.get(key) != match]
    replaced = [old[match.contact_key] for match in changed if match.contact_key in old]
    if voters:
        put_voters(bound, voters)
    replace_matches(bound, supporter_id, replaced, changed, digest=digest)
    drop_unnamed_voters(bound, voters_in(replaced) | {voter.ref for voter in voters})
    return counted(old, new)


def replace_asks(bound: Bound, supporter_id: SupporterId, asks: Sequence[Ask]) -> Upserted:
    """Her whole list."""
    refuse_others(supporter_id, asks)
    require(bound, supporter_id, (ask.contact_key for ask in asks))
    by_place = {(ask.rank, ask.contact_key): ask for ask in asks}
    new = {(rank, str(key)): rows.ask_row(ask) for (rank, key), ask in by_place.items()}
    old = asks_of(bound, supporter_id)
    if old != new:
        write_asks(bound, supporter_id, by_place.values())
    return counted(old, new)


def put_all(bound: Bound, brought: Brought) -> Upserted:
    """A supporter with her contacts, what each is taken for, and her list."""
    her = brought.supporter.supporter_id
    kept = put_supporter(bound, brought.supporter)
    kept += put_contacts(bound, her, brought.contacts)
    kept += put_matches(bound, her, brought.matches)
    return kept + replace_asks(bound, her, brought.asks)


def replace_matches(
    bound: Bound, supporter_id: SupporterId, old: Iterable[Match], new: Sequence[Match], *, digest: int
) -> None:
    """Put matches in the place of what was believed of these contacts; ``digest`` was that of all her matches before."""
    if not new:
        return
    put = [rows.match_row(match) for match in sorted(new, key=lambda match: match.contact_key)]
    after = digest + digest_of(put) - digest_of(map(rows.match_row, old))
    bound.keep(queries.PUT_MATCHES, [row[:3] for row in put], supporter_id=supporter_id, digest=after)
    bound.keep(queries.DROP_CANDIDATES, [row[:1] for row in put], supporter_id=supporter_id)
    candidates: list[Row] = [(row[0], *candidate) for row in put for candidate in row[3]]
    candidates.sort(key=lambda row: row[2:4])
    bound.keep(queries.PUT_CANDIDATES, candidates, supporter_id=supporter_id)


def write_asks(bound: Bound, supporter_id: SupporterId, asks: Iterable[Ask]) -> None:
    """Make these her whole list."""
    new = [rows.ask_row(ask) for ask in asks]
    bound.rows(queries.DROP_ASKS, supporter_id=supporter_id)
    bound.keep(queries.PUT_ASKS, new, supporter_id=supporter_id, digest=digest_of(new))


def drop_unnamed_voters(bound: Bound, voters: Iterable[VoterRef]) -> int:
    """Remove those of these voters whom no match names; how many of those that were kept went."""
    named = [list(voter) for voter in sorted(voters)]
    return bound.number(queries.DROP_UNNAMED, rows=named) if named else 0


def seal_asks(bound: Bound, supporter_id: SupporterId) -> None:
    """Note the digest of the list she has now, after an erasure."""
    bound.rows(queries.SEAL_ASKS, supporter_id=supporter_id, digest=digest_of(ask_rows(bound, supporter_id)[1]))
