"""Matching beside the plain rule that many campaigns use: the same phone or e-mail, else the one voter of that name.

    python -m benchmarks.matching --voters 20000 --supporters 40 --seed 1

Both run in one process on the same invented town, files to links; the figures are F1 at one half, precision, recall and
CPU seconds, and the ratio of the seconds.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

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
from matching.normalise import normalise
from matching.voterfile import read_voters

ELECTION, AS_OF = date(2026, 11, 3), date(2026, 10, 24)
KEY = b"benchmark"
Place = tuple[str, int]
Links = Mapping[Place, str]


def main() -> None:
    """Make a town, link it twice, print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--voters", type=int, default=20_000)
    options.add_argument("--supporters", type=int, default=40)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        town = make_town(
            chosen.seed, election=ELECTION, as_of=AS_OF, voters=chosen.voters, supporters=chosen.supporters
        )
        write_town(town, Path(folder))
        compare(Path(folder))


def compare(folder: Path) -> None:
    """Link the town's contacts both ways and print how right and how fast each was."""
    public = folder / "public"
    columns, _ = read_voters(
        public / "ncvoter_synth.txt", layout="nc", history=public / "ncvhis_synth.txt",
        append=public / "voter_append.csv", key=KEY,
    )  # fmt: skip
    circles = read_circles(read_supporters(public / "supporters.csv"), public / "contacts").circles
    ours, our_seconds = timed(lambda: by_engine(columns, circles))
    plain, plain_seconds = timed(lambda: by_plain_rule(columns, circles))
    print(f"{len(columns):,} voters, {sum(len(c.contacts) for c in circles):,} contacts")
    for name, links, seconds in (("Kith", ours, our_seconds), ("plain rule", plain, plain_seconds)):
        precision, recall, f1 = quality(links, folder / "truth")
        print(f"{name:12} F1 {f1:.3f}  precision {precision:.3f}  recall {recall:.3f}  {seconds:6.2f} CPU s")
    print(f"Kith takes {our_seconds / plain_seconds:.1f} times the seconds of the plain rule")


def timed(work: Callable[[], Links]) -> tuple[Links, float]:
    """What the work gave, and its CPU seconds."""
    started = time.process_time()
    links = work()
    return links, time.process_time() - started


def by_engine(columns: VoterColumns, circles: tuple[Circle, ...]) -> Links:
    """Kith's links at probability one half."""
    found = find_friends(circles, Voters.of(columns, KEY), as_of=AS_OF)
    records = {key: record for circle in circles for key, record in circle.contacts.items()}
    return {
        (records[match.contact_key].source, records[match.contact_key].position): match.candidates[0].voter.voter_id
        for matches in found.matches.values()
        for match in matches
        if match.candidates and match.candidates[0].match_probability >= 0.5
    }


def by_plain_rule(columns: VoterColumns, circles: tuple[Circle, ...]) -> Links:
    """The same phone or e-mail, else the only voter of that first and last name."""
    phones, emails = first_rows(columns.phones), first_rows(columns.emails)
    named = defaultdict(list)
    for row in range(len(columns)):
        named[columns.first_name[row], columns.last_name[row]].append(row)
    links: dict[Place, str] = {}
    for circle in circles:
        for record in circle.contacts.values():
            row = plain_row(record, phones, emails, named)
            if row is not None:
                links[record.source, record.position] = columns.ref(row).voter_id
    return links


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
