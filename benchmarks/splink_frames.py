"""What Splink is given of voters and friends: prepared as the engine prepares them, so that only the linking differs.

Names are read by our reader, short forms brought to the formal name, duplicate cards merged, phones and e-mails keyed; each
friend carries where her supporter lives, as far as a plain rule finds the supporter's own row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pandas as pd
import pyarrow as pa

from benchmarks.judged import Place
from graph.digests import keyed_digest, normalise_email, normalise_phone
from graph.model import Circle, Supporter
from graph.voters import Coded, ContactDigests, VoterColumns
from matching.evidence import Evidence, NameShare, circle_evidence
from matching.names.nicknames import formal_names, name_variants
from matching.names.reading import surnames
from matching.names.values import PossibleName
from matching.normalise import normalise

_NO_NAME = PossibleName((), ())
_LEAST_NEAR = 0.01
"""An area code that fewer of the voters have is not one of the place."""
_HOME = ("household", "precinct", "zip", "city", "county", "born")
_NAMES = (
    "unique_id",
    "given",
    "formal",
    "initial",
    "middle",
    "last",
    "last_2",
    "head",
    "tail",
    "phone",
    "phone_2",
    "email",
    "area",
)
_FRIEND = (
    *_NAMES,
    "variants",
    "area_is_near",
    "card_city",
    "card_zip",
    "card_born",
    *(f"home_{name}" for name in _HOME),
)
_NUMBERS = ("household", "born", "home_household", "home_born", "card_born")
COLUMNS = pa.schema(
    [(name, pa.int64() if name in _NUMBERS else pa.string()) for name in (*_NAMES, *_HOME, *_FRIEND[len(_NAMES) :])]
)
"""What both tables have; Splink wants them alike, so that each leaves the other's columns empty."""


@dataclass(frozen=True, slots=True)
class VoterTable:
    """The voter file as a frame, with what friends are prepared by: shares of names, and rows by name, phone and e-mail."""

    frame: pd.DataFrame
    shares: Mapping[str, Mapping[str, float]]
    rows_of_name: Mapping[tuple[str, str], Sequence[int]]
    rows_of_digest: Mapping[int, int]
    town_of_zip: Mapping[str, tuple[str, str]]
    areas: frozenset[int]
    key: bytes

    @classmethod
    def of(cls, columns: VoterColumns, key: bytes) -> VoterTable:
        """Prepare every voter once."""
        frame = _voter_frame(columns)
        shares = {name: _shares(frame[name]) for name in ("given", "last")}
        named: dict[tuple[str, str], list[int]] = {}
        for row, name in enumerate(zip(frame["formal"], frame["last"], strict=True)):
            named.setdefault(name, []).append(row)
        digests = [(int(digest), int(row)) for part in (columns.phones, columns.emails) for digest, row in _pairs(part)]
        towns = frame.groupby("zip")[["city", "county"]].agg(lambda names: names.mode().iloc[0])
        town_of_zip = {str(code): (town.city, town.county) for code, town in towns.iterrows()}
        areas = pd.Series(columns.area_code[columns.area_code > 0]).value_counts(normalize=True)
        near = frozenset(int(area) for area, share in areas.items() if share >= _LEAST_NEAR)
        return cls(frame, shares, named, dict(digests), town_of_zip, near, key)


@dataclass(slots=True)
class Friends:
    """People of some circles as Splink reads them; ``cards`` says which contacts each of them is."""

    frame: pd.DataFrame
    cards: dict[str, list[Place]] = field(default_factory=dict)
    own_voter: dict[str, str] = field(default_factory=dict)


def _voter_frame(columns: VoterColumns) -> pd.DataFrame:
    given = _texts(columns.first_name, lambda name: name)
    last = _texts(columns.last_name, lambda name: _surname(name, 0))
    phone, phone_2 = _two_digests(columns.phones, len(columns))
    return pd.DataFrame({
        "unique_id": columns.voter_ids.astype(str), "given": given, "formal": _texts(columns.first_name, _formal),
        "initial": _texts(columns.first_name, lambda name: _formal(name)[:1]), "middle": _texts(columns.middle_name, lambda name: name),
        "last": last, "last_2": _texts(columns.last_name, lambda name: _surname(name, 1)),
        "head": _texts(columns.last_name, lambda name: _surname(name, 0)[:3]),
        "tail": _texts(columns.last_name, lambda name: _surname(name, 0)[-3:]),
        "phone": phone, "phone_2": phone_2, "email": _two_digests(columns.emails, len(columns))[0],
        "area": pd.Series(columns.area_code).map(lambda area: str(area) if area else None),
        "household": pd.Series(columns.household).where(columns.household >= 0).astype("Int64"),
        "precinct": _texts(columns.precinct, lambda name: name), "zip": _texts(columns.postal_code, lambda code: code[:5]),
        "city": _texts(columns.city, lambda name: name), "county": _texts(columns.county, lambda name: name),
        "born": pd.Series(columns.birth_year).where(columns.birth_year > 0).astype("Int64"),
    })  # fmt: skip


def _texts(column: Coded, clean: Callable[[str], str]) -> pd.Series:
    values = pd.Series([clean(value) or None for value in list(column.values)], dtype=object)
    return values.take(column.codes).reset_index(drop=True)


def _pairs(digests: ContactDigests) -> Iterable[tuple[int, int]]:
    return zip(digests.digests.tolist(), digests.rows.tolist(), strict=True)


def _two_digests(digests: ContactDigests, rows: int) -> tuple[list[str | None], list[str | None]]:
    """The first two phones (or e-mails) of each row."""
    first: list[str | None] = [None] * rows
    second: list[str | None] = [None] * rows
    for digest, row in _pairs(digests):
        if first[row] is None:
            first[row] = str(digest)
        else:
            second[row] = str(digest)
    return first, second


def _shares(names: pd.Series) -> Mapping[str, float]:
    return {str(name): count / len(names) for name, count in names.value_counts().items()}


def friends_of(circles: Sequence[Circle], voters: VoterTable) -> Friends:
    """Everybody in the circles who is a person, duplicate cards merged."""
    friends, rows = Friends(pd.DataFrame()), []
    for circle in circles:
        home = _home(circle.supporter, voters)
        for number, person in enumerate(circle_evidence(circle, key=voters.key, name_share=_name_share(voters))):
            if not person.is_person or not person.reading.possible:
                continue
            name = f"{circle.supporter.supporter_id}\t{number}"
            cards = [circle.contacts[key] for key in person.keys]
            friends.cards[name] = [(card.source, card.position) for card in cards]
            if home is not None:
                friends.own_voter[name] = home["unique_id"]
            rows.append((name, *_friend_row(person, home, circle.supporter.postal_code[:5], voters)))
    friends.frame = pd.DataFrame(rows, columns=list(_FRIEND)).astype(dict.fromkeys(_NUMBERS[2:], "Int64"))
    return friends


def as_table(frame: pd.DataFrame) -> pa.Table:
    """A frame of voters or friends with the columns of both."""
    return pa.Table.from_pandas(frame.reindex(columns=COLUMNS.names), schema=COLUMNS, preserve_index=False)


def _name_share(voters: VoterTable) -> NameShare:
    return lambda given, family: voters.shares["given"].get(given, 0.0) * voters.shares["last"].get(family, 0.0)


def _friend_row(person: Evidence, home: pd.Series | None, postal_code: str, voters: VoterTable) -> tuple[Any, ...]:
    name = max(person.reading.possible, key=lambda possible: possible.weight, default=_NO_NAME)
    given = name.given[0] if name.given else ""
    formal = _formal(given) if given else ""
    last, last_2 = (*name.family, "", "")[:2]
    middle = (*name.middle, *name.given[1:], "")[0]
    phone, phone_2 = (*map(str, person.phones), "", "")[:2]
    area = next(iter(person.area_codes), 0)
    place = person.places[0] if person.places else None
    town, county = voters.town_of_zip.get(postal_code, ("", ""))
    lives = (None, None, postal_code, town, county, None) if home is None else tuple(home[part] for part in _HOME)
    row = (
        given, formal, formal[:1], middle, last, last_2, last[:3] if len(last) > 3 else "", last[-3:] if len(last) > 3 else "",
        phone, phone_2, next(map(str, person.emails), ""), str(area) if area else "", _variants(given), _word(area in voters.areas) if area else "", place.city if place else "", place.postal_code if place else "",
        person.birthday.year, *lives,
    )  # fmt: skip
    return tuple(None if cell == "" else cell for cell in row)


def _home(supporter: Supporter, voters: VoterTable) -> pd.Series | None:
    """The supporter's own row: her phone or e-mail and a name that agrees, else the only voter of her name in her ZIP."""
    words = normalise(supporter.display_name).split() or [""]
    name = _formal(words[0]), _surname(words[-1], 0)
    for text in filter(None, (normalise_phone(supporter.phone), normalise_email(supporter.email))):
        row = voters.rows_of_digest.get(keyed_digest(voters.key, text))
        if row is not None and voters.frame.loc[row, "last"] == name[1]:
            return voters.frame.loc[row]
    namesakes = voters.rows_of_name.get(name, ())
    near = [row for row in namesakes if voters.frame.loc[row, "zip"] == supporter.postal_code[:5]]
    return voters.frame.loc[near[0]] if len(near) == 1 else None


@cache
def _formal(name: str) -> str:
    """The formal name that a short form most often stands for; any other name is itself."""
    forms = formal_names(name)
    return max(forms, key=lambda form: (forms[form], form)) if forms else name


@cache
def _variants(name: str) -> str:
    """The other first names that the same person may be registered with, each between bars."""
    return "".join(f"|{other}" for other in sorted(name_variants(name))) + "|" if len(name) > 1 else ""


def _word(is_so: bool) -> str:
    return "yes" if is_so else "no"


@cache
def _surname(name: str, place: int) -> str:
    """The first or second part of a double surname, particles glued to what follows."""
    return (*surnames(name.split()), "", "")[place]
