"""How good matches are, from contacts whose voter is known. Pure arithmetic; empty input gives zeros."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.model import ContactKey, Match, MatchStatus, VoterRef


class LabelledMatch(NamedTuple):
    """What was proposed for a contact (``None``: nobody) with which probability, and who it is (``None``: not in the file)."""

    proposed: VoterRef | None
    match_probability: float
    truth: VoterRef | None


@dataclass(frozen=True, slots=True)
class Quality:
    """Counts and shares at one threshold. ``present`` is how many contacts are voters in the file."""

    threshold: float
    proposed: int
    right: int
    present: int
    precision: float
    recall: float
    f1: float


class CalibrationBin(NamedTuple):
    """Proposals of like probability: what was said and what was so."""

    low: float
    high: float
    proposals: int
    mean_probability: float
    share_right: float


def label(matches: Sequence[Match], truth: Mapping[ContactKey, VoterRef | None]) -> list[LabelledMatch]:
    """The best candidate of each match beside the truth, in the order of the matches; contacts of unknown truth are left out."""
    return [_labelled(match, truth[match.contact_key]) for match in matches if match.contact_key in truth]


def quality(pairs: Sequence[LabelledMatch], *, threshold: float = 0.5) -> Quality:
    """Precision, recall and F1 of proposals whose probability is at least ``threshold``. A share of nothing is 0."""
    probability, is_right, present = _arrays(pairs)
    chosen = probability >= threshold
    proposed, right = int(chosen.sum()), int(is_right[chosen].sum())
    precision, recall = _share(right, proposed), _share(right, present)
    f1 = _share(2 * precision * recall, precision + recall)
    return Quality(threshold, proposed, right, present, precision, recall, f1)


def recall_at_precision(pairs: Sequence[LabelledMatch], precision: float) -> float:
    """The greatest recall of any threshold whose precision is at least ``precision``; 0 when there is none.

    Proposals of equal probability stand or fall together.
    """
    probability, is_right, present = _arrays(pairs)
    if not len(probability) or not present:
        return 0.0
    order = np.argsort(-probability, kind="stable")
    ranked, right = probability[order], np.cumsum(is_right[order])
    last_of_equals = np.append(ranked[1:] != ranked[:-1], True)
    is_enough = last_of_equals & (right / np.arange(1, len(ranked) + 1) >= precision)
    return float(right[is_enough].max() / present) if is_enough.any() else 0.0


def calibration_table(pairs: Sequence[LabelledMatch], *, bins: int = 10, at_least: float = 0.0) -> list[CalibrationBin]:
    """Proposals with probability ``at_least`` or more in bins of equal width, lowest first; empty bins are left out."""
    probability, is_right, _ = _arrays(pairs)
    chosen = probability >= at_least
    probability, is_right = probability[chosen], is_right[chosen]
    place = np.minimum((probability * bins).astype(int), bins - 1)
    return [_bin(number, bins, probability[place == number], is_right[place == number]) for number in np.unique(place)]


def calibration_error(pairs: Sequence[LabelledMatch], *, bins: int = 10, at_least: float = 0.0) -> float:
    """The expected calibration error: |mean probability - share right| averaged over bins by their counts.

    Naeini, Cooper and Hauskrecht 2015, equation 3.
    """
    table = calibration_table(pairs, bins=bins, at_least=at_least)
    gaps = sum(row.proposals * abs(row.mean_probability - row.share_right) for row in table)
    return _share(gaps, sum(row.proposals for row in table))


def _labelled(match: Match, truth: VoterRef | None) -> LabelledMatch:
    if not match.candidates or match.status is MatchStatus.REJECTED:
        return LabelledMatch(None, 0.0, truth)
    best = max(match.candidates, key=lambda candidate: candidate.match_probability)
    return LabelledMatch(best.voter, best.match_probability, truth)


def _arrays(pairs: Sequence[LabelledMatch]) -> tuple[NDArray[np.float64], NDArray[np.bool_], int]:
    """The probabilities of the proposals, whether each is right, and how many contacts are in the file."""
    made = [pair for pair in pairs if pair.proposed is not None]
    probability = np.array([pair.match_probability for pair in made], dtype=np.float64)
    is_right = np.array([pair.proposed == pair.truth for pair in made], dtype=np.bool_)
    return probability, is_right, sum(pair.truth is not None for pair in pairs)


def _bin(number: int, bins: int, probability: NDArray[np.float64], is_right: NDArray[np.bool_]) -> CalibrationBin:
    low, high = number / bins, (number + 1) / bins
    return CalibrationBin(low, high, len(probability), float(probability.mean()), float(is_right.mean()))


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0
