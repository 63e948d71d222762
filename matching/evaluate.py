"""How good matches are, from contacts whose voter is known. Pure arithmetic; empty input gives zeros."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.model import ContactKey, Match, MatchStatus, VoterRef

PRECISIONS = (0.95, 0.98, 0.99)
_EVIDENCE = {
    "phone": "same phone number",
    "e-mail": "same e-mail address",
    "street": "same street address",
    "birthday": "same birthday",
    "household phone": "phone number of the same household",
    "year of birth": "year of birth",
    "town": "same town",
}
"""Pieces of evidence, the strongest first, with the words that the reasons have for them."""
_NAME_ALONE = "name"


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


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that is said of matches held against the truth.

    ``recall_at`` gives for each precision the greatest recall that keeps it. ``by_evidence`` holds the quality at the same
    threshold for proposals with each strongest piece of evidence; of them ``recall`` is the share of all who are in the file.
    """

    contacts: int
    at: Quality
    recall_at: Mapping[float, float]
    calibration: Sequence[CalibrationBin]
    calibration_error: float
    by_evidence: Mapping[str, Quality]

    def as_json(self) -> dict[str, Any]:
        """The evaluation as JSON objects, shares with four decimals."""
        return {
            "contacts": self.contacts,
            "in_the_file": self.at.present,
            "not_in_the_file": self.contacts - self.at.present,
            "at": _said(self.at),
            "recall_at_precision": {f"{precision:g}": round(share, 4) for precision, share in self.recall_at.items()},
            "calibration_error": round(self.calibration_error, 4),
            "calibration": [_rounded(row._asdict()) for row in self.calibration],
            "by_evidence": {kind: _said(held) for kind, held in self.by_evidence.items()},
        }


def evaluate(
    pairs: Sequence[LabelledMatch],
    evidence: Sequence[str] = (),
    *,
    threshold: float = 0.5,
    precisions: Sequence[float] = PRECISIONS,
) -> Evaluation:
    """All measures of matches whose truth is known.

    Args:
        pairs: what was proposed for each contact beside who it is.
        evidence: for each pair its strongest piece of evidence (``strongest``), or nothing when reasons are not known;
            ``""`` belongs nowhere.
        threshold: of precision, recall and F1.
        precisions: for which the greatest recall is wanted.
    """
    kinds = [kind for kind in (*_EVIDENCE, _NAME_ALONE) if kind in set(evidence)]
    present = sum(pair.truth is not None for pair in pairs)
    return Evaluation(
        len(pairs),
        quality(pairs, threshold=threshold),
        {precision: recall_at_precision(pairs, precision) for precision in precisions},
        calibration_table(pairs),
        calibration_error(pairs),
        {kind: _quality_of(kind, pairs, evidence, threshold, present) for kind in kinds},
    )


def strongest(reasons: str) -> str:
    """The strongest piece of evidence among a match's reasons, as they are written; ``name`` when nothing else speaks for it."""
    return next((kind for kind, words in _EVIDENCE.items() if words in reasons), _NAME_ALONE)


def _quality_of(
    kind: str, pairs: Sequence[LabelledMatch], evidence: Sequence[str], threshold: float, present: int
) -> Quality:
    held = quality([pair for pair, its in zip(pairs, evidence, strict=True) if its == kind], threshold=threshold)
    recall = _share(held.right, present)
    f1 = _share(2 * held.precision * recall, held.precision + recall)
    return replace(held, present=present, recall=recall, f1=f1)


def _said(held: Quality) -> dict[str, Any]:
    return _rounded(asdict(held))


def _rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in values.items()}


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
