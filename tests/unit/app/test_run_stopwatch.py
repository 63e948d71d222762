"""The stopwatch of a run."""

from __future__ import annotations

import time

from app.run.stopwatch import Stopwatch, now_and_then


def test_every_step_is_measured_and_the_whole_is_no_less() -> None:
    watch = Stopwatch()
    with watch.step("read"):
        time.sleep(0.01)
    with watch.step("write"):
        pass
    told = watch.as_dict()
    assert isinstance(told["seconds"], dict)
    assert list(told["seconds"]) == ["read", "write"]
    assert told["seconds"]["read"] >= 0.01
    assert isinstance(told["seconds_in_all"], float)
    assert told["seconds_in_all"] >= 0.01
    assert isinstance(told["peak_megabytes"], int)
    assert told["peak_megabytes"] > 1


def test_a_short_step_is_silent() -> None:
    said: list[str] = []
    tell = now_and_then(said.append)
    for count in range(1_000):
        tell("rows", count)
    assert said == []
