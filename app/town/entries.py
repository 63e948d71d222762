"""How people write each other down: nicknames, maiden names, "Mom", "Joe Plumber", typos, half a phone number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from app.town.acquaintances import Acquaintance, Neighborhood, mail_address
from app.town.people import MALE, SUFFIXES
from app.town.pools import ACCENTS, as_written, nicknames_of
from app.town.register import phone_numbers
from app.town.shape import Kind
from app.town.ties import Circle
from graph.model import Birthday, Place, Relation


class Provider(StrEnum):
    """Where a supporter's contacts come from; the value is what supporters.csv says."""

    GOOGLE = "google"
    VCARD2 = "vcard2"
    VCARD3 = "vcard3"
    VCARD4 = "vcard4"
    GOOGLE_CSV = "gcsv"
    OUTLOOK = "outlook"
    LINKEDIN = "linkedin"
    FACEBOOK = "facebook"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an address book as it is written there. ``style`` says how the name came about."""

    display: str
    style: str
    given: str = ""
    middle: str = ""
    family: str = ""
    prefix: str = ""
    suffix: str = ""
    nickname: str = ""
    organization: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    place: Place | None = None
    birthday: Birthday | None = None
    relations: tuple[Relation, ...] = ()
    labels: tuple[str, ...] = ()
    is_starred: bool = False


_BOOK_STYLES = (
    {"full": 0.42, "nick_last": 0.2, "first_only": 0.105, "context": 0.055, "first_initial": 0.035}
    | {"full_middle": 0.025, "all_in_given": 0.04, "last_first": 0.015, "couple": 0.012, "emoji": 0.02}
    | {"honorific": 0.018, "middle_as_last": 0.012, "no_name": 0.025, "initials": 0.008, "suffix": 0.01}
    | {"nickname": 0.03}
)
_FACEBOOK_STYLES = {"full": 0.66, "nick_last": 0.19, "fb_three": 0.06, "full_middle": 0.035, "first_initial": 0.015} | {
    "pseudonym": 0.02,
    "middle_as_last": 0.02,
    "emoji": 0.01,
}
_FORMAL_STYLES = {"full": 0.8, "nick_last": 0.08, "full_middle": 0.06, "first_initial": 0.04, "suffix": 0.02}
_CONTEXTS: Mapping[Circle, tuple[str, ...]] = {
    Circle.WORK: ("Work", "Office", "Boss", "Night Shift"),
    Circle.CLUB: ("Church", "Choir", "PTA", "Softball", "Book Club"),
    Circle.SCHOOL: ("HS", "College", "Class of 05"),
    Circle.BLOCK: ("Neighbor", "Next Door", "Across The Street"),
}
_TRADES = ("Plumber", "Realtor", "Soccer Mom", "Gym", "Hair", "Electrician", "Trivia Night", "Daycare", "Mechanic")
_EMPLOYERS = ("County Schools", "Sandhill Hospital", "Heron Logistics", "First Lantern Bank", "Foxglove Foods")
_EMOJI = ("❤️", "🎉", "🏈", "🌻", "😂", "👶", "💪", "🙏🏽")
_MONIKERS = ("Lady", "Mister", "Queen", "Big", "Lil", "Coach")
_GROUPS: Mapping[Circle, str] = {
    Circle.KIN: "Family",
    Circle.WORK: "Work",
    Circle.CLUB: "Church",
    Circle.SCHOOL: "School",
}
_PHONE_FORMS = (
    *("({}) {}-{}", "{}-{}-{}", "{}{}{}", "+1{}{}{}", "1-{}-{}-{}", "{}.{}.{}", "+1 {}-{}-{}", "{} {} {}", "({}){}-{}"),
)


def _draw(chance: np.random.Generator, shares: Mapping[str, float]) -> str:
    names = list(shares)
    weights = np.fromiter(shares.values(), float)
    return names[int(np.searchsorted(np.cumsum(weights) / weights.sum(), chance.random()))]


def _one(chance: np.random.Generator, options: tuple[str, ...]) -> str:
    return options[int(chance.integers(0, len(options)))]


def write_entry(chance: np.random.Generator, town: Neighborhood, known: Acquaintance, provider: Provider) -> Entry:
    """An acquaintance as she stands in a book of this provider, with the details that such a book has."""
    named = _business_entry(known) if known.kind is Kind.BUSINESS else _named(chance, town, known, provider)
    if provider is Provider.FACEBOOK:
        return Entry(display=named.display or f"{named.given} {named.family}".strip(), style=named.style)
    return _detailed(chance, town, known, provider, named)


def _business_entry(known: Acquaintance) -> Entry:
    return Entry(display=known.business, style="business", given="", organization=known.business)


def _named(chance: np.random.Generator, town: Neighborhood, known: Acquaintance, provider: Provider) -> Entry:
    is_book = provider not in (Provider.FACEBOOK, Provider.LINKEDIN)
    if is_book and (label := _kin_label(chance, known)):
        return Entry(display=label, style="kin", given=label)
    given, middle = _accented(chance, known.given), as_written(known.middle)
    family, marks = _surname(chance, town, known, provider)
    if chance.random() < town.shape.typo_share:
        given, family = (_typo(chance, given), family) if chance.random() < 0.4 else (given, _typo(chance, family))
        marks += "+typo"
    styles = _FACEBOOK_STYLES if provider is Provider.FACEBOOK else _BOOK_STYLES if is_book else _FORMAL_STYLES
    entry = _in_style(chance, town, known, _draw(chance, styles), given, middle, family)
    return (
        _cased(chance, replace(entry, style=entry.style + marks))
        if is_book
        else replace(entry, style=entry.style + marks)
    )


def _kin_label(chance: np.random.Generator, known: Acquaintance) -> str:
    given = as_written(known.given)
    is_man = known.gender == MALE
    if known.circle is Circle.HOUSEHOLD and not (known.is_older_kin or known.is_younger_kin):
        return (
            _one(chance, ("Hubby ❤️", "My Love") if is_man else ("Wifey", "My Love")) if chance.random() < 0.14 else ""
        )
    if known.is_older_kin and chance.random() < 0.45:
        plain = ("Dad", "Pops", "Papa") if is_man else ("Mom", "Mama", "Mom Cell")
        titled = (
            (f"Uncle {given}", f"Grandpa {given}") if is_man else (f"Aunt {given}", f"Tia {given}", f"Grandma {given}")
        )
        return _one(chance, plain if chance.random() < 0.4 else titled)
    if known.circle is Circle.KIN and chance.random() < 0.15:
        return _one(chance, (f"Cousin {given}", f"Bro {given}" if is_man else f"Sis {given}"))
    return ""


def _accented(chance: np.random.Generator, name: str) -> str:
    return as_written(ACCENTS[name] if name in ACCENTS and chance.random() < 0.4 else name)


def _surname(
    chance: np.random.Generator, town: Neighborhood, known: Acquaintance, provider: Provider
) -> tuple[str, str]:
    """The surname she is kept under, and what happened to it."""
    keeps_maiden = town.shape.maiden_share * (1.6 if provider is Provider.FACEBOOK else 1.0)
    if known.maiden and chance.random() < keeps_maiden:
        return _accented(chance, known.maiden), "+maiden"
    if not known.second_family:
        return _accented(chance, known.family), ""
    first, second = _accented(chance, known.family), _accented(chance, known.second_family)
    drawn = chance.random()
    if drawn < 0.4:
        return f"{first} {second}", "+twosurnames"
    return (first, "+halfsurname") if drawn < 0.8 else (second, "+halfsurname")


def _typo(chance: np.random.Generator, name: str) -> str:
    if len(name) < 4:
        return name
    at = int(chance.integers(1, len(name) - 1))
    return (
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        name[:at] + name[at + 1 :],
        name[:at] + name[at] + name[at:],
        name[:at] + "aeioury"[int(chance.integers(0, 7))] + name[at + 1 :],
    )[int(chance.integers(0, 4))]


def _in_style(
    chance: np.random.Generator,
    town: Neighborhood,
    known: Acquaintance,
    style: str,
    given: str,
    middle: str,
    family: str,
) -> Entry:
    short = nicknames_of(known.given.lower())
    nickname = _one(chance, short).title() if short else given
    full = Entry(display=f"{given} {family}", style=style, given=given, family=family)
    match style:
        case "nick_last":
            return _written(nickname, family, style if short else "full")
        case "nickname":
            return replace(full, nickname=nickname if short else "", style="full")
        case "first_only":
            return Entry(display=given, style=style, given=given)
        case "first_initial":
            return _written(given, f"{family[:1]}{_one(chance, ('', '.'))}", style)
        case "full_middle":
            return replace(full, display=f"{given} {middle} {family}", middle=middle)
        case "fb_three":
            between = as_written(known.maiden) if known.maiden else middle
            return replace(full, display=f"{given} {between} {family}")
        case "middle_as_last":
            return _written(given, middle, style)
        case "last_first":
            return Entry(display=f"{family}, {given}", style=style, given=f"{family}, {given}")
        case "all_in_given":
            return replace(full, given=full.display, family="")
        case "initials":
            initials = f"{given[:1]}{middle[:1]}{family[:1]}"
            return Entry(display=initials, style=style, given=initials)
        case "no_name":
            return Entry(display="", style=style)
        case _:
            return _in_rare_style(chance, town, known, full, nickname)


def _written(given: str, family: str, style: str) -> Entry:
    return Entry(display=f"{given} {family}", style=style, given=given, family=family)


def _in_rare_style(
    chance: np.random.Generator, town: Neighborhood, known: Acquaintance, full: Entry, nickname: str
) -> Entry:
    match full.style:
        case "context":
            word = _one(chance, _CONTEXTS.get(known.circle, _TRADES) if chance.random() < 0.7 else _TRADES)
            short = full.given if chance.random() < 0.6 else nickname
            return _written(short, word, full.style)
        case "couple":
            other = _partner_of(chance, town, known)
            return _written(f"{full.given} {_one(chance, ('&', 'and', 'y'))} {other}", full.family, full.style)
        case "emoji":
            return _written(full.given, f"{full.family} {_one(chance, _EMOJI)}", full.style)
        case "honorific":
            title = "Mr." if known.gender == MALE else _one(chance, ("Mrs.", "Ms.", "Dr."))
            keeps_given = chance.random() < 0.5
            given = full.given if keeps_given else ""
            return replace(full, display=f"{title} {given} {full.family}".replace("  ", " "), prefix=title, given=given)
        case "suffix":
            suffix = SUFFIXES[town.people.suffix[known.voter]].title() if known.voter >= 0 else ""
            return replace(full, display=f"{full.display} {suffix}".strip(), suffix=suffix)
        case "pseudonym":
            return _written(_one(chance, _MONIKERS), nickname, full.style)
        case _:
            return full


def _partner_of(chance: np.random.Generator, town: Neighborhood, known: Acquaintance) -> str:
    if known.voter >= 0:
        home = town.people.household[known.voter]
        first = int(town.homes.first[home])
        others = [row for row in range(first, first + int(town.homes.size[home])) if row != known.voter]
        if others:
            return as_written(town.names.given[town.people.given[others[0]]])
    pool = town.names.by_gender[1 - known.gender]
    return as_written(town.names.given[pool.draw(chance, 1)[0]])


def _cased(chance: np.random.Generator, entry: Entry) -> Entry:
    """Some people write without capitals, some with nothing else."""
    drawn = chance.random()
    if drawn > 0.06:
        return entry
    change = str.lower if drawn < 0.04 else str.upper
    return replace(entry, display=change(entry.display), given=change(entry.given), family=change(entry.family))


def _detailed(
    chance: np.random.Generator, town: Neighborhood, known: Acquaintance, provider: Provider, named: Entry
) -> Entry:
    shape = town.shape
    if provider is Provider.LINKEDIN:
        emails = (known.email,) if chance.random() < 0.05 else ()
        return replace(named, emails=emails, organization=_one(chance, _EMPLOYERS))
    closeness = 0.5 + known.strength
    has_phone = chance.random() < shape.phone_share and bool(known.phones)
    has_email = chance.random() < shape.email_share * closeness or not has_phone
    return replace(
        named,
        phones=_phones(chance, town, known) if has_phone else (),
        emails=(_email(chance, town, known),) if has_email and known.email else (),
        place=_place(chance, known) if chance.random() < shape.place_share * closeness else None,
        birthday=_birthday(chance, known) if chance.random() < shape.birthday_share * 2 * closeness**2 else None,
        relations=_relations(chance, town, known),
        labels=_labels(chance, known),
        is_starred=chance.random() < 0.4 * known.strength**3,
    )


def _phones(chance: np.random.Generator, town: Neighborhood, known: Acquaintance) -> tuple[str, ...]:
    real = list(known.phones) if chance.random() < 0.12 else [known.phones[0]]
    if chance.random() < town.shape.stale_detail_share:
        codes = town.places.area_codes
        real[0] = str(phone_numbers(chance.integers(0, len(codes) * 80_000, 1), codes)[0])
    return tuple(_phone_form(chance, number) for number in real)


def _phone_form(chance: np.random.Generator, number: str) -> str:
    parts = number[:3], number[3:6], number[6:]
    return "{1}-{2}".format(*parts) if chance.random() < 0.015 else _one(chance, _PHONE_FORMS).format(*parts)


def _email(chance: np.random.Generator, town: Neighborhood, known: Acquaintance) -> str:
    if known.voter < 0 or chance.random() > town.shape.stale_detail_share:
        return known.email
    return mail_address(known.given, known.maiden or known.family, int(chance.integers(0, 2**31 - 1)))


def _place(chance: np.random.Generator, known: Acquaintance) -> Place:
    return known.place if chance.random() < 0.6 else Place(city=known.place.city, region=known.place.region)


def _birthday(chance: np.random.Generator, known: Acquaintance) -> Birthday | None:
    if known.birthday and chance.random() < 0.4:
        return Birthday(None, known.birthday.month, known.birthday.day)
    return known.birthday


def _relations(chance: np.random.Generator, town: Neighborhood, known: Acquaintance) -> tuple[Relation, ...]:
    is_asked = known.kind is Kind.SELF or chance.random() < 0.01
    if not is_asked or known.voter < 0:
        return ()
    return (Relation("spouse", f"{_partner_of(chance, town, known)} {as_written(known.family)}"),)


def _labels(chance: np.random.Generator, known: Acquaintance) -> tuple[str, ...]:
    group = _GROUPS.get(known.circle)
    return (group,) if group and chance.random() < 0.12 else ()
