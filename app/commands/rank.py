"""``kith rank``: who should ask whom, over a file of ties."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from app.commands.console import refuse_in_the_way, show, step, written_whole

app = typer.Typer(help="Who should ask whom.", no_args_is_help=True)


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
