"""``kith effect measure``: what the campaign's own hold-out found, once the history file knows who voted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.beliefs import belief_numbers
from app.commands.console import StoreOption, refuse_in_the_way, show, step, written_whole

if TYPE_CHECKING:
    from app.house import House
    from app.organizing.measuring import Measured
    from prioritization.experiment import Belief


def measure_command(
    out: Annotated[Path | None, typer.Option(help="A new JSON file for KITH_EFFECT or kith run --effect.")] = None,
    report: Annotated[
        Path | None, typer.Option(help="A new JSON file of sums for the organization: see kith effect pool.")
    ] = None,
    forget: Annotated[
        bool, typer.Option("--forget", metavar="", help="Remove the experiment's rows once the result is written.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print everything as JSON.")] = False,
    store: StoreOption = "",
) -> None:
    """Say what suggestions did, by the households that chance set aside: as assigned, and for those who were written to.

    Import the voter file with its new history first. The result carries over: the next campaign starts from the file of --out.

    Example: kith effect measure --out effect.json
    """
    from app.organizing.measuring import measured, refuse_without_votes  # these load slowly; a wrong word should not
    from app.organizing.study import forget_study
    from app.settings import read_settings
    from app.wiring import open_house
    from graph.errors import UsageError

    if forget and out is None:
        raise UsageError("--forget needs --out.", next_step="Write the result first, then let the rows go.")
    for new in (out, report):
        if new is not None:
            refuse_in_the_way(new)
    house = open_house(read_settings(store=store))
    told = measured(house)
    refuse_without_votes(told, house.election.day)
    if out is not None:
        with written_whole(out) as aside:
            aside.write_text(told.after.to_json(), encoding="utf-8")
        step(f"Written: {out}. The next campaign starts from it: KITH_EFFECT={out}")
    if report is not None:
        _write_report(house, told, report)
    show(_said(told) if as_json else _plain(told), as_json=as_json)
    if forget:
        step(f"Forgotten: {forget_study(house):,} rows of the experiment.")


def _write_report(house: House, told: Measured, path: Path) -> None:
    from app.organizing.sharing import note_report_given, report_of

    text = report_of(house, told).to_json()
    with written_whole(path) as aside:
        aside.write_text(text, encoding="utf-8")
    note_report_given(house)
    step(f"Written: {path}, sums alone. Hand it on inside the organization: kith effect pool")


def _said(told: Measured) -> dict[str, Any]:
    found = told.finding
    return {
        "people": found.people, "set_aside": found.set_aside, "households": found.homes, "not_in_the_file": told.unknown,
        "written_to": found.written_share, "written_to_set_aside": found.written_share_aside,
        "voted": found.voted, "voted_set_aside": found.voted_aside,
        "points_as_assigned": _numbers(found.intent), "points_for_those_written_to": _numbers(found.reached),
        "shift": _numbers(found.shift),
        "cells": {word: {"people": people, **belief_numbers(shift)} for word, people, shift in found.cells},
        "people_needed": found.needed, "verdict": found.verdict,
        "balance": [{"of": one.name, "set_aside": one.held_out, "others": one.others, "gap": one.gap} for one in told.balance],
        "shift_before": {"mean": told.before.shift, "deviation": told.before.shift_deviation},
        "shift_after": {"mean": told.after.shift, "deviation": told.after.shift_deviation},
    }  # fmt: skip


def _numbers(belief: Belief | None) -> dict[str, Any] | None:
    return None if belief is None else belief_numbers(belief)


def _plain(told: Measured) -> dict[str, str]:
    found = told.finding
    lines = {
        "people": f"{found.people:,} in {found.homes:,} households, {found.set_aside:,} set aside, {told.unknown:,} not in the file",
        "written to": f"{found.written_share:.1%} of those who might be suggested, {found.written_share_aside:.1%} of those set aside",
        "voted": f"{found.voted:.1%} and {found.voted_aside:.1%}",
        "as assigned": _words(found.intent, "too few people in one of the arms"),
        "for those written to": _words(found.reached, "too few were written to"),
        "verdict": f"{found.verdict} ({found.needed:,} people are needed)",
    }
    gaps = {f"before the draw: {one.name}": f"{one.gap:+.2f} standard deviations apart" for one in told.balance}
    cells = {f"shift, {word} tie": f"{shift.mean:+.3f} ({people:,} people)" for word, people, shift in found.cells}
    before, after = (f"{model.shift:.3f} ± {model.shift_deviation:.3f}" for model in (told.before, told.after))
    return lines | gaps | cells | {"shift before": before, "shift after": after}


def _words(belief: Belief | None, otherwise: str) -> str:
    if belief is None:
        return f"not known yet: {otherwise}"
    low, high = belief.interval()
    return f"{belief.mean:+.1f} points (95%: {low:+.1f} to {high:+.1f})"
