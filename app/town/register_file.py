"""The register in North Carolina's layout: 67 quoted columns parted by tabs, in blocks of lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from app.town.columns import Flags, Long, Whole
from app.town.people import MALE, MIDDLE_INITIAL, NO_MIDDLE, SUFFIXES
from app.town.pools import ACCENTS
from app.town.register import INACTIVE, PARTIES, voter_id

if TYPE_CHECKING:
    from app.town.town import Town

BLOCK = 50_000
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
_STATUSES = (
    ("A", "ACTIVE", "AV", "VERIFIED"),
    ("I", "INACTIVE", "IN", "CONFIRMATION NOT RETURNED"),
    ("R", "REMOVED", "RS", "MOVED FROM STATE"),
    ("D", "DENIED", "DN", "VERIFICATION RETURNED UNDELIVERABLE"),
)
_DEAD = ("R", "REMOVED", "RD", "DECEASED")
_SAME = {
    "mail_city": "res_city_desc",
    "mail_zipcode": "zip_code",
    "municipality_desc": "res_city_desc",
    "vtd_abbrv": "precinct_abbrv",
    "vtd_desc": "precinct_abbrv",
}
_FIXED = {
    "state_cd": "NC",
    "mail_state": "NC",
    "birth_state": "NC",
    "cong_dist_abbrv": "1",
    "nc_senate_abbrv": "1",
    "nc_house_abbrv": "1",
}

Columns = dict[str, Sequence[object]]
"""Some columns of a block of lines, by name."""


def header_line(columns: tuple[str, ...]) -> str:
    """The first line of a file."""
    return "\t".join(f'"{column}"' for column in columns) + "\r\n"


def table_lines(names: tuple[str, ...], columns: Columns, *, fixed: Mapping[str, str], same: Mapping[str, str]) -> str:
    """The lines of a block: columns by name, some the same in each row or the same as another; the rest is empty."""
    place_of = {name: place for place, name in enumerate(columns)}
    cells = []
    for name in names:
        place = place_of.get(same.get(name, name))
        cells.append(f'"{fixed.get(name, "")}"' if place is None else f'"{{{place}}}"')
    line = "\t".join(cells) + "\r\n"
    return "".join(map(line.format, *columns.values()))


def register_blocks(town: Town) -> Iterator[str]:
    """A line for each registration, ordinary ones in blocks, the doubled ones at the end."""
    register, old = town.register, town.register.old
    for start in range(0, len(town.people), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(town.people)), dtype=np.int32)
        own = _registered(town, rows, register.voter_number[rows], register.registered_on[rows])
        columns = own | _named(town, rows, town.people.family[rows]) | _housed(town, town.people.household[rows])
        columns |= _marked(town, rows, register.status[rows]) | _personal(town, rows, register.landline[rows])
        yield table_lines(VOTER_COLUMNS, columns, fixed=_FIXED, same=_SAME)
    rows = old.person
    own = _registered(town, rows, old.voter_number, old.registered_on)
    columns = own | _named(town, rows, _older_names(town, rows)) | _housed(town, old.household)
    older = np.where(rows % 3 > 0, INACTIVE, register.status[rows])
    columns |= _marked(town, rows, older) | _personal(town, rows, np.zeros(len(rows), np.int64))
    yield table_lines(VOTER_COLUMNS, columns, fixed=_FIXED, same=_SAME)


def _older_names(town: Town, rows: Whole) -> Whole:
    """A woman registered before she married stands there under her own name."""
    maiden = town.people.maiden[rows]
    return np.where(maiden >= 0, maiden, town.people.family[rows])


def _registered(town: Town, rows: Whole, numbers: Long, days: Whole) -> Columns:
    is_unknown = town.register.is_unknown_registration[rows].tolist()
    return {
        "voter_reg_num": [registration_number(number) for number in numbers.tolist()],
        "ncid": [voter_id(number) for number in numbers.tolist()],
        "registr_dt": [
            "##/##/####" if unknown else slashed(day) for day, unknown in zip(days.tolist(), is_unknown, strict=True)
        ],
    }


def _named(town: Town, rows: Whole, family: Whole) -> Columns:
    people, names = town.people, town.names
    has_accents = town.register.email_number[rows] % 100 < 100 * town.shape.accented_share
    last = _spelled(names.surnames, family, has_accents)
    second = _spelled(names.surnames, people.second_family[rows], has_accents)
    middle = _spelled(names.given, people.middle[rows], has_accents & False)
    forms = people.middle_form[rows].tolist()
    return {
        "last_name": [f"{one} {other}" if other else one for one, other in zip(last, second, strict=True)],
        "first_name": _spelled(names.given, people.given[rows], has_accents),
        "middle_name": [_shortened(name, form) for name, form in zip(middle, forms, strict=True)],
        "name_suffix_lbl": [SUFFIXES[suffix] for suffix in people.suffix[rows].tolist()],
    }


def _spelled(names: tuple[str, ...], places: Whole, has_accents: Flags) -> list[str]:
    """Names by their places, ``""`` for -1; some people are registered with the accents that their name has in life."""
    spelled = []
    for place, accented in zip(places.tolist(), has_accents.tolist(), strict=True):
        name = names[place] if place >= 0 else ""
        spelled.append(ACCENTS.get(name, name) if accented else name)
    return spelled


def _shortened(middle: str, form: int) -> str:
    if form == NO_MIDDLE:
        return ""
    return middle[:1] if form == MIDDLE_INITIAL else middle


def _housed(town: Town, households: Whole) -> Columns:
    homes, places = town.homes, town.places
    streets = homes.street[households].tolist()
    name_of = {street: places.street_name(street) for street in set(streets)}
    numbers = homes.number[households].tolist()
    towns = homes.town[households].tolist()
    county_ids, counties, areas = places_of(town, households)
    return {
        "county_id": county_ids,
        "county_desc": counties,
        "res_street_address": [f"{house}  {name_of[street]}" for house, street in zip(numbers, streets, strict=True)],
        "mail_addr1": [f"{house} {name_of[street]}" for house, street in zip(numbers, streets, strict=True)],
        "res_city_desc": [places.towns[place].upper() for place in towns],
        "zip_code": [places.postal_codes[place] for place in towns],
        "precinct_abbrv": areas,
        "precinct_desc": [f"PRECINCT {area}" for area in areas],
    }


def places_of(town: Town, households: Whole) -> tuple[list[str], list[str], list[str]]:
    """County number, county and precinct of households."""
    towns = town.homes.town[households]
    counties = town.places.county_of_town[towns].tolist()
    precincts = town.precinct_of_street(town.homes.street[households]).tolist()
    return (
        [str(101 + county) for county in counties],
        [town.places.counties[county] for county in counties],
        [f"{place + 1:02d}-{precinct}" for place, precinct in zip(towns.tolist(), precincts, strict=True)],
    )


def _marked(town: Town, rows: Whole, status: Whole) -> Columns:
    is_dead = town.register.is_dead[rows].tolist()
    marks = [_DEAD if dead else _STATUSES[code] for code, dead in zip(status.tolist(), is_dead, strict=True)]
    names = ("status_cd", "voter_status_desc", "reason_cd", "voter_status_reason_desc")
    return {name: [mark[place] for mark in marks] for place, name in enumerate(names)}


def _personal(town: Town, rows: Whole, landlines: Long) -> Columns:
    people, register = town.people, town.register
    born = people.birth_year[rows]
    ethnic = np.where(people.is_latino[rows], "HL", np.where(rows % 5 == 0, "UN", "NL"))
    gender = np.where(rows % 12 == 5, "U", np.where(people.gender[rows] == MALE, "M", "F"))
    return {
        "full_phone_number": [number or "" for number in landlines.tolist()],
        "confidential_ind": np.where(register.is_confidential[rows], "Y", "N").tolist(),
        "race_code": np.array(list("WBUO"))[rows % 4].tolist(),
        "ethnic_code": ethnic.tolist(),
        "party_cd": [PARTIES[party] for party in register.party[rows].tolist()],
        "gender_code": gender.tolist(),
        "birth_year": born.tolist(),
        "age_at_year_end": (town.as_of.year - born).tolist(),
        "drivers_lic": np.where(rows % 6 == 0, "N", "Y").tolist(),
    }


def registration_number(number: int) -> str:
    """The county's number of a registration, twelve digits."""
    return f"{number + 100_000_000:012d}"


def slashed(ordinal: int) -> str:
    """A day as the state writes it."""
    day = date.fromordinal(ordinal)
    return f"{day.month:02d}/{day.day:02d}/{day.year}"
