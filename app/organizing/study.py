"""The campaign's own experiment: chance sets some households aside, once, and it is written down before anything is shown.

A row for each voter who was drawn, under a name that only this campaign's key can make: her household, her arm and its probability,
the forecast and the closeness at the draw, and who wrote to her, as keyed names too. No supporter and no voter can be read out of it, so
that a row stays when a supporter leaves, until the history file of the election has been looked at. Who asks to be left out has none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.house import House
from app.steps import Known
from app.voter_file import ballots_of, turnout_of
from graph.digests import found_names, keyed_name
from graph.model import Ask, Circle, ContactKey, SupporterId, VoterRef
from graph.records import Record
from graph.voters import VoterColumns
from oauth.suppression import suppressed_voters
from prioritization.holdouts import home_heads, may_be_drawn
from prioritization.links import links_of
from prioritization.policy import Policy, held_out
from prioritization.study import Study, tie_cell
from prioritization.ties import Tie

Name = TypeVar("Name")

STUDY, STUDY_HOME, EXPLORED = "study", "study_home", "explored"
STUDY_LIVES = timedelta(days=366)
"""After the election, when nobody looked at it: history files are out within months."""
_FEW = 300
"""Up to so many rows are looked up one by one; for more all of them are read."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Who is set aside among some circles' friends, and the rows that were drawn just now and have to be kept before anything is shown."""

    set_aside: frozenset[VoterRef]
    new: Mapping[VoterRef, Mapping[str, Any]]


def draw(house: House, circles: Sequence[Circle], known: Known, columns: VoterColumns, policy: Policy) -> Draw:
    """Look up who was set aside, and let chance decide about households that it was never asked about. Keeps nothing."""
    own = {circle.supporter.supporter_id: known.own_voter.get(circle.supporter.supporter_id) for circle in circles}
    links, _ = links_of(circles, known.matches, columns, own_voter=own, policy=policy)
    refs = {columns.ref(link.row) for link in links}
    if not house.campaign.holdout_share and STUDY not in house.records.kinds():
        return Draw(frozenset(), {})
    standing = _looked_up(house, STUDY, {ref: voter_name(house, ref) for ref in refs})
    aside = {ref for ref, row in standing.items() if row["aside"]}
    ballots, day = ballots_of(house), house.election.day
    rows = may_be_drawn(links, columns, policy=policy, ballots=ballots, day=day)
    rows = np.array([row for row in rows.tolist() if columns.ref(row) not in standing], dtype=np.int64)
    new = _drawn(house, rows, columns) if len(rows) and house.campaign.holdout_share else {}
    return Draw(frozenset(aside | {ref for ref, row in new.items() if row["aside"]}), new)


def _drawn(house: House, rows: NDArray[np.int64], columns: VoterColumns) -> dict[VoterRef, dict[str, Any]]:
    """A row for each of these voters: her household's arm where it has one, else what the hash of its name says."""
    share, salt = house.campaign.holdout_share, house.vault.campaign_secret("holdout").hex()
    now = held_out(columns, rows, Policy(holdout_share=share, holdout_salt=salt))
    homes = [_home_name(house, columns, head) for head in home_heads(columns, rows)]
    standing = _looked_up(house, STUDY_HOME, dict(zip(homes, homes, strict=True)))
    turnout = turnout_of(house, columns).probability[rows]
    new = {}
    for row, home, is_aside, chance in zip(rows.tolist(), homes, now.tolist(), turnout.tolist(), strict=True):
        arm = standing.get(home, {"aside": bool(is_aside), "chance": share})
        new[columns.ref(row)] = {
            "home": home, "aside": arm["aside"], "chance": arm["chance"], "on": house.today.isoformat(),
            "turnout": round(chance, 3), "tie": "unknown", "by": [],
        }  # fmt: skip
    return new


def keep(house: House, drawn: Draw, ties: Mapping[ContactKey, Tie], known: Known, asks: Iterable[Ask]) -> None:
    """Write the draw down, and with which probability chance put whom on a list today. Called before any list is shown."""
    if drawn.new:
        closest = _closest(drawn.new, ties, known)
        rows = {ref: {**row, "tie": closest[ref]} for ref, row in drawn.new.items()}
        homes = {row["home"]: {"aside": row["aside"], "chance": row["chance"]} for row in rows.values()}
        house.records.restore([
            *(Record(STUDY_HOME, home, arm, 1) for home, arm in sorted(homes.items())),
            *(Record(STUDY, voter_name(house, ref), row, 1) for ref, row in sorted(rows.items())),
        ])  # fmt: skip
    by_chance = [[voter_name(house, ask.voter), ask.factors["by_chance"]] for ask in asks if "by_chance" in ask.factors]
    if by_chance:
        house.records.append(EXPLORED, {"day": house.today.isoformat(), "asks": by_chance}, at=house.clock())


def _closest(new: Collection[VoterRef], ties: Mapping[ContactKey, Tie], known: Known) -> dict[VoterRef, str]:
    """How close the closest of those who brought her is, as far as it is known now."""
    strengths: dict[VoterRef, float] = {}
    for matches in known.matches.values():
        for match in matches:
            tie = ties.get(match.contact_key)
            if match.candidates and tie is not None and tie.strength is not None:
                ref = match.candidates[0].voter
                strengths[ref] = max(strengths.get(ref, 0.0), tie.strength)
    return {ref: tie_cell(strengths.get(ref)) for ref in new}


def note_written(
    house: House, supporter_id: SupporterId, key: ContactKey, voter: VoterRef | None, *, undone: bool = False
) -> None:
    """Note that somebody wrote to a friend who is in the study, or that she took that back; others are not noted."""
    row = None if voter is None else house.records.get(STUDY, voter_name(house, voter))
    if row is None:
        return
    writer = keyed_name(_secret(house), "writer", supporter_id, key)
    by = [one for one in row.value["by"] if one != writer]
    house.records.put(STUDY, row.key, {**row.value, "by": by if undone else [*by, writer]})


def forget_studied(house: House, voters: Iterable[VoterRef]) -> None:
    """Remove the rows of voters who asked to be left out."""
    for voter in voters:
        house.records.delete(STUDY, voter_name(house, voter))


def forget_study(house: House) -> int:
    """Remove the whole study; how many rows it had. Its results stay where they were written to."""
    rows = house.records.all(STUDY)
    for kind in (STUDY, STUDY_HOME):
        for record in house.records.all(kind):
            house.records.delete(kind, record.key)
    house.records.erase_stream(EXPLORED)
    house.records.scrub()
    return len(rows)


@dataclass(frozen=True, slots=True)
class Read:
    """The study beside a voter file: its rows whose voter is in the file, where he stands there, and how many are not."""

    study: Study
    rows: NDArray[np.int64]
    unknown: int


def read_study(house: House, columns: VoterColumns) -> Read:
    """The rows of the study with who voted on the election's day as ``columns`` tell it; nobody voted where the file has no such day."""
    rows = {record.key: record.value for record in house.records.all(STUDY)}
    found = _rows_named(house, columns, rows)
    left = suppressed_voters(house.install, house.vault, [columns.ref(at) for at in found.values()])
    kept = {name: at for name, at in found.items() if columns.ref(at) not in left}
    values, at = [rows[name] for name in kept], np.array(list(kept.values()), dtype=np.int64)
    study = Study(
        voted=_voted(house, columns, at),
        set_aside=np.array([value["aside"] for value in values], dtype=np.bool_),
        written_to=np.array([bool(value["by"]) for value in values], dtype=np.bool_),
        home=np.unique([value["home"] for value in values], return_inverse=True)[1].astype(np.int64),
        chance=np.array([value["chance"] for value in values], dtype=np.float64),
        turnout=np.array([value["turnout"] for value in values], dtype=np.float64),
        tie=np.array([value["tie"] for value in values], dtype=np.str_),
    )
    return Read(study, at, len(rows) - len(found))


def _rows_named(house: House, columns: VoterColumns, names: Collection[str]) -> dict[str, int]:
    """Which row of the file each name stands for: every voter's name is made, for none can be read back."""
    return found_names(_secret(house), ("voter", columns.state), columns.voter_ids.tolist(), names) if names else {}


def _voted(house: House, columns: VoterColumns, at: NDArray[np.int64]) -> NDArray[np.bool_]:
    place = next((place for place, past in enumerate(columns.elections) if past.day == house.election.day), None)
    if place is None:
        return np.zeros(len(at), dtype=np.bool_)
    return np.asarray((columns.voted[at] >> np.uint64(place)) & np.uint64(1), dtype=np.bool_)


def _looked_up(house: House, kind: str, names: Mapping[Name, str]) -> dict[Name, Mapping[str, Any]]:
    if len(names) > _FEW:
        rows = {record.key: record.value for record in house.records.all(kind)}
        return {one: rows[name] for one, name in names.items() if name in rows}
    found = ((one, house.records.get(kind, name)) for one, name in names.items())
    return {one: record.value for one, record in found if record is not None}


def voter_name(house: House, ref: VoterRef) -> str:
    """The name under which a voter stands in the study."""
    return keyed_name(_secret(house), "voter", ref.state, ref.voter_id)


def _home_name(house: House, columns: VoterColumns, head: bytes) -> str:
    return keyed_name(_secret(house), "home", columns.state, head.decode())


def _secret(house: House) -> bytes:
    return house.vault.campaign_secret("study")
