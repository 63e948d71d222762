"""``kith run`` as straight-line code: files in, lists out, the same bytes for the same input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

from app import steps
from app.run.answers import read_answers, write_questions
from app.run.circles import ContactsRead, read_circles
from app.run.collector import without_collector
from app.run.consent import permits_in
from app.run.election_file import read_election_table
from app.run.inputs import RunInputs, check_inputs, read_supporters
from app.run.model_file import read_model, write_model
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
from graph.model import Match, Purpose, SupporterId
from graph.voters import UNKNOWN_DAY, Ballots, VoterColumns
from matching.voterfile.ballots import read_ballots
from matching.voterfile.reader import read_voters
from prioritization.effect import EffectModel
from prioritization.elections import find_election
from prioritization.holdouts import HoldoutReport, holdout_report, salt_of
from prioritization.policy import SURE_ENOUGH_TO_ASK, Policy
from prioritization.returned import turnout_now
from prioritization.turnout import TurnoutScores

__all__ = ["newest_date", "read_circles", "run"]

_KEY = b"kith run: files in, files out, nothing kept"
"""Digests live only as long as the run, so that the key need not be a secret; it must be the same each time."""

_MOST_FILES_TOLD = 10


@without_collector()
def run(inputs: RunInputs, *, progress: Progress) -> dict[str, Any]:
    """Do the whole job and write it; the summary as it stands in summary.json.

    Raises ``UsageError`` and ``InputError``; nothing is written then.
    """
    watch = Stopwatch()
    check_inputs(inputs)
    check_writable(inputs.out)
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
    as_of = inputs.as_of or newest_date(columns, ballots, inputs.election)
    effect = EffectModel.from_json(inputs.effect.read_text("utf-8", "replace")) if inputs.effect else EffectModel()
    answers = read_answers(inputs.answers, read.circles, columns) if inputs.answers else {}
    model = read_model(inputs.model_in, report) if inputs.model_in else None
    table = read_election_table(inputs.elections) if inputs.elections else None
    election = find_election(inputs.election, state=columns.state, table=table)
    progress("Finding friends on the list of voters")
    with watch.step("match"), ThreadPoolExecutor(max_workers=1) as beside:  # who votes does not wait for who is who
        forecast = beside.submit(turnout_now, columns, election, as_of=as_of, ballots=ballots)
        found = steps.find_friends(
            read.circles,
            steps.Voters.of(columns, _KEY),
            as_of=as_of,
            answers=answers,
            pooling=permits_in(read.circles, Purpose.POOL) if inputs.pool else (),
            model=model.model if model else None,
        )
    progress("Choosing whom to ask")
    salt = salt_of(columns.state, inputs.election)
    if inputs.experiment and inputs.experiment_day:
        effect = effect_of_pilot(
            inputs.experiment, inputs.experiment_day, read.circles, steps.Known.of(found), columns, as_of=as_of, model=effect
        )  # fmt: skip
    policy = Policy(
        least_match_probability=SURE_ENOUGH_TO_ASK,
        holdout_share=inputs.holdout, holdout_salt=salt, explore_share=inputs.explore, explore_salt=salt,
    )  # fmt: skip
    with watch.step("rank"):
        turnout = forecast.result()
        plan = steps.choose_asks(
            read.circles, steps.Known.of(found), columns, coordinating=permits_in(read.circles, Purpose.COORDINATE),
            election=election, ballots=ballots, as_of=as_of, asks=inputs.asks, policy=policy, effect=effect, turnout=turnout,
        )  # fmt: skip
    summary = summary_of(
        inputs,
        read,
        found.matches,
        plan,
        effect=effect,
        election=election,
        turnout=turnout.report,
        holdout=_holdout(found.matches, columns, policy, turnout, day=inputs.election),
        as_of=as_of,
        voter_file=report.as_json(),
        ballots=ballot_report,
    )
    with watch.step("write"), output_folder(inputs.out) as folder:
        write_csv(folder / MATCHES, MATCH_HEADER, match_rows(read, found.matches))
        write_csv(folder / ASKS, ASK_HEADER, ask_rows(read.circles, plan))
        write_questions(
            folder / QUESTIONS, read.circles, found.matches, columns, as_of=as_of, gains=plan.question_gains
        )
        write_json(folder / SUMMARY, summary)
        write_json(folder / TIMINGS, watch.as_dict())
    if inputs.model_out:
        write_model(
            inputs.model_out, found.model, learned_on=report, as_of=as_of, origin=model.origin if model else None
        )
    return summary


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
