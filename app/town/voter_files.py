"""The register, the history and the ballots in North Carolina's layouts, written in blocks of rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import numpy as np

from app.town.columns import Long, Whole
from app.town.people import MIDDLE_INITIAL, NO_MIDDLE, SUFFIXES
from app.town.pools import ACCENTS
from app.town.register import PARTIES, Party, voter_id
from app.town.shape import ElectionKind
from app.town.turnout import BALLOT_STATUSES, METHODS, OTHER_LABELS, PastElection

if TYPE_CHECKING:
    from app.town.town import Town

_BLOCK = 50_000
_FIRST_COLUMNS = (
    *("county_id", "county_desc", "voter_reg_num", "ncid", "last_name", "first_name", "middle_name"),
    *("name_suffix_lbl", "status_cd", "voter_status_desc", "reason_cd", "voter_status_reason_desc"),
    *("res_street_address", "res_city_desc", "state_cd", "zip_code", "mail_addr1", "mail_addr2", "mail_addr3"),
    *("mail_addr4", "mail_city", "mail_state", "mail_zipcode", "full_phone_number", "confidential_ind", "registr_dt"),
    *("race_code", "ethnic_code", "party_cd", "gender_code", "birth_year", "age_at_year_end", "birth_state"),
    *("drivers_lic", "precinct_abbrv", "precinct_desc", "municipality_abbrv", "municipality_desc", "ward_abbrv"),
    *("ward_desc", "cong_dist_abbrv", "super_court_abbrv", "judic_dist_abbrv", "nc_senate_abbrv", "nc_house_abbrv"),
)
_DISTRICTS = ("county_commiss", "township", "school_dist", "fire_dist", "water_dist", "sewer_dist", "sanit_dist")
_LATER_DISTRICTS = ("rescue_dist", "munic_dist", "dist_1", "vtd")
VOTER_COLUMNS = (
    *_FIRST_COLUMNS,
    *(f"{district}_{part}" for district in (*_DISTRICTS, *_LATER_DISTRICTS) for part in ("abbrv", "desc")),
)
HISTORY_COLUMNS = (
    *("county_id", "county_desc", "voter_reg_num", "election_lbl", "election_desc", "voting_method", "voted_party_cd"),
    *("voted_party_desc", "pct_label", "pct_description", "ncid", "voted_county_id", "voted_county_desc", "vtd_label"),
    "vtd_description",
)
_STATUSES = (
    ("A", "ACTIVE", "AV", "VERIFIED"),
    ("I", "INACTIVE", "IN", "CONFIRMATION NOT RETURNED"),
    ("R", "REMOVED", "RS", "MOVED FROM STATE"),
    ("D", "DENIED", "DN", "VERIFICATION RETURNED UNDELIVERABLE"),
)
_DEAD = ("R", "REMOVED", "RD", "DECEASED")
_PARTY_NAMES = {
    Party.DEMOCRATIC: "DEMOCRATIC",
    Party.UNAFFILIATED: "UNAFFILIATED",
    Party.REPUBLICAN: "REPUBLICAN",
    Party.LIBERTARIAN: "LIBERTARIAN",
}
_KIND_NAMES = {
    ElectionKind.PRESIDENTIAL: "GENERAL",
    ElectionKind.MIDTERM: "GENERAL",
    ElectionKind.MUNICIPAL: "MUNICIPAL",
    ElectionKind.PRIMARY: "PRIMARY",
}


def write_voter_files(town: Town, folder: Path) -> None:
    """Write the register, the history, the vendor's append and the ballots that came back."""
    rows = _Rows(town)
    with (folder / "ncvoter_synth.txt").open("w", encoding="latin-1", newline="") as file:
        file.write(_header(VOTER_COLUMNS))
        file.writelines(rows.register_lines())
    with (folder / "ncvhis_synth.txt").open("w", encoding="latin-1", newline="") as file:
        file.write(_header(HISTORY_COLUMNS))
        file.writelines(rows.history_lines())
    with (folder / "voter_append.csv").open("w", encoding="utf-8", newline="") as file:
        _write_append(town, file)
    with (folder / f"absentee_{town.election:%Y%m%d}.csv").open("w", encoding="utf-8", newline="") as file:
        _write_ballots(town, file)


def _header(columns: tuple[str, ...]) -> str:
    return "\t".join(f'"{column}"' for column in columns) + "\r\n"


class _Rows:
    """The town's columns, looked up row by row."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._given = _spellings(town.names.given)
        self._surnames = _spellings(town.names.surnames)
        counties = town.places.county_of_town.tolist()
        self._counties = [(str(101 + county), town.places.counties[county]) for county in counties]

    def register_lines(self) -> Iterator[str]:
        """A line for each registration, ordinary ones in blocks, the doubled ones at the end."""
        people = len(self._town.people)
        for start in range(0, people, _BLOCK):
            block = np.arange(start, min(start + _BLOCK, people), dtype=np.int32)
            yield "".join(self._lines(block, self._town.people.household[block]))
        old = self._town.register.old
        numbers, days = old.voter_number.tolist(), old.registered_on.tolist()
        yield from self._lines(old.person, old.household, numbers=numbers, days=days, is_old=True)

    def _lines(
        self,
        rows: Whole,
        households: Whole,
        *,
        numbers: list[int] | None = None,
        days: list[int] | None = None,
        is_old: bool = False,
    ) -> Iterator[str]:
        town, people, register = self._town, self._town.people, self._town.register
        homes, places = town.homes, town.places
        streets: dict[int, str] = {}
        year_of_snapshot = town.as_of.year
        numbers = numbers or register.voter_number[rows].tolist()
        days = days or register.registered_on[rows].tolist()
        given, middle, form = (column[rows].tolist() for column in (people.given, people.middle, people.middle_form))
        family = np.where(is_old & (people.maiden[rows] >= 0), people.maiden[rows], people.family[rows]).tolist()
        second, suffix = people.second_family[rows].tolist(), people.suffix[rows].tolist()
        status = np.where(is_old & (rows % 3 > 0), 1, register.status[rows]).tolist()
        is_dead, is_hidden = register.is_dead[rows].tolist(), register.is_confidential[rows].tolist()
        is_unknown, party = register.is_unknown_registration[rows].tolist(), register.party[rows].tolist()
        gender, birth, is_latino = (
            people.gender[rows].tolist(),
            people.birth_year[rows].tolist(),
            people.is_latino[rows].tolist(),
        )
        phone = (register.landline[rows] * (1 - is_old)).tolist()
        accent = (register.email_number[rows] % 100 < 100 * town.shape.accented_share).tolist()
        place, street, house = (column[households].tolist() for column in (homes.town, homes.street, homes.number))
        precinct = town.precinct_of_street(homes.street[households]).tolist()
        for at, row in enumerate(rows.tolist()):
            county_id, county = self._counties[place[at]]
            code, described, why, because = _DEAD if is_dead[at] else _STATUSES[status[at]]
            spelling = 1 if accent[at] else 0
            last = self._surnames[spelling][family[at]]
            last = f"{last} {self._surnames[spelling][second[at]]}" if second[at] >= 0 else last
            first, between = self._given[spelling][given[at]], self._given[0][middle[at]]
            between = "" if form[at] == NO_MIDDLE else between[0] if form[at] == MIDDLE_INITIAL else between
            road = streets.get(street[at]) or streets.setdefault(street[at], places.street_name(street[at]))
            city, zip_code = places.towns[place[at]].upper(), places.postal_codes[place[at]]
            day = "##/##/####" if is_unknown[at] else _slashed(days[at])
            seen = "" if row % 12 == 5 else "M" if gender[at] else "F"
            area = f"{place[at] + 1:02d}-{precinct[at]}"
            yield (
                f'"{county_id}"\t"{county}"\t"{numbers[at] + 100_000_000:012d}"\t"{voter_id(numbers[at])}"\t"{last}"\t"{first}"\t'
                f'"{between}"\t"{SUFFIXES[suffix[at]]}"\t"{code}"\t"{described}"\t"{why}"\t"{because}"\t'
                f'"{house[at]}  {road}"\t"{city}"\t"NC"\t"{zip_code}"\t"{house[at]} {road}"\t""\t""\t""\t"{city}"\t"NC"\t'
                f'"{zip_code}"\t"{phone[at] or ""}"\t"{"Y" if is_hidden[at] else "N"}"\t"{day}"\t"{"WBUO"[row % 4]}"\t'
                f'"{"HL" if is_latino[at] else "UN" if row % 5 == 0 else "NL"}"\t"{PARTIES[party[at]]}"\t"{seen or "U"}"\t'
                f'"{birth[at]}"\t"{year_of_snapshot - birth[at]}"\t"NC"\t"{"N" if row % 6 == 0 else "Y"}"\t"{area}"\t'
                f'"PRECINCT {area}"\t""\t"{city}"\t""\t""\t"1"\t""\t""\t"1"\t"1"\t'
                '""\t""\t""\t""\t""\t""\t""\t""\t""\t""\t""\t""\t""\t""\t""\t""\t""\t""\t""\t""\t'
                f'"{area}"\t"{area}"\r\n'
            )

    def history_lines(self) -> Iterator[str]:
        """A line for each vote, election by election; a vote's second row follows the election's first rows."""
        for past in self._town.turnout.past:
            numbers_then = self._numbers_on(past.day.toordinal())
            for start in range(0, len(past.voted), _BLOCK):
                yield "".join(self._votes(past, slice(start, start + _BLOCK), METHODS, numbers_then))
            yield "".join(self._votes(past, past.again, OTHER_LABELS, numbers_then))

    def _numbers_on(self, day: int) -> Long:
        """The number each person was registered under on a day: of a pair, the older one until the newer began."""
        register, old = self._town.register, self._town.register.old
        numbers = register.voter_number.copy()
        is_before = register.registered_on[old.person] > day
        numbers[old.person[is_before]] = old.voter_number[is_before]
        return numbers

    def _votes(
        self, past: PastElection, chosen: Whole | slice, labels: tuple[str, ...], numbers: Long
    ) -> Iterator[str]:
        town, voters, methods = self._town, past.voted[chosen], past.method[chosen]
        street = town.homes.street[town.people.household[voters]]
        places = town.homes.town[town.people.household[voters]].tolist()
        precincts, parties = town.precinct_of_street(street).tolist(), town.register.party[voters].tolist()
        label = f"{past.day:%m/%d/%Y}"
        for number, place, precinct, party, method in zip(
            numbers[voters].tolist(), places, precincts, parties, methods.tolist(), strict=True
        ):
            county_id, county = self._counties[place]
            area, voted = f"{place + 1:02d}-{precinct}", PARTIES[party]
            yield (
                f'"{county_id}"\t"{county}"\t"{number + 100_000_000:012d}"\t"{label}"\t"{label} {_KIND_NAMES[past.kind]}"\t'
                f'"{labels[method]}"\t"{voted}"\t"{_PARTY_NAMES[voted]}"\t"{area}"\t"PRECINCT {area}"\t"{voter_id(number)}"\t'
                f'"{county_id}"\t"{county}"\t"{area}"\t"{area}"\r\n'
            )


def _spellings(names: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The names plain, and with the accents they have in life."""
    return list(names), [ACCENTS.get(name, name) for name in names]


def _slashed(ordinal: int) -> str:
    day = date.fromordinal(ordinal)
    return f"{day.month:02d}/{day.day:02d}/{day.year}"


def _write_append(town: Town, file: TextIO) -> None:
    file.write('"ncid","cell_phone","email"\r\n')
    register = town.register
    for row in np.flatnonzero((register.appended_cell > 0) | register.is_email_appended).tolist():
        cell = int(register.appended_cell[row])
        email = town.neighborhood.email_of(row) if register.is_email_appended[row] else ""
        file.write(f'"{voter_id(int(register.voter_number[row]))}","{cell or ""}","{email}"\r\n')


def _write_ballots(town: Town, file: TextIO) -> None:
    file.write('"ncid","voter_reg_num","election_lbl","ballot_rtn_dt","ballot_rtn_status"\r\n')
    turnout, numbers = town.turnout, town.register.voter_number
    returned = np.flatnonzero(turnout.returned_on)
    for row in returned[np.argsort(turnout.returned_on[returned], kind="stable")].tolist():
        number, status = int(numbers[row]), BALLOT_STATUSES[turnout.ballot_status[row]]
        day = _slashed(int(turnout.returned_on[row]))
        file.write(
            f'"{voter_id(number)}","{number + 100_000_000:012d}","{town.election:%m/%d/%Y}","{day}","{status}"\r\n'
        )
