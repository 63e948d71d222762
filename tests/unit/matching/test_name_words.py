"""Every word of the table of names is a text: YAML takes NULL and NO without quotes for something else."""

from __future__ import annotations

from importlib.resources import files

import pytest

from graph.model import ContactRecord, SourceKind
from matching.names.reading import NameKind, read_name
from matching.names.words import read_words

TABLE = (files("matching") / "data" / "name_words.yaml").read_text(encoding="utf-8")


def test_a_card_that_is_named_null_says_nothing() -> None:
    card = ContactRecord(source="phone.vcf", position=0, kind=SourceKind.TYPED, display_name="null")
    assert read_name(card).kind is NameKind.SAYS_NOTHING


@pytest.mark.parametrize(
    ("written", "unquoted"),
    [('"NULL"', "NULL"), ("PRIVATE", "7"), ("silent:", "silent: [NAME, OFF]\nno:")],
)
def test_a_word_that_yaml_takes_for_something_else_is_refused(written: str, unquoted: str) -> None:
    assert written in TABLE
    with pytest.raises(ValueError, match="put the word in quotes"):
        read_words(TABLE.replace(written, unquoted, 1))
