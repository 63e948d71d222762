"""How long a voter file takes to become a generation, step by step, and how much memory at the most.

python -m benchmarks.voter_import --voters 1000000

Invents a town of that size and imports its files in a fresh process, so that inventing it does not count.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from graph.files.generations import FolderVoterFile
from graph.model import CampaignId
from graph.sqlite.record_store import SqliteRecordStores

_ELECTION, _AS_OF = date(2026, 11, 3), date(2026, 10, 24)


def main() -> None:
    """Invent a town and print what importing its files costs; or measure files that are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voters", type=int, default=200_000)
    parser.add_argument("--files", type=Path, help="the public folder of a town that is there already")
    chosen = parser.parse_args()
    if chosen.files:
        measure(chosen.files)
        return
    with tempfile.TemporaryDirectory() as folder:
        _invent(Path(folder) / "public", voters=chosen.voters)
        again = [sys.executable, "-m", "benchmarks.voter_import", "--files", f"{folder}/public"]
        subprocess.run(again, check=True)  # noqa: S603 - this program itself, with a folder that it made


def measure(public: Path) -> None:
    """Import the files of a town and print seconds and peak memory of each step."""
    from matching.voterfile.ballots import read_ballots
    from matching.voterfile.reader import read_voters

    (voters,), (history,), (ballots,) = (
        list(public.glob(name)) for name in ("ncvoter*.txt", "ncvhis*.txt", "absentee*.csv")
    )
    append = public / "voter_append.csv"
    with _timed("read voters, history and append file"):
        columns, report = read_voters(voters, layout="nc", key=b"k" * 32, history=history, append=append)
    with _timed("read returned ballots"):
        read_ballots(ballots, election=_ELECTION, known_ids=columns.voter_ids)
    with tempfile.TemporaryDirectory() as data:
        records = SqliteRecordStores(Path(data)).for_campaign(CampaignId("benchmark"))
        voter_file = FolderVoterFile(Path(data) / "files", records)
        with _timed("build the generation"):
            generation = voter_file.build(columns, layout="nc", created_from=report.created_from)
        voter_file.switch(generation.generation_id)
        with _timed("open it"):
            voter_file.columns()
        with _timed("read every byte of it again"):
            assert voter_file.verify() == []
        records.close()
    print(f"{len(columns):,} voters, {report.counts['history']['rows_read']:,} rows of history")


@contextmanager
def _timed(step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{step:40} {time.perf_counter() - start:8.3f} s   {peak:8.0f} MB peak so far")


def _invent(public: Path, *, voters: int) -> None:
    from app.town.town import make_town
    from app.town.voter_files import write_voter_files

    start = time.perf_counter()
    public.mkdir(parents=True)
    write_voter_files(make_town(1, election=_ELECTION, as_of=_AS_OF, voters=voters, supporters=1), public)
    print(f"{'invent the town (not counted)':40} {time.perf_counter() - start:8.3f} s")


if __name__ == "__main__":
    main()
