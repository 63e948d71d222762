"""Splink 5 on the same town, set up for this shape with care: the peer in ``benchmarks.matching``.

The voter file is a table of DuckDB's own (a registered frame is read anew by every query, and joined without knowing its size:
ten times slower at 20,000 voters, without end at 200,000). Frequencies of names stand in the table, training is done once, and warm
calls are ``predict_between`` with as many blocking rules as the names, phones and places of contacts need. Splink learns by its own means: u from
random pairs, m by expectation maximisation, no labels. Two things are ours, because its pairs do not know of each other: a phone
that only housemates share is a level of its own, and the odds of a friend's candidates are brought to sum to at most one with
"not in the file" among them, its weight learned over all friends.
"""

from __future__ import annotations

import logging
import re
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import splink.comparison_level_library as level
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.comparison_library import CustomComparison
from splink.internals.comparison_level_creator import ComparisonLevelCreator
from splink.internals.splink_dataframe import SplinkDataFrame

from benchmarks.judged import Links, Place
from benchmarks.splink_frames import Friends, VoterTable, as_table, friends_of
from graph.model import Circle
from graph.voters import VoterColumns

_SAME_PHONE = "(l.phone = r.phone or l.phone = r.phone_2 or l.phone_2 = r.phone)"
_FIRST_AGREES = "(l.given is null or l.formal = r.formal or l.initial = r.initial)"
_RULES = (
    "l.last = r.last and l.formal = r.formal",
    "l.last = r.last and l.initial = r.initial",
    "l.last = r.last and l.home_zip = r.zip",
    "l.last = r.last and l.given = r.middle",
    "l.last = r.last_2 and l.formal = r.formal",
    "l.last_2 = r.last and l.formal = r.formal",
    "l.last = r.middle and l.formal = r.formal",
    "l.head = r.head and l.formal = r.formal",
    "l.tail = r.tail and l.formal = r.formal",
    "l.home_county = r.county and l.formal = r.formal",
    "l.phone = r.phone",
    "l.phone = r.phone_2",
    "l.phone_2 = r.phone",
    "l.email = r.email",
)
_TO_LEARN = (
    "l.last = r.last and l.formal = r.formal",
    "l.last = r.last and l.home_zip = r.zip",
    "l.phone = r.phone and l.area = r.area",  # naming the area keeps its own share from being learned where it never differs
)
_LEAST_WEIGHT = -9.0
_CHANCE_INITIAL = 0.08
"""How often two people of one household share the first letter of their first names."""
_ROUNDS = 30
Level = ComparisonLevelCreator


@dataclass
class Splink:
    """A trained linker over one voter file, kept warm."""

    linker: Linker
    database: DuckDBAPI
    voters: SplinkDataFrame
    table: VoterTable
    in_file: float = 1.0
    calls: int = 0

    def link(self, circles: Sequence[Circle]) -> Links:
        """The likeliest voter of each contact with its probability; raw records in, parsing included."""
        friends = friends_of(circles, self.table)
        return best_of(self.pairs(friends), friends, self.in_file)

    def candidates(self, circles: Sequence[Circle]) -> dict[Place, frozenset[str]]:
        """The voters whom the blocking rules let through for each contact."""
        friends = friends_of(circles, self.table)
        voters = self.pairs(friends, least=None).groupby("friend")["voter"].agg(frozenset).to_dict()
        return {card: voters.get(friend, frozenset()) for friend, cards in friends.cards.items() for card in cards}

    def pairs(self, friends: Friends, *, least: float | None = _LEAST_WEIGHT) -> pd.DataFrame:
        """Friend, voter and odds of each pair that the rules and the least weight let through."""
        self.calls += 1
        if friends.frame.empty:
            return pd.DataFrame({"friend": [], "voter": [], "odds": []})
        name = f"friends_{self.calls}"
        physical = _stored(self.database, friends.frame, name)
        left = self.database.register(physical, table_name=f"called_{self.calls}", dataset_display_name="friends")
        found = self.linker.inference.predict_between(left, self.voters, threshold_match_weight=least)
        pairs = found.as_duckdbpyrelation().project("unique_id_l as friend, unique_id_r as voter, match_weight").df()
        found.drop_table_from_database_and_remove_from_cache()
        self.database.duckdb_con.execute(f"drop table {physical}")
        pairs["odds"] = 2.0 ** pairs.pop("match_weight")
        own = pairs["friend"].map(friends.own_voter)
        return pairs[own != pairs["voter"]]


def train(columns: VoterColumns, circles: Sequence[Circle], key: bytes) -> Splink:
    """Store the voter file and let Splink learn from all contacts; prints how long each step takes."""
    warnings.simplefilter("ignore")
    logging.getLogger("splink").setLevel(logging.ERROR)
    steps = _Steps()
    database = DuckDBAPI()
    table = VoterTable.of(columns, key)
    friends = friends_of(circles, table)
    stored = _stored(database, table.frame, "voters"), _stored(database, friends.frame, "friends")
    voters, all_friends = (
        database.register(name, table_name=f"all_{name}", dataset_display_name=name) for name in stored
    )
    steps.done("load")
    settings = SettingsCreator(
        link_type="link_only", comparisons=_comparisons(_by_chance(database, "phone"), _by_chance(database, "email")),
        blocking_rules_to_generate_predictions=list(_RULES), retain_matching_columns=False,
        probability_two_random_records_match=0.5 / len(table.frame),
    )  # fmt: skip
    linker = Linker([all_friends, voters], settings, log_level=logging.ERROR)
    learn = linker.training
    learn.estimate_u_using_random_sampling(max_pairs=2e7, seed=1)
    steps.done("u")
    for rule in _TO_LEARN:
        learn.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=False)
        steps.done("m")
    peer = Splink(linker, database, voters, table)
    pairs = peer.pairs(friends)
    peer.in_file = _in_file(pairs, len(friends.frame))
    steps.done("share in the file")
    print(f"Splink trained in {steps}", flush=True)
    return peer


class _Steps:
    """CPU seconds of the steps of training."""

    def __init__(self) -> None:
        self._at, self._taken = time.process_time(), list[str]()

    def done(self, name: str) -> None:
        now = time.process_time()
        self._taken.append(f"{name} {now - self._at:.1f}")
        self._at = now

    def __str__(self) -> str:
        return "CPU s: " + ", ".join(self._taken)


def _stored(database: DuckDBAPI, frame: pd.DataFrame, name: str) -> str:
    """Copy a frame into a table of DuckDB's own."""
    connection = database.duckdb_con
    connection.register("arrived", as_table(frame))
    connection.execute(f"create table stored_{name} as select * from arrived")  # noqa: S608 (our own name)
    connection.unregister("arrived")
    return f"stored_{name}"


def _by_chance(database: DuckDBAPI, what: str) -> tuple[float, float]:
    """How often two random people have the same phone (or e-mail), when their first names agree and when they do not."""
    same = _SAME_PHONE if what == "phone" else "l.email = r.email"
    joins = [
        f"select l.unique_id as f, r.unique_id as v from stored_friends l join stored_voters r on {one} where not {_FIRST_AGREES}"  # noqa: S608 (our own words)
        for one in same.strip("()").split(" or ")
    ]
    counted = f"select count(*) from ({' union '.join(joins)})"  # noqa: S608 (our own words)
    both = "select (select count(*) from stored_friends) * (select count(*) from stored_voters)"
    ((pairs,),), ((total,),) = (database.duckdb_con.execute(query).fetchall() for query in (counted, both))
    share = max(pairs, 1) / total
    return share * _CHANCE_INITIAL, share


def _comparisons(phone: tuple[float, float], email: tuple[float, float]) -> list[CustomComparison]:
    named = {
        "first": _first(), "last": _last(), "middle": _middle(),
        "phone": _detail("l.phone is null or r.phone is null", _SAME_PHONE, phone),
        "email": _detail("l.email is null or r.email is null", "l.email = r.email", email),
        "area": _area(), "home": _home(), "card": _card(), "peers": _peers(), "born": _born(),
    }  # fmt: skip
    return [CustomComparison(output_column_name=name, comparison_levels=levels) for name, levels in named.items()]


def _levels(nothing: str, *levels: str | Level) -> list[Level]:
    null = _level(nothing).configure(is_null_level=True)
    return [null, *(_level(one) if isinstance(one, str) else one for one in levels), level.ElseLevel()]


def _level(condition: str) -> level.CustomLevel:
    """A level from a condition in the words of joins: Splink names the columns of a pair by their ends."""
    return level.CustomLevel(re.sub(r"\b([lr])\.(\w+)", r"\2_\1", condition))


def _first() -> list[Level]:
    nickname = _level("l.formal = r.formal or contains(l.variants, '|' || r.given || '|')").configure(
        tf_adjustment_column="given", disable_tf_exact_match_detection=True
    )
    return _levels(
        "l.given is null or r.given is null", level.ExactMatchLevel("given", term_frequency_adjustments=True), nickname,
        "length(l.given) = 1 and l.given = r.given[1]", "length(l.given) > 1 and l.given = r.middle",
        "damerau_levenshtein(l.given, r.given) <= 1 or jaro_winkler_similarity(l.given, r.given) >= 0.92", "l.initial = r.initial",
    )  # fmt: skip


def _last() -> list[Level]:
    return _levels(
        "l.last is null or r.last is null", level.ExactMatchLevel("last", term_frequency_adjustments=True),
        "l.last = r.last_2 or l.last_2 = r.last", "length(l.last) = 1 and l.last = r.last[1]", "l.last = r.middle",
        "length(l.last) > 3 and damerau_levenshtein(l.last, r.last) <= 1", "jaro_winkler_similarity(l.last, r.last) >= 0.92",
    )  # fmt: skip


def _middle() -> list[Level]:
    return _levels("l.middle is null or r.middle is null", "l.middle[1] = r.middle[1]")


def _detail(nothing: str, same: str, by_chance: tuple[float, float]) -> list[Level]:
    """The same phone or e-mail: hers, or a housemate's whose first name is another."""
    agreeing, differing = by_chance
    hers = _level(f"{same} and {_FIRST_AGREES}").configure(u_probability=agreeing, fix_u_probability=True)
    housemates = _level(same).configure(
        u_probability=differing, fix_u_probability=True, m_probability=0.01, fix_m_probability=True
    )
    return _levels(nothing, hers, housemates)


def _area() -> list[Level]:
    """An area code of elsewhere speaks against everybody in the file."""
    return _levels("l.area is null", "l.area = r.area", "l.area_is_near = 'yes'")


def _home() -> list[Level]:
    same = [f"l.home_{place} = r.{place}" for place in ("household", "precinct", "zip", "city", "county")]
    return _levels("l.home_zip is null or r.zip is null", *same)


def _card() -> list[Level]:
    """Where her card says she lives; how often a card is right is set, since few cards say it and learning makes it "always"."""
    return _set(
        _levels("l.card_zip is null and l.card_city is null", "l.card_zip = r.zip", "l.card_city = r.city"),
        0.7,
        0.15,
        0.15,
    )


def _peers() -> list[Level]:
    gaps = [f"abs(l.home_born - r.born) {gap}" for gap in ("<= 3", "<= 8", "<= 15", "between 20 and 35")]
    return _levels("l.home_born is null or r.born is null", *gaps)


def _born() -> list[Level]:
    """The year of birth on her card; how often it is right is set, as for places."""
    return _set(
        _levels("l.card_born is null or r.born is null", "l.card_born = r.born", "abs(l.card_born - r.born) = 1"),
        0.93,
        0.04,
        0.03,
    )


def _set(levels: list[Level], *shares: float) -> list[Level]:
    for one, share in zip(levels[1:], shares, strict=True):
        one.configure(m_probability=share, fix_m_probability=True)
    return levels


def _in_file(pairs: pd.DataFrame, friends: int) -> float:
    """The factor of all odds that makes as many friends expected in the file as their odds say."""
    odds, factor = pairs.groupby("friend")["odds"].sum(), 1.0
    for _ in range(_ROUNDS):
        share = float((factor * odds / (1.0 + factor * odds)).sum()) / max(friends, 1)
        factor = 2.0 * share / (1.0 - share)
    return factor


def best_of(pairs: pd.DataFrame, friends: Friends, in_file: float) -> dict[Place, tuple[str, float]]:
    """The most probable voter of each card; a friend's candidates and "not in the file" sum to 1."""
    odds = pairs["odds"] * in_file
    probability = odds / (1.0 + odds.groupby(pairs["friend"]).transform("sum"))
    judged = pairs.assign(probability=probability).sort_values(["probability", "voter"])
    best = judged.groupby("friend").tail(1)
    return {
        card: (voter, chance)
        for friend, voter, chance in zip(best["friend"], best["voter"], best["probability"], strict=True)
        for card in friends.cards[friend]
    }
