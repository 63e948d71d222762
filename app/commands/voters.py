"""``kith voters``: import a voter file as a new generation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.console import parse_day, show, step
from app.run.stopwatch import now_and_then

if TYPE_CHECKING:
    from app.settings import Settings
    from graph.voters import Generation, VoterColumns, VoterFile
    from matching.voterfile.report import ImportReport

app = typer.Typer(help="The voter file.", no_args_is_help=True)

_THROWN_AWAY = b"the digests of a dry run are thrown away"


@app.callback()
def voters() -> None:
    """The voter file."""


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="The voter file, as the state or the vendor wrote it.")],
    layout: Annotated[
        str,
        typer.Option(help="Its layout: nc, oh, fl, van, l2, targetsmart, generic, or the path of a profile (.yaml)."),
    ] = "nc",
    history: Annotated[Path | None, typer.Option(help="The history file: who voted when.")] = None,
    append: Annotated[Path | None, typer.Option(help="Appended phones and e-mails.")] = None,
    data: Annotated[Path | None, typer.Option(help="The data folder. Without it: KITH_DATA, else .kith.")] = None,
    state: Annotated[str, typer.Option(help="Its state, two letters, where the layout does not say.")] = "",
    as_of: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="The day it was taken.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", metavar="", help="Read and count, keep nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print the counts as JSON.")] = False,
) -> None:
    """Read a voter file into a new generation, built aside and switched to at once.

    Example: kith voters import ncvoter92.txt --layout nc --history ncvhis92.txt --dry-run
    """
    from matching.voterfile.reader import read_voters  # the engines take a second to load; a mistyped option should not

    day = parse_day(as_of, "--as-of") if as_of else None

    step(f"Reading {file.name}")

    def read(key: bytes) -> tuple[VoterColumns, ImportReport]:
        return read_voters(
            file,
            layout=layout,
            key=key,
            history=history,
            append=append,
            as_of=day,
            state=state,
            progress=now_and_then(step),
        )

    if dry_run:
        _, report = read(_THROWN_AWAY)
        _show(report.as_json(), as_json=as_json)
        step("Nothing was kept: this was a dry run.")
        return
    generation_id, report, changed = _import(read, data)
    _show({**report.as_json(), "generation": generation_id, "confirmed_links": changed}, as_json=as_json)


@app.command("ballots")
def ballots_command(
    file: Annotated[Path, typer.Argument(help="The returned-ballot file of the day.")],
    layout: Annotated[str, typer.Option(help="Its layout: nc, or the path of a profile (.yaml).")] = "nc",
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print the counts as JSON.")] = False,
) -> None:
    """Take the day's returned ballots: whoever has voted leaves every list at the next ranking.

    Example: kith voters ballots absentee_20261103.csv
    """
    from app.friends.ranking import RANK  # the engines take a second to load; a mistyped option should not
    from app.jobs import enqueue
    from app.settings import read_settings
    from app.voter_file import voters_of
    from app.wiring import open_house
    from matching.voterfile.ballots import read_ballots

    house = open_house(read_settings())
    known = voters_of(house).columns.voter_ids
    ballots, report = read_ballots(file, election=house.election.day, known_ids=known, layout=layout)
    house.voters.put_ballots(ballots)
    enqueue(house.records, RANK, {}, now=house.clock(), key=RANK)
    show(report.as_json(), as_json=as_json)


def _import(
    read: Callable[[bytes], tuple[VoterColumns, ImportReport]], data: Path | None
) -> tuple[str, ImportReport, Mapping[str, int]]:
    """Build the generation and switch to it; one that is current already is left alone.

    Last, what became of confirmed links: counts, none when nothing was there before.
    """
    from app.settings import read_settings
    from app.wiring import open_voters
    from matching.stored_index import open_index

    settings = read_settings()
    settings = settings.model_copy(update={"data": data}) if data else settings
    voter_file, vault = open_voters(settings)
    columns, report = read(vault.campaign_secret("voters"))
    was_there, before = _before(voter_file)
    generation = voter_file.build(columns, layout=report.layout, created_from=report.created_from)
    step("Indexing")  # here, so that the pages open at once and the old generation serves meanwhile
    open_index(voter_file.columns(generation.generation_id), voter_file.index_folder(generation.generation_id))
    if before is not None and before.generation_id == generation.generation_id:
        step(f"This file is imported already: generation {generation.generation_id} stays current.")
        return generation.generation_id, report, {}
    voter_file.switch(generation.generation_id)
    step(f"Generation {generation.generation_id} is current: {generation.voters:,} voters.")
    return generation.generation_id, report, _renew(settings, before) if was_there else {}


def _before(voter_file: VoterFile) -> tuple[bool, Generation | None]:
    """Whether a file was imported before, and which; ``None`` too for one that is broken, which the import mends or replaces."""
    from graph.errors import StoreError

    try:
        before = voter_file.current()
    except StoreError as error:
        step(f"The voter file of before cannot be read: {error.happened}")
        return True, None
    return before is not None, before


def _renew(settings: Settings, before: Generation | None) -> Mapping[str, int]:
    """Have everybody's friends looked for again; what changed can only be told beside a file of before that can be read."""
    from app.renewal import look_again, renew_house
    from app.wiring import open_house
    from graph.errors import StoreError

    house = open_house(settings)
    try:
        old = house.voters.columns(before.generation_id) if before else None
    except StoreError as error:
        step(f"The voter file of before cannot be read: {error.happened}")
        old = None
    if old is None:
        step(
            "What changed cannot be told: friends are looked for again, and what supporters confirmed stands by its id."
        )
        return {"supporters": look_again(house)}
    changed = renew_house(house, old, house.voters.columns())
    step(f"What it changed stands on the desk: {house.base_url}/desk/new-file")
    return changed


def _show(report: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        show(report, as_json=True)
        return
    show({name: report[name] for name in ("layout", "state", "snapshot")}, as_json=False)
    for title, values in report["counts"].items():
        show(values, as_json=False, title=title)
    for title, values in report["codes"].items():
        show({code or "(empty)": rows for code, rows in values.items()}, as_json=False, title=f"codes of {title}")
    elections = {
        f"{one['day']} {one['kind']}": f"{one['voted']:,} of {one['eligible']:,}" for one in report["elections"]
    }
    show(elections, as_json=False, title="elections: voted, of those who could" if elections else "")
    if report.get("confirmed_links"):
        show(
            report["confirmed_links"],
            as_json=False,
            title="confirmed links, and supporters whose friends are looked for again",
        )
    for note in report["notes"]:
        step(str(note))
