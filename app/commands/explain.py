"""``kith rank explain``: why an ask was made, for the organizer, of ties that supporters shared and of no others."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from app.commands.console import StoreOption, show, step


def explain_command(
    supporter: Annotated[str, typer.Option(help="Only of the supporter of this name.")] = "",
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print everything as JSON.")] = False,
    store: StoreOption = "",
) -> None:
    """Say of each shared ask what is asked, why, and every number behind it; the same as the desk's page "Shared asks".

    Asks of ties that were not shared are counted only. Looking is written into the audit. For kith run, asks.csv has the numbers.

    Example: kith rank explain --supporter "Ana Whitfield"
    """
    from app.friends.ranking import listed
    from app.organizing.desk import shared_asks  # these load slowly; a mistyped option should not
    from app.settings import read_settings
    from app.web.organizer import ASK_WORDS, FACTOR_WORDS
    from app.wiring import open_house

    house = open_house(read_settings(store=store))
    asks = [ask for ask in shared_asks(house) if supporter in ("", ask.supporter_name)]
    listed_in_all = sum(len(listed(house, one.supporter_id)) for one in house.graph.supporters())
    step(f"{len(asks):,} shared asks; {listed_in_all:,} asks stand on all lists.")
    told: list[dict[str, Any]] = [
        {
            "supporter": ask.supporter_name, "friend": ask.friend_name, "ask": str(ask.ask), "reason": ask.reason,
            "expected_votes": ask.expected_votes, "factors": dict(ask.factors),
        }
        for ask in asks
    ]  # fmt: skip
    if as_json:
        show({"asks": told}, as_json=True)
        return
    for ask in asks:
        lines = {FACTOR_WORDS.get(name, name): f"{value:.3f}" for name, value in ask.factors.items()}
        title = f"{ask.supporter_name} asks {ask.friend_name} to {ASK_WORDS[ask.ask]}: {ask.reason}"
        show(lines, as_json=False, title=title)
