"""What ``kith match evaluate`` tells people: small tables with their numbers below each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import typer

from app.commands.console import show

_COUNTS = ("contacts", "in_the_file", "not_in_the_file", "rows_without_truth", "truths_without_row")


def tell_evaluation(said: Mapping[str, Any]) -> None:
    """Print an evaluation, as ``HeldAgainstTruth.as_json`` gives it."""
    show({name: said[name] for name in _COUNTS}, as_json=False, title="contacts whose voter is known")
    if "candidates" in said:
        _tell_candidates(said)
    at = said["at"]
    show({name: value for name, value in at.items() if name not in ("threshold", "present")}, as_json=False,
         title=f"proposals of probability {at['threshold']} and more")  # fmt: skip
    recall = {f"at precision {precision}": share for precision, share in said["recall_at_precision"].items()}
    recall["among the candidates shown"] = said["shown_recall"]
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


def _tell_candidates(said: Mapping[str, Any]) -> None:
    """The way of those in the file, from being looked at to being named; then by key, by name, and who is lost."""
    asked, at = said["candidates"], said["at"]
    whole = asked["in_the_file"]
    steps = {
        "in the file": whole,
        "looked at": asked["looked_at"],
        "left after the first look": asked["kept"],
        "among the candidates shown": round(said["shown_recall"] * at["present"]),
        f"named with {at['threshold']} and more": at["right"],
    }
    _table("where friends in the file are lost", ("", "friends", "share"),
           ((name, f"{count:,}", _percent(count, whole)) for name, count in steps.items()))  # fmt: skip
    _table("looked at, by key (one friend may be found by several)", ("", "finds", "share", "no other key"),
           ((key, f"{one['found']:,}", _percent(one["found"], whole), f"{one['alone']:,}") for key, one in asked["by_key"].items()))  # fmt: skip
    _table("looked at, by the contact's name beside the file's", ("", "in the file", "looked at", "share"),
           ((kind, f"{one['in_the_file']:,}", f"{one['looked_at']:,}", _percent(one["looked_at"], one["in_the_file"]))
            for kind, one in asked["by_name"].items()))  # fmt: skip
    lost = {**asked["lost"], "of them with the voter's town": asked["lost_with_town"]}
    _table("never looked at", ("", "friends"), ((why, f"{count:,}") for why, count in lost.items()))


def _table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A title, then columns: the first to the left, numbers to the right."""
    lines = [header, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(header))]
    show({}, as_json=False, title=title)
    for line in lines:
        numbers = (f"{cell:>{width}}" for cell, width in zip(line[1:], widths[1:], strict=True))
        typer.echo("  ".join((f"  {line[0]:<{widths[0]}}", *numbers)).rstrip())


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "–"
