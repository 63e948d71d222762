"""All benchmarks, one after the other: ``python -m benchmarks.run``. Each prints its own table."""

from __future__ import annotations

import subprocess
import sys

STEPS = (
    ("benchmarks.matching", "--voters", "20000", "--supporters", "40"),
    ("benchmarks.matching", "--voters", "1000000", "--supporters", "20"),
    ("benchmarks.whole_run",),
    ("benchmarks.voter_import", "--voters", "1000000"),
    ("benchmarks.stores",),
    ("benchmarks.network", "--edges", "1000000"),
    ("benchmarks.prioritization",),
    ("benchmarks.allocation", "--ties", "1000000", "--shape", "heavy"),
    ("benchmarks.allocation", "--ties", "1000000", "--shape", "uniform"),
    ("benchmarks.allocation", "--ties", "10000000", "--shape", "heavy", "--arrivals", "10000", "--without-exact"),
)


def main() -> int:
    """Run each in its own process, so that memory is measured apart; 1 when one failed."""
    failed = 0
    for step in STEPS:
        print(f"\n== {' '.join(step)}", flush=True)
        failed |= subprocess.run([sys.executable, "-m", *step], check=False).returncode != 0  # noqa: S603 (our own)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
