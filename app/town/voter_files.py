"""The history and the ballots in North Carolina's layouts, and all files of the register together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import numpy as np

from app.town.columns import Long, Whole
from app.town.register import PARTIES, Party, voter_id
from app.town.register_file import (
    BLOCK,
    VOTER_COLUMNS,
    Columns,
    header_line,
    places_of,
    register_blocks,
    registration_number,
    slashed,
    table_lines,
)
from app.town.shape import ElectionKind
from app.town.turnout import BALLOT_STATUSES, METHODS, OTHER_LABELS, PastElection

if TYPE_CHECKING:
    from app.town.town import Town

HISTORY_COLUMNS = (
    *("county_id", "county_desc", "voter_reg_num", "election_lbl", "election_desc", "voting_method", "voted_party_cd"),
    *("voted_party_desc", "pct_label", "pct_description", "ncid", "voted_county_id", "voted_county_desc", "vtd_label"),
    "vtd_description",
)
_PARTY_NAMES = {
    Party.DEMOCRATIC: "DEMOCRATIC",
    Party.UNAFFILIATED: "UNAFFILIATED",
    Party.REPUBLICAN: "REPUBLICAN",
    Party.LIBERTARIAN: "LIBERTARIAN",
}
_SAME = {
    "voted_county_id": "county_id",
    "voted_county_desc": "county_desc",
    "vtd_label": "pct_label",
    "vtd_description": "pct_label",
}
_KIND_NAMES = {
    ElectionKind.PRESIDENTIAL: "GENERAL",
    ElectionKind.MIDTERM: "GENERAL",
    ElectionKind.MUNICIPAL: "MUNICIPAL",
    ElectionKind.PRIMARY: "PRIMARY",
}


def write_voter_files(town: Town, folder: Path) -> None:
    """Write the register, the history, the vendor's append and the ballots that came back."""
    with (folder / "ncvoter_synth.txt").open("w", encoding="latin-1", newline="") as file:
        file.write(header_line(VOTER_COLUMNS))
        file.writelines(register_blocks(town))
    with (folder / "ncvhis_synth.txt").open("w", encoding="latin-1", newline="") as file:
        file.write(header_line(HISTORY_COLUMNS))
        file.writelines(history_blocks(town))
    with (folder / "voter_append.csv").open("w", encoding="utf-8", newline="") as file:
        _write_append(town, file)
    with (folder / f"absentee_{town.election:%Y%m%d}.csv").open("w", encoding="utf-8", newline="") as file:
        _write_ballots(town, file)


def history_blocks(town: Town) -> Iterator[str]:
    """The votes in blocks of lines, election by election; a vote's second row follows the election's first rows."""
    for past in town.turnout.past:
        numbers_then = _numbers_on(town, past.day.toordinal())
        for start in range(0, len(past.voted), BLOCK):
            yield _votes(town, past, slice(start, start + BLOCK), METHODS, numbers_then)
        yield _votes(town, past, past.again, OTHER_LABELS, numbers_then)


def _numbers_on(town: Town, day: int) -> Long:
    """The number each person was registered under on a day: of a pair, the older one until the newer began."""
    register, old = town.register, town.register.old
    numbers = register.voter_number.copy()
    is_before = register.registered_on[old.person] > day
    numbers[old.person[is_before]] = old.voter_number[is_before]
    return numbers


def _votes(town: Town, past: PastElection, chosen: Whole | slice, labels: tuple[str, ...], numbers: Long) -> str:
    voters, methods = past.voted[chosen], past.method[chosen]
    label, households = f"{past.day:%m/%d/%Y}", town.people.household[voters]
    parties = [PARTIES[party] for party in town.register.party[voters].tolist()]
    county_ids, counties, areas = places_of(town, households)
    columns: Columns = {
        "county_id": county_ids,
        "county_desc": counties,
        "voter_reg_num": [registration_number(number) for number in numbers[voters].tolist()],
        "voting_method": [labels[method] for method in methods.tolist()],
        "voted_party_cd": parties,
        "voted_party_desc": [_PARTY_NAMES[party] for party in parties],
        "pct_label": areas,
        "pct_description": [f"PRECINCT {area}" for area in areas],
        "ncid": [voter_id(number) for number in numbers[voters].tolist()],
    }
    fixed = {"election_lbl": label, "election_desc": f"{label} {_KIND_NAMES[past.kind]}"}
    return table_lines(HISTORY_COLUMNS, columns, fixed=fixed, same=_SAME)


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
        day = slashed(int(turnout.returned_on[row]))
        file.write(
            f'"{voter_id(number)}","{registration_number(number)}","{town.election:%m/%d/%Y}","{day}","{status}"\r\n'
        )
