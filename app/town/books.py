"""What each supporter brings: how many people of which kind, in which files, which of them twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.town.acquaintances import Acquaintance, Neighborhood, know_stranger
from app.town.columns import Whole
from app.town.contact_files import SUFFIXES, write_book
from app.town.entries import Entry, Provider, write_entry
from app.town.shape import Kind
from app.town.ties import Circle, Friendship, befriend

_SHARES = {
    Provider.GOOGLE: 0.38,
    Provider.VCARD3: 0.16,
    Provider.FACEBOOK: 0.2,
    Provider.GOOGLE_CSV: 0.14,
    Provider.VCARD4: 0.06,
    Provider.VCARD2: 0.04,
    Provider.OUTLOOK: 0.03,
    Provider.LINKEDIN: 0.03,
}
_FIXED = {
    0: Provider.GOOGLE,
    3: Provider.VCARD4,
    5: Provider.OUTLOOK,
    7: Provider.LINKEDIN,
    9: Provider.VCARD2,
    11: Provider.TYPED,
    13: Provider.FACEBOOK,
}
"""The first supporters between them bring every format, however few they are and whatever the seed."""

_ONLY_PEOPLE = (Provider.FACEBOOK, Provider.LINKEDIN)
_MOST_TYPED = 12
_FEWEST, _MOST = 25, 2_500


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry of a file and whom it stands for."""

    entry: Entry
    known: Acquaintance
    is_duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """A file of one supporter, as bytes and as the truth knows it; the place in ``kept`` is the entry's position."""

    file_name: str
    provider: Provider
    content: bytes
    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class SupporterBooks:
    """A supporter (a row of the people), her registered friends, and the files that she brings."""

    supporter_id: str
    voter: int
    friends: tuple[Friendship, ...]
    books: tuple[Book, ...]


def bring_books(chance: np.random.Generator, town: Neighborhood, supporters: Whole) -> tuple[SupporterBooks, ...]:
    """The books of all supporters, in their order."""
    return tuple(_bring(chance, town, place, int(voter)) for place, voter in enumerate(supporters))


def _bring(chance: np.random.Generator, town: Neighborhood, place: int, supporter: int) -> SupporterBooks:
    providers = _providers(chance, town, place)
    known = _acquaintances(chance, town, supporter, is_short=providers == (Provider.TYPED,))
    supporter_id = f"S{place + 1:05d}"
    books = [
        _book(chance, town, supporter_id, provider, part)
        for provider, part in zip(providers, _parts(chance, known, len(providers)), strict=True)
    ]
    in_books = {kept.known.voter for book in books for kept in book.kept}
    friends = tuple(
        Friendship(friend.voter, friend.circle, friend.strength)
        for friend in known
        if friend.kind is Kind.VOTER and friend.voter in in_books
    )
    return SupporterBooks(supporter_id, supporter, friends, tuple(books))


def _providers(chance: np.random.Generator, town: Neighborhood, place: int) -> tuple[Provider, ...]:
    names, shares = list(_SHARES), np.fromiter(_SHARES.values(), float)
    first = _FIXED.get(place) or names[int(chance.choice(len(names), p=shares / shares.sum()))]
    has_second = chance.random() < town.shape.second_source_share and first is not Provider.TYPED
    second = Provider.LINKEDIN if first is Provider.FACEBOOK else Provider.FACEBOOK
    return (first, second) if has_second else (first,)


def _acquaintances(
    chance: np.random.Generator, town: Neighborhood, supporter: int, *, is_short: bool
) -> list[Acquaintance]:
    shape = town.shape
    size = int(np.clip(chance.lognormal(np.log(shape.middle_contacts), shape.contacts_spread), _FEWEST, _MOST))
    size = min(size, len(town.people) // 4, _MOST_TYPED if is_short else _MOST)
    shares = np.fromiter(shape.kinds.values(), float)
    drawn = chance.dirichlet(shares / shares.sum() * 40) if not is_short else np.eye(len(shares))[0] * 0.8 + shares / 5
    counts = chance.multinomial(size, drawn / drawn.sum())
    known: list[Acquaintance] = []
    for kind, count in zip(shape.kinds, counts, strict=True):
        if kind is Kind.VOTER:
            known += _friends(chance, town, supporter, int(count))
        else:
            known += [know_stranger(chance, town, kind, supporter) for _ in range(count)]
    if chance.random() < shape.own_card_share and not is_short:
        known.append(town.know_voter(supporter, Circle.SELF, 1.0, supporter, kind=Kind.SELF))
    return known


def _friends(chance: np.random.Generator, town: Neighborhood, supporter: int, count: int) -> list[Acquaintance]:
    friends = befriend(chance, town.people, town.homes, supporter, count)
    return [town.know_voter(friend.voter, friend.circle, friend.strength, supporter) for friend in friends]


def _parts(chance: np.random.Generator, known: Sequence[Acquaintance], files: int) -> list[list[Acquaintance]]:
    """Who stands in which file: with two files, most in the first, half in the second, some in both."""
    if files == 1:
        return [list(known)]
    first, second = [], []
    for person in known:
        in_first = chance.random() < 0.65 or person.kind in (Kind.BUSINESS, Kind.SELF)
        in_second = person.kind not in (Kind.BUSINESS, Kind.SELF) and (not in_first or chance.random() < 0.4)
        first += [person] if in_first else []
        second += [person] if in_second else []
    return [first, second]


def _book(
    chance: np.random.Generator,
    town: Neighborhood,
    supporter_id: str,
    provider: Provider,
    known: Sequence[Acquaintance],
) -> Book:
    fits = [person for person in known if provider not in _ONLY_PEOPLE or person.kind not in (Kind.BUSINESS, Kind.SELF)]
    kept = [Kept(write_entry(chance, town, person, provider), person) for person in fits]
    if provider not in (*_ONLY_PEOPLE, Provider.TYPED):
        twice = [person for person in fits if chance.random() < town.shape.duplicate_card_share]
        kept += [Kept(write_entry(chance, town, person, provider), person, is_duplicate=True) for person in twice]
    ordered = tuple(kept[place] for place in chance.permutation(len(kept)))
    content = write_book(chance, provider, [each.entry for each in ordered], town.as_of)
    return Book(f"{supporter_id}{SUFFIXES[provider]}", provider, content, ordered)
