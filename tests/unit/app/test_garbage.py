"""The collector of cyclic garbage looks seldom, and still finds what refers to itself."""

import gc
import weakref

from app.garbage import collect_rarely


class Ring:
    def __init__(self):
        self.next = self


def test_what_refers_to_itself_is_freed_though_the_collector_looks_seldom():
    before = gc.get_threshold()
    try:
        collect_rarely()
        found = weakref.ref(Ring())
        kept = [[at] for at in range(gc.get_threshold()[0] + 10)]  # so many new values, and it looks
        assert found() is None, f"nobody looked while {len(kept):,} values were made"
    finally:
        gc.set_threshold(*before)
