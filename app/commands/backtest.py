"""``kith rank backtest``: past elections forecast from what stood before each, held against who came."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.console import parse_day, rounded, show

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from graph.voters import VoterColumns
    from prioritization.calibration import BackTest

_NO_KEY = b"kith rank backtest: nothing is kept"
"""Digests are not looked at here; the reader wants a key."""
_MOST = 6


def backtest_command(
    voters: Annotated[Path, typer.Option(help="The voter file, as the state or the vendor wrote it.")],
    history: Annotated[Path, typer.Option(help="The history file: who voted when.")],
    election: Annotated[
        list[str] | None,
        typer.Option(metavar="YYYY-MM-DD", help="A past election; may be given again. Without it: the newest six."),
    ] = None,
    layout: Annotated[str, typer.Option(help="Its layout, as for kith run.")] = "nc",
    state: Annotated[str, typer.Option(help="Its state, two letters, where the layout does not say.")] = "",
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print everything as JSON.")] = False,
) -> None:
    """Forecast past elections from what stood before each, and hold that against who came: the mean, a table, and the level.

    Example: kith rank backtest --voters ncvoter.txt --history ncvhis.txt --election 2024-11-05
    """
    show_back_tests(voters, history, election or (), layout=layout, state=state, as_json=as_json)


def show_back_tests(
    voters: Path, history: Path, elections: Sequence[str], *, layout: str, state: str, as_json: bool
) -> None:
    """Print the back-test of each election, the newest six where none is named. Raises what reading the file raises."""
    from matching.voterfile.reader import read_voters  # these load slowly; a mistyped option should not
    from prioritization.calibration import back_test

    days = [parse_day(day, "--election") for day in elections]
    columns, _ = read_voters(voters, layout=layout, history=history, key=_NO_KEY, state=state)
    told = [back_test(columns, day) for day in days or _newest(columns, history)]
    if as_json:
        show({str(one.day): _said(one) for one in told}, as_json=True)
        return
    for one in told:
        _tell(one)


def _newest(columns: VoterColumns, history: Path) -> Sequence[date]:
    from graph.errors import InputError
    from prioritization.calibration import forecastable

    days = forecastable(columns, most=_MOST)
    if not days:
        raise InputError(
            "No election in the history has an earlier one of its kind, so that none can be forecast.",
            thing=history.name, next_step="Give a longer history, or name one: --election YYYY-MM-DD.",
        )  # fmt: skip
    return days


def _said(one: BackTest) -> dict[str, Any]:
    held = one.calibration
    return {
        "method": one.method, "learned_from": ", ".join(map(str, one.learned_from)), "people": held.people,
        **rounded({"forecast": held.forecast, "voted": held.voted, "error": held.error, "spread_error": held.spread_error,
                    "spread_error_at_level": one.spread_error_at_level, "order": held.order}),
        "level_from": None if one.level_from is None else str(one.level_from), "level": one.level,
        "table": [rounded({"people": row.people, "forecast": row.forecast, "voted": row.voted}) for row in held.table],
    }  # fmt: skip


def _tell(one: BackTest) -> None:
    held = one.calibration
    by = f", learned from {', '.join(map(str, one.learned_from))}" if one.learned_from else ""
    lines = {
        "people": held.people,
        "forecast": f"{held.forecast:.1%} by {one.method}{by}",
        "voted": f"{held.voted:.1%}: the forecast was {100 * held.error:+.1f} points off in the mean",
        "level": one.level,
        "off over parts": f"{held.spread_error:.1%}; with the level known {one.spread_error_at_level:.1%}",
        "order": f"{held.order:.3f} (.5: by chance)",
    }
    rows = {
        f"forecast {row.forecast:6.1%}": f"{row.voted:6.1%} of {row.people:,} came, {100 * (row.forecast - row.voted):+.1f} points"
        for row in held.table
    }
    show(lines | rows, as_json=False, title=f"Election of {one.day}")
