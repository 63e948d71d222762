"""``kith contacts``: what a contact file holds."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.commands.console import show
from graph.errors import InputError
from oauth.readers.contact_file import describe
from oauth.readers.reading import read_contacts

app = typer.Typer(help="Contact files.", no_args_is_help=True)


@app.callback()
def contacts() -> None:
    """Contact files."""


@app.command("check")
def check_command(
    file: Annotated[Path, typer.Argument(help="A contact file of any known format.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Say what was read, what was left out and why; no name is printed.

    Example: kith contacts check contacts.vcf
    """
    if not file.is_file():
        raise InputError("There is no such file.", thing=str(file), next_step="Check the path.")
    found = asdict(describe(read_contacts(file.read_bytes(), source=file.name)))
    reasons = found.pop("reasons")
    show(found | {"reasons": reasons} if as_json else found, as_json=as_json, title=file.name)
    if not as_json:
        for reason in reasons:
            places = ", ".join(map(str, reason["first_positions"]))
            typer.echo(f"{reason['entries']} left out: {reason['reason']} (first at {places})")
