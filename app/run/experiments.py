"""Randomised experiments as files: a row for each person, with the arm and whether she voted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graph.errors import InputError, UsageError
from prioritization.experiment import Trial

ARM_COLUMNS = ("treated", "treatment", "assigned", "arm")
HOME_COLUMNS = ("hh_id", "household", "household_id")
PERSON_COLUMNS = ("ncid", "voter_id")
CONTROL_WORDS = frozenset({"false", "0", "no", "control", "c", "f", "n"})
_YES, _NO = frozenset({"true", "1", "yes", "t", "y", "1.0"}), frozenset({"false", "0", "no", "f", "n", "0.0"})


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns say what; an empty name means: find it by the usual ones. ``known`` were known before the experiment."""

    arm: str = ""
    outcome: str = ""
    home: str = ""
    known: tuple[str, ...] = ()
    control: str = ""


def read_experiment(path: Path, columns: Columns) -> dict[str, Trial]:
    """The trial of each arm against the control, by the arm's name; also from a ``.gz``.

    Raises:
        InputError: it cannot be read, has no control arm, two arms in one household, or an outcome that is no yes or no.
        UsageError: a column is not there, or must be named because several could be meant.
    """
    table = _table(path)
    arm = _column(table, columns.arm, ARM_COLUMNS, "arm")
    outcome = columns.outcome or _outcome(table)
    home = _home(table, columns.home)
    voted = _yes_or_no(table, outcome, path)
    arms = table[arm].str.strip()
    control = _control(arms, columns.control, path)
    if home:
        refuse_mixed_homes(table[home], arms, path)
    known = _known(table, columns.known, path)
    return {
        name or "treated": _trial(
            arms.isin([name, control]).to_numpy(), arms.eq(name), voted, _clusters(table, home), known
        )
        for name in sorted(set(arms) - {control})
    }


@dataclass(frozen=True, slots=True)
class Called:
    """The rows of one arm and the control, as texts, and who was assigned to the arm."""

    table: pd.DataFrame
    assigned: NDArray[np.bool_]
    home: str
    """The column of what was drawn together; empty where the file has none."""


def read_called(path: Path, columns: Columns, treated: str) -> Called:
    """The rows of the arm that is named, or of the only one, and of the control. Raises what ``read_experiment`` raises."""
    table = _table(path)
    arms = table[_column(table, columns.arm, ARM_COLUMNS, "arm")].str.strip()
    control = _control(arms, columns.control, path)
    kept = arms.isin([one_arm(set(arms) - {control}, treated, path), control])
    home = _home(table, columns.home)
    if home:
        refuse_mixed_homes(table.loc[kept, home], arms[kept], path)
    return Called(table[kept], arms[kept].ne(control).to_numpy(dtype=np.bool_), home)


def read_cells(path: Path, columns: Columns, names: Sequence[str]) -> dict[str, NDArray[np.str_]]:
    """Of each arm's trial, in the order of its rows, the cell of each person: the words of these columns together.

    Raises ``UsageError`` for a column that is not there, and what ``read_experiment`` raises.
    """
    table = _table(path)
    refuse_missing(table, *names)
    arms = table[_column(table, columns.arm, ARM_COLUMNS, "arm")].str.strip()
    control = _control(arms, columns.control, path)
    cells = table[list(names)].apply(lambda column: column.str.strip()).agg(", ".join, axis=1).to_numpy(dtype=np.str_)
    return {name or "treated": cells[arms.isin([name, control]).to_numpy()] for name in sorted(set(arms) - {control})}


def one_arm(names: Collection[str], treated: str, path: Path) -> str:
    """The treated arm that is named, or the only one. Raises ``UsageError`` when it is none of these, or one must be named."""
    if treated in names or (not treated and len(names) == 1):
        return treated or min(names)
    raise UsageError(
        f"There is no arm {treated}." if treated else f"The experiment has {len(names)} arms.",
        thing=path.name, next_step=f"Name one: --treated {' or '.join(sorted(names)[:6])}.",
    )  # fmt: skip


def columns_of(path: Path) -> list[str]:
    """The names of the columns, in their order. Raises ``InputError`` when the file cannot be read."""
    return list(_table(path).columns)


def refuse_missing(table: pd.DataFrame, *names: str) -> None:
    """Raise ``UsageError`` for the first of these columns that is not there."""
    for name in names:
        if name not in table:
            raise UsageError(f"There is no column {name}.", next_step=f"Columns: {', '.join(table.columns)}.")


def _table(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise InputError(
            "The experiment cannot be read.",
            thing=str(path),
            next_step="Give a CSV in UTF-8 with a header, or its .gz.",
        ) from error
    if not len(table):
        raise InputError("The experiment has no rows.", thing=str(path), next_step="One row for each person.")
    return table.rename(columns=lambda name: str(name).strip())


def _column(table: pd.DataFrame, asked: str, usual: Sequence[str], what: str) -> str:
    if asked:
        refuse_missing(table, asked)
        return asked
    found = [name for name in usual if name in table]
    if not found:
        raise UsageError(
            f"No column looks like the {what}.", next_step=f"Name it: --{what} COLUMN. Usual: {', '.join(usual)}."
        )
    return found[0]


def _outcome(table: pd.DataFrame) -> str:
    found = [name for name in map(str, table) if name.lower() == "voted" or name.lower().startswith("voted_")]
    if len(found) != 1:
        many = f"{len(found)} columns look" if found else "No column looks"
        raise UsageError(f"{many} like the outcome.", next_step="Name it: --outcome COLUMN.")
    return found[0]


def _home(table: pd.DataFrame, asked: str) -> str:
    return _column(table, asked, HOME_COLUMNS, "household") if asked or any(n in table for n in HOME_COLUMNS) else ""


def _clusters(table: pd.DataFrame, home: str) -> NDArray[np.int64]:
    """Who may vote alike: one household, else one person who stands in several rows, else nobody."""
    person = next((name for name in PERSON_COLUMNS if name in table), "")
    name = home or person
    return np.asarray(pd.factorize(table[name])[0] if name else np.arange(len(table)), dtype=np.int64)


def _yes_or_no(table: pd.DataFrame, column: str, path: Path) -> NDArray[np.bool_]:
    refuse_missing(table, column)
    words = table[column].str.strip().str.lower()
    odd = ~words.isin(_YES | _NO)
    if odd.any():
        raise InputError(
            f"In {int(odd.sum()):,} rows {column} is neither yes nor no.",
            thing=f"{path.name}, line {int(odd.to_numpy().argmax()) + 2}", next_step="Write yes or no, true or false, 1 or 0.",
        )  # fmt: skip
    return words.isin(_YES).to_numpy(dtype=np.bool_)


def _control(arms: pd.Series[str], asked: str, path: Path) -> str:
    names = sorted(set(arms))
    found = [name for name in names if (name.lower() in CONTROL_WORDS if not asked else name == asked)]
    if len(found) == 1 and len(names) > 1:
        return found[0]
    raise InputError(
        "The experiment has no control arm." if len(found) != 1 else "The experiment has one arm only.",
        thing=f"{path.name}, arms: {', '.join(names[:8])}", next_step="Name the arm that was left alone: --control NAME.",
    )  # fmt: skip


def refuse_mixed_homes(homes: pd.Series[Any], arms: pd.Series[Any], path: Path) -> None:
    """Raise ``InputError`` where what was drawn together stands in two arms."""
    mixed = arms.groupby(homes).nunique().gt(1)
    if mixed.any():
        raise InputError(
            f"{int(mixed.sum()):,} households hold two arms, so that an ask to one reaches the other.",
            thing=path.name, next_step="Leave those households out, or name the unit that was drawn: --household COLUMN.",
        )  # fmt: skip


def _known(table: pd.DataFrame, names: Sequence[str], path: Path) -> NDArray[np.float64]:
    refuse_missing(table, *names)
    known = np.zeros((len(table), len(names)))
    for at, name in enumerate(names):
        known[:, at] = _numbers(table[name], name, path)
    return known


def _numbers(column: pd.Series[str], name: str, path: Path) -> NDArray[np.float64]:
    """A column as numbers: yes is 1, no is 0, two other words are 0 and 1 in their order."""
    words = column.str.strip()
    said = words.str.lower().map({**dict.fromkeys(_YES, 1.0), **dict.fromkeys(_NO, 0.0)})
    if not said.isna().any():
        return np.asarray(said, dtype=np.float64)
    numbers = pd.to_numeric(words, errors="coerce")
    if not numbers.isna().any() and np.isfinite(numbers).all():
        return np.asarray(numbers, dtype=np.float64)
    if words.nunique() == 2:
        return np.asarray(words.eq(sorted(set(words))[1]), dtype=np.float64)
    raise InputError(
        f"The column {name} is neither numbers nor two words.", thing=path.name, next_step="Leave it out of --known."
    )


def _trial(
    kept: NDArray[np.bool_],
    assigned: pd.Series[bool],
    voted: NDArray[np.bool_],
    cluster: NDArray[np.int64],
    known: NDArray[np.float64],
) -> Trial:
    return Trial(voted[kept], assigned.to_numpy(dtype=np.bool_)[kept], cluster[kept], known[kept])
