"""Both stores beside the bare work: hand-written SQL on the same file, plain queries through the driver on the same server.

    python -m benchmarks.stores                                  # a tenth: 2,000 supporters, 200,000 ties
    python -m benchmarks.stores --full                           # 20,000 supporters, 2,000,000 ties, 300,000 voters

Every supporter knows equally many of a shared set of voters. Times are medians in milliseconds of calls by turns, the first sixth
left out; loads are in seconds, done by turns, a twentieth at a time, as a server that has run for a while is faster than a fresh
one. Neo4j is booted for the run (2 GB heap), loaded to a tenth, asked, loaded fully, asked again.
"bare" keeps and reads the same columns; it makes no Python objects, checks no digest and takes no turn.
"""

from __future__ import annotations

import argparse
import sys

from benchmarks.stores_measure import Size
from benchmarks.stores_sqlite import of_sqlite

FULL = Size(20_000, 2_000_000)


def main() -> int:
    """Print the table; 1 when a ratio is above its promise."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--supporters", type=int, default=2_000)
    options.add_argument("--ties", type=int, default=200_000)
    options.add_argument("--full", action="store_true", help="the size of a large campaign; a quarter of an hour, 4 GB")
    options.add_argument("--without-neo4j", action="store_true")
    chosen = options.parse_args()
    size = FULL if chosen.full else Size(chosen.supporters, chosen.ties)
    print(f"{size.supporters:,} supporters, {size.ties:,} ties, {size.voters:,} voters")
    print(f"{'':44}{'ours':>10}{'bare':>10}{'':4}{'ratio':>8}{'most':>7}  kept")
    lines = list(of_sqlite(size))
    if not chosen.without_neo4j:
        from benchmarks.stores_neo4j import of_neo4j  # the server is looked for only when it is wanted

        lines += of_neo4j(size)
    return int(any(line.ratio > line.most for line in lines))


if __name__ == "__main__":
    sys.exit(main())
