"""``kith keys``: the keys that everything sealed depends on."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.console import StoreOption, show, step

app = typer.Typer(help="The keys that everything sealed depends on.", no_args_is_help=True)


@app.callback()
def keys() -> None:
    """The keys that everything sealed depends on."""


@app.command("rotate")
def rotate_command(
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print the counts as JSON.")] = False,
    store: StoreOption = "",
) -> None:
    """Wrap the campaign's keys by a new key; what was sealed stays as it is. May be repeated, while the pages run.

    With KITH_OLD_MASTER_KEY or its file the master key is exchanged: both keys open until this is done, and the new one
    alone afterwards. Without it the campaign's own key is exchanged.

    Example: kith keys rotate
    """
    from app.settings import old_master_key, read_settings
    from app.wiring import open_house

    settings = read_settings(store=store)
    vault = open_house(settings).vault
    by_master = vault.exchange_master_key()
    is_of_master = old_master_key(settings) is not None
    of_supporters = 0 if is_of_master else vault.rotate()
    show({"wrapped_by_the_master_key": by_master, "keys_of_supporters_wrapped": of_supporters}, as_json=as_json)
    if is_of_master:
        step("Now take KITH_OLD_MASTER_KEY out, when this was done for every campaign of the install.")
