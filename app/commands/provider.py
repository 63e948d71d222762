"""``kith provider``: other places where supporters may keep their address books."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.console import step

app = typer.Typer(help="Other places where supporters keep their address books.", no_args_is_help=True)


@app.callback()
def provider() -> None:
    """Other places where supporters keep their address books."""


@app.command("pin")
def pin_command(
    issuer: Annotated[str, typer.Argument(help="The provider's issuer, as it writes it itself.")],
    contacts: Annotated[str, typer.Option(help="Its address for contacts, which speaks the People API.")],
    scope: Annotated[str, typer.Option(help="The scope that opens the contacts.")] = "contacts.readonly",
    label: Annotated[str, typer.Option(help="What the button calls it.")] = "Address book",
    also: Annotated[list[str], typer.Option(help="An origin beside the issuer's that may hold an endpoint.")] = [],  # noqa: B006 (typer reads it)
) -> None:
    """Fetch what an OpenID provider says of itself, check it, and print what KITH_OPENID_PINNED should name.

    Example: kith provider pin https://id.rivera.example --contacts https://id.rivera.example/contacts > provider.json
    """
    from app.pinned import pinned_text  # loads slowly; a mistyped option should not
    from oauth.discovery import fetch_metadata
    from oauth.transport import origin_of

    metadata = fetch_metadata(issuer, also=frozenset(map(origin_of, also)))
    typer.echo(pinned_text(metadata, label=label, contacts_url=contacts, contacts_scope=scope), nl=False)
    step("Look at every address before you use it: nothing of this is read again.")
