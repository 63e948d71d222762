"""What nobody has in life: who each contact is, and what an ask would change. For scoring, never for the product."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from app.town.columns import Flags, Long, Numbers
from app.town.register import voter_id

if TYPE_CHECKING:
    from app.town.town import Town


def write_truth(town: Town, folder: Path) -> None:
    """Write the truth about contacts, ties, voters, supporters and double registrations."""
    true_contacts(town).to_parquet(folder / "truth_contacts.parquet", index=False)
    true_edges(town).to_parquet(folder / "truth_edges.parquet", index=False)
    true_voters(town).to_parquet(folder / "truth_voters.parquet", index=False)
    true_supporters(town).to_csv(folder / "truth_supporters.csv", index=False)
    true_duplicates(town).to_csv(folder / "truth_duplicates.csv", index=False)


def true_contacts(town: Town) -> pd.DataFrame:
    """One row for each entry of each file: the file, the 0-based position, who it is (kind, ncid) and how close."""
    same_names = _same_names(town)
    rows = [
        {
            "supporter_id": owner.supporter_id,
            "file": book.file_name,
            "source": book.provider.value,
            "index": position,
            "kind": kept.known.kind.value,
            "ncid": town.voter_id_of(kept.known.voter) if kept.known.voter >= 0 else "",
            "relation": kept.known.circle.value,
            "strength": kept.known.strength,
            "name_style": kept.entry.style,
            "is_duplicate": kept.is_duplicate,
            "same_name_in_file": int(same_names[kept.known.voter]) if kept.known.voter >= 0 else 0,
        }
        for owner in town.supporters
        for book in owner.books
        for position, kept in enumerate(book.kept)
    ]
    return pd.DataFrame(rows)


def _same_names(town: Town) -> Long:
    name = town.people.given.astype(np.int64) * len(town.names.surnames) + town.people.family
    _, place, count = np.unique(name, return_inverse=True, return_counts=True)
    same_names: Long = count[place]
    return same_names


def true_edges(town: Town) -> pd.DataFrame:
    """One row for each supporter and registered friend of hers: the chance to vote without (p0) and with (p1) her ask."""
    frames = [
        pd.DataFrame(
            {
                "supporter_id": owner.supporter_id,
                "strength": [friend.strength for friend in owner.friends],
                "relation": [friend.circle.value for friend in owner.friends],
                "row": np.array([friend.voter for friend in owner.friends], np.int64),
            }
        )
        for owner in town.supporters
    ]
    edges = pd.concat(frames, ignore_index=True)
    rows = edges.pop("row").to_numpy()
    edges["ncid"] = [town.voter_id_of(row) for row in rows.tolist()]
    return edges.assign(**_effects(town, rows, edges["strength"].to_numpy()))


def _effects(town: Town, rows: Long, strength: Numbers) -> dict[str, Numbers | Flags]:
    turnout = town.turnout
    p0, has_voted = turnout.p0[rows], turnout.has_voted[rows]
    shift = town.shape.ask_effect * turnout.susceptibility[rows] * strength * 2
    odds = p0 / np.maximum(1 - p0, 1e-9) * np.exp(shift)
    p1 = np.where(p0 > 0, odds / (1 + odds), 0.0)
    return {
        "p0": p0,
        "p1": p1,
        "tau": np.where(has_voted, 0.0, p1 - p0),
        "already_voted": has_voted,
        "y0": turnout.will_vote[rows],
    }


def true_voters(town: Town) -> pd.DataFrame:
    """One row for each registered person, in the register's order."""
    turnout = town.turnout
    return pd.DataFrame(
        {
            "ncid": [voter_id(number) for number in town.register.voter_number.tolist()],
            "p0": turnout.p0,
            "y0": turnout.will_vote,
            "already_voted": turnout.has_voted,
            "susceptibility": turnout.susceptibility,
            "household": town.people.household,
            "status": town.register.status,
        }
    )


def true_supporters(town: Town) -> pd.DataFrame:
    """One row for each supporter: her own voter id."""
    pairs = [(owner.supporter_id, town.voter_id_of(owner.voter)) for owner in town.supporters]
    return pd.DataFrame(pairs, columns=["supporter_id", "ncid"])


def true_duplicates(town: Town) -> pd.DataFrame:
    """One row for each older registration and the person's present one."""
    old = town.register.old
    older = [voter_id(number) for number in old.voter_number.tolist()]
    return pd.DataFrame(
        {"ncid_duplicate": older, "ncid_person": [town.voter_id_of(row) for row in old.person.tolist()]}
    )
