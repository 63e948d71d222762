"""``kith match``: find everybody's friends again, let models serve an organization, and how good matches are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.console import parse_day, show, step
from app.commands.evaluation_tables import tell_evaluation

app = typer.Typer(help="Which voter each friend is, and how good that is.", no_args_is_help=True)
JsonOption = Annotated[bool, typer.Option("--json", metavar="", help="Print everything as JSON.")]


@app.callback()
def match() -> None:
    """Which voter each friend is, and how good that is."""


@app.command("evaluate")
def evaluate_command(
    truth: Annotated[Path, typer.Option(help="A CSV: source, contact_index, voter_id (empty: not in the voter file).")],
    matches: Annotated[Path | None, typer.Option(help="matches.csv of a run; else the files of the search.")] = None,
    voters: Annotated[Path | None, typer.Option(help="The voter file, to search for the evaluation.")] = None,
    supporters: Annotated[Path | None, typer.Option(help="The supporters, as for kith run.")] = None,
    contacts: Annotated[Path | None, typer.Option(help="The folder of contact files.")] = None,
    layout: Annotated[str, typer.Option(help="The voter file's layout, as for kith run.")] = "nc",
    append: Annotated[Path | None, typer.Option(help="Appended phones and e-mails.")] = None,
    state: Annotated[str, typer.Option(help="Its state, two letters, where the layout does not say.")] = "",
    as_of: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="The day it is.")] = None,
    answers: Annotated[Path | None, typer.Option(help="questions.csv with its answer column filled in.")] = None,
    pool: Annotated[bool, typer.Option("--pool", metavar="", help="As for kith run.")] = False,
    model_in: Annotated[Path | None, typer.Option(help="Start the search from what other contacts taught.")] = None,
    model_out: Annotated[Path | None, typer.Option(help="Keep what these contacts teach.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Hold matches against contacts whose voter is known: precision, recall, calibration, by evidence.

    With the files of the search in place of matches.csv, it is made here, and candidate recall is told too: whose voter was
    looked at at all, which key of the index finds whom, and what loses the others.

    Example: kith match evaluate --truth known.csv --voters ncvoter.txt --supporters supporters.csv --contacts contacts
    """
    from app.run.evaluation import evaluate_matches, evaluate_search  # here, so that a question for help is quick
    from app.run.search_files import SearchFiles
    from graph.errors import UsageError

    if matches is not None and not any((voters, supporters, contacts, model_in, model_out)):
        held = evaluate_matches(matches, truth)
    elif matches is None and voters and supporters and contacts:
        day = parse_day(as_of, "--as-of") if as_of else None
        files = SearchFiles(
            voters, supporters, contacts, layout=layout, append=append, state=state, as_of=day, answers=answers,
            pool=pool, model_in=model_in, model_out=model_out,
        )  # fmt: skip
        held = evaluate_search(files, truth, progress=step)
    else:
        raise UsageError(
            "Matches come from a run, or from a search that is made for this.",
            next_step="Give --matches alone, or --voters, --supporters and --contacts.",
        )
    if as_json:
        show(held.as_json(), as_json=True)
        return
    tell_evaluation(held.as_json())
    if held.without_row:
        step(f"{held.without_row:,} contacts of the truth have no row in the matches: they count as found nowhere.")
