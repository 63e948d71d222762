"""How long a voter file takes to become a generation, step by step, and how much memory at the most.

python -m benchmarks.voter_import --voters 1000000

Makes an invented file in the nc layout (names are letters, phones are of exchanges never assigned) and imports it in a fresh
process, so that making the file does not count.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_DAYS = ("11/08/2016", "11/07/2017", "05/08/2018", "11/06/2018", "03/03/2020", "11/03/2020", "11/02/2021", "05/17/2022",
         "11/08/2022", "11/07/2023", "03/05/2024", "11/05/2024", "11/04/2025", "03/03/2026")  # fmt: skip
_TURNOUT = (0.55, 0.12, 0.14, 0.45, 0.28, 0.68, 0.14, 0.2, 0.5, 0.14, 0.22, 0.7, 0.15, 0.2)
_FILLERS = 40
_CHUNK = 50_000


def main() -> None:
    """Make a file and print what its import costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voters", type=int, default=200_000)
    parser.add_argument("--measure", type=Path, help="measure the files of this folder, in this process")
    chosen = parser.parse_args()
    if chosen.measure:
        measure(chosen.measure)
        return
    with tempfile.TemporaryDirectory() as folder:
        rows = write_files(Path(folder), voters=chosen.voters)
        print(f"{chosen.voters:,} voters, {rows:,} history rows")
        subprocess.run(  # noqa: S603 - this program itself, with a folder it made
            [sys.executable, "-m", "benchmarks.voter_import", "--measure", folder], check=True
        )


def measure(folder: Path) -> None:
    """Import the files of a folder and print seconds and peak memory of each step."""
    from graph.files.generations import FolderVoterFile
    from graph.model import CampaignId
    from graph.sqlite.record_store import SqliteRecordStores
    from matching.voterfile import read_voters

    with _timed("read voters, history and append"):
        columns, report = read_voters(
            folder / "voters.txt",
            layout="nc",
            key=b"benchmark key of 32 bytes length",
            history=folder / "history.txt",
            append=folder / "append.csv",
        )
    voter_file = FolderVoterFile(folder / "data", SqliteRecordStores(folder / "data").for_campaign(CampaignId("bench")))
    with _timed("build the generation"):
        generation = voter_file.build(columns, layout="nc", created_from=report.created_from)
    with _timed("switch"):
        voter_file.switch(generation.generation_id)
    with _timed("open it"):
        opened = voter_file.columns()
    with _timed("read every byte of it again"):
        assert voter_file.verify() == []
    print(json.dumps({"voters": len(opened), **report.counts["history"]}))


@contextmanager
def _timed(step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{step:40} {time.perf_counter() - start:8.3f} s   {peak:8.0f} MB peak so far")


def write_files(folder: Path, *, voters: int) -> int:
    """Write voters.txt, history.txt and append.csv; how many history rows."""
    draw = np.random.default_rng(1)
    votes = 0
    with (
        (folder / "voters.txt").open("w", encoding="latin-1") as roll,
        (folder / "history.txt").open("w", encoding="latin-1") as history,
        (folder / "append.csv").open("w", encoding="latin-1") as append,
    ):
        roll.write(_line(_ROLL_HEADER))
        history.write(_line(_HISTORY_HEADER))
        append.write("ncid,cell_phone,email\n")
        for start in range(0, voters, _CHUNK):
            numbers = np.arange(start, min(start + _CHUNK, voters))
            roll.writelines(_voters(numbers, voters, draw))
            append.writelines(_appended(numbers, draw))
            rows = _votes(numbers, draw)
            history.writelines(rows)
            votes += len(rows)
    return votes


_ROLL_HEADER = [
    "county_desc", "ncid", "last_name", "first_name", "middle_name", "name_suffix_lbl", "status_cd", "res_street_address",
    "res_city_desc", "state_cd", "zip_code", "full_phone_number", "confidential_ind", "registr_dt", "party_cd",
    "gender_code", "birth_year", "precinct_desc", *(f"district_{number}" for number in range(_FILLERS)),
]  # fmt: skip
_HISTORY_HEADER = [
    "county_id", "county_desc", "voter_reg_num", "election_lbl", "election_desc", "voting_method", "voted_party_cd",
    "voted_party_desc", "pct_label", "pct_description", "ncid", "voted_county_id", "voted_county_desc", "vtd_label",
    "vtd_description",
]  # fmt: skip


def _line(cells: list[str]) -> str:
    return '"' + '"\t"'.join(cells) + '"\n'


def _word(number: int) -> str:
    letters = ""
    while number >= 0:
        letters, number = chr(65 + number % 26) + letters, number // 26 - 1
    return letters


def _id(number: int) -> str:
    return f"{_word(26 + number // 100_000)}{number % 100_000:05d}"


def _voters(numbers: NDArray[np.int64], voters: int, draw: np.random.Generator) -> list[str]:
    names = draw.zipf(1.3, (len(numbers), 3)) % 60_000
    homes = draw.integers(0, max(voters // 2, 1), len(numbers))
    births, days, phones = (draw.integers(0, top, len(numbers)) for top in (86, 8_000, 10_000))
    filler = [""] * _FILLERS
    return [
        _line([
            f"COUNTY {home % 100}", _id(number), f"Núñez {_word(last)}", _word(first), _word(middle), "", "A",
            f"{home}  {_word(home % 900)} ST", f"TOWN {home % 500}", "NC", f"{27_000 + home % 900}",
            f"910211{phone:04d}" if phone % 5 < 2 else "", "N",
            f"{day % 12 + 1:02d}/{day % 28 + 1:02d}/{2004 + day % 22}", "UNA", "F", str(1922 + born),
            f"PRECINCT {home % 60}", *filler,
        ])
        for number, (last, first, middle), home, born, day, phone in zip(
            numbers.tolist(), names.tolist(), homes.tolist(), births.tolist(), days.tolist(), phones.tolist(), strict=True
        )
    ]  # fmt: skip


def _appended(numbers: NDArray[np.int64], draw: np.random.Generator) -> list[str]:
    chosen = numbers[draw.random(len(numbers)) < 0.59].tolist()
    return [f"{_id(number)},910211{number % 10_000:04d},v{number}@mail.example\n" for number in chosen]


def _votes(numbers: NDArray[np.int64], draw: np.random.Generator) -> list[str]:
    voted = draw.random((len(numbers), len(_DAYS))) < np.array(_TURNOUT) * 0.6
    return [
        _line(["47", "COUNTY", "000000112058", _DAYS[day], f"{_DAYS[day]} {_kind(_DAYS[day])}", "IN-PERSON", "UNA",
               "UNAFFILIATED", "06", "PRECINCT 06", _id(int(numbers[row])), "47", "COUNTY", "06", "06"])
        for row, day in np.argwhere(voted).tolist()
    ]  # fmt: skip


def _kind(day: str) -> str:
    if not day.startswith("11"):
        return "PRIMARY"
    return "GENERAL" if int(day[-1]) % 2 == 0 else "MUNICIPAL"


if __name__ == "__main__":
    main()
