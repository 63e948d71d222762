"""Compiled loops work where their machine code cannot be kept."""

from __future__ import annotations

from graph.compiled import compiled


def test_a_function_of_no_file_cannot_be_kept_and_is_compiled_all_the_same():
    written: dict[str, object] = {}
    exec("def twice(number):\n    return 2 * number\n", written)  # noqa: S102 (its source stands here)
    twice = compiled(written["twice"])
    assert twice(21) == 42
