"""``kith lists``: one private link for each supporter, for a mail merge."""

from __future__ import annotations

import csv
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from app.commands.console import step
from app.settings import read_settings

app = typer.Typer(help="Supporters' lists.", no_args_is_help=True)


@app.callback()
def lists() -> None:
    """Supporters' lists."""


@app.command("links")
def links_command(
    out: Annotated[Path | None, typer.Option(help="A file to write to. Default: the terminal.")] = None,
) -> None:
    """Write supporter_id, name, e-mail and a private link for each supporter; the links last until the day after the election.

    Example: kith lists links --out links.csv
    """
    from app.web.sign_in_links import make_link  # the web loads slowly; a mistyped option should not
    from app.wiring import open_house

    house = open_house(read_settings())
    expires = datetime.combine(house.election.day + timedelta(days=1), time(), tzinfo=UTC)
    rows = [
        (s.supporter_id, s.display_name, s.email,
         f"{house.base_url}/enter/" + make_link(
             house.records, supporter_id=s.supporter_id, role="supporter", now=house.clock(), expires=expires))
        for s in house.graph.supporters()
    ]  # fmt: skip
    header = ("supporter_id", "name", "email", "link")
    if out is None:
        csv.writer(sys.stdout, lineterminator="\n").writerows([header, *rows])
    else:
        with out.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
        out.chmod(0o600)
    step(f"{len(rows)} links, good until {expires:%Y-%m-%d}. Whoever has a link sees that supporter's list.")
