"""How Python's collector of cyclic garbage goes about its work here: matching makes millions of small values and no cycles."""

from __future__ import annotations

import gc

_YOUNG = 50_000
"""So many new values are made before the collector looks at them; Python's own number is 700."""


def collect_rarely() -> None:
    """Let the collector look at young values seldom: as it comes, it took a fifth of matching 200,000 contacts.

    What no cycle holds is freed at once, as always.
    """
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])


def set_long_lived_aside() -> None:
    """Let the collector pass by whatever a warm process keeps for good: walking it took a tenth of each search.

    For a process that only serves: what was set aside is never looked at again.
    """
    gc.collect()
    gc.freeze()
