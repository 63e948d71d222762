"""The contacts of files searched as ``kith run`` does it, without choosing whom to ask: for holding matches against the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app import steps
from app.run.answers import read_answers
from app.run.batch import newest_date
from app.run.circles import ContactsRead, placed_key, read_circles
from app.run.consent import permits_in
from app.run.inputs import check_files, read_supporters
from app.run.model_file import read_model, write_model
from app.run.outputs import Progress
from graph.model import ContactKey, Purpose, VoterRef
from graph.voters import Ballots
from matching.candidate_recall import CandidateRecall, candidate_recall
from matching.link import MatchResult
from matching.voterfile.reader import read_voters

_KEY = b"kith match evaluate: files in, figures out, nothing kept"
"""Digests live only as long as the command, so that the key need not be a secret."""

Place = tuple[str, int]
"""A contact by its file and its position in there."""


@dataclass(frozen=True, slots=True)
class SearchFiles:
    """The files of one search, as ``kith run`` takes them. ``as_of`` ``None`` means the newest date in the voter file."""

    voters: Path
    supporters: Path
    contacts: Path
    layout: str = "nc"
    append: Path | None = None
    state: str = ""
    as_of: date | None = None
    answers: Path | None = None
    pool: bool = False
    model_in: Path | None = None
    model_out: Path | None = None


@dataclass(frozen=True, slots=True)
class Searched:
    """What the search found, with the contacts as they were read, and who of those in the file was looked at at all."""

    read: ContactsRead
    found: MatchResult
    candidates: CandidateRecall


def search_files(files: SearchFiles, truth: Mapping[Place, Sequence[str]], *, progress: Progress) -> Searched:
    """Search, then ask for the candidates of those in ``truth`` (by place the ids of the voter) by each key again.

    Raises:
        InputError: a file that is missing or no such file, a model of another kind.
    """
    given = (files.voters, files.supporters, files.append, files.answers, files.model_in)
    check_files(given, layout=files.layout, contacts=files.contacts)
    progress("Reading contacts")
    read = read_circles(read_supporters(files.supporters), files.contacts)
    progress("Reading the voter file")
    columns, report = read_voters(
        files.voters, layout=files.layout, append=files.append, key=_KEY, as_of=files.as_of, state=files.state
    )
    model = read_model(files.model_in, report) if files.model_in else None
    answers = read_answers(files.answers, read.circles, columns) if files.answers else {}
    as_of = files.as_of or newest_date(columns, Ballots(), date.max)
    voters = steps.Voters.of(columns, _KEY)
    progress("Finding friends on the list of voters")
    found = steps.find_friends(
        read.circles,
        voters,
        as_of=as_of,
        model=model.model if model else None,
        answers=answers,
        pooling=permits_in(read.circles, Purpose.POOL) if files.pool else (),
    )
    if files.model_out:
        write_model(files.model_out, found.model, learned_on=report, as_of=as_of, origin=model and model.origin)
    progress("Asking for the candidates by each key")
    known = _by_contact(truth, columns.state)
    return Searched(
        read, found,
        candidate_recall(
            columns, voters.index, read.circles, known, key=_KEY, as_of=as_of, own_voter=found.own_voter
        ),
    )  # fmt: skip


def _by_contact(truth: Mapping[Place, Sequence[str]], state: str) -> dict[ContactKey, list[VoterRef]]:
    return {
        placed_key(source, position): [VoterRef(state, voter_id) for voter_id in ids]
        for (source, position), ids in truth.items()
    }
