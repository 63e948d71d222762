"""Small voter files in the layouts oh, fl, l2 and targetsmart: invented people under the published columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from voter_files import write

from matching.voterfile.profile import RowsHistory, load_profile

_OHIO_HOME = {
    "COUNTY_NUMBER": "25", "COUNTY_ID": "881", "PARTY_AFFILIATION": "", "RESIDENTIAL_ADDRESS1": "12 OAK ST",
    "RESIDENTIAL_SECONDARY_ADDR": "", "RESIDENTIAL_CITY": "COLUMBUS", "RESIDENTIAL_STATE": "OH", "RESIDENTIAL_ZIP": "43004",
    "MAILING_CITY": "", "PRECINCT_NAME": "COLS 01-A", "PRECINCT_CODE": "25AAB",
}  # fmt: skip
NO_VOTES = {
    "PRIMARY-03/07/2000": "", "GENERAL-11/07/2000": "", "PRIMARY-03/19/2024": "", "SPECIAL-08/08/2023": "",
    "GENERAL-11/07/2023": "", "GENERAL-11/05/2024": "",
}  # fmt: skip
NORA = {
    "SOS_VOTERID": "OH0011111111", "LAST_NAME": "FIELDS", "FIRST_NAME": "NORA", "MIDDLE_NAME": "JEAN", "SUFFIX": "",
    "DATE_OF_BIRTH": "1971-05-09", "REGISTRATION_DATE": "1999-10-04", "VOTER_STATUS": "ACTIVE", **_OHIO_HOME, **NO_VOTES,
    "PRIMARY-03/07/2000": "R", "GENERAL-11/07/2000": "X", "PRIMARY-03/19/2024": "D", "GENERAL-11/07/2023": "X",
}  # fmt: skip
OMAR = {
    **NORA, **NO_VOTES, "SOS_VOTERID": "OH0022222222", "LAST_NAME": "DIAZ", "FIRST_NAME": "OMAR", "DATE_OF_BIRTH": "2006-11-05",
    "REGISTRATION_DATE": "2024-10-01", "VOTER_STATUS": "CONFIRMATION", "RESIDENTIAL_SECONDARY_ADDR": "APT 3",
    "GENERAL-11/05/2024": "X",
}  # fmt: skip
_FLORIDA = load_profile("fl")
_FLORIDA_HISTORY = _FLORIDA.history.header if isinstance(_FLORIDA.history, RowsHistory) else ()
RUTH = {
    "County Code": "ALA", "Voter ID": "100000001", "Name Last": "Márquez", "Name First": "Ruth", "Name Middle": "E",
    "Requested public records exemption": "N", "Residence Address Line 1": "12 Oak St", "Residence Address Line 2": "Apt 2",
    "Residence City": "Gainesville", "Residence Zipcode": "326011234", "Gender": "F", "Race": "5", "Birth Date": "05/09/1971",
    "Registration Date": "10/04/1999", "Party Affiliation": "NPA", "Precinct": "14", "Voter Status": "ACT",
    "Daytime Area Code": "352", "Daytime Phone Number": "2110199", "Email address": "ruth@mail.example",
}  # fmt: skip
SAM = {**RUTH, "Voter ID": "100000002", "Name First": "Sam", "Name Last": "Ode", "Voter Status": "INA", "Daytime Area Code": "",
       "Daytime Phone Number": "", "Email address": "", "Birth Date": "01/31/1990"}  # fmt: skip
TESS = {
    **SAM, "Voter ID": "100000003", "Name First": "Tess", "Voter Status": "PRE", "Birth Date": "03/02/2009",
    "Registration Date": "08/01/2026",
}  # fmt: skip
EXEMPT = {
    **RUTH, "Voter ID": "100000004", "Name Last": "*", "Name First": "*", "Requested public records exemption": "Y",
    "Residence Address Line 1": "*", "Birth Date": "*", "Daytime Phone Number": "", "Email address": "",
}  # fmt: skip
FLORIDIANS = (RUTH, SAM, TESS, EXEMPT)

IVY = {
    "LALVOTERID": "LALVA100001", "Voters_Active": "A", "Voters_FirstName": "Ivy", "Voters_MiddleName": "Rose",
    "Voters_LastName": "Okafor", "Voters_Age": "44", "Voters_Gender": "F", "Parties_Description": "Non-Partisan",
    "Residence_Addresses_AddressLine": "5 Elm St", "Residence_Addresses_City": "Norfolk", "Residence_Addresses_State": "VA",
    "Residence_Addresses_Zip": "23501", "VoterTelephones_CellPhoneFormatted": "(757) 211-0143",
    "Voters_OfficialRegDate": "09/23/2004", "Voters_VotingPerformanceEvenYearGeneral": "57%", "General_2018_11_06": "Y",
    "Primary_2020_06_23": "D", "General_2014.11.04": "Y", "Local_or_Municipal_2019_11_05": "", "General_2021_11_02": "Y",
    "BallotType_General_2018_11_06": "Absentee",
}  # fmt: skip
JON = {**IVY, "LALVOTERID": "LALVA100002", "Voters_Active": "I", "Voters_FirstName": "Jon", "Voters_Age": "", "General_2018_11_06": "",
       "VoterTelephones_CellPhoneFormatted": "", "Primary_2020_06_23": "", "General_2014.11.04": ""}  # fmt: skip

KAY = {
    "vb.voterbase_id": "IL-900001", "vb.tsmart_first_name": "KAY", "vb.tsmart_middle_name": "H", "vb.tsmart_last_name": "BLANC",
    "vb.tsmart_name_suffix": "", "vb.tsmart_full_address": "100 N MAIN ST APT 2", "vb.tsmart_city": "CHICAGO",
    "vb.tsmart_state": "IL", "vb.tsmart_zip": "60622", "vb.voterbase_phone": "3122110156", "vb.voterbase_dob": "19790308",
    "vb.voterbase_age": "47", "vb.voterbase_gender": "Female", "vb.voterbase_registration_status": "Registered",
    "vb.vf_registration_date": "20041104", "vb.vf_g2014": "", "vb.vf_g2016": "Y", "vb.vf_p2018": "Y", "vb.vf_p2018_party": "D",
    "vb.vf_g2019": "Y", "ts.tsmart_partisan_score": "99.6", "ts.tsmart_midterm_general_turnout_score": "85.5",
}  # fmt: skip
LEO = {**KAY, "vb.voterbase_id": "IL-900002", "vb.tsmart_first_name": "LEO", "vb.voterbase_dob": "19810000", "vb.vf_g2016": "",
       "vb.voterbase_registration_status": "Unregistered", "ts.tsmart_partisan_score": "", "vb.voterbase_phone": ""}  # fmt: skip


def florida_vote(voter: Mapping[str, str], day: str, election: str = "GEN", code: str = "Y") -> dict[str, str]:
    """A row of Florida's history."""
    return dict(zip(_FLORIDA_HISTORY, ["ALA", voter["Voter ID"], day, election, code], strict=True))


def florida(path: Path, people: Iterable[Mapping[str, str]] = FLORIDIANS, *, is_headless: bool = True) -> Path:
    """A county's voters."""
    return write(path, people, header=_FLORIDA.header, quote="", is_headless=is_headless)


def florida_history(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """A county's history."""
    return write(path, rows, header=_FLORIDA_HISTORY, quote="", is_headless=True)
