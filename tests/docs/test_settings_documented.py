"""docs/settings.md names every setting, and only those that there are, with their defaults."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import SecretStr

from app.settings import Settings

ROOT = Path(__file__).parents[2]
_ROW = re.compile(r"^\| `(KITH_\w+)` \| (.*?) \| (.*?) \| (.*?) ?\|$", re.MULTILINE)
ROWS = {name: rest for name, *rest in _ROW.findall((ROOT / "docs" / "settings.md").read_text(encoding="utf-8"))}


def variable(field: str) -> str:
    return f"KITH_{field.upper()}"


def test_every_setting_is_documented_in_the_order_of_the_code() -> None:
    assert list(ROWS) == [variable(field) for field in Settings.model_fields]


def test_every_default_is_as_it_is_said() -> None:
    for field, known in Settings.model_fields.items():
        said = ROWS[variable(field)][0]
        if known.default and not isinstance(known.default, SecretStr):
            assert said == f"`{known.default}`", field
        else:
            in_data = {"`keys/master.key` in the data folder", "`erasures.jsonl` in the data folder"}
            assert said in {"empty", "none, needed", *in_data}, field


def test_every_setting_says_what_it_is_and_shows_an_example_unless_it_is_a_secret() -> None:
    for field, known in Settings.model_fields.items():
        _, meaning, example = ROWS[variable(field)]
        assert len(meaning) > 10, field
        assert example or isinstance(known.default, SecretStr), field


def test_the_examples_can_be_read() -> None:
    examples = {
        field: ROWS[variable(field)][2].strip("`") for field in ("data", "campaign", "election", "accent", "state")
    }
    read = Settings.model_validate(examples)
    assert str(read.election) == examples["election"]
    assert re.fullmatch(r"#[0-9A-Fa-f]{6}", read.accent)
