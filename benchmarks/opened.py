"""What a server's process pays to open a voter file and find friends: milliseconds, and memory of its own and shared.

    python -m benchmarks.opened FOLDER

``FOLDER`` is as ``benchmarks.matching`` keeps it: ``data/`` with the voter file and its index, ``public/`` with the contacts of the town. Memory is
what the system says of this process: its own pages, and pages of the files that it touched, which processes share.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

_SAID = "opened: "
_CAMPAIGN, _KEY, _AS_OF, _FRIENDS = "benchmark", b"benchmark", date(2026, 10, 24), 300


def in_fresh_process(folder: Path, *, compiled_in: Path | None) -> dict[str, float]:
    """Measure in a new process; ``compiled_in`` is where compiled code is kept (``None``: the usual place)."""
    kept = {"NUMBA_CACHE_DIR": str(compiled_in)} if compiled_in else {}
    command = [sys.executable, "-m", "benchmarks.opened", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **kept})  # noqa: S603 (our own)
    line = next(line for line in done.stdout.splitlines() if line.startswith(_SAID))
    measured: dict[str, float] = json.loads(line.removeprefix(_SAID))
    return measured


def measure(folder: Path) -> dict[str, float]:
    """Open the voter file, look for one friend, then for 300."""
    started = time.perf_counter()
    from app.run.circles import read_circles
    from app.run.inputs import read_supporters
    from app.steps import Voters, find_friends
    from graph.files.generations import FolderVoterFile
    from graph.model import CampaignId
    from graph.sqlite.record_store import SqliteRecordStores

    imported = time.perf_counter()
    circles = read_circles(
        read_supporters(folder / "public" / "supporters.csv"), folder / "public" / "contacts"
    ).circles
    circle = max(circles, key=lambda one: min(len(one.contacts), _FRIENDS))
    circle = replace(circle, contacts=dict(list(circle.contacts.items())[:_FRIENDS]))
    before, opening = memory(), time.perf_counter()
    file = FolderVoterFile(folder / "data", SqliteRecordStores(folder / "data").for_campaign(CampaignId(_CAMPAIGN)))
    generation = file.current()
    assert generation is not None
    columns = file.columns()
    at_columns = time.perf_counter()
    voters = Voters.of(columns, _KEY, kept_in=file.index_folder(generation.generation_id))
    opened, ready = time.perf_counter(), time.process_time()
    one = replace(circle, contacts=dict(list(circle.contacts.items())[:1]))
    find_friends([one], voters, as_of=_AS_OF, learning=False)
    first = time.process_time()
    find_friends([circle], voters, as_of=_AS_OF, learning=False)
    after = memory()
    return {
        "import_seconds": imported - started,
        "columns_ms": (at_columns - opening) * 1e3,
        "index_ms": (opened - at_columns) * 1e3,
        "first_friend_seconds": first - ready,
        "own_mb": after["own"] - before["own"],
        "shared_mb": after["shared"] - before["shared"],
    }


def memory() -> Mapping[str, float]:
    """Megabytes of this process: ``own``, which nobody else can use, and ``shared``, pages of files; Linux only."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    kilobytes = {name: int(size.split()[0]) for name, _, size in (line.partition(":") for line in lines)}
    return {"own": kilobytes["Anonymous"] / 1e3, "shared": (kilobytes["Rss"] - kilobytes["Anonymous"]) / 1e3}


if __name__ == "__main__":
    print(_SAID + json.dumps(measure(Path(sys.argv[1]))))
