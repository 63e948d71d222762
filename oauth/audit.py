"""Who saw what of whom: an append-only stream of ids, each line chained to the one before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from graph.errors import InputError
from graph.model import SupporterId
from graph.records import RecordStore
from oauth.chain import append_chained, broken_links

STREAM = "audit"
_AN_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")


@dataclass(frozen=True, slots=True)
class Act:
    """One line: ``who`` saw or did ``what`` with ``whom`` (all ids), which belongs to supporter ``of`` when given."""

    at: datetime
    who: str
    what: str
    whom: str
    of: str = ""


def record_seen(records: RecordStore, *, who: str, what: str, whom: str, at: datetime, of: str = "") -> None:
    """Write down that somebody saw or did something. Ids only: raises ``InputError`` for what cannot be one."""
    if not all(_AN_ID.fullmatch(text) for text in (who, what, whom, of or "-")):
        happened = "The audit keeps ids only, and this is none."
        raise InputError(happened, thing=STREAM, next_step="Give ids of at most 128 letters, digits and _ . : -")
    append_chained(records, STREAM, {"who": who, "what": what, "whom": whom, "of": of}, at=at)


def acts(records: RecordStore) -> list[Act]:
    """Every line, oldest first."""
    lines = ((entry.at, entry.value) for entry in records.read(STREAM))
    return [Act(at, line["who"], line["what"], line["whom"], line["of"]) for at, line in lines]


def acts_about(records: RecordStore, supporter: SupporterId) -> list[Act]:
    """What others saw or did of a supporter and of what is hers, oldest first."""
    return [act for act in acts(records) if supporter in (act.whom, act.of) and act.who != supporter]


def names_seen(records: RecordStore, supporter: SupporterId) -> int:
    """How many different people and friends of a supporter others saw."""
    return len({act.whom for act in acts_about(records, supporter)})


def people_who_saw(records: RecordStore, supporter: SupporterId) -> int:
    """How many different people saw something of a supporter or of what is hers."""
    return len({act.who for act in acts_about(records, supporter)})


def verify(records: RecordStore) -> list[str]:
    """What was changed or taken out, in words; empty when the audit is whole."""
    return broken_links(records, STREAM)
