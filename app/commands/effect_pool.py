"""``kith effect pool``: what campaigns of one organization found together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.beliefs import belief_numbers, shift_words
from app.commands.console import StoreOption, refuse_in_the_way, show, step, written_whole

if TYPE_CHECKING:
    from prioritization.sharing import Pooled


def pool_command(
    reports: Annotated[
        list[Path], typer.Argument(help="Reports of campaigns, as kith effect measure --report wrote them.")
    ],
    out: Annotated[Path | None, typer.Option(help="A new JSON file for KITH_EFFECT or kith run --effect.")] = None,
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print everything as JSON.")] = False,
    store: StoreOption = "",
) -> None:
    """Draw together what the experiments of an organization's campaigns found; the next campaign starts from it.

    Only sums cross campaigns, never a row, and only where an owner of each has agreed: kith match agree. Keep the reports: the next cycle
    pools them again with its own.

    Example: kith effect pool rivera.json harbor.json --out effect.json
    """
    from app.organizing.sharing import note_pool_taken, pool  # these load slowly; a mistyped option should not
    from app.settings import read_settings
    from app.wiring import open_house

    if out is not None:
        refuse_in_the_way(out)
    house = open_house(read_settings(store=store))
    told = pool(house, reports)
    if out is not None:
        from prioritization.effect import EffectModel

        with written_whole(out) as aside:
            aside.write_text(told.model(EffectModel()).to_json(), encoding="utf-8")
        note_pool_taken(house)
        step(f"Written: {out}. The next campaign starts from it: KITH_EFFECT={out}")
    show(_said(told) if as_json else _plain(told), as_json=as_json)


def _said(told: Pooled) -> dict[str, Any]:
    return {
        "shift_expected_next": belief_numbers(told.following),
        "campaigns": {name: belief_numbers(shift) for name, shift in told.campaigns.items()},
        "cells": {name: {"people": cell.people, **belief_numbers(cell.shift)} for name, cell in told.cells.items()},
    }


def _plain(told: Pooled) -> dict[str, str]:
    campaigns = {f"shift in {name}": shift_words(shift) for name, shift in told.campaigns.items()}
    cells = {f"shift, {name} tie": f"{shift_words(c.shift)}, {c.people:,} people" for name, c in told.cells.items()}
    return {**campaigns, **cells, "shift expected next": shift_words(told.following)}
