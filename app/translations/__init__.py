"""Every sentence on a screen, in English and Spanish, through one function.

The English sentence is the key; ``es.yaml`` holds the Spanish one, or a list of two where a count decides. A sentence
that has no translation is shown in English, and a test fails for it.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import resources
from typing import Literal

import yaml

from app.translations.prose import into_spanish

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")

_DAYS: dict[str, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_MONTHS: dict[str, tuple[str, ...]] = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "es": (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
}
_COUNTS = {
    "en": "none one two three four five six seven eight nine ten",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez",
}


def as_language(text: str | None) -> Language | None:
    """The language that a tag such as ``es-MX`` names, or ``None`` when it is not one of ours."""
    start = (text or "").strip().lower()[:2]
    return next((language for language in LANGUAGES if language == start), None)


def translate(sentence: str, language: Language, **values: object) -> str:
    """The sentence in a language with its ``{values}`` put in; in English when there is no translation."""
    found = _sentences(language).get(sentence)
    if found is None and language != "en" and not values:
        return into_spanish(sentence, _sentences(language), _words(language))
    chosen = sentence if found is None else found if isinstance(found, str) else found[0]
    return chosen.format(**values) if values else chosen


def translate_count(one: str, many: str, count: int, language: Language, **values: object) -> str:
    """Like ``translate`` for a sentence whose form depends on ``count``, which it may use as ``{count}``."""
    found = _sentences(language).get(one)
    forms = found if isinstance(found, list) else [one, many]
    return forms[0 if count == 1 else 1].format(count=f"{count:,}", **values)


def weekday(day: date, language: Language) -> str:
    """The day's name: ``Saturday``, ``sábado``."""
    return _DAYS[language][day.weekday()]


def month_day(day: date, language: Language) -> str:
    """``October 31``, ``31 de octubre``."""
    month = _MONTHS[language][day.month - 1]
    return f"{day.day} de {month}" if language == "es" else f"{month} {day.day}"


def long_date(day: date, language: Language) -> str:
    """``Saturday, October 31``, ``el sábado 31 de octubre``: as it stands inside a sentence."""
    start = f"el {weekday(day, language)}" if language == "es" else f"{weekday(day, language)},"
    return f"{start} {month_day(day, language)}"


def heading_date(day: date, language: Language) -> str:
    """``Saturday, October 31``, ``Sábado 31 de octubre``: as it stands alone."""
    words = long_date(day, language).removeprefix("el ")
    return words[:1].upper() + words[1:]


def in_words(count: int, language: Language) -> str:
    """A small count as a word (``three``, ``tres``); above ten, and below zero, in digits."""
    words = _COUNTS[language].split()
    return words[count] if 0 <= count < len(words) else f"{count:,}"


def sentences() -> dict[str, str | list[str]]:
    """All Spanish sentences by their English ones."""
    return dict(_sentences("es"))


@cache
def _words(language: Language) -> dict[str, str]:
    english, own = _DAYS["en"] + _MONTHS["en"], _DAYS[language] + _MONTHS[language]
    named = dict(zip(english, own, strict=True))
    return named | {"today": translate("today", language)}


@cache
def _sentences(language: Language) -> dict[str, str | list[str]]:
    if language == "en":
        return {}
    text = resources.files("app.translations").joinpath(f"{language}.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))
