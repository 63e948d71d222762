"""What a whole ``kith run`` takes: files in, lists out, in a process of its own; seconds of each step, and the most memory.

    python -m benchmarks.whole_run                  50,000 voters, 50 supporters
    python -m benchmarks.whole_run --full           1,000,000 voters with history, 500 supporters, 150,000 contacts
    python -m benchmarks.whole_run --town FOLDER    a town that is there already

Inventing the town does not count. CPU seconds do not depend on what else the machine does, seconds of the clock do.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

_ELECTION, _AS_OF = date(2026, 11, 3), date(2026, 10, 24)
_MIDDLE_CONTACTS = 250
"""The median circle; the mean is a fifth above it, so that 500 supporters bring 150,000 contacts."""


def main() -> None:
    """Invent a town, or take one, and run over it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--voters", type=int, default=50_000)
    options.add_argument("--supporters", type=int, default=50)
    options.add_argument("--full", action="store_true", help="a million voters and 500 supporters")
    options.add_argument("--town", type=Path, help="a town that is there already, in place of a new one")
    chosen = options.parse_args()
    voters, supporters = (1_000_000, 500) if chosen.full else (chosen.voters, chosen.supporters)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        town = chosen.town or work / "town"
        if not chosen.town:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:  # its memory must not count
                apart.submit(invent, town, voters=voters, supporters=supporters).result()
        tell(town / "public", work / "out")


def invent(folder: Path, *, voters: int, supporters: int) -> None:
    """Write a town."""
    from app.town.files import write_town
    from app.town.shape import TownShape
    from app.town.town import make_town

    shape = TownShape(middle_contacts=_MIDDLE_CONTACTS)
    write_town(
        make_town(1, election=_ELECTION, as_of=_AS_OF, voters=voters, supporters=supporters, shape=shape), folder
    )


def tell(public: Path, out: Path) -> None:
    """Run over the files of a town and print what it took."""
    files = {
        "voters": "ncvoter_synth.txt", "history": "ncvhis_synth.txt", "append": "voter_append.csv",
        "ballots": "absentee_20261103.csv", "supporters": "supporters.csv", "contacts": "contacts",
    }  # fmt: skip
    command = [sys.executable, "-c", "from app.cli import main; main()", "run", "--election", str(_ELECTION)]
    command += [word for name, file in files.items() for word in (f"--{name}", str(public / file))]
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([*command, "--out", str(out)], check=True, capture_output=True)  # noqa: S603 (our own)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    timings = json.loads((out / "timings.json").read_text(encoding="utf-8"))
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{summary['voters']:,} voters, {summary['supporters']:,} supporters, {summary['read']:,} contacts")
    steps = ", ".join(f"{step} {taken:.1f}" for step, taken in timings["seconds"].items())
    print(f"kith run: {seconds:.1f} s ({steps}); {cpu:.1f} CPU s; {timings['peak_megabytes']:,} MB at the most")


if __name__ == "__main__":
    main()
