"""``kith run`` as straight-line code: files in, lists out, the same bytes for the same input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app import steps
from app.run.answers import read_answers, write_questions
from app.run.inputs import RunInputs, check_inputs, read_supporters
from app.run.outputs import Progress, check_writable, output_folder, write_csv, write_json
from app.run.stopwatch import Stopwatch
from graph.errors import InputError
from graph.model import Circle, ContactKey, ContactRecord, Match, MatchStatus, Supporter, SupporterId
from graph.voters import UNKNOWN_DAY, Ballots, VoterColumns
from matching.ballots import read_ballots
from matching.voterfile import read_voters
from oauth.readers.reading import read_contacts
from prioritization.elections import find_election
from prioritization.plan import Plan
from prioritization.policy import Policy

_KEY = b"kith run: files in, files out, nothing kept"
"""Digests live only as long as the run, so that the key need not be a secret; it must be the same each time."""

MATCH_HEADER = ("supporter_id", "source", "contact_index", "voter_id", "match_probability", "status", "reason")
ASK_HEADER = (
    "supporter_id", "rank", "source", "contact_index", "voter_id", "ask",
    "match_probability", "turnout_probability", "expected_votes", "reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ContactsRead:
    """Circles in the order of the supporters, and what was left out of which file and why."""

    circles: tuple[Circle, ...]
    entries: int
    left_out: Mapping[str, int]


def run(inputs: RunInputs, *, progress: Progress) -> dict[str, Any]:
    """Do the whole job and write it; the summary as it stands in summary.json.

    Raises ``UsageError`` and ``InputError``; nothing is written then.
    """
    watch = Stopwatch()
    check_inputs(inputs)
    check_writable(inputs.out)
    supporters = read_supporters(inputs.supporters)
    progress("Reading the voter file")
    with watch.step("voters"):
        columns, report = read_voters(
            inputs.voters,
            layout=inputs.layout,
            history=inputs.history,
            append=inputs.append,
            key=_KEY,
            as_of=inputs.as_of,
        )
        ballots = _ballots(inputs, columns)
    as_of = inputs.as_of or newest_date(columns, ballots, inputs.election)
    progress("Reading contacts")
    with watch.step("contacts"):
        read = read_circles(supporters, inputs.contacts)
    progress("Finding friends on the list of voters")
    with watch.step("match"):
        answers = read_answers(inputs.answers, read.circles, columns) if inputs.answers else {}
        found = steps.find_friends(
            read.circles, steps.Voters.of(columns, _KEY), as_of=as_of, answers=answers, pool=inputs.pool
        )
    progress("Choosing whom to ask")
    with watch.step("rank"):
        election = find_election(inputs.election, state=columns.state)
        plan = steps.choose_asks(
            read.circles, steps.Known.of(found), columns, election=election, ballots=ballots, as_of=as_of,
            asks=inputs.asks, policy=Policy(holdout_share=inputs.holdout),
        )  # fmt: skip
    summary = _summary(inputs, supporters, columns, read, found.matches, plan, as_of, report.as_json())
    with watch.step("write"), output_folder(inputs.out) as folder:
        _write(folder, read.circles, found.matches, plan, columns, as_of, summary)
        write_json(folder / "timings.json", watch.as_dict())
    return summary


def _ballots(inputs: RunInputs, columns: VoterColumns) -> Ballots:
    if inputs.ballots is None:
        return Ballots()
    ballots, _ = read_ballots(inputs.ballots, election=inputs.election, known_ids=columns.voter_ids)
    return ballots


def newest_date(columns: VoterColumns, ballots: Ballots, election: date) -> date:
    """The newest date in the inputs, at most the election: the run's clock when none is given."""
    days = columns.registered_on[columns.registered_on != UNKNOWN_DAY]
    dates = [past.day for past in columns.elections]
    dates += [date(1970, 1, 1) + timedelta(days=int(days.max()))] if len(days) else []
    dates += [day for day in (columns.snapshot, ballots.as_of) if day is not None]
    return min(max(dates, default=election), election)


def read_circles(supporters: Sequence[Supporter], folder: Path) -> ContactsRead:
    """Each supporter's files under the folder. A file nobody lists belongs to the supporter whose id it begins with."""
    owned = _owned_files(supporters, folder)
    left_out: Counter[str] = Counter()
    circles, entries = [], 0
    for supporter in supporters:
        contacts: dict[ContactKey, ContactRecord] = {}
        for path in owned[supporter.supporter_id]:
            read = read_contacts(path.read_bytes(), source=path.relative_to(folder).as_posix())
            entries += read.entries
            left_out.update(f"contact {skipped.reason}" for skipped in read.left_out)
            contacts |= {contact_place(record): record for record in read.records}
        circles.append(Circle(supporter, contacts))
    return ContactsRead(tuple(circles), entries, left_out)


def contact_place(record: ContactRecord) -> ContactKey:
    """A contact's key inside one run: its file and its position."""
    return ContactKey(f"{record.source}#{record.position}")


def _owned_files(supporters: Sequence[Supporter], folder: Path) -> dict[SupporterId, list[Path]]:
    owned: dict[SupporterId, list[Path]] = {supporter.supporter_id: [] for supporter in supporters}
    listed: dict[str, str] = {}
    for supporter in supporters:
        for name in supporter.files:
            path = folder / name
            if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
                raise InputError(
                    "A listed contact file is not in the folder.",
                    thing=f"supporter {supporter.supporter_id}",
                    next_step="Check the files column of the supporters' table.",
                )
            if listed.setdefault(name, supporter.supporter_id) != supporter.supporter_id:
                raise InputError(
                    "One contact file is listed for two supporters.",
                    thing=f"supporter {supporter.supporter_id}",
                    next_step="Give each supporter her own file.",
                )
            owned[supporter.supporter_id].append(path)
    for path in sorted(folder.iterdir()):
        prefix = SupporterId(path.name.split(".", 1)[0])
        if path.is_file() and path.name not in listed and prefix in owned:
            owned[prefix].append(path)
    return owned


def _write(
    folder: Path,
    circles: Sequence[Circle],
    matches: Mapping[SupporterId, Sequence[Match]],
    plan: Plan,
    columns: VoterColumns,
    as_of: date,
    summary: Mapping[str, Any],
) -> None:
    write_csv(folder / "matches.csv", MATCH_HEADER, _match_rows(circles, matches))
    write_csv(folder / "asks.csv", ASK_HEADER, _ask_rows(circles, plan))
    write_questions(folder / "questions.csv", circles, matches, columns, as_of=as_of, gains=plan.question_gains)
    write_json(folder / "summary.json", summary)


def _match_rows(circles: Sequence[Circle], matches: Mapping[SupporterId, Sequence[Match]]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for circle in circles:
        for match in matches.get(circle.supporter.supporter_id, ()):
            record = circle.contacts[match.contact_key]
            place = (circle.supporter.supporter_id, record.source, record.position)
            rows += [
                (
                    *place,
                    c.voter.voter_id,
                    _number(c.match_probability),
                    match.status,
                    "; ".join(c.reasons) or match.reason,
                )
                for c in match.candidates
            ] or [(*place, "", "", match.status, match.reason)]
    return rows


def _ask_rows(circles: Sequence[Circle], plan: Plan) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for circle in circles:
        for ask in plan.asks.get(circle.supporter.supporter_id, ()):
            record, factors = circle.contacts[ask.contact_key], ask.factors
            rows.append(
                (
                    ask.supporter_id,
                    ask.rank,
                    record.source,
                    record.position,
                    ask.voter.voter_id,
                    ask.kind,
                    _number(factors["match_probability"]),
                    _number(factors["turnout_probability"]),
                    _number(ask.expected_votes, 6),
                    ask.reason,
                )
            )
    return rows


def _number(value: float, places: int = 4) -> str:
    return f"{value:.{places}f}"


def _summary(
    inputs: RunInputs,
    supporters: Sequence[Supporter],
    columns: VoterColumns,
    read: ContactsRead,
    matches: Mapping[SupporterId, Sequence[Match]],
    plan: Plan,
    as_of: date,
    voter_report: Mapping[str, Any],
) -> dict[str, Any]:
    status = Counter(match.status for each in matches.values() for match in each)
    reasons = Counter(match.reason for each in matches.values() for match in each if not match.candidates)
    declared = all(supporter.purposes is None for supporter in supporters)
    return {
        "election": inputs.election.isoformat(),
        "as_of": as_of.isoformat(),
        "consent": "declared by the operator" if declared else "as the purposes column says",
        "voters": len(columns),
        "supporters": len(supporters),
        "supporters_without_contacts": sum(not circle.contacts for circle in read.circles),
        "read": read.entries,
        "person": sum(status.values()) - reasons.get("not a person", 0),
        "matched": status[MatchStatus.AUTO] + status[MatchStatus.CONFIRMED],
        "unsure": status[MatchStatus.UNSURE],
        "no_match": status[MatchStatus.NO_MATCH] + status[MatchStatus.REJECTED],
        "asked": sum(len(asks) for asks in plan.asks.values()),
        "expected_votes": round(plan.expected_votes, 4),
        "left_out": dict(sorted({**read.left_out, **plan.left_out}.items())),
        "no_match_reasons": dict(sorted(reasons.items())),
        "voter_file": dict(voter_report),
    }
