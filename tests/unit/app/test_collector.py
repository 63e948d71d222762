"""A batch works without the collector, and leaves it as it was."""

import gc

import pytest

from app.run.collector import without_collector


def test_the_collector_rests_only_as_long_as_the_batch_works():
    @without_collector()
    def work():
        return gc.isenabled()

    assert gc.isenabled()
    assert work() is False
    assert gc.isenabled()


def test_a_batch_that_fails_leaves_the_collector_on():
    with pytest.raises(ZeroDivisionError), without_collector():
        1 / 0  # noqa: B018
    assert gc.isenabled()


def test_who_has_switched_it_off_keeps_it_off():
    gc.disable()
    try:
        with without_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
