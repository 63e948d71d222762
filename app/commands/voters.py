"""``kith voters``: import a voter file as a new generation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.console import parse_day, show, step

app = typer.Typer(help="The voter file.", no_args_is_help=True)


@app.callback()
def voters() -> None:
    """The voter file."""


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="The voter file.")],
    layout: Annotated[str, typer.Option(help="Its layout: nc or van.")] = "nc",
    history: Annotated[Path | None, typer.Option(help="The history file: who voted when.")] = None,
    append: Annotated[Path | None, typer.Option(help="Appended phones and e-mails.")] = None,
    data: Annotated[Path | None, typer.Option(help="The data folder. Default: KITH_DATA, else .kith.")] = None,
    state: Annotated[str, typer.Option(help="Its state, two letters, where the layout does not say.")] = "",
    as_of: Annotated[str | None, typer.Option(help="The day of the snapshot, YYYY-MM-DD.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", metavar="", help="Read and count, keep nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print the counts as JSON.")] = False,
) -> None:
    """Read a voter file into a new generation, built aside and switched to at once.

    Example: kith voters import ncvoter92.txt --layout nc --history ncvhis92.txt --dry-run
    """
    from app.settings import read_settings  # the engines take a second to load; a mistyped option should not
    from app.wiring import open_voters
    from matching.voterfile import read_voters

    settings = read_settings()
    settings = settings.model_copy(update={"data": data}) if data else settings
    voter_file, vault = open_voters(settings)
    columns, report = read_voters(
        file,
        layout=layout,
        key=vault.campaign_secret("voters"),
        history=history,
        append=append,
        as_of=parse_day(as_of, "--as-of") if as_of else None,
        state=state,
        progress=lambda what, count: step(f"{what}: {count:,}"),
    )
    if not dry_run:
        generation = voter_file.build(columns, layout=layout, created_from=report.created_from)
        voter_file.switch(generation.generation_id)
        step(f"Generation {generation.generation_id} is current.")
    _show(report.as_json(), as_json=as_json)
    if dry_run:
        step("Nothing was kept: this was a dry run.")


def _show(report: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        show(report, as_json=True)
        return
    counts, codes = report["counts"], report["codes"]
    for kinds in (counts, codes):
        for name, values in kinds.items() if isinstance(kinds, dict) else ():
            show(values, as_json=False, title=name)
    for note in report["notes"] if isinstance(report["notes"], list) else ():
        step(str(note))
