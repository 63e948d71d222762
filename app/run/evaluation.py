"""Matches, of ``matches.csv`` or of a search made for it, held against a table of who each contact really is."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from app.run.outputs import Progress, plain_cell
from app.run.search_files import Place, SearchFiles, search_files
from app.run.tables import MATCH_HEADER, match_rows
from graph.errors import InputError
from graph.model import MatchStatus, VoterRef
from matching.candidate_recall import CandidateRecall
from matching.evaluate import Evaluation, LabelledMatch, evaluate, strongest

_MATCHES = ("source", "contact_index", "voter_id", "match_probability")
_TRUTH = ("source", "contact_index", "voter_id")
_ANY_STATE = ""
_NOBODY = ("", 0.0, "")

_Best = tuple[str, float, str]
_Row = tuple[int, Mapping[str, str]]


class _Entry(NamedTuple):
    """A contact; two supporters may have brought the same file."""

    supporter_id: str
    place: Place


@dataclass(frozen=True, slots=True)
class HeldAgainstTruth:
    """The evaluation, and what stands in one of the two tables only: contacts without a truth, truths without a row.

    ``shown_recall`` is the share of those in the file whose voter is among the candidates shown, however unlikely: more than
    that no answer of a supporter can link. ``candidates``, where the search itself was made, tells who was looked at at all,
    before any candidate was left out.
    """

    evaluation: Evaluation
    shown_recall: float
    without_truth: int
    without_row: int
    candidates: CandidateRecall | None = None

    def as_json(self) -> dict[str, Any]:
        """Everything as JSON objects; ``candidate_recall`` and ``candidates`` only where the search was made."""
        said = self.evaluation.as_json()
        said |= {"shown_recall": round(self.shown_recall, 4)}
        if self.candidates is not None:
            candidates = self.candidates.as_json()
            said |= {"candidate_recall": candidates["recall"], "candidates": candidates}
        return said | {"rows_without_truth": self.without_truth, "truths_without_row": self.without_row}


def evaluate_matches(matches: Path, truth: Path) -> HeldAgainstTruth:
    """Hold the best candidate of each contact against the truth.

    Args:
        matches: ``matches.csv`` of a run; what a supporter rejected is no candidate. Reasons are used when there.
        truth: a CSV with ``source``, ``contact_index`` and ``voter_id``; an empty id is somebody who is not in the file, and
            several ids of one person (a double registration) are parted by ``;``.

    Raises:
        InputError: a file that is no such table, a cell that cannot be, two truths of one contact, no contact in both.
    """
    return _held(_read_truth(truth), _rows(matches, needs=_MATCHES), matches, truth)


def evaluate_search(files: SearchFiles, truth: Path, *, progress: Progress) -> HeldAgainstTruth:
    """Search the contacts of files, hold the best candidate of each against the truth, and count who was looked at at all.

    ``truth`` as for ``evaluate_matches``. Raises ``InputError`` as that and the search do.
    """
    truly = _read_truth(truth)
    searched = search_files(files, truly, progress=progress)
    rows = (map(str, row) for row in match_rows(searched.read, searched.found.matches))
    placed = ((line, dict(zip(MATCH_HEADER, row, strict=True))) for line, row in enumerate(rows, start=2))
    held = _held(truly, placed, files.contacts, truth)
    return replace(held, candidates=searched.candidates)


def _held(truly: Mapping[Place, Sequence[str]], rows: Iterable[_Row], matches: Path, truth: Path) -> HeldAgainstTruth:
    best, candidates = _read_matches(rows, matches)
    judged = {entry: held for entry, held in best.items() if entry.place in truly}
    if not judged:
        raise InputError(
            "None of its contacts is in the matches.",
            thing=truth.name,
            next_step="Compare source and contact_index of the two files.",
        )
    missed = truly.keys() - {entry.place for entry in judged}
    pairs = [_pair(held, truly[entry.place]) for entry, held in judged.items()]
    pairs += [_pair(_NOBODY, truly[place]) for place in sorted(missed)]
    evidence = [strongest(reasons) if reasons else "" for _, _, reasons in judged.values()] + [""] * len(missed)
    named = sum(bool(candidates[entry].intersection(truly[entry.place])) for entry in judged)
    evaluation = evaluate(pairs, evidence)
    recall = named / max(evaluation.at.present, 1)
    return HeldAgainstTruth(evaluation, recall, len(best) - len(judged), len(missed))


def _pair(held: _Best, ids: Sequence[str]) -> LabelledMatch:
    voter_id, probability, _ = held
    really = voter_id if voter_id in ids else (ids[0] if ids else "")
    return LabelledMatch(_ref(voter_id), probability, _ref(really))


def _ref(voter_id: str) -> VoterRef | None:
    return VoterRef(_ANY_STATE, voter_id) if voter_id else None


def _read_matches(rows: Iterable[_Row], path: Path) -> tuple[dict[_Entry, _Best], Mapping[_Entry, set[str]]]:
    """The likeliest candidate of each contact with its reasons (the first of equals, nobody when there is none), and all."""
    best: dict[_Entry, _Best] = {}
    candidates: defaultdict[_Entry, set[str]] = defaultdict(set)
    for line, row in rows:
        entry = _Entry(plain_cell(row.get("supporter_id", "")), _place(row, path, line))
        known = best.setdefault(entry, _NOBODY)
        voter_id = plain_cell(row["voter_id"])
        if not voter_id or row.get("status") == MatchStatus.REJECTED:
            continue
        candidates[entry].add(voter_id)
        probability = _probability(row["match_probability"], path, line)
        if not known[0] or probability > known[1]:
            best[entry] = (voter_id, probability, row.get("reason", ""))
    return best, candidates


def _read_truth(path: Path) -> dict[Place, tuple[str, ...]]:
    truly: dict[Place, tuple[str, ...]] = {}
    for line, row in _rows(path, needs=_TRUTH):
        ids = tuple(filter(None, (each.strip() for each in plain_cell(row["voter_id"]).split(";"))))
        place = _place(row, path, line)
        if truly.setdefault(place, ids) != ids:
            raise InputError(
                "Another row says otherwise of this contact.", thing=_at(path, line), next_step="Keep one of the two."
            )
    return truly


def _rows(path: Path, *, needs: Sequence[str]) -> Iterator[_Row]:
    """Each row with its line, read one by one: the matches of a state are no short table."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            table = csv.reader(file, strict=True)
            header = [name.strip().lower() for name in next(table, [])]
            _refuse_missing(header, needs, path)
            for cells in filter(None, table):
                if len(cells) != len(header):
                    raise _odd_row(len(cells), len(header), path, table.line_num)
                yield table.line_num, dict(zip(header, map(str.strip, cells), strict=True))
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise InputError(
            f"This file cannot be read ({reason}).", thing=path.name, next_step="Check its name and rights."
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            "The file is not a well-formed CSV in UTF-8.", thing=path.name, next_step="Save it again as CSV (UTF-8)."
        ) from error


def _refuse_missing(header: Sequence[str], needs: Sequence[str], path: Path) -> None:
    if missing := [column for column in needs if column not in header]:
        raise InputError(
            f"The column {missing[0]} is missing.", thing=path.name, next_step=f"Needed columns: {', '.join(needs)}."
        )


def _odd_row(cells: int, columns: int, path: Path, line: int) -> InputError:
    return InputError(
        f"The row has {cells} cells where the header has {columns}.",
        thing=_at(path, line),
        next_step="Correct that row.",
    )


def _place(row: Mapping[str, str], path: Path, line: int) -> Place:
    try:
        return plain_cell(row["source"]), int(row["contact_index"])
    except ValueError as error:
        raise InputError(
            "contact_index is not a whole number.", thing=_at(path, line), next_step="Correct that row."
        ) from error


def _probability(text: str, path: Path, line: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise InputError(
            "match_probability is no number from 0 to 1.", thing=_at(path, line), next_step="Correct that row."
        )
    return value


def _at(path: Path, line: int) -> str:
    return f"{path.name}, line {line:,}"
