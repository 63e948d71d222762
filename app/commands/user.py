"""``kith user``: the first way in for an organizer."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from app.commands.console import step

app = typer.Typer(help="People who work for the campaign.", no_args_is_help=True)

_DAYS = 3


@app.callback()
def user() -> None:
    """People who work for the campaign."""


@app.command("invite")
def invite_command(
    name: Annotated[str, typer.Argument(help="A short name for this person, such as maria: it stands in the audit.")],
    role: Annotated[str, typer.Option(help="team_leader, organizer, data_admin, owner or platform.")] = "organizer",
) -> None:
    """Print a link that signs one person in, once, within three days.

    Example: kith user invite maria --role owner
    """
    from app.roles import INVITED
    from app.settings import read_settings  # the web loads slowly; a mistyped option should not
    from app.web.sign_in_links import make_link
    from app.wiring import open_house
    from graph.errors import UsageError
    from graph.model import SupporterId

    if role not in INVITED:
        raise UsageError(f"There is no role {role}.", next_step=f"Choose one of {', '.join(sorted(INVITED))}.")
    house = open_house(read_settings())
    expires = house.clock() + timedelta(days=_DAYS)
    token = make_link(
        house.records,
        supporter_id=SupporterId(f"user:{name}"),
        role=role,
        now=house.clock(),
        expires=expires,
        is_single_use=True,
    )
    typer.echo(f"{house.base_url}/enter/{token}")
    step(f"The link signs {name} in once, until {expires:%Y-%m-%d %H:%M} UTC.")
