"""``kith rank``: who should ask whom, over a file of ties."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from app.commands.console import refuse_in_the_way, show, step, written_whole
from app.commands.explain import explain_command

_NO_KEY = b"kith rank backtest: nothing is kept"
"""Digests are not looked at here; the reader wants a key."""

app = typer.Typer(help="Who should ask whom.", no_args_is_help=True)
app.command("explain")(explain_command)


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
    experiment: Annotated[Path, typer.Argument(help="A CSV (or its .gz): arm, vote and scores of each person.")],
    score: Annotated[list[str], typer.Option(metavar="COLUMN", help="A score, highest first; may be given again.")],
    arm: Annotated[str, typer.Option(metavar="COLUMN", help="The column of the arm.")] = "",
    control: Annotated[str, typer.Option(metavar="NAME", help="The arm that was left alone.")] = "",
    treated: Annotated[str, typer.Option(metavar="NAME", help="The arm to judge by, where there are several.")] = "",
    outcome: Annotated[str, typer.Option(metavar="COLUMN", help="The column that says who voted.")] = "",
    household: Annotated[str, typer.Option(metavar="COLUMN", help="The unit that was drawn.")] = "",
    share: Annotated[float, typer.Option(min=0.01, max=1.0, help="The share of people who are asked first.")] = 0.3,
    draws: Annotated[int, typer.Option(min=20, max=2000, help="Draws of households for the intervals.")] = 200,
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print everything as JSON.")] = False,
) -> None:
    """Say how good rankings are, by a randomised experiment: the votes that an ask to the first of them adds.

    Scores must have been made without looking at who voted in the experiment. Qini is 0 for asking by chance.

    Example: kith rank evaluate pilot.csv --score priority --score lowest_first
    """
    from app.run.experiments import Columns, read_experiment
    from graph.errors import UsageError
    from prioritization.uplift import judged

    trials = read_experiment(experiment, Columns(arm, outcome, household, tuple(score), control))
    if treated not in trials and (treated or len(trials) > 1):
        raise UsageError(
            f"There is no arm {treated}." if treated else f"The experiment has {len(trials)} arms.",
            thing=experiment.name, next_step=f"Name one: --treated {' or '.join(sorted(trials)[:6])}.",
        )  # fmt: skip
    trial = trials[treated] if treated else next(iter(trials.values()))
    said: dict[str, Any] = {"people": len(trial), "treated": int(trial.assigned.sum())}
    for at, name in enumerate(score):
        qini, points = judged(trial.known[:, at], trial, share=share, draws=draws)
        told = {
            "qini": qini.value, "qini_low": qini.low, "qini_high": qini.high,
            "points_per_ask": 100 * points.value, "points_low": 100 * points.low, "points_high": 100 * points.high,
        }  # fmt: skip
        said[name] = _rounded(told)
    show(said, as_json=as_json)


@app.command("backtest")
def backtest_command(
    voters: Annotated[Path, typer.Option(help="The voter file, as the state or the vendor wrote it.")],
    history: Annotated[Path, typer.Option(help="The history file: who voted when.")],
    election: Annotated[list[str], typer.Option(metavar="YYYY-MM-DD", help="A past election; may be given again.")],
    layout: Annotated[str, typer.Option(help="Its layout, as for kith run.")] = "nc",
    state: Annotated[str, typer.Option(help="Its state, two letters, where the layout does not say.")] = "",
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print everything as JSON.")] = False,
) -> None:
    """Forecast past elections from what stood before each, and hold that against who came.

    Example: kith rank backtest --voters ncvoter.txt --history ncvhis.txt --election 2024-11-05
    """
    from dataclasses import asdict

    from app.commands.console import parse_day
    from matching.voterfile.reader import read_voters
    from prioritization.calibration import back_test

    days = [parse_day(day, "--election") for day in election]
    columns, _ = read_voters(voters, layout=layout, history=history, key=_NO_KEY, state=state)
    said: dict[str, Any] = {}
    for day in days:
        tested = back_test(columns, day)
        numbers = _rounded({**asdict(tested.calibration), "error": tested.calibration.error})
        said[str(day)] = {"method": tested.method, "learned_from": ", ".join(map(str, tested.learned_from)), **numbers}
    show(said, as_json=as_json)


def _rounded(numbers: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in numbers.items()}
