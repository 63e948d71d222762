"""``kith audit``: whether the audit and the ledgers are whole, and who is affected when something got out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from app.commands.console import StoreOption, show, step
from graph.errors import StoreError, UsageError

app = typer.Typer(help="Who saw what, and what would be known if something got out.", no_args_is_help=True)
JsonOption = Annotated[bool, typer.Option("--json", metavar="", help="Print the result as JSON.")]


@app.callback()
def audit() -> None:
    """Who saw what, and what would be known if something got out."""


@app.command("verify")
def verify_command(as_json: JsonOption = False, store: StoreOption = "") -> None:
    """Check every link of the audit and of all consent ledgers; exit 1 when a line was changed or taken out.

    Example: kith audit verify
    """
    from app.settings import read_settings  # the stores load slowly; a mistyped option should not
    from app.wiring import open_house
    from oauth.chain import broken_links, chains

    records = open_house(read_settings(store=store)).records
    streams = chains(records)
    problems = [problem for stream in streams for problem in broken_links(records, stream)]
    show({"streams": len(streams), "lines": sum(len(records.read(one)) for one in streams)}, as_json=as_json)
    for problem in problems:
        step(problem)
    if problems:
        raise StoreError(
            f"{len(problems)} links are broken.", thing="audit", next_step="Compare with a backup, and tell the owner."
        )


@app.command("affected")
def affected_command(
    leak: Annotated[str, typer.Argument(help="master-key, campaign-key, supporter-key, token or link.")],
    which: Annotated[str, typer.Argument(help="A supporter's id, or a provider's for tokens.")] = "",
    as_json: JsonOption = False,
    store: StoreOption = "",
) -> None:
    """List the supporters concerned when a key, a provider's tokens or a link got out, with their friends counted.

    Example: kith audit affected token google
    """
    from app.rights.breach import Leak, affected_by
    from app.settings import read_settings  # as above
    from app.wiring import open_house

    if leak not in {one.value for one in Leak}:
        raise UsageError(f"There is no leak {leak}.", next_step=f"Choose one of {', '.join(Leak)}.")
    found = affected_by(open_house(read_settings(store=store)), Leak(leak), which=which)
    friends = sum(one.friends for one in found.affected)
    if as_json:
        show({**asdict(found), "friends": friends}, as_json=True)
        return
    for one in found.affected:
        typer.echo(f"{one.supporter_id}\t{one.friends}")
    step(f"{len(found.affected):,} supporters with {friends:,} friends. {found.next_step}")


@app.command("held")
def held_command(
    address: Annotated[str, typer.Argument(help="The e-mail address that the question came from.")],
    store: StoreOption = "",
) -> None:
    """Print as JSON what is held of whoever has an address, for the answer to a letter; send it to that address alone.

    Who brought him is not named. The look stands in the audit, as his own.

    Example: kith audit held maria@mail.example
    """
    import json

    from app.rights.friend_pages import exported_by_address
    from app.rights.held_by_mail import held_by_address
    from app.settings import read_settings  # as above
    from app.wiring import open_house
    from graph.digests import normalise_email

    if not normalise_email(address):
        raise UsageError("This is no e-mail address.", next_step="Write it as name@place.")
    house = open_house(read_settings(store=store))
    found = held_by_address(house, address.strip().casefold(), "en")
    typer.echo(json.dumps(exported_by_address(found, campaign=house.campaign.name, day=house.today), indent=2))
    step(f"{len(found.cards):,} cards. Send this to that address, and to no other.")
