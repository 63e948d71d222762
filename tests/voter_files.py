"""Small voter files for tests: named people in the nc and van layouts, written as a campaign would get them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

KEY = b"a campaign's key, 32 bytes long."
ANA = {
    "ncid": "AA000001", "last_name": "PEÑA", "first_name": "Ana", "status_cd": "A", "confidential_ind": "N",
    "registr_dt": "03/01/2010", "birth_year": "1980", "res_street_address": "12  OAK ST", "res_city_desc": "RAEFORD",
    "zip_code": "28376-1234", "full_phone_number": "9102110101", "party_cd": "DEM", "gender_code": "F",
    "precinct_desc": "PRECINCT 01", "county_desc": "HOKE", "middle_name": "MARÍA", "name_suffix_lbl": "",
}  # fmt: skip
BEN = {
    **ANA,
    "ncid": "AA000002",
    "last_name": "LEE",
    "first_name": "BEN",
    "registr_dt": "10/20/2022",
    "birth_year": "2004",
}
CARL = {
    **ANA, "ncid": "AA000003", "last_name": "O'NEIL", "first_name": "CARL", "registr_dt": "##/##/####",
    "res_street_address": "9 ELM ST", "full_phone_number": "", "status_cd": "R",
}  # fmt: skip
HIDDEN = {**ANA, "ncid": "AA000009", "last_name": "SECRET", "confidential_ind": "Y", "res_street_address": "1 SAFE PL"}


def vote(voter: Mapping[str, str], day: str, description: str = "", method: str = "IN-PERSON") -> dict[str, str]:
    """A history row."""
    return {
        "ncid": voter["ncid"],
        "election_lbl": day,
        "election_desc": description or f"{day} GENERAL",
        "voting_method": method,
    }


def write(
    path: Path,
    rows: Iterable[Mapping[str, str]],
    *,
    header: Sequence[str] | None = None,
    delimiter: str = "\t",
    encoding: str = "latin-1",
    quote: str = '"',
    end: str = "\n",
    is_headless: bool = False,
) -> Path:
    """Write rows under a header (the keys of the first row when not given), or the rows alone."""
    held = list(rows)
    names = list(header or held[0])
    lines = [names, *([row.get(name, "") for name in names] for row in held)]
    kept = lines[1:] if is_headless else lines
    text = "".join(delimiter.join(f"{quote}{cell}{quote}" for cell in line) + end for line in kept)
    path.write_bytes(text.encode(encoding))
    return path
