"""How right proposals are, by the truth that was written beside an invented town; her own card counts for nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from app.organizing.truth import read_truth
from graph.model import Circle, VoterRef
from matching.evaluate import PRECISIONS, LabelledMatch, calibration_error, quality, recall_at_precision

Place = tuple[str, int]
"""A contact: its file and its position there."""
Links = Mapping[Place, tuple[str, float]]
"""The likeliest voter of each contact, with its probability."""

HEADER = f"{'F1':>7}{'precision':>11}{'recall':>8}{'R@.95':>7}{'R@.98':>7}{'R@.99':>7}{'ECE':>7}"


@dataclass(frozen=True, slots=True)
class Judged:
    """Precision, recall and F1 at one half; the recall that a precision leaves; the calibration error from one half up."""

    precision: float
    recall: float
    f1: float
    recall_at: tuple[float, ...]
    calibration_error: float

    def __str__(self) -> str:
        """One line of the table under ``HEADER``."""
        kept = "".join(f"{share:7.3f}" for share in self.recall_at)
        return f"{self.f1:7.3f}{self.precision:11.3f}{self.recall:8.3f}{kept}{self.calibration_error:7.3f}"


class TruthOfTown:
    """Who every contact of these circles is, and which registrations are one person's."""

    def __init__(self, folder: Path, circles: Sequence[Circle]) -> None:
        files = {record.source for circle in circles for record in circle.contacts.values()}
        contacts = pd.read_parquet(folder / "truth_contacts.parquet", columns=["file", "index", "ncid", "kind"])
        self._same = read_truth(folder).same_person
        self._voter_of = {
            (str(file), int(index)): voter
            for file, index, voter, kind in contacts.itertuples(index=False)
            if kind != "self" and file in files
        }

    def judge(self, links: Links) -> Judged:
        """Hold links against the truth; a contact without a link counts as not found."""
        pairs = [self._labelled(voter, links.get(place)) for place, voter in self._voter_of.items()]
        at_half = quality(pairs)
        kept = tuple(recall_at_precision(pairs, precision) for precision in PRECISIONS)
        return Judged(
            at_half.precision, at_half.recall, at_half.f1, kept, calibration_error(pairs, at_least=at_half.threshold)
        )

    def candidate_recall(self, candidates: Mapping[Place, frozenset[str]]) -> float:
        """The share of contacts in the file whose voter is among those that were looked at."""
        present = [(place, voter) for place, voter in self._voter_of.items() if voter]
        found = sum(
            voter in {self._same.get(one, one) for one in candidates.get(place, ())} for place, voter in present
        )
        return found / max(len(present), 1)

    def _labelled(self, voter: str, link: tuple[str, float] | None) -> LabelledMatch:
        proposed, probability = link or ("", 0.0)
        person = self._same.get(proposed, proposed)
        return LabelledMatch(_ref(person), probability, _ref(voter))


def _ref(voter: str) -> VoterRef | None:
    return VoterRef("NC", voter) if voter else None
