"""Short forms and the names they stand for, with shares; English and Spanish.

The pairs are those of the ``nicknames`` package and of ``data/nicknames.txt``, which says how common the common ones are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType

from nicknames import name_triplets

from matching.normalise import normalise

_RARE_WEIGHT = 1.0
_OWN_WEIGHT = 3.0
_NONE: Mapping[str, float] = MappingProxyType({})


def formal_names(short_form: str) -> Mapping[str, float]:
    """The names that a short form stands for, each with the share of this form among that name's short forms.

    ``short_form`` is any writing of one word; a word that is nobody's short form gives an empty mapping.

    >>> max(formal_names("Peggy"), key=formal_names("Peggy").get)
    'MARGARET'
    """
    return _formal_names().get(_word(short_form), _NONE)


def short_forms(name: str) -> Mapping[str, float]:
    """The short forms of a name with their shares, which sum to 1; empty when it has none."""
    return _short_forms().get(_word(name), _NONE)


def has_short_form(name: str) -> bool:
    """Whether a name has any short form."""
    return bool(short_forms(name))


def known_names() -> frozenset[str]:
    """Every name and short form of the tables."""
    return frozenset(_short_forms()) | frozenset(_formal_names())


@lru_cache(maxsize=20_000)
def name_variants(name: str) -> Mapping[str, float]:
    """The other names the same person may show: what it stands for, its short forms, and their other short forms.

    The value says how close they are, 1 for the only short form of a name; never the name itself.
    """
    word = _word(name)
    variants: dict[str, float] = dict(short_forms(word))
    for formal, share in formal_names(word).items():
        siblings = {form: share * other for form, other in short_forms(formal).items()}
        for variant, closeness in {**siblings, formal: share}.items():
            variants[variant] = max(closeness, variants.get(variant, 0.0))
    variants.pop(word, None)
    return MappingProxyType(variants)


def _word(name: str) -> str:
    return name if name.isascii() and name.isalpha() and name.isupper() else normalise(name)


@cache
def _short_forms() -> Mapping[str, Mapping[str, float]]:
    """Short forms by name, their shares summing to 1."""
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    for triplet in name_triplets():
        weights[normalise(triplet.name1)][normalise(triplet.name2)] = _RARE_WEIGHT
    for formal, forms in _own_weights().items():
        weights[formal].update(forms)
    return {name: MappingProxyType(_shares(name, forms)) for name, forms in weights.items()}


def _shares(name: str, forms: Mapping[str, float]) -> dict[str, float]:
    others = {form: weight for form, weight in forms.items() if form and form != name}
    total = sum(others.values())
    return {form: weight / total for form, weight in others.items()}


@cache
def _formal_names() -> Mapping[str, Mapping[str, float]]:
    """Names by short form, the same shares read the other way."""
    names: dict[str, dict[str, float]] = defaultdict(dict)
    for formal, forms in _short_forms().items():
        for form, share in forms.items():
            names[form][formal] = share
    return {form: MappingProxyType(found) for form, found in names.items()}


def _own_weights() -> dict[str, dict[str, float]]:
    """The pairs of ``data/nicknames.txt``."""
    text = (files("matching") / "data" / "nicknames.txt").read_text(encoding="utf-8")
    rows = (line.split(":") for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return {normalise(formal): dict(map(_own_weight, forms.split())) for formal, forms in rows}


def _own_weight(item: str) -> tuple[str, float]:
    form, _, weight = item.partition("*")
    return normalise(form), float(weight or _OWN_WEIGHT)
