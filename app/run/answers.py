"""questions.csv: the uncertain friends worth asking her about, and the same rows answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from app.run.inputs import read_table
from app.run.outputs import plain_cell, write_csv
from app.steps import age_band, registered_name
from graph.errors import InputError
from graph.model import Circle, ContactKey, ContactRecord, Match, SupporterId, VoterRef
from graph.voters import VoterColumns
from matching.questions import Answer, AnswerKind, questions

_PER_SUPPORTER = 20
_MOST_CANDIDATES = 3
_CANDIDATE = ("voter_id", "name", "town", "age", "probability")
_PLACES = tuple(str(place) for place in range(1, _MOST_CANDIDATES + 1))
_NEEDED = ("supporter_id", "source", "contact_index", "answer")
HEADER = (
    "supporter_id", "rank", "source", "contact_index", "contact_name",
    *(f"candidate_{place}_{part}" for place in range(1, _MOST_CANDIDATES + 1) for part in _CANDIDATE),
    "answer",
)  # fmt: skip


def write_questions(
    path: Path,
    circles: Sequence[Circle],
    matches: Mapping[SupporterId, Sequence[Match]],
    columns: VoterColumns,
    *,
    as_of: date,
    gains: Mapping[ContactKey, float],
) -> int:
    """Write at most twenty questions for each supporter, best first; how many were written."""
    rows: list[tuple[object, ...]] = []
    for circle in circles:
        asked = questions(
            matches.get(circle.supporter.supporter_id, ()), expected_gain=gains or None, limit=_PER_SUPPORTER
        )
        for rank, question in enumerate(asked, start=1):
            record = circle.contacts[question.contact_key]
            cells = [
                cell for c in question.candidates for cell in _candidate(columns, c.voter, c.match_probability, as_of)
            ]
            padding = [""] * (_MOST_CANDIDATES * len(_CANDIDATE) - len(cells))
            place = (circle.supporter.supporter_id, rank, record.source, record.position, _called(record))
            rows.append((*place, *cells, *padding, ""))
    write_csv(path, HEADER, rows)
    return len(rows)


def _called(record: ContactRecord) -> str:
    """What she calls this friend, so that she knows whom the question is about."""
    return record.display_name or f"{record.given_name} {record.family_name}".strip() or record.nickname


def _candidate(columns: VoterColumns, ref: VoterRef, probability: float, as_of: date) -> tuple[str, ...]:
    row = columns.row(ref)
    town, year = ("", 0) if row is None else (columns.city[row].title(), int(columns.birth_year[row]))
    return (ref.voter_id, registered_name(columns, ref), town, age_band(year, as_of.year), f"{probability:.4f}")


def read_answers(path: Path, circles: Sequence[Circle], columns: VoterColumns) -> dict[ContactKey, Answer]:
    """Answers by contact: 1, 2, 3 or a voter id; ``none``; ``not sure``. Rows without an answer are skipped.

    Raises ``InputError`` for an answer that says something else, or about a contact that is not there.
    """
    keys = {
        (circle.supporter.supporter_id, record.source, record.position): key
        for circle in circles
        for key, record in circle.contacts.items()
    }
    answers: dict[ContactKey, Answer] = {}
    for line, row in enumerate(read_table(path, needs=_NEEDED), start=2):
        if not row["answer"]:
            continue
        thing = f"{path.name} row {line}"
        key = keys.get((SupporterId(plain_cell(row["supporter_id"])), plain_cell(row["source"]), _index(row, thing)))
        if key is None:
            raise InputError(
                "The row names a contact that was not read.", thing=thing, next_step="Keep the row's first columns."
            )
        answer = _answer(key, row, columns, thing)
        if answers.setdefault(key, answer) != answer:
            raise InputError("Another row answers this otherwise.", thing=thing, next_step="Keep one of the two.")
    return answers


def _index(row: Mapping[str, str], thing: str) -> int:
    try:
        return int(row["contact_index"])
    except ValueError as error:
        raise InputError(
            "contact_index is not a number.", thing=thing, next_step="Keep the row's first columns."
        ) from error


def _answer(key: ContactKey, row: Mapping[str, str], columns: VoterColumns, thing: str) -> Answer:
    said = " ".join(row["answer"].casefold().replace("_", " ").split())
    if said == "none":
        return Answer(key, AnswerKind.NONE_OF_THESE)
    if said == "not sure":
        return Answer(key, AnswerKind.NOT_SURE)
    voter_id = row.get(f"candidate_{said}_voter_id", "") if said in _PLACES else row["answer"]
    ref = VoterRef(columns.state, plain_cell(voter_id))
    if not voter_id or columns.row(ref) is None:
        raise InputError(
            "The answer is neither a candidate's number, a voter id of the file, none nor not sure.",
            thing=thing,
            next_step="Write 1, 2, 3, none or not sure.",
        )
    return Answer(key, AnswerKind.CONFIRMED, ref)
