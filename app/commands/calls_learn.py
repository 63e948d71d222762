"""``kith calls learn``: whose mind a call changes, from a campaign's own randomised calls."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.console import StoreOption, refuse_in_the_way, show, step, written_whole

if TYPE_CHECKING:
    from app.organizing.persuading import CallsTaught


def learn_command(
    experiment: Annotated[
        Path, typer.Option(help="A CSV: voter_id, arm, and what each said later; empty where nobody answered.")
    ],
    out: Annotated[Path | None, typer.Option(help="A new JSON file for kith calls list --persuasion.")] = None,
    arm: Annotated[str, typer.Option(metavar="COLUMN", help="The column of the arm.")] = "",
    control: Annotated[str, typer.Option(metavar="NAME", help="The arm that was not called.")] = "",
    treated: Annotated[str, typer.Option(metavar="NAME", help="The arm to learn from, where there are several.")] = "",
    outcome: Annotated[
        str, typer.Option(metavar="COLUMN", help="Support asked later: levels from 1 to 5, or yes and no.")
    ] = "",
    household: Annotated[str, typer.Option(metavar="COLUMN", help="The unit that was drawn.")] = "",
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print everything as JSON.")] = False,
    store: StoreOption = "",
) -> None:
    """Learn whose mind a call changes, from calls made by chance and a question asked of both arms later.

    Where the experiment cannot tell, the assumed score stands and this says so. Only who was assigned counts, not who was reached.

    Example: kith calls learn --experiment calls-by-chance.csv --out persuasion.json
    """
    from app.organizing.persuading import learn_from_calls  # these load slowly; a mistyped option should not
    from app.run.experiments import Columns
    from app.settings import read_settings
    from app.wiring import open_house

    if out is not None:
        refuse_in_the_way(out)
    house = open_house(read_settings(store=store))
    columns = Columns(arm=arm, outcome=outcome, home=household, control=control)
    told = learn_from_calls(house, experiment, columns, treated=treated)
    if out is not None:
        with written_whole(out) as aside:
            aside.write_text(told.found.model.to_json(), encoding="utf-8")
        step(f"Written: {out}. Use it: kith calls list --persuasion {out}")
    show(_said(told) if as_json else _plain(told), as_json=as_json)


def _said(told: CallsTaught) -> dict[str, Any]:
    found = told.found
    gain = found.gain
    return {
        "is_learned": found.model.is_learned, "verdict": found.model.verdict, "people": found.people,
        "not_in_the_file": told.unknown, "answered_called": found.answered_called, "answered_control": found.answered_alone,
        "points": {"mean": found.effect.mean, "deviation": found.effect.deviation, "interval": found.effect.interval()},
        "points_whoever_answers": found.bounds,
        "gain": None if gain is None else {"value": gain.value, "interval": (gain.low, gain.high)},
        "middle": found.model.middle, "weights": {trait.name: trait.weight for trait in found.model.traits},
    }  # fmt: skip


def _plain(told: CallsTaught) -> dict[str, str]:
    found = told.found
    low, high = found.effect.interval()
    least, most = found.bounds
    lines = {
        "people": f"{found.people:,}, and {told.unknown:,} who are not in the voter file",
        "answered": f"{found.answered_called:.1%} of the called, {found.answered_alone:.1%} of the control",
        "support changed": f"{found.effect.mean:+.1f} points (95%: {low:+.1f} to {high:+.1f})",
        "whoever answers": f"{least:+.1f} to {most:+.1f} points, if calls chose who answers",
    }
    if found.gain is not None:
        gain = found.gain
        lines["order"] = f"{gain.value:+.1f} votes in a thousand more (95%: {gain.low:+.1f} to {gain.high:+.1f})"
    return lines | {"verdict": found.model.verdict}
