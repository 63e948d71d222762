"""``kith effect``: what one ask changes, learned from a randomised experiment."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from app.commands.beliefs import belief_numbers, shift_words
from app.commands.console import refuse_in_the_way, show, step, written_whole
from app.commands.effect_pool import pool_command
from app.commands.measure import measure_command

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from prioritization.cells import CellShift
    from prioritization.experiment import Belief, Lift, Trial

app = typer.Typer(help="What one ask changes.", no_args_is_help=True)
app.command("measure")(measure_command)
app.command("pool")(pool_command)


@app.callback()
def effect() -> None:
    """What one ask changes."""


@app.command("learn")
def learn_command(
    experiment: Annotated[
        Path, typer.Option(help="A CSV (or its .gz): one row for each person, her arm, whether she voted.")
    ],
    out: Annotated[Path | None, typer.Option(help="A new JSON file for kith run --effect.")] = None,
    arm: Annotated[str, typer.Option(metavar="COLUMN", help="The column of the arm.")] = "",
    control: Annotated[str, typer.Option(metavar="NAME", help="The arm that was left alone.")] = "",
    treated: Annotated[str, typer.Option(metavar="NAME", help="The arm to learn from, where there are several.")] = "",
    outcome: Annotated[str, typer.Option(metavar="COLUMN", help="The column that says who voted.")] = "",
    household: Annotated[str, typer.Option(metavar="COLUMN", help="The unit that was drawn.")] = "",
    known: Annotated[list[str] | None, typer.Option(metavar="COLUMN", help="Known before; may be given again.")] = None,
    cell: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Cells, such as closeness; may be given again.")
    ] = None,
    salience: Annotated[float, typer.Option(min=0.05, max=1.0, help="1: quiet election; .5: presidential.")] = 1.0,
    tie: Annotated[float, typer.Option(min=0.05, max=3.0, help="How close asker and asked were; 1: a friend.")] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print everything as JSON.")] = False,
) -> None:
    """Learn the shift in log-odds of one ask: the published prior, moved by a randomised experiment as far as it is worth.

    Only who was assigned counts, not who was reached. The result is the shift of a word from a friend in a quiet election;
    --salience and --tie say how far the experiment was from that.

    Example: kith effect learn --experiment pilot.csv --out effect.json
    """
    # these load slowly; a mistyped option should not
    from app.run.experiments import Columns, read_cells, read_experiment

    if out is not None:
        refuse_in_the_way(out)
    columns = Columns(arm, outcome, household, tuple(known or ()), control)
    trials = read_experiment(experiment, columns)
    chosen = _chosen(trials, treated, experiment, is_kept=out is not None)
    learned = {name: _learned(trial, salience * tie) for name, trial in chosen.items()}
    if cell:
        cells = read_cells(experiment, columns, cell)
        learned = {name: each.by_cell(chosen[name], cells[name], salience * tie) for name, each in learned.items()}
    if out is not None:
        (found,) = learned.values()
        _write(out, found.after, experiment)
    told = [_said(name, found) if as_json else _plain(name, found) for name, found in learned.items()]
    if as_json:
        show(told[0] if len(told) == 1 else {"arms": told}, as_json=True)
        return
    for lines in told:
        show(lines, as_json=False)


class _Learned(NamedTuple):
    """One arm: what it found, and what is believed before and after."""

    lift: Lift
    before: Belief
    found: Belief
    after: Belief
    cells: Sequence[CellShift] = ()

    def by_cell(self, trial: Trial, cells: NDArray[np.str_], part: float) -> _Learned:
        """The same with the shift of each cell, drawn towards the common one as far as it is unsure."""
        from prioritization.cells import shifts_by_cell

        return self._replace(cells=shifts_by_cell(trial, cells, self.before, part))


def _chosen(trials: Mapping[str, Trial], treated: str, path: Path, *, is_kept: bool) -> Mapping[str, Trial]:
    """The arm that was named, or all of them where nothing is kept. Raises ``UsageError``."""
    from app.run.experiments import one_arm

    if not treated and not is_kept:
        return trials
    arm = one_arm(trials, treated, path)
    return {arm: trials[arm]}


def _learned(trial: Trial, part: float) -> _Learned:
    """``part``: how much of a full ask, by salience and tie, the experiment gave."""
    from prioritization.effect import EffectModel
    from prioritization.experiment import Belief, measure, updated

    lift, assumed = measure(trial), EffectModel()
    before = Belief(assumed.shift, assumed.shift_deviation)
    found = Belief(lift.shift.mean / part, lift.shift.deviation / part)
    return _Learned(lift, before, found, updated(before, found))


def _write(out: Path, belief: Belief, experiment: Path) -> None:
    from prioritization.effect import EffectModel

    with experiment.open("rb") as file:
        model = EffectModel(belief.mean, belief.deviation, learned_from=hashlib.file_digest(file, "sha256").hexdigest())
    with written_whole(out) as aside:
        aside.write_text(model.to_json(), encoding="utf-8")
    step(f"Written: {out}. Use it: kith run --effect {out}")


def _said(name: str, learned: _Learned) -> dict[str, Any]:
    lift = learned.lift
    beliefs = {"prior": learned.before, "experiment": learned.found, "posterior": learned.after}
    return {
        "arm": name, "treated": lift.assigned, "control": lift.control, "clusters": lift.clusters,
        "voted_treated": lift.voted_assigned, "voted_control": lift.voted_control, "points": lift.points,
        **{key: belief_numbers(one) for key, one in beliefs.items()},
        **({"cells": {cell.name: {"people": cell.people, **_cell(cell)} for cell in learned.cells}} if learned.cells else {}),
    }  # fmt: skip


def _cell(cell: CellShift) -> dict[str, Any]:
    return {"not_enough": cell.why_not} if cell.shift is None else belief_numbers(cell.shift)


def _plain(name: str, learned: _Learned) -> dict[str, str]:
    lift = learned.lift
    return {
        "arm": name,
        "people": f"{lift.assigned:,} assigned, {lift.control:,} in the control, {lift.clusters:,} clusters",
        "voted": f"{lift.voted_assigned:.1%} and {lift.voted_control:.1%}: {lift.points:+.1f} points",
        "shift before": shift_words(learned.before),
        "shift in the experiment": shift_words(learned.found),
        "shift after": shift_words(learned.after),
        **{
            f"cell {cell.name}": f"{cell.people:,} people: {shift_words(cell.shift) if cell.shift else cell.why_not}"
            for cell in learned.cells
        },
    }
