"""``kith run``: files in, lists out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.console import parse_day, show, step


def run_command(
    voters: Annotated[Path, typer.Option(help="The voter file, as the state or the vendor wrote it.")],
    supporters: Annotated[
        Path, typer.Option(help="A CSV: supporter_id, display_name, email, phone, zip, files, purposes.")
    ],
    contacts: Annotated[Path, typer.Option(help="The folder of contact files.")],
    election: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The coming election.")],
    out: Annotated[Path, typer.Option(help="The folder to write to.")],
    history: Annotated[Path | None, typer.Option(help="The history file: who voted when.")] = None,
    layout: Annotated[
        str,
        typer.Option(help="Its layout: nc, oh, fl, van, l2, targetsmart, generic, or the path of a profile (.yaml)."),
    ] = "nc",
    append: Annotated[Path | None, typer.Option(help="Appended phones and e-mails.")] = None,
    ballots: Annotated[Path | None, typer.Option(help="Returned ballots of the coming election.")] = None,
    state: Annotated[str, typer.Option(help="Its state, two letters, where the layout does not say.")] = "",
    as_of: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="The day it is. Without it: the newest date in the inputs.")
    ] = None,
    asks: Annotated[int, typer.Option(help="Asks for each supporter.")] = 5,
    holdout: Annotated[float, typer.Option(help="Share of households held out by chance.")] = 0.0,
    explore: Annotated[float, typer.Option(help="Share of asks left to chance, so that something is learned.")] = 0.0,
    support: Annotated[
        Path | None, typer.Option(help="Support levels from doors and phones: a CSV with voter_id, level (1 to 5).")
    ] = None,
    elections: Annotated[Path | None, typer.Option(help="The campaign's own table of elections.")] = None,
    pool: Annotated[
        bool, typer.Option("--pool", metavar="", help="Let contacts of supporters who agreed help each other's.")
    ] = False,
    answers: Annotated[Path | None, typer.Option(help="questions.csv with its answer column filled in.")] = None,
    effect: Annotated[Path | None, typer.Option(help="What one ask changes, as kith effect learn wrote it.")] = None,
    experiment: Annotated[
        Path | None, typer.Option(help="The campaign's own pilot: a CSV with supporter_id, ncid, treated, voted.")
    ] = None,
    experiment_day: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="The election that the pilot was held before.")
    ] = None,
    model_in: Annotated[
        Path | None, typer.Option(help="Start from what an earlier run's contacts taught the matcher.")
    ] = None,
    model_out: Annotated[Path | None, typer.Option(help="Keep what these contacts teach it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print the summary as JSON.")] = False,
) -> None:
    """Find each supporter's friends on the list of voters and choose whom to ask.

    Out come matches.csv, asks.csv, questions.csv, summary.json and timings.json: all of them, or none.

    Example: kith run --voters ncvoter.txt --history ncvhis.txt --supporters supporters.csv --contacts contacts
    --election 2026-11-03 --out out
    """
    from app.run.batch import run  # the engines take a second to load; a mistyped option should not
    from app.run.inputs import RunInputs
    from app.run.outputs import OUTPUTS

    inputs = RunInputs(
        voters=voters, history=history, supporters=supporters, contacts=contacts, election=parse_day(election, "--election"), out=out, layout=layout,
        append=append, ballots=ballots, as_of=parse_day(as_of, "--as-of") if as_of else None, asks=asks, holdout=holdout, pool=pool,
        answers=answers, state=state, effect=effect, model_in=model_in, model_out=model_out,
        elections=elections, explore=explore, support=support, experiment=experiment,
        experiment_day=parse_day(experiment_day, "--experiment-day") if experiment_day else None,
    )  # fmt: skip
    summary = run(inputs, progress=step)
    show({name: value for name, value in summary.items() if as_json or not name.endswith("_file")}, as_json=as_json)
    step(f"Written to {out}: {', '.join(OUTPUTS)}")
