"""Splink 5 on the same town, set up for this shape: the peer in ``benchmarks.matching``.

What Splink is given is prepared alike (names read by our reader, short forms brought to the formal name) and its comparisons say
what tells friends: names with their frequency, phone, e-mail, the supporter's ZIP and town. It learns by its own means, u from random
pairs, m by expectation maximisation, without labels; a contact's most probable voter counts from one half.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from graph.digests import keyed_digest, normalise_email, normalise_phone
from graph.model import Circle, ContactRecord
from graph.voters import ContactDigests, VoterColumns
from matching.name_types import NameKind
from matching.names import read_name
from matching.nicknames import formal_names

Place = tuple[str, int]
_RULES = (("last", "formal"), ("last", "zip"), ("formal", "zip"), ("phone",), ("email",))


@dataclass
class Splink:
    """A trained linker over one voter file, kept warm."""

    linker: Any
    database: Any
    voters: Any
    trained_seconds: float
    key: bytes
    towns: Mapping[str, str]
    calls: int = 0

    def link(self, circles: Sequence[Circle]) -> Mapping[Place, str]:
        """The voter of each contact at one half; raw records in, parsing included."""
        self.calls += 1
        friends = contact_frame(circles, self.key, self.towns)
        if friends.empty:
            return {}
        table = self.database.register(friends, table_name=f"friends_{self.calls}", dataset_display_name="friends")
        found = self.linker.inference.predict_between(self.voters, table, threshold_match_probability=0.5)
        return best_of(found.as_pandas_dataframe())


def train(columns: VoterColumns, circles: Sequence[Circle], key: bytes) -> Splink:
    """Register the voter file and let Splink learn from all contacts."""
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # a development extra; only this benchmark wants it

    warnings.simplefilter("ignore")
    logging.getLogger("splink").setLevel(logging.ERROR)
    started = time.process_time()
    database = DuckDBAPI()
    frame = voter_frame(columns)
    towns = towns_of(frame)
    voters = database.register(frame, table_name="voters", dataset_display_name="voters")
    friends = database.register(
        contact_frame(circles, key, towns), table_name="all_friends", dataset_display_name="friends"
    )
    settings = SettingsCreator(
        link_type="link_only", comparisons=_comparisons(), retain_matching_columns=False,
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in _RULES],
    )  # fmt: skip
    linker = Linker([voters, friends], settings, log_level=logging.ERROR)
    for column in ("formal", "last"):
        linker.table_management.compute_tf_table(column)
    learn = linker.training
    learn.estimate_probability_two_random_records_match([block_on("phone"), block_on("email")], recall=0.3)
    learn.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in (block_on("last", "formal"), block_on("phone")):
        learn.estimate_parameters_using_expectation_maximisation(rule, max_pairs=5e6)
    return Splink(linker, database, voters, time.process_time() - started, key, towns)


def _comparisons() -> list[Any]:
    import splink.comparison_level_library as level
    import splink.comparison_library as library

    first = library.CustomComparison(
        output_column_name="formal",
        comparison_levels=[
            level.NullLevel("formal"),
            level.ExactMatchLevel("formal", term_frequency_adjustments=True),
            level.JaroWinklerLevel("formal", 0.9),
            level.ElseLevel(),
        ],
    )
    last = library.CustomComparison(
        output_column_name="last",
        comparison_levels=[
            level.NullLevel("last"),
            level.ExactMatchLevel("last", term_frequency_adjustments=True),
            level.DamerauLevenshteinLevel("last", 1),
            level.JaroWinklerLevel("last", 0.9),
            level.ElseLevel(),
        ],
    )
    exact = [library.ExactMatch(column) for column in ("phone", "email", "zip", "city")]
    return [first, last, *exact]


def voter_frame(columns: VoterColumns) -> pd.DataFrame:
    """The voter file as Splink reads it."""
    rows = range(len(columns))
    return pd.DataFrame({
        "unique_id": columns.voter_ids.astype(str),
        "formal": [_formal(columns.first_name[row]) for row in rows],
        "last": [columns.last_name[row] for row in rows],
        "zip": [columns.postal_code[row][:5] or None for row in rows],
        "city": [columns.city[row] or None for row in rows],
        "phone": _first_digest(columns.phones, len(columns)),
        "email": _first_digest(columns.emails, len(columns)),
    })  # fmt: skip


def _first_digest(digests: ContactDigests, rows: int) -> list[str | None]:
    found: list[str | None] = [None] * rows
    for digest, row in zip(digests.digests.tolist(), digests.rows.tolist(), strict=True):
        found[row] = str(digest)
    return found


def towns_of(voters: pd.DataFrame) -> Mapping[str, str]:
    """The town where most voters of a ZIP live: what a supporter's ZIP says of her friends."""
    return dict(voters.groupby("zip")["city"].agg(lambda towns: towns.mode().iloc[0]))


def contact_frame(circles: Sequence[Circle], key: bytes, towns: Mapping[str, str]) -> pd.DataFrame:
    """Contacts that are people as Splink reads them."""
    rows = [
        row for circle in circles for record in circle.contacts.values()
        if (row := _contact_row(record, circle.supporter.postal_code[:5], key, towns)) is not None
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["unique_id", "formal", "last", "zip", "city", "phone", "email"]).astype(object)


def _contact_row(
    record: ContactRecord, postal_code: str, key: bytes, towns: Mapping[str, str]
) -> tuple[str | None, ...] | None:
    reading = read_name(record)
    if reading.kind is not NameKind.PERSON or not reading.possible:
        return None
    name = reading.possible[0]
    phones = filter(None, map(normalise_phone, record.phones))
    emails = filter(None, map(normalise_email, record.emails))
    return (
        f"{record.source}\t{record.position}", _formal(name.given[0]) if name.given else None, name.family[-1] if name.family else None,
        postal_code or None, towns.get(postal_code), next((str(keyed_digest(key, one)) for one in phones), None),
        next((str(keyed_digest(key, one)) for one in emails), None),
    )  # fmt: skip


@cache
def _formal(name: str) -> str:
    """The formal name that a short form most often stands for; any other name is itself."""
    forms = formal_names(name)
    return max(forms, key=lambda form: (forms[form], form)) if forms else name


def best_of(pairs: pd.DataFrame) -> dict[Place, str]:
    """The most probable voter of each contact."""
    is_left = pairs["source_dataset_l"].eq("friends")
    friend = pairs["unique_id_l"].where(is_left, pairs["unique_id_r"])
    voter = pairs["unique_id_r"].where(is_left, pairs["unique_id_l"])
    best = pairs.assign(friend=friend, voter=voter).sort_values("match_probability").groupby("friend").tail(1)
    places = best["friend"].str.rsplit("\t", n=1)
    return {(source, int(position)): who for (source, position), who in zip(places, best["voter"], strict=True)}
