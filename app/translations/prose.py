"""English sentences that come ready-made from the engines, a reason and a date: put into Spanish one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping

Sentences = Mapping[str, str | list[str]]

_ENDS = re.compile(r"(?<=[.?])\s+")
_DAY = re.compile(r"(?:(?P<weekday>[A-Z]\w+),? )?(?P<month>[A-Z]\w+) (?P<number>\d{1,2})")
_DATED = (
    "Early voting ends {day}.",
    "The last day to register is {day}.",
    "The last day to ask for a ballot by mail is {day}.",
    "Mail ballots are due {day}.",
    "Election day is {day}.",
    "until {day}",
)


def into_spanish(text: str, sentences: Sentences, words: Mapping[str, str]) -> str:
    """The text sentence by sentence; one that is unknown stays as it is. ``words`` holds days and months."""
    return " ".join(_translated(sentence, sentences, words) for sentence in _ENDS.split(text))


def _translated(sentence: str, sentences: Sentences, words: Mapping[str, str]) -> str:
    known = sentences.get(sentence)
    if isinstance(known, str):
        return known
    for dated in _DATED:
        before, after = dated.split("{day}")
        form = sentences.get(dated)
        if isinstance(form, str) and sentence.startswith(before) and sentence.endswith(after):
            said = sentence[len(before) : len(sentence) - len(after)]
            return form.format(day=_day(said, words))
    return sentence


def _day(said: str, words: Mapping[str, str]) -> str:
    """``Saturday, October 31`` as ``el sábado 31 de octubre``; a lone weekday, or ``today``, by its own word."""
    found = _DAY.fullmatch(said)
    if found is None:
        return f"el {words[said]}" if said[:1].isupper() and said in words else words.get(said, said)
    weekday = words.get(found["weekday"] or "", "")
    return f"el {weekday} {found['number']} de {words.get(found['month'], found['month'])}".replace("  ", " ")
