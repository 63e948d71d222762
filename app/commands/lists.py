"""``kith lists``: one private link for each supporter, for a mail merge."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from app.commands.console import StoreOption, refuse_in_the_way, step, written_whole
from app.run.outputs import safe_cell
from graph.errors import UsageError

app = typer.Typer(help="Supporters' lists.", no_args_is_help=True)

HEADER = ("supporter_id", "name", "email", "link")


@app.callback()
def lists() -> None:
    """Supporters' lists."""


@app.command("links")
def links_command(
    out: Annotated[
        Path | None, typer.Option(help="A new file, readable by you alone. Without it: the terminal.")
    ] = None,
    store: StoreOption = "",
) -> None:
    """Write supporter_id, name, e-mail and a private link for each supporter; the links last until the day after the election.

    Example: kith lists links --out links.csv
    """
    from app.settings import read_settings  # the web loads slowly; a mistyped option should not
    from app.web.sign_in_links import make_link
    from app.wiring import open_house

    if out is not None:
        refuse_in_the_way(out)
    house = open_house(read_settings(store=store))
    expires = datetime.combine(house.election.day + timedelta(days=2), time(), tzinfo=UTC)
    if expires <= house.clock():
        raise UsageError("The election is over, so that links would lead nowhere.", next_step="Set KITH_ELECTION.")
    rows = [
        (s.supporter_id, s.display_name, s.email,
         f"{house.base_url}/enter/" + make_link(
             house.records, supporter_id=s.supporter_id, role="supporter", now=house.clock(), expires=expires))
        for s in house.graph.supporters()
    ]  # fmt: skip
    _write(rows, out)
    step(
        f"{len(rows):,} links, good through {expires - timedelta(days=1):%Y-%m-%d}. "
        "Whoever has a link sees that supporter's list."
    )


def _write(rows: Sequence[tuple[str, ...]], out: Path | None) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEADER, *([safe_cell(cell) for cell in row] for row in rows)])
    if out is None:
        typer.echo(text.getvalue(), nl=False)
        return
    with written_whole(out) as aside:
        aside.write_text(text.getvalue(), encoding="utf-8")
