"""``kith rank``: who should ask whom, over a file of ties."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.backtest import backtest_command, show_back_tests
from app.commands.console import refuse_in_the_way, rounded, show, step, written_whole
from app.commands.explain import explain_command

if TYPE_CHECKING:
    from app.run.experiments import Columns
    from prioritization.experiment import Trial

app = typer.Typer(help="Who should ask whom.", no_args_is_help=True)
app.command("explain")(explain_command)
app.command("backtest")(backtest_command)


@app.callback()
def rank() -> None:
    """Who should ask whom."""


@app.command("allocate")
def allocate_command(
    edges: Annotated[Path, typer.Argument(help="A CSV: supporter_id, voter_id, gain (what a first ask would add).")],
    k: Annotated[int, typer.Option("--k", min=0, help="Asks of each supporter.")] = 5,
    cap: Annotated[int, typer.Option(min=0, help="Asks of one voter that count at most; the next is worth half.")] = 3,
    out: Annotated[Path | None, typer.Option(help="A new CSV: supporter_id, rank, voter_id.")] = None,
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print the result as JSON.")] = False,
) -> None:
    """Share out asks so that they add the most together, and say how near that is to the best there can be.

    Example: kith rank allocate edges.csv --k 5 --out picks.csv
    """
    from app.run.edges import read_edges, write_picks  # these load slowly; a mistyped option should not
    from prioritization.allocate import DECAY, allocate

    if out is not None:
        refuse_in_the_way(out)
    ties = read_edges(edges)
    step(f"{len(ties):,} ties of {len(ties.supporter_names):,} supporters to {len(ties.voter_names):,} voters.")
    started = time.perf_counter()
    found = allocate(ties.supporter, ties.voter, ties.gain, k=k, cap=cap)
    seconds = time.perf_counter() - started
    if out is not None:
        with written_whole(out) as aside:
            write_picks(aside, ties, found.picks, cap=cap, decay=DECAY)
    said: dict[str, Any] = {
        "ties": len(ties), "supporters": len(ties.supporter_names), "voters": len(ties.voter_names), "asks": len(found.picks),
    }  # fmt: skip
    if as_json:
        said |= {"value": found.value, "bound": found.bound, "gap": found.gap, "seconds": seconds}
    else:
        said |= {
            "value": f"{found.value:,.4f}",
            "the best is at most": f"{found.bound:,.4f}",
            "seconds": f"{seconds:.2f}",
        }
    show(said, as_json=as_json)


@app.command("evaluate")
def evaluate_command(
    experiment: Annotated[
        Path | None, typer.Argument(help="A CSV (or its .gz): arm, vote and scores of each person.")
    ] = None,
    score: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="A score, highest first; may be given again.")
    ] = None,
    arm: Annotated[str, typer.Option(metavar="COLUMN", help="The column of the arm.")] = "",
    control: Annotated[str, typer.Option(metavar="NAME", help="The arm that was left alone.")] = "",
    treated: Annotated[str, typer.Option(metavar="NAME", help="The arm to judge by, where there are several.")] = "",
    outcome: Annotated[str, typer.Option(metavar="COLUMN", help="The column that says who voted.")] = "",
    household: Annotated[str, typer.Option(metavar="COLUMN", help="The unit that was drawn.")] = "",
    share: Annotated[float, typer.Option(min=0.01, max=1.0, help="The share of people who are asked first.")] = 0.3,
    draws: Annotated[int, typer.Option(min=20, max=2000, help="Draws of households for the intervals.")] = 200,
    voters: Annotated[
        Path | None, typer.Option(help="Instead of a trial: a voter file, to judge forecasts by.")
    ] = None,
    history: Annotated[Path | None, typer.Option(help="Its history file: who voted when.")] = None,
    election: Annotated[
        list[str] | None, typer.Option(metavar="YYYY-MM-DD", help="A past election of it; without: the newest six.")
    ] = None,
    layout: Annotated[str, typer.Option(help="Its layout, as for kith run.")] = "nc",
    state: Annotated[str, typer.Option(help="Its state, two letters, where the layout does not say.")] = "",
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print everything as JSON.")] = False,
) -> None:
    """Say how good rankings are, by a randomised experiment: the votes that an ask to the first of them adds.

    Scores must have been made without looking at who voted in the experiment. Qini is 0 for asking by chance. With --voters and --history
    forecasts of turnout are judged by past elections instead: the mean, a table, and whether the level could be known beforehand.

    Example: kith rank evaluate pilot.csv --score priority --score lowest_first
    """
    from app.run.experiments import Columns  # the engines load slowly; a mistyped option should not
    from graph.errors import UsageError

    if (experiment is None) == (voters is None):
        raise UsageError("Judge by a trial or by past elections.", next_step="Give a CSV, or --voters with --history.")
    if experiment is None:
        if voters is None or history is None:
            raise UsageError("--voters needs --history.", next_step="Without it nobody knows who came.")
        show_back_tests(voters, history, election or (), layout=layout, state=state, as_json=as_json)
        return
    if not score:
        raise UsageError("There is no score to judge.", next_step="Name its column: --score COLUMN.")
    columns = Columns(arm, outcome, household, tuple(score), control)
    trial = _trial(experiment, columns, treated)
    said: dict[str, Any] = {"people": len(trial), "treated": int(trial.assigned.sum())}
    for at, name in enumerate(score):
        said[name] = _judged(trial, at, share=share, draws=draws)
    show(said, as_json=as_json)


def _trial(experiment: Path, columns: Columns, treated: str) -> Trial:
    from app.run.experiments import one_arm, read_experiment

    trials = read_experiment(experiment, columns)
    return trials[one_arm(trials, treated, experiment)]


def _judged(trial: Trial, at: int, *, share: float, draws: int) -> dict[str, Any]:
    from prioritization.uplift import judged

    qini, points = judged(trial.known[:, at], trial, share=share, draws=draws)
    return rounded({
        "qini": qini.value, "qini_low": qini.low, "qini_high": qini.high,
        "points_per_ask": 100 * points.value, "points_low": 100 * points.low, "points_high": 100 * points.high,
    })  # fmt: skip
