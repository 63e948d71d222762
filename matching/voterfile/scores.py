"""A vendor's scores as probabilities, on the scale that the profile declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graph.errors import InputError
from matching.voterfile.columns import mapped
from matching.voterfile.delimited import TextFile
from matching.voterfile.profile import Profile
from matching.voterfile.report import Tally
from matching.voterfile.sniff import fitted

_PREFIX = "score:"
_OUTSIDE = -1.0
_SEVERAL, _MOST_SMALL = 20, 0.3
"""Of honest scores from 0 to 100 few lie below 1, even where opinions are divided."""


def score_columns(profile: Profile, header: Sequence[str]) -> dict[str, int]:
    """The places of the score columns that a header has, by ``score:<name>``."""
    found = fitted({name: score.headers for name, score in profile.scores.items()}, header)
    return {f"{_PREFIX}{name}": place for name, place in found.items()}


def refuse_wrong_scores(table: pa.Table, *, profile: Profile, file: TextFile) -> None:
    """Raise an ``InputError`` with the line of the first score that is no number or lies outside its declared scale.

    ``table`` is in the order of the file. Nobody guesses a scale: 7 means one thing of 10 and another of 100.
    """
    for name, values in _present(table, profile).items():
        scale = profile.scores[name].scale
        wrong = np.flatnonzero(values == _OUTSIDE)
        _refuse_mixed(values, name=name, scale=scale, file=file)
        if len(wrong):
            raise InputError(
                f"{len(wrong):,} {name} scores are no numbers from 0 to {scale}, the first one here.",
                thing=f"{file.thing}, line {file.line_of(int(wrong[0])):,}",
                next_step=f"Declare the scale that they have (scores: {name}: scale) in a copy of the profile.",
            )


def _refuse_mixed(values: NDArray[np.float32], *, name: str, scale: int, file: TextFile) -> None:
    """Raise an ``InputError`` where many scores of a larger scale lie between 0 and 1: some or all were written on that one."""
    small = np.flatnonzero((values > 0) & (values < 1 / scale))
    if scale > 1 and len(small) >= _SEVERAL and len(small) > _MOST_SMALL * np.count_nonzero(values > 0):
        raise InputError(
            f"{len(small):,} {name} scores lie between 0 and 1 where the scale goes to {scale}: "
            "two scales are mixed, or it is the wrong one. The first is here.",
            thing=f"{file.thing}, line {file.line_of(int(small[0])):,}",
            next_step=f"Bring the column to one scale, or declare it (scores: {name}: scale) in a copy of the profile.",
        )


def read_scores(table: pa.Table, *, profile: Profile, tally: Tally) -> Mapping[str, NDArray[np.float32]]:
    """Scores by name as probabilities, NaN where the file has none. The table was checked before."""
    scores = _present(table, profile)
    if scores:
        tally.count("scores", **{name: int(np.count_nonzero(~np.isnan(values))) for name, values in scores.items()})
    return scores


def _present(table: pa.Table, profile: Profile) -> dict[str, NDArray[np.float32]]:
    return {
        name: mapped(table[f"{_PREFIX}{name}"], partial(_probability, scale=score.scale), np.float32)
        for name, score in profile.scores.items()
        if f"{_PREFIX}{name}" in table.column_names
    }


def _probability(text: str, *, scale: int) -> float:
    if not text.strip():
        return float("nan")
    try:
        value = float(text)
    except ValueError:
        return _OUTSIDE
    return value / scale if 0 <= value <= scale else _OUTSIDE
