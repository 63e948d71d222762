"""Matching beside Splink 5 and beside the plain rule of many campaigns: the same phone or e-mail, else the one voter of that name.

    python -m benchmarks.matching --voters 20000 --supporters 40 --seed 1
    python -m benchmarks.matching --voters 1000000 --supporters 20
    python -m benchmarks.matching --growth 1000000 2000000 4000000 8000000

All run in one process on the same invented town; right is judged by the town's truth. Speed is told warm (the voter file open, what
is learned learned), in CPU seconds, from contacts as they were read to links: a circle of 300 friends, one friend, and all circles at
once. Splink is set up with care for this shape (``benchmarks/splink_peer.py``); somebody who knows it better may get more out of it.
With ``--growth`` Kith alone is measured at several sizes, each in a process of its own, so that memory is measured apart.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from app.garbage import collect_rarely, set_long_lived_aside
from app.run.circles import read_circles
from app.run.inputs import read_supporters
from app.steps import Voters, find_friends
from app.town.files import write_town
from app.town.town import make_town
from benchmarks.engine import CompiledSeconds, Engine
from benchmarks.judged import HEADER, Links, TruthOfTown
from benchmarks.opened import in_fresh_process
from benchmarks.plain_rule import PlainRule
from graph.files.generations import FolderVoterFile
from graph.model import CampaignId, Circle
from graph.sqlite.record_store import SqliteRecordStores
from graph.voters import VoterColumns
from matching.voterfile.reader import read_voters

ELECTION, AS_OF = date(2026, 11, 3), date(2026, 10, 24)
KEY = b"benchmark"
FRIENDS, MOST_CIRCLES = 300, 20
_ROUNDS = {"Splink": 1}
"""How often each circle is asked for: the others five times, so that the slowest of a hundred calls is known."""
_SAID = "speed: "
Given = TypeVar("Given")


def main() -> None:
    """Make a town, link it every way, print a table; or Kith alone at growing sizes."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--voters", type=int, default=20_000)
    options.add_argument("--supporters", type=int, default=40)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--town", type=Path, help="a town that is there already, in place of a new one")
    options.add_argument("--growth", type=int, nargs="+", metavar="VOTERS", help="Kith alone at these sizes")
    options.add_argument("--without-splink", action="store_true")
    options.add_argument("--speed-alone", action="store_true", help="Kith's speed alone")
    chosen = options.parse_args()
    collect_rarely()  # as every command does, for all alike
    if chosen.growth:
        grow(chosen.growth, supporters=min(chosen.supporters, MOST_CIRCLES))
        return
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if chosen.town:
            for name in ("public", "truth"):
                (work / name).symlink_to((chosen.town / name).resolve())
        else:
            size = {"voters": chosen.voters, "supporters": chosen.supporters}
            write_town(make_town(chosen.seed, election=ELECTION, as_of=AS_OF, **size), work)
        if chosen.speed_alone:
            speed_alone(work, most=chosen.supporters)
        else:
            compare(work, most=chosen.supporters, splink=not chosen.without_splink)


def compare(folder: Path, *, most: int, splink: bool) -> None:
    """Link the town's contacts every way and print how right and how fast each was."""
    columns, circles = read_town(folder, most=most)
    truth = TruthOfTown(folder / "truth", circles)
    ours = opened(columns, circles, folder)
    ways: dict[str, Any] = {"Kith": ours, "plain rule": PlainRule(columns, KEY)}
    print(f"candidates: Kith looks at {truth.candidate_recall(ours.candidates(circles)):.1%} of those in the file")
    if splink:
        from benchmarks.splink_peer import train  # Splink is a development extra

        ways["Splink"] = train(columns, circles, KEY)
        print(f"candidates: Splink looks at {truth.candidate_recall(ways['Splink'].candidates(circles)):.1%} of them")
    set_long_lived_aside()  # as a server does, for all alike
    print(f"\n{'':12}{HEADER}{'CPU s, all':>12}{'ms, 300':>9}{'p99/p50':>9}{'ms, one':>9}")
    taken = {name: measured(name, way.link, circles, truth) for name, way in ways.items()}
    compiled_share(ours, circles)
    if splink:
        times = [theirs / mine for mine, theirs in zip(taken["Kith"].told(), taken["Splink"].told(), strict=True)]
        print(
            f"Splink takes {times[0]:.1f} times as long for all, {times[1]:.1f} for 300 friends, {times[2]:.1f} for one"
        )


def grow(sizes: Sequence[int], *, supporters: int) -> None:
    """Print what a circle of 300 friends costs at each size, and beside the first size."""
    print(f"{'voters':>12}{'ms, 300':>9}{'p99':>8}{'ms, one':>9}{'own MB':>10}{'shared MB':>13}{'times the first':>17}")
    first = 0.0
    for size in sizes:
        again = [sys.executable, "-m", "benchmarks.matching", "--speed-alone"]
        again += ["--voters", str(size), "--supporters", str(supporters)]
        done = subprocess.run(again, check=True, capture_output=True, text=True)  # noqa: S603 (our own)
        told = json.loads(next(line for line in done.stdout.splitlines() if line.startswith(_SAID))[len(_SAID) :])
        first = first or told["circle"]
        print(
            f"{size:12,}{told['circle'] * 1e3:9.1f}{told['slowest'] * 1e3:8.1f}{told['friend'] * 1e3:9.2f}"
            f"{told['own_mb']:10.0f}{told['shared_mb']:13.0f}{told['circle'] / first:17.2f}",
            flush=True,
        )


def speed_alone(folder: Path, *, most: int) -> None:
    """Kith's speed and memory in one line of JSON, for ``grow``."""
    columns, circles = read_town(folder, most=most)
    engine = opened(columns, circles, folder, learning=False)
    set_long_lived_aside()
    speed = speed_of(engine.link, circles)
    kept = in_fresh_process(folder, compiled_in=None)
    print(_SAID + json.dumps({**speed._asdict(), **kept}))


def read_town(folder: Path, *, most: int) -> tuple[VoterColumns, Sequence[Circle]]:
    """The voter file and the circles of a town's first supporters."""
    public = folder / "public"
    columns, _ = read_voters(
        public / "ncvoter_synth.txt", layout="nc", history=public / "ncvhis_synth.txt",
        append=public / "voter_append.csv", key=KEY,
    )  # fmt: skip
    circles = read_circles(read_supporters(public / "supporters.csv")[:most], public / "contacts").circles
    print(f"{len(columns):,} voters, {sum(len(c.contacts) for c in circles):,} contacts of {len(circles)} supporters")
    return columns, circles


def opened(columns: VoterColumns, circles: Sequence[Circle], folder: Path, *, learning: bool = True) -> Engine:
    """The voter file and its index kept, then opened as a server does; prints what that takes with and without compiled code."""
    data = folder / "data"
    data.mkdir()
    file = FolderVoterFile(data, SqliteRecordStores(data).for_campaign(CampaignId("benchmark")))
    generation = file.build(columns, layout="nc", created_from={})
    file.switch(generation.generation_id)
    index = file.index_folder(generation.generation_id)
    _, built = timed(lambda: Voters.of(columns, KEY, kept_in=index))
    voters = Voters.of(file.columns(), KEY, kept_in=index)
    megabytes = sum(part.stat().st_size for part in index.iterdir()) / 1e6
    print(f"index: built and kept in {built:.1f} CPU s, {megabytes:.0f} MB")
    model = find_friends(circles, voters, as_of=AS_OF, learning=learning).model
    if learning:
        tell_start(folder)
    return Engine(voters, model, AS_OF)


def tell_start(folder: Path) -> None:
    """Print what a new process pays, without and with compiled code kept."""
    compiled = folder / "compiled"
    for state in ("cold, nothing compiled yet", "cold, compiled code kept"):
        told = in_fresh_process(folder, compiled_in=compiled)
        print(
            f"{state}: columns opened in {told['columns_ms']:.0f} ms, index in {told['index_ms']:.0f} ms, first friend in"
            f" {told['first_friend_seconds']:.2f} CPU s; it took {told['own_mb']:.0f} MB of its own and"
            f" {told['shared_mb']:.0f} MB of files that processes share"
        )


class Speed(NamedTuple):
    """CPU seconds for all circles, for a circle of 300 friends (half of them below, and nearly all), for one friend."""

    all: float
    circle: float
    slowest: float
    friend: float

    def told(self) -> tuple[float, float, float]:
        """For all, for a circle, for a friend."""
        return self.all, self.circle, self.friend


def measured(
    name: str, link: Callable[[Sequence[Circle]], Links], circles: Sequence[Circle], truth: TruthOfTown
) -> Speed:
    """How right and how fast one way is, printed as a line of the table."""
    judged, speed = truth.judge(link(circles)), speed_of(link, circles, rounds=_ROUNDS.get(name, 5))
    print(
        f"{name:12}{judged}{speed.all:12.2f}{speed.circle * 1e3:9.1f}{speed.slowest / speed.circle:9.1f}"
        f"{speed.friend * 1e3:9.2f}",
        flush=True,
    )
    return speed


def speed_of(link: Callable[[Sequence[Circle]], Links], circles: Sequence[Circle], *, rounds: int = 5) -> Speed:
    """CPU seconds of warm calls; whoever calls has warmed it, or the first call does."""
    _, bulk = timed(lambda: link(circles))
    some = circles_of_300(circles)
    times = sorted(timed(lambda circle=circle: link([circle]))[1] for circle in some for _ in range(rounds))
    single = sorted(timed(lambda circle=circle: link([small_circle(circle, 1)]))[1] for circle in some)
    half, slow, one = (at[int(part * (len(at) - 1))] for at, part in ((times, 0.5), (times, 0.99), (single, 0.5)))
    return Speed(bulk, half, slow, one)


def compiled_share(engine: Engine, circles: Sequence[Circle]) -> None:
    """Print how much of a circle's time is inside compiled code."""
    compiled, some = CompiledSeconds(), circles_of_300(circles)
    _, seconds = timed(lambda: [engine.link([circle]) for circle in some])
    print(
        f"of Kith's time, {compiled.seconds / len(some) * 1e3:.1f} ms of {seconds / len(some) * 1e3:.1f} are inside compiled code"
    )


def circles_of_300(circles: Sequence[Circle]) -> list[Circle]:
    """Circles cut to 300 friends; where none is that large, the largest half of them as they are."""
    large = [circle for circle in circles if len(circle.contacts) >= FRIENDS]
    by_size = sorted(circles, key=lambda circle: -len(circle.contacts))
    return [small_circle(circle, FRIENDS) for circle in (large or by_size[: -(-len(circles) // 2)])][:MOST_CIRCLES]


def small_circle(circle: Circle, friends: int) -> Circle:
    """The same supporter with her first friends only."""
    return replace(circle, contacts=dict(list(circle.contacts.items())[:friends]))


def timed(work: Callable[[], Given]) -> tuple[Given, float]:
    """What the work gave, and its CPU seconds."""
    started = time.process_time()
    given = work()
    return given, time.process_time() - started


if __name__ == "__main__":
    main()
