"""Who saw what of whom: append-only streams of ids, each line chained to the one before.

What belongs to a supporter stands in a stream of her own, so that she reads it at once however large the campaign is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.errors import InputError
from graph.model import SupporterId
from graph.records import RecordStore
from oauth.chain import append_chained, broken_links, chains, erase_chain

STREAM = "audit"
_AN_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")


@dataclass(frozen=True, slots=True)
class Act:
    """One look: ``who`` saw or did ``what`` with ``whom`` (all ids), which belongs to supporter ``of`` when given."""

    at: datetime
    who: str
    what: str
    whom: str
    of: str = ""


def record_seen(
    records: RecordStore, *, who: str, what: str, whom: str | Sequence[str], at: datetime, of: str = ""
) -> None:
    """Write down that somebody saw or did something, in one line, with one or several; with none it is nothing.

    Ids only: raises ``InputError`` for what cannot be one.
    """
    several = [whom] if isinstance(whom, str) else list(whom)
    if not all(_AN_ID.fullmatch(text) for text in (who, what, *several, of or "-")):
        happened = "The audit keeps ids only, and this is none."
        raise InputError(happened, thing=STREAM, next_step="Give ids of at most 128 letters, digits and _ . : -")
    if several:
        append_chained(records, _stream(of), {"who": who, "what": what, "whom": several, "of": of}, at=at)


def acts(records: RecordStore) -> list[Act]:
    """Every look, oldest first."""
    found = [act for stream in audit_streams(records) for act in _acts_in(records, stream)]
    return sorted(found, key=lambda act: act.at)


def acts_about(records: RecordStore, supporter: SupporterId) -> list[Act]:
    """What others saw or did of a supporter and of what is hers, oldest first; not what a friend saw of himself."""
    everywhere = (act for act in _acts_in(records, STREAM) if supporter == act.whom)
    found = [
        act for act in (*_acts_in(records, _stream(supporter)), *everywhere) if act.who not in (supporter, act.whom)
    ]
    return sorted(found, key=lambda act: act.at)


def names_seen(records: RecordStore, supporter: SupporterId) -> int:
    """How many different people and friends of a supporter others saw."""
    return len({act.whom for act in acts_about(records, supporter)})


def audit_streams(records: RecordStore) -> list[str]:
    """The streams of the audit, those whose every line was taken out too, in order."""
    return [stream for stream in chains(records) if stream == STREAM or stream.startswith(f"{STREAM}:")]


def verify(records: RecordStore) -> list[str]:
    """What was changed or taken out, in words; empty when the audit is whole."""
    return [problem for stream in audit_streams(records) for problem in broken_links(records, stream)]


def erase_audit(records: RecordStore) -> int:
    """Remove the whole audit at the end of a campaign; how many lines went."""
    return sum(erase_chain(records, stream) for stream in audit_streams(records))


def _stream(of: str) -> str:
    return f"{STREAM}:{of}" if of else STREAM


def _acts_in(records: RecordStore, stream: str) -> Iterator[Act]:
    for entry in records.read(stream):
        line = entry.value
        seen = [line["whom"]] if isinstance(line["whom"], str) else line["whom"]
        yield from (Act(entry.at, line["who"], line["what"], whom, line["of"]) for whom in seen)
