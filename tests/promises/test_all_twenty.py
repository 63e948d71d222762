"""Each of the twenty promises has a test of its own name."""

from __future__ import annotations

import re
from pathlib import Path


def test_no_promise_is_without_a_test() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    tested = {int(number) for number in re.findall(r"def test_p(\d\d)_", text)}
    assert tested == set(range(1, 21))
