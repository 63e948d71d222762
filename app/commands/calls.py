"""``kith calls``: whom the campaign's callers ring first."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from app.commands.calls_learn import learn_command
from app.commands.console import StoreOption, refuse_in_the_way, show, step, written_whole

app = typer.Typer(help="Call lists.", no_args_is_help=True)
app.command("learn")(learn_command)


@app.callback()
def calls() -> None:
    """Call lists."""


@app.command("list")
def list_command(
    out: Annotated[
        Path, typer.Option(help="A new CSV, readable by you alone: rank, voter_id, precinct, three scores.")
    ],
    size: Annotated[int, typer.Option(min=1, help="How many voters to ring.")] = 200,
    precinct: Annotated[list[str] | None, typer.Option(help="Only this precinct; may be given again.")] = None,
    universe: Annotated[Path | None, typer.Option(help="Only these: a CSV with voter_id.")] = None,
    made: Annotated[Path | None, typer.Option(help="Calls made: a CSV with voter_id, date, disposition.")] = None,
    ballots_to_check: Annotated[
        bool,
        typer.Option("--ballots-to-check", metavar="", help="Only those whose ballot came back and was not counted."),
    ] = False,
    persuasion: Annotated[
        Path | None, typer.Option(help="Whose mind a call changes, as kith calls learn wrote it.")
    ] = None,
    most_calls: Annotated[int, typer.Option(min=1, help="Calls of one voter at most.")] = 3,
    cool_down: Annotated[int, typer.Option(min=0, help="Days between two calls of one voter.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print the counts as JSON.")] = False,
    store: StoreOption = "",
) -> None:
    """Write whom to ring, those first whose mind a call can change; who is left out is counted by reason.

    The list is made from the voter file alone: friends whom supporters brought have no part in it.

    Example: kith calls list --precinct 12 --size 100 --made calls.csv --out tonight.csv
    """
    from app.organizing.calls import ring_first  # the engines load slowly; a mistyped option should not
    from app.run.call_files import HEADER, call_rows, read_calls, read_persuasion, read_universe
    from app.run.outputs import write_csv
    from app.settings import read_settings
    from app.voter_file import voters_of
    from app.wiring import open_house
    from prioritization.calls import CallRules

    refuse_in_the_way(out)
    house = open_house(read_settings(store=store))
    columns = voters_of(house).columns
    learned = read_persuasion(persuasion) if persuasion else None
    if learned is not None:
        step(learned.verdict)
    found = ring_first(
        house,
        size=size,
        precincts=frozenset(precinct or ()),
        universe=read_universe(universe, columns) if universe else None,
        made=read_calls(made, columns) if made else (),
        rules=CallRules(most_calls, timedelta(days=cool_down)),
        ballots_to_check=ballots_to_check,
        persuasion=learned,
    )
    with written_whole(out) as aside:
        write_csv(aside, HEADER, call_rows(found))
    step(f"{len(found.lines):,} voters to ring in {out}.")
    show(
        {"to_ring": len(found.lines), **{str(reason): count for reason, count in found.blocked.items()}},
        as_json=as_json,
    )
