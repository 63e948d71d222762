"""A voter file in a state's or a vendor's layout becomes columns, with a report of everything that was left out.

Reading is the dry run: nothing is written here. Each distinct text is cleaned once; rows are never looped over, except to
key phones and e-mails.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graph.errors import UsageError
from graph.voters import UNKNOWN_DAY, Coded, RegistrationStatus, VoterColumns
from matching.normalise import normalise
from matching.voterfile.append import Keyed, area_codes, count_keyed, gathered, keyed_emails, keyed_phones, read_append
from matching.voterfile.births import read_births
from matching.voterfile.columns import (
    coded,
    counted,
    day_of,
    day_parser,
    households,
    ids_as_bytes,
    label,
    mapped,
    postal_code,
    unknown_texts,
    without,
)
from matching.voterfile.delimited import Progress, dictionary_counts
from matching.voterfile.elections import History, eligible, refuse_coming_elections
from matching.voterfile.history import VoteRows, collapse, read_history, read_history_columns
from matching.voterfile.profile import Profile, RowsHistory, comparable_code, load_profile
from matching.voterfile.report import ElectionCount, ImportReport, Tally, refuse_unknown_codes
from matching.voterfile.roll import Roll, read_roll
from matching.voterfile.scores import read_scores

_YEAR = 366
_NEARLY_ALL = 0.999


def read_voters(
    voters: Path,
    *,
    layout: str,
    key: bytes,
    history: Path | None = None,
    append: Path | None = None,
    as_of: date | None = None,
    state: str = "",
    progress: Progress | None = None,
) -> tuple[VoterColumns, ImportReport]:
    """Read a voter file with its history and appended phones and e-mails.

    Args:
        voters: the voter file.
        layout: a built-in layout (``nc``, ``oh``, ``van``, ...) or the path of a profile (``.yaml``).
        key: the campaign's key for digests of phones and e-mails.
        history: the history file, in layouts that keep it apart.
        append: a vendor's file of phones and e-mails by voter id.
        as_of: the day the file was taken; the newest date in the inputs when not given.
        state: the state's two letters, for layouts that do not fix it; over the file's own column.
        progress: called with the step's name and how far it is (bytes looked at, then rows read).

    Returns:
        The columns in the order of the ids, and the report.

    Raises:
        UsageError: no such layout, a history file for a layout that has none, an unknown state.
        InputError: a file that cannot be read whole, misses a column, or has codes that the profile does not know; nothing
            is kept of it then.
    """
    profile, tally = load_profile(layout), Tally()
    if history and not isinstance(profile.history, RowsHistory):
        raise UsageError(
            f"Layout {profile.name} keeps the history in the voter file itself.",
            next_step="Leave the history file out.",
        )
    roll = read_roll(voters, profile=profile, tally=tally, progress=progress, state=state)
    votes = _read_votes(roll, history, profile=profile, tally=tally, progress=progress)
    registered = _registered_on(roll, profile, tally)
    snapshot = _snapshot(as_of, registered, votes)
    if votes and snapshot:
        refuse_coming_elections(votes.per_day(), snapshot=snapshot, thing=votes.thing)
    held = (
        collapse(votes, voters=len(roll), tally=tally) if votes else History((), np.zeros(len(roll), dtype=np.uint64))
    )
    phones, emails = _contacts(roll, append, profile=profile, key=key, tally=tally, progress=progress)
    columns = _columns(roll, held, registered, snapshot, phones, emails, profile=profile, tally=tally)
    return columns, _report(columns, profile, tally)


def _read_votes(
    roll: Roll, history: Path | None, *, profile: Profile, tally: Tally, progress: Progress | None
) -> VoteRows | None:
    if history:
        return read_history(history, profile=profile, ids=roll.ids, tally=tally, progress=progress)
    if roll.election_columns:
        return read_history_columns(
            roll.table, roll.election_columns, profile=profile, state=roll.state, tally=tally, thing=roll.file.thing
        )
    tally.notes.append("No history was given: nobody is known to have voted.")
    return None


def _registered_on(roll: Roll, profile: Profile, tally: Tally) -> NDArray[np.int32]:
    """Registration days. A day more than a year after nearly all others is a slip of the pen, and unknown."""
    if not roll.has("registered_on"):
        return np.full(len(roll), UNKNOWN_DAY, dtype=np.int32)
    days = mapped(roll.table["registered_on"], day_parser(profile.dates), np.int32)
    blank = mapped(roll.table["registered_on"], lambda text: not text.strip(), bool)
    known = days[days != UNKNOWN_DAY]
    too_late = days > np.quantile(known, _NEARLY_ALL, method="higher") + _YEAR if len(known) else days > 0
    tally.count(
        "voters",
        registration_day_blank=int(np.count_nonzero(blank)),
        registration_day_unparsable=int(np.count_nonzero((days == UNKNOWN_DAY) & ~blank)),
        registration_day_in_the_future=int(np.count_nonzero(too_late)),
    )
    return np.where(too_late, UNKNOWN_DAY, days).astype(np.int32)


def _snapshot(as_of: date | None, registered: NDArray[np.int32], votes: VoteRows | None) -> date | None:
    """The day of the file: given, else its newest registration or election; ``None`` when it has neither."""
    if as_of:
        return as_of
    known = registered[registered != UNKNOWN_DAY]
    dates = [day_of(known.max())] if len(known) else []
    dates += [election.day for election in votes.elections] if votes else []
    return max(dates, default=None)


def _contacts(
    roll: Roll, append: Path | None, *, profile: Profile, key: bytes, tally: Tally, progress: Progress | None
) -> tuple[list[Keyed], list[Keyed]]:
    """Phones and e-mails of the file itself, then of the append file."""
    rows = np.arange(len(roll), dtype=np.int32)
    own = [name for name in ("phone", "cell_phone") if roll.has(name)]
    phones = [keyed_phones(roll.table[name], rows, key=key) for name in own]
    emails = [keyed_emails(roll.table["email"], rows, key=key)] if roll.has("email") else []
    count_keyed("voters", phones, emails, tally)
    if append is None:
        return phones, emails
    more_phones, more_emails = read_append(
        append, profile=profile, ids=roll.ids.kept, key=key, tally=tally, progress=progress
    )
    return phones + more_phones, emails + more_emails


def _columns(
    roll: Roll,
    history: History,
    registered: NDArray[np.int32],
    snapshot: date | None,
    phones: list[Keyed],
    emails: list[Keyed],
    *,
    profile: Profile,
    tally: Tally,
) -> VoterColumns:
    born = read_births(roll.table, dates=profile.dates, snapshot=snapshot, tally=tally, thing=roll.file.thing)
    address = without(profile.not_an_address)
    cleaners = {"street": address, "city": address, "postal_code": postal_code, "county": label, "precinct": label}
    words = ("last_name", "first_name", "middle_name", "name_suffix", "party", "gender", *cleaners)
    texts = {name: _texts(roll, name, cleaners.get(name, normalise)) for name in words}
    return VoterColumns(
        state=roll.state,
        voter_ids=ids_as_bytes(roll.ids.kept),
        birth_year=born.year,
        birth_month=born.month,
        birth_day=born.day,
        registered_on=registered,
        status=_status(roll, profile, tally),
        household=households(texts["street"], texts["postal_code"], texts["city"]),
        area_code=area_codes(phones, voters=len(roll)),
        elections=history.elections,
        voted=history.voted,
        eligible=eligible(history, registered, born),
        phones=gathered(phones),
        emails=gathered(emails),
        scores=read_scores(roll.table, profile=profile, tally=tally),
        snapshot=snapshot,
        **texts,
    )


def _texts(roll: Roll, name: str, clean: Callable[[str], str]) -> Coded:
    return coded(roll.table[name], clean) if roll.has(name) else unknown_texts(len(roll))


def _status(roll: Roll, profile: Profile, tally: Tally) -> NDArray[np.int8]:
    if not roll.has("status"):
        return np.full(len(roll), RegistrationStatus.ACTIVE, dtype=np.int8)
    counts = dictionary_counts(roll.table["status"], comparable_code)
    column = roll.file.header[roll.places["status"]]
    refuse_unknown_codes(
        counts, tuple(profile.statuses), column=column, thing=roll.file.thing, layout=profile.name, where="statuses"
    )
    tally.count_codes("status", counts)
    return mapped(roll.table["status"], lambda code: profile.status_of.get(comparable_code(code), 0), np.int8)


def _report(columns: VoterColumns, profile: Profile, tally: Tally) -> ImportReport:
    words = {int(status): status.name.lower() for status in RegistrationStatus}
    tally.count_codes("registration", counted(columns.status, words))
    bits = [np.uint64(bit) for bit in range(len(columns.elections))]
    elections = tuple(
        ElectionCount(
            election.day.isoformat(),
            election.kind.name.lower(),
            election.label,
            int(((columns.voted >> bit) & np.uint64(1)).sum()),
            int(((columns.eligible >> bit) & np.uint64(1)).sum()),
        )
        for bit, election in zip(bits, columns.elections, strict=True)
    )
    snapshot = columns.snapshot.isoformat() if columns.snapshot else ""
    return ImportReport(
        profile.name, columns.state, snapshot, tally.files, tally.counts, tally.codes, elections, tuple(tally.notes)
    )
