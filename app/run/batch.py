"""``kith run`` as straight-line code: files in, lists out, the same bytes for the same input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app import steps
from app.run.answers import read_answers, write_questions
from app.run.circles import ContactsRead, read_circles
from app.run.consent import permits_in
from app.run.election_file import read_election_table
from app.run.inputs import RunInputs, check_inputs, read_supporters
from app.run.model_file import KeptModel, read_model, write_model
from app.run.outputs import (
    ASKS,
    MATCHES,
    QUESTIONS,
    SUMMARY,
    TIMINGS,
    Progress,
    check_writable,
    output_folder,
    write_csv,
    write_json,
)
from app.run.pilot_file import effect_of_pilot
from app.run.stopwatch import Stopwatch, now_and_then
from app.run.summary import summary_of
from app.run.support_file import with_support
from app.run.tables import ASK_HEADER, MATCH_HEADER, ask_rows, match_rows
from graph.errors import InputError
from graph.model import ContactKey, Election, Match, Purpose, SupporterId
from graph.voters import UNKNOWN_DAY, Ballots, VoterColumns
from matching.double_registrations import under_all_registrations
from matching.link import MatchResult
from matching.questions import Answer
from matching.voterfile.ballots import read_ballots
from matching.voterfile.reader import read_voters
from matching.voterfile.report import ImportReport
from prioritization.effect import EffectModel
from prioritization.elections import find_election
from prioritization.holdouts import HoldoutReport, holdout_report, salt_of
from prioritization.plan import Plan
from prioritization.policy import SURE_ENOUGH_TO_ASK, Policy
from prioritization.returned import turnout_now
from prioritization.turnout import TurnoutScores

__all__ = ["newest_date", "read_circles", "run"]

_KEY = b"kith run: files in, files out, nothing kept"
"""Digests live only as long as the run, so that the key need not be a secret; it must be the same each time."""

_MOST_FILES_TOLD = 10


@dataclass(frozen=True, slots=True)
class _Given:
    """What the files of a run hold, and the day that they make it."""

    read: ContactsRead
    voters: steps.Voters
    voter_file: ImportReport
    ballots: Ballots
    ballot_file: Mapping[str, Any]
    as_of: date
    election: Election
    effect: EffectModel
    answers: Mapping[ContactKey, Answer]
    model: KeptModel | None

    @property
    def columns(self) -> VoterColumns:
        """The voter file's."""
        return self.voters.columns


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The asks, by which rules and by what belief of one ask."""

    plan: Plan
    policy: Policy
    effect: EffectModel


def run(inputs: RunInputs, *, progress: Progress) -> dict[str, Any]:
    """Do the whole job and write it; the summary as it stands in summary.json.

    Raises ``UsageError`` and ``InputError``; nothing is written then.
    """
    watch = Stopwatch()
    check_inputs(inputs)
    check_writable(inputs.out)
    given = _read(inputs, watch, progress)
    progress("Finding friends on the list of voters")
    with watch.step("match"):
        found, turnout = _find(inputs, given)
    progress("Choosing whom to ask")
    with watch.step("rank"):
        chosen = _choose(inputs, given, found, turnout)
    summary = _summary(inputs, given, found, turnout, chosen)
    with watch.step("write"), output_folder(inputs.out) as folder:
        _write(folder, given, found, chosen.plan)
        write_json(folder / SUMMARY, summary)
        write_json(folder / TIMINGS, watch.as_dict())
    if inputs.model_out:
        origin = given.model.origin if given.model else None
        write_model(inputs.model_out, found.model, learned_on=given.voter_file, as_of=given.as_of, origin=origin)
    return summary


def _read(inputs: RunInputs, watch: Stopwatch, progress: Progress) -> _Given:
    progress("Reading contacts")
    with watch.step("contacts"):
        read = read_circles(read_supporters(inputs.supporters), inputs.contacts)
        _tell_left_out(read, progress)
    progress("Reading the voter file")
    with watch.step("voters"):
        columns, report = read_voters(
            inputs.voters, layout=inputs.layout, history=inputs.history, append=inputs.append, key=_KEY,
            as_of=inputs.as_of, state=inputs.state, progress=now_and_then(progress),
        )  # fmt: skip
        ballots, ballot_report = _ballots(inputs, columns)
        columns = with_support(columns, inputs.support) if inputs.support else columns
    _refuse_past_election(columns, inputs.election)
    with watch.step("index"):
        voters = steps.Voters.of(columns, _KEY)
    return _Given(
        read,
        voters,
        report,
        under_all_registrations(ballots, columns, voters.index.person),
        ballot_report,
        as_of=inputs.as_of or newest_date(columns, ballots, inputs.election),
        effect=EffectModel.from_json(inputs.effect.read_text("utf-8", "replace")) if inputs.effect else EffectModel(),
        answers=read_answers(inputs.answers, read.circles, columns) if inputs.answers else {},
        model=read_model(inputs.model_in, report) if inputs.model_in else None,
        election=_election(inputs, columns.state),
    )


def _election(inputs: RunInputs, state: str) -> Election:
    table = read_election_table(inputs.elections) if inputs.elections else None
    return find_election(inputs.election, state=state, table=table)


def _find(inputs: RunInputs, given: _Given) -> tuple[MatchResult, TurnoutScores]:
    """Who each contact is, and beside it, as it does not wait for that, who will probably vote."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        turnout = beside.submit(turnout_now, given.columns, given.election, as_of=given.as_of, ballots=given.ballots)
        found = steps.find_friends(
            given.read.circles,
            given.voters,
            as_of=given.as_of,
            answers=given.answers,
            pooling=permits_in(given.read.circles, Purpose.POOL) if inputs.pool else (),
            model=given.model.model if given.model else None,
        )
    return found, turnout.result()


def _choose(inputs: RunInputs, given: _Given, found: MatchResult, turnout: TurnoutScores) -> _Chosen:
    circles, known, effect = given.read.circles, steps.Known.of(found), given.effect
    if inputs.experiment and inputs.experiment_day:
        effect = effect_of_pilot(
            inputs.experiment, inputs.experiment_day, circles, known, given.columns, as_of=given.as_of, model=effect
        )  # fmt: skip
    salt = salt_of(given.columns.state, inputs.election)
    policy = Policy(
        least_match_probability=SURE_ENOUGH_TO_ASK,
        holdout_share=inputs.holdout, holdout_salt=salt, explore_share=inputs.explore, explore_salt=salt,
    )  # fmt: skip
    plan = steps.choose_asks(
        circles, known, given.columns, coordinating=permits_in(circles, Purpose.COORDINATE), election=given.election,
        ballots=given.ballots, as_of=given.as_of, asks=inputs.asks, policy=policy, effect=effect, turnout=turnout,
    )  # fmt: skip
    return _Chosen(plan, policy, effect)


def _summary(
    inputs: RunInputs, given: _Given, found: MatchResult, turnout: TurnoutScores, chosen: _Chosen
) -> dict[str, Any]:
    return summary_of(
        given.read,
        found.matches,
        chosen.plan,
        effect=chosen.effect,
        election=given.election,
        turnout=turnout.report,
        holdout=_holdout(found.matches, given.columns, chosen.policy, turnout, day=inputs.election),
        as_of=given.as_of,
        voter_file=given.voter_file.as_json(),
        ballots=given.ballot_file,
    )


def _write(folder: Path, given: _Given, found: MatchResult, plan: Plan) -> None:
    circles = given.read.circles
    write_csv(folder / MATCHES, MATCH_HEADER, match_rows(given.read, found.matches))
    write_csv(folder / ASKS, ASK_HEADER, ask_rows(circles, plan))
    write_questions(
        folder / QUESTIONS, circles, found.matches, given.columns, as_of=given.as_of, gains=plan.question_gains
    )


def _tell_left_out(read: ContactsRead, progress: Progress) -> None:
    """Say which files were left out; supporters are named by their ids, files by their number."""
    for left_out in read.files_left_out[:_MOST_FILES_TOLD]:
        progress(f"Left out file {left_out.file} of supporter {left_out.supporter_id}: {left_out.reason}")
    if further := len(read.files_left_out[_MOST_FILES_TOLD:]):
        progress(f"Left out {further:,} more files; summary.json names them all.")
    if without := sum(not circle.contacts for circle in read.circles):
        progress(f"Without contacts: {without:,} of {len(read.circles):,} supporters.")
    if read.files_of_nobody:
        progress(f"Files in the folder that belong to no supporter: {read.files_of_nobody:,}.")


def _ballots(inputs: RunInputs, columns: VoterColumns) -> tuple[Ballots, Mapping[str, Any]]:
    if inputs.ballots is None:
        return Ballots(), {}
    ballots, report = read_ballots(
        inputs.ballots, election=inputs.election, known_ids=columns.voter_ids, layout=inputs.layout
    )
    return ballots, report.as_json()


def _holdout(
    matches: Mapping[SupporterId, Sequence[Match]],
    columns: VoterColumns,
    policy: Policy,
    turnout: TurnoutScores,
    *,
    day: date,
) -> HoldoutReport:
    """The hold-out among everybody who is matched."""
    voters = {match.voter for each in matches.values() for match in each if match.voter}
    rows = [row for voter in voters if (row := columns.row(voter)) is not None]
    return holdout_report(columns, rows, policy, day=day, turnout=turnout.report.mean_probability)


def _refuse_past_election(columns: VoterColumns, election: date) -> None:
    """Refuse to look forward to an election from a history that knows what came after it."""
    newest = max((past.day for past in columns.elections), default=election)
    if newest > election:
        raise InputError(
            f"The history knows of the election of {newest}, later than the coming one of {election}.",
            next_step="Give the coming election with --election.",
        )


def newest_date(columns: VoterColumns, ballots: Ballots, election: date) -> date:
    """The newest date in the inputs, at most the election: the run's clock when none is given."""
    days = columns.registered_on[columns.registered_on != UNKNOWN_DAY]
    dates = [past.day for past in columns.elections]
    dates += [date(1970, 1, 1) + timedelta(days=int(days.max()))] if len(days) else []
    dates += [day for day in (columns.snapshot, ballots.as_of) if day is not None]
    return min(max(dates, default=election), election)
