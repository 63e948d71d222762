"""``kith voters layout``: a profile to begin with, for a voter file that no layout fits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.console import refuse_in_the_way, show, step, written_whole
from graph.errors import UsageError


def layout_command(
    file: Annotated[Path, typer.Argument(help="A voter file with a header, of any layout.")],
    write: Annotated[Path, typer.Option(help="The profile to write (.yaml).")],
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print the counts as JSON.")] = False,
) -> None:
    """Write a profile to begin with for a file that no layout fits, guessed from its header.

    Example: kith voters layout county.csv --write county.yaml
    """
    from matching.voterfile.starter import (
        write_starter,  # the engines take a second to load; a mistyped option should not
    )

    if write.suffix not in (".yaml", ".yml"):
        raise UsageError("A profile's name ends in .yaml.", next_step=f"Write {write.stem}.yaml.")
    refuse_in_the_way(write)
    starter = write_starter(file, name=write.stem)
    with written_whole(write) as aside:
        aside.write_text(starter.text, encoding="utf-8")
    facts = {"found": list(starter.columns), "fill_in": list(starter.missing), "elections": starter.elections}
    show({**facts, "headers_not_used": starter.unused}, as_json=as_json)
    if starter.looks_like:
        step(f"This looks like layout {starter.looks_like}: perhaps no profile of your own is needed.")
    step(f"Written to {write}: complete it, then name it with --layout.")
