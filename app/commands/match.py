"""``kith match``: how good matches are, where the truth is known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from app.commands.console import show, step

app = typer.Typer(help="How good matches are.", no_args_is_help=True)


@app.callback()
def match() -> None:
    """How good matches are."""


@app.command("evaluate")
def evaluate_command(
    matches: Annotated[Path, typer.Option(help="matches.csv of a run.")],
    truth: Annotated[Path, typer.Option(help="A CSV: source, contact_index, voter_id (empty: not in the voter file).")],
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print everything as JSON.")] = False,
) -> None:
    """Hold matches against contacts whose voter is known: precision, recall, calibration, by evidence.

    Example: kith match evaluate --matches out/matches.csv --truth known.csv
    """
    from app.run.evaluation import evaluate_matches  # here, so that a question for help is answered at once

    held = evaluate_matches(matches, truth)
    said = held.evaluation.as_json()
    said |= {"candidate_recall": round(held.candidate_recall, 4)}
    said |= {"rows_without_truth": held.without_truth, "truths_without_row": held.without_row}
    if as_json:
        show(said, as_json=True)
        return
    _tell(said)
    if held.without_row:
        step(f"{held.without_row:,} contacts of the truth have no row in the matches: they count as found nowhere.")


def _tell(said: Mapping[str, Any]) -> None:
    counts = ("contacts", "in_the_file", "not_in_the_file", "rows_without_truth", "truths_without_row")
    show({name: said[name] for name in counts}, as_json=False, title="contacts whose voter is known")
    at = said["at"]
    show({name: value for name, value in at.items() if name not in ("threshold", "present")}, as_json=False,
         title=f"proposals of probability {at['threshold']} and more")  # fmt: skip
    recall = {f"at precision {precision}": share for precision, share in said["recall_at_precision"].items()}
    recall["among the candidates"] = said["candidate_recall"]
    show(recall, as_json=False, title="greatest recall")
    bins = {
        f"{row['low']} to {row['high']}": f"said {row['mean_probability']:.3f}, right {row['share_right']:.3f},"
        f" of {row['proposals']:,}"
        for row in said["calibration"]
    }
    show({**bins, "error": said["calibration_error"]}, as_json=False, title="calibration")
    kinds = {
        kind: f"{held['right']:,} right of {held['proposed']:,}, precision {held['precision']:.3f}"
        for kind, held in said["by_evidence"].items()
    }
    if kinds:
        show(kinds, as_json=False, title="by the strongest evidence")
