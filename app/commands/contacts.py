"""``kith contacts``: what a contact file holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.console import show
from graph.errors import InputError

app = typer.Typer(help="Look into a contact file.", no_args_is_help=True)


@app.callback()
def contacts() -> None:
    """Look into a contact file."""


@app.command("check")
def check_command(
    file: Annotated[Path, typer.Argument(help="A contact file of any known format.")],
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print the counts as JSON.")] = False,
) -> None:
    """Say what was read, what was left out and why; no name is printed.

    Example: kith contacts check contacts.vcf
    """
    from dataclasses import asdict  # here, so that a question for help is answered at once

    from oauth.readers.contact_file import describe
    from oauth.readers.reading import read_contacts

    found = asdict(describe(read_contacts(_bytes_of(file), source=file.name)))
    if as_json:
        show(found, as_json=True)
        return
    reasons = found.pop("reasons")
    show(found, as_json=False, title=file.name)
    for reason in reasons:
        places = ", ".join(map(str, reason["first_positions"]))
        typer.echo(f"  {reason['entries']:,} left out: {reason['reason']} (first at {places}, counted from 0)")


def _bytes_of(file: Path) -> bytes:
    from app.run.inputs import check_file
    from oauth.readers.limits import LARGEST_FILE_BYTES

    check_file(file)
    if file.stat().st_size > LARGEST_FILE_BYTES:
        raise InputError(
            f"This file has {file.stat().st_size // 1_000_000:,} MB; at most {LARGEST_FILE_BYTES // 1_000_000} are read.",
            thing=str(file),
            next_step="Export the contacts without photos, or split the file.",
        )
    return file.read_bytes()
