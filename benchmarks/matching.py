"""Matching beside Splink 5 and beside the plain rule of many campaigns: the same phone or e-mail, else the one voter of that name.

    python -m benchmarks.matching --voters 20000 --supporters 40 --seed 1
    python -m benchmarks.matching --voters 1000000 --supporters 20

All run in one process on the same invented town; right is judged by the town's truth. Speed is told warm (the voter file open, what
is learned learned), in CPU seconds, from contacts as they were read to links: a circle of 300 friends, one friend, and all circles at
once. Splink has our reader's names and formal forms, five blocking rules and six comparisons (``benchmarks/splink_peer.py``);
somebody who knows it better may get more out of it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from app.run.batch import read_circles
from app.run.inputs import read_supporters
from app.steps import Voters, find_friends
from app.town.files import write_town
from app.town.town import make_town
from app.truth import read_truth
from graph.digests import keyed_digest, normalise_email, normalise_phone
from graph.model import Circle, ContactRecord
from graph.voters import ContactDigests, VoterColumns
from matching.model import MatchModel
from matching.normalise import normalise
from matching.stored_index import open_index
from matching.voterfile import read_voters

ELECTION, AS_OF = date(2026, 11, 3), date(2026, 10, 24)
KEY = b"benchmark"
FRIENDS, ROUNDS, MOST_CIRCLES = 300, 3, 20
Place = tuple[str, int]
Links = Mapping[Place, str]


def main() -> None:
    """Make a town, link it twice, print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--voters", type=int, default=20_000)
    options.add_argument("--supporters", type=int, default=40)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--without-splink", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        town = make_town(
            chosen.seed, election=ELECTION, as_of=AS_OF, voters=chosen.voters, supporters=chosen.supporters
        )
        write_town(town, Path(folder))
        compare(Path(folder), with_splink=not chosen.without_splink)


def compare(folder: Path, *, with_splink: bool) -> None:
    """Link the town's contacts every way and print how right and how fast each was."""
    public = folder / "public"
    columns, _ = read_voters(
        public / "ncvoter_synth.txt", layout="nc", history=public / "ncvhis_synth.txt",
        append=public / "voter_append.csv", key=KEY,
    )  # fmt: skip
    circles = read_circles(read_supporters(public / "supporters.csv"), public / "contacts").circles
    print(f"{len(columns):,} voters, {sum(len(c.contacts) for c in circles):,} contacts of {len(circles)} supporters")
    voters = opened(columns, folder / "index")
    ours = Engine(voters, find_friends(circles, voters, as_of=AS_OF).model)
    ways: dict[str, Callable[[Sequence[Circle]], Links]] = {"Kith": ours.link, "plain rule": PlainRule(columns).link}
    if with_splink:
        from benchmarks.splink_peer import train  # Splink is a development extra

        ways["Splink"] = train(columns, circles, KEY).link
    print(
        f"\n{'':12}{'F1':>7}{'precision':>11}{'recall':>8}{'CPU s, all':>12}{'ms, 300':>9}{'p99/p50':>9}{'ms, one':>9}"
    )
    taken = {name: measured(name, link, circles, folder / "truth") for name, link in ways.items()}
    if with_splink:
        times = [theirs / mine for mine, theirs in zip(taken["Kith"], taken["Splink"], strict=True)]
        print(
            f"Splink takes {times[0]:.1f} times as long for all, {times[1]:.1f} for 300 friends, {times[2]:.1f} for one"
        )


def measured(name: str, link: Callable[[Sequence[Circle]], Links], circles: Sequence[Circle], truth: Path) -> Seconds:
    """How right and how fast one way is; the first call warms it."""
    links, bulk = timed(lambda: link(circles))
    some = [small_circle(circle, FRIENDS) for circle in circles if len(circle.contacts) >= FRIENDS // 2][:MOST_CIRCLES]
    times = sorted(timed(lambda circle=circle: link([circle]))[1] for circle in some for _ in range(ROUNDS))
    single = sorted(timed(lambda circle=circle: link([small_circle(circle, 1)]))[1] for circle in some)
    half, slow, one = (at[int(part * (len(at) - 1))] for at, part in ((times, 0.5), (times, 0.99), (single, 0.5)))
    precision, recall, f1 = quality(links, truth)
    print(
        f"{name:12}{f1:7.3f}{precision:11.3f}{recall:8.3f}{bulk:12.2f}{half * 1e3:9.1f}{slow / half:9.1f}{one * 1e3:9.2f}",
        flush=True,
    )
    return Seconds(bulk, half, one)


class Seconds(NamedTuple):
    """CPU seconds for all circles, for a circle of 300 friends, for one friend."""

    all: float
    circle: float
    friend: float


def small_circle(circle: Circle, friends: int) -> Circle:
    """The same supporter with her first friends only."""
    return replace(circle, contacts=dict(list(circle.contacts.items())[:friends]))


def opened(columns: VoterColumns, folder: Path) -> Voters:
    """The voter file with its index, stored once and opened as a server does; how long that takes and how large it is."""
    _, built = timed(lambda: open_index(columns, folder))
    started = time.perf_counter()
    voters = Voters.of(columns, KEY, kept_in=folder)
    megabytes = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
    print(
        f"index: built and stored in {built:.1f} CPU s, opened in {(time.perf_counter() - started) * 1e3:.0f} ms, {megabytes:.0f} MB"
    )
    return voters


def timed(work: Callable[[], Links]) -> tuple[Links, float]:
    """What the work gave, and its CPU seconds."""
    started = time.process_time()
    links = work()
    return links, time.process_time() - started


@dataclass
class Engine:
    """Kith with what it has learned, on an open voter file."""

    voters: Voters
    model: MatchModel

    def link(self, circles: Sequence[Circle]) -> Links:
        """The links at probability one half."""
        found = find_friends(circles, self.voters, as_of=AS_OF, model=self.model, learning=False)
        records = {key: record for circle in circles for key, record in circle.contacts.items()}
        return {
            (records[match.contact_key].source, records[match.contact_key].position): match.candidates[0].voter.voter_id
            for matches in found.matches.values()
            for match in matches
            if match.candidates and match.candidates[0].match_probability >= 0.5
        }


class PlainRule:
    """The same phone or e-mail, else the only voter of that first and last name."""

    def __init__(self, columns: VoterColumns) -> None:
        self._columns = columns
        self._phones, self._emails = first_rows(columns.phones), first_rows(columns.emails)
        self._named: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for row in range(len(columns)):
            self._named[columns.first_name[row], columns.last_name[row]].append(row)

    def link(self, circles: Sequence[Circle]) -> Links:
        """The links of the rule."""
        records = [record for circle in circles for record in circle.contacts.values()]
        rows = [(record, plain_row(record, self._phones, self._emails, self._named)) for record in records]
        return {
            (record.source, record.position): self._columns.ref(row).voter_id for record, row in rows if row is not None
        }


def plain_row(
    record: ContactRecord,
    phones: Mapping[int, int],
    emails: Mapping[int, int],
    named: Mapping[tuple[str, str], list[int]],
) -> int | None:
    """The row of one contact by the plain rule."""
    for phone in filter(None, map(normalise_phone, record.phones)):
        if (row := phones.get(keyed_digest(KEY, phone))) is not None:
            return row
    for email in filter(None, map(normalise_email, record.emails)):
        if (row := emails.get(keyed_digest(KEY, email))) is not None:
            return row
    words = normalise(record.display_name).split() or [""]
    rows = named.get((words[0], words[-1]), [])
    return rows[0] if len(rows) == 1 else None


def first_rows(digests: ContactDigests) -> dict[int, int]:
    """The first row of each digest."""
    return dict(zip(map(int, digests.digests[::-1]), map(int, digests.rows[::-1]), strict=True))


def quality(links: Links, truth_folder: Path) -> tuple[float, float, float]:
    """Precision, recall and F1 of links against the town's truth; her own card counts for nothing."""
    contacts = pd.read_parquet(truth_folder / "truth_contacts.parquet")
    same = read_truth(truth_folder).same_person
    truth = {
        (f, i): v
        for f, i, v, kind in contacts[["file", "index", "ncid", "kind"]].itertuples(index=False)
        if kind != "self"
    }
    judged = {place: same.get(voter, voter) for place, voter in links.items() if place in truth}
    right = sum(truth[place] == voter for place, voter in judged.items())
    precision, recall = right / max(len(judged), 1), right / max(sum(bool(v) for v in truth.values()), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


if __name__ == "__main__":
    main()
