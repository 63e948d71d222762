"""A display name becomes a person's possible names, or "not a person"."""

from __future__ import annotations

from collections.abc import Sequence

from graph.model import ContactRecord, SourceKind
from matching.names.cores import NO_FIELDS, Fields, readings_of, surnames, weighed
from matching.names.emails import name_from_email, names_with_email, year_from_email
from matching.names.kinds import (
    HOUSEHOLD_ENDS,
    MAIDEN_MARKS,
    SortedWords,
    is_context,
    is_only_a_name,
    sort_words,
    surname_belief,
    why_not_a_person,
)
from matching.names.law import family_share, given_share, is_given_like
from matching.names.text import CutName, cut, plain_words
from matching.names.values import NameKind, NameReading, PossibleName
from matching.names.words import name_words

__all__ = ["NameKind", "NameReading", "PossibleName", "name_from_email", "read_name", "surnames", "year_from_email"]

_QUOTED_BELIEF = 0.3
_NICKNAME_FIELD_BELIEF = 0.15
_COMMA_BELIEF = 0.95
_FIRST_OF_TWO_BELIEF = 0.6
_NOT_NAMES = MAIDEN_MARKS | {"AKA", "&"}


def read_name(record: ContactRecord) -> NameReading:
    """What the name of one entry tells, from its display name and, where that is silent, its parts and e-mail addresses.

    Nicknames are not resolved (see ``matching.names.nicknames``). A surname that the name lacks is taken from an e-mail address
    that begins like the name. The same entry always reads the same, whatever its case and diacritics. Never raises.
    Only single words are remembered between calls, never a whole name or an address: a name that is erased is gone.
    """
    reading = _read(
        _written_name(record),
        record.family_name,
        has_middle=bool(record.middle_name.strip()),
        is_social=record.kind in (SourceKind.FACEBOOK_EXPORT, SourceKind.LINKEDIN_CSV),
    )
    if reading.kind is NameKind.SAYS_NOTHING and not record.emails and "@" not in record.display_name:
        return _only_organization(record) or reading
    reading = _with_nickname_field(reading, record)
    return _with_emails(reading, record)


def _written_name(record: ContactRecord) -> str:
    """The display name, or the parts when it is empty or leaves the surname out; prefix and suffix where it lacks them."""
    parts = _joined(record.given_name, record.middle_name, record.family_name)
    text = record.display_name.strip() or parts or record.nickname
    if text != parts and record.family_name.strip() and record.family_name.strip().casefold() not in text.casefold():
        text = parts
    if record.name_prefix and not text.casefold().startswith(record.name_prefix.casefold()):
        text = f"{record.name_prefix} {text}"
    if record.name_suffix and record.name_suffix.casefold() not in text.casefold():
        text = f"{text}, {record.name_suffix}"
    return text


def _joined(*parts: str) -> str:
    return " ".join([bare for part in parts if (bare := part.strip())])


def _only_organization(record: ContactRecord) -> NameReading | None:
    """An entry that has no name but an organization's."""
    if not record.organization.strip():
        return None
    return NameReading(NameKind.NOT_A_PERSON, why="only an organization is given")


def _read(text: str, family: str, *, has_middle: bool, is_social: bool) -> NameReading:
    """A written name, with what the address book calls its words.

    Most names are words that are nothing but names: sorting them would find nothing, so they are read at once.
    """
    if "@" in text.strip().strip("@") and " " not in text.strip():
        return NameReading(NameKind.SAYS_NOTHING, why="the name is an e-mail address")
    if (words := plain_words(text)) and all(map(is_only_a_name, words)) and " ".join(words) not in name_words().silent:
        fields = Fields(_field_words(family), has_middle, is_social)
        return NameReading(NameKind.PERSON, tuple(readings_of(words, fields)))
    return _sorted(text, family, has_middle=has_middle, is_social=is_social)


def _sorted(text: str, family: str, *, has_middle: bool, is_social: bool) -> NameReading:
    """A name of which every word may be something else: a title, a trade, a place."""
    parts = cut(text)
    words = parts.words()
    if not any(word.isalpha() or "-" in word for word in words) or not any(
        letter.isalpha() for word in words for letter in word
    ):
        return NameReading(
            NameKind.SAYS_NOTHING, why="no name is given" if not text.strip() else "no Latin letters are in the name"
        )
    if " ".join(words) in name_words().silent:
        return NameReading(NameKind.SAYS_NOTHING, why="the name is a place-holder")
    why = why_not_a_person(words, has_owner=parts.has_owner)
    if why:
        return NameReading(NameKind.NOT_A_PERSON, why=why)
    fields = Fields(_field_words(family), has_middle, is_social)
    return _read_household(parts) or _read_couple(parts, fields) or _read_person(parts, fields)


def _field_words(text: str) -> frozenset[str]:
    """The surnames that a field of the address book holds."""
    words = plain_words(text)
    if len(words) == 1:
        return frozenset(words)
    return frozenset(surnames(cut(text).main)) if text else frozenset()


def _read_household(parts: CutName) -> NameReading | None:
    """Read "The Lees", "Smith Family" or "Familia Lopez": a surname and nobody's given name."""
    words = [word for word in parts.main if word != "&"]
    if len(words) >= 2 and words[-1] in HOUSEHOLD_ENDS:
        family = [word for word in words[:-1] if word != "THE"]
    elif len(words) >= 2 and words[0] == "FAMILIA":
        family = [word for word in words[1:] if word not in ("LOS", "LAS")]
    elif len(words) == 2 and words[0] in ("THE", "LOS"):
        family = [_singular(words[1])]
    else:
        return None
    if not family:
        return NameReading(NameKind.NOT_A_PERSON, why="a group, not a name")
    names = weighed([PossibleName((), surnames(family))])
    return NameReading(NameKind.PERSON, tuple(names), context=("FAMILY",))


def _singular(word: str) -> str:
    """The surname of "The Lees": without the plural when that is the commoner surname."""
    stems = [word[: -len(ending)] for ending in ("S", "ES") if word.endswith(ending) and len(word) > len(ending) + 1]
    return max([word, *stems], key=family_share)


def _read_couple(parts: CutName, fields: Fields) -> NameReading | None:
    """Read "Tom & Ann Lee": a reading for each; the first named is meant a little more often."""
    sides = _two_sides(parts.main) or _two_after_comma(parts)
    if sides is None:
        return None
    first, second = (sort_words(_without_lone_title(side)) for side in sides)
    if not first.core and not second.core:
        return None
    if len(first.core) == 1 and len(second.core) >= 2:
        first.core = [*first.core, *_last_surname(second.core)]
    elif len(second.core) == 1 and len(first.core) >= 2:
        second.core = [*second.core, *_last_surname(first.core)]
    names = [
        name._replace(weight=name.weight * belief)
        for sorted_words, belief in ((first, _FIRST_OF_TWO_BELIEF), (second, 1 - _FIRST_OF_TWO_BELIEF))
        for name in _names_of(sorted_words, fields if sorted_words is first else NO_FIELDS)
    ]
    context = (*first.context, *second.context, *_tags(parts))
    return NameReading(NameKind.PERSON, tuple(weighed(names)), context=tuple(context))


def _two_sides(words: Sequence[str]) -> tuple[list[str], list[str]] | None:
    """The words on either side of the one "&", "and" or "y" that joins two people; ``None`` when there is none."""
    for mark in ("&", "AND", "Y", "E"):
        if mark not in words[1:-1]:
            continue
        place = words.index(mark, 1)
        joins = mark in ("&", "AND") or (
            place == 1 and is_given_like(words[0]) and is_given_like(words[2]) and mark == "Y"
        )
        if joins:
            return list(words[:place]), [word for word in words[place + 1 :] if word not in ("&", "AND")]
    return None


def _two_after_comma(parts: CutName) -> tuple[list[str], list[str]] | None:
    """The two people of "Lee, Tom & Ann", surname last; ``None`` when no two follow the comma."""
    sides = _two_sides(parts.after_comma[0]) if parts.after_comma and parts.main else None
    return ([*sides[0], *parts.main], [*sides[1], *parts.main]) if sides else None


def _without_lone_title(words: list[str]) -> list[str]:
    """No words when there is but a title: the "Mr" of "Mr and Mrs Lee" names nobody else."""
    return [] if len(words) == 1 and name_words().is_title(words[0]) else words


def _last_surname(core: Sequence[str]) -> tuple[str, ...]:
    best = readings_of(core)
    return best[0].family if best and best[0].family else tuple(core[-1:])


def _read_person(parts: CutName, fields: Fields) -> NameReading:
    """One person: titles, kin, context and suffix split off, the rest weighed."""
    _move_maiden_name(parts)
    found = sort_words([word for word in parts.main if word not in ("&", "Y") or len(parts.main) == 1])
    if found.is_relative_of:
        return NameReading(NameKind.PERSON, context=tuple(found.core), why="somebody's relative, without a name")
    names = _comma_names(parts, found) or _names_of(found, fields)
    names = _with_asides(names, parts)
    if not names and not found.kin:
        return NameReading(NameKind.NOT_A_PERSON, why="a role, not a name")
    return NameReading(
        NameKind.PERSON,
        tuple(names),
        kin=found.kin.label if found.kin else "",
        context=(*found.context, *_tags(parts)),
        gender=found.gender,
        why="" if names else "a kin label without a name",
    )


def _move_maiden_name(parts: CutName) -> None:
    """Put the words of "Ana Lopez née Garcia" after the mark aside, where a maiden name in parentheses stands."""
    place = next((at for at, word in enumerate(parts.main) if at and word in MAIDEN_MARKS), 0)
    if place:
        parts.asides.append(parts.main[place:])
        parts.main = parts.main[:place]


def _names_of(found: SortedWords, fields: Fields) -> list[PossibleName]:
    """The readings of sorted words."""
    core = [word for word in found.core if not word.isdigit()]
    if not core and found.kin_word in name_words().kin_or_given:
        return [PossibleName((found.kin_word,), (), weight=1.0)]
    if not core:
        return []
    if len(core) == 1 and (found.titles or found.kin):
        names = _after_label(core[0], found)
    else:
        names = readings_of(core, fields)
    if found.doubtful:
        names = _with_doubtful(names, core, found, fields)
    return weighed([name._replace(suffix=found.suffix) for name in names])


def _after_label(word: str, found: SortedWords) -> list[PossibleName]:
    """One word after a title or a kin label: "Mrs Holbrook" a surname, "Aunt Rosa" a given name."""
    prior = 0.9 if found.is_formal else 0.6 if found.titles else 0.06
    as_family = prior * max(map(family_share, word.split("-")))
    as_given = (1 - prior) * max(map(given_share, word.split("-")))
    halves = tuple(word.split("-"))
    if len(word) == 1:
        return [PossibleName((), halves, weight=0.7), PossibleName(halves, (), weight=0.3)]
    return [PossibleName((), halves, weight=as_family), PossibleName(halves[:1], (), halves[1:], weight=as_given)]


def _with_doubtful(
    names: list[PossibleName], core: list[str], found: SortedWords, fields: Fields
) -> list[PossibleName]:
    """Two readings when the last word is context and also a surname ("Joe Baker")."""
    belief = surname_belief(found.doubtful)
    with_surname = readings_of([*core, found.doubtful], fields)
    return [
        *(name._replace(weight=name.weight * (1 - belief)) for name in names),
        *(name._replace(weight=name.weight * belief) for name in with_surname),
    ]


def _comma_names(parts: CutName, found: SortedWords) -> list[PossibleName]:
    """The readings of "Jones, Derrick"; none when what follows the comma is no given name."""
    after = _after_comma(parts, found)
    if not after or not found.core:
        return []
    rest = sort_words(after)
    found.context.extend(rest.context)
    found.suffix = found.suffix or rest.suffix
    halves = tuple(part for word in rest.core for part in word.split("-"))
    family = surnames(found.core)
    swapped = [PossibleName(halves[:1], family, halves[1:], suffix=found.suffix, weight=_COMMA_BELIEF)]
    straight = readings_of([*found.core, *rest.core])
    written = [name._replace(suffix=found.suffix, weight=name.weight * (1 - _COMMA_BELIEF)) for name in straight]
    return weighed([*swapped, *written])


def _after_comma(parts: CutName, found: SortedWords) -> list[str]:
    """The words after the first comma that can be given names; suffixes, credentials and context are put aside."""
    vocabulary = name_words()
    given: list[str] = []
    for part in parts.after_comma:
        rest = [
            word
            for word in part
            if word not in vocabulary.credentials | vocabulary.credentials_after_comma or len(part) > 1
        ]
        for word in [word for word in rest if word in vocabulary.suffixes]:
            found.suffix = vocabulary.suffixes[word]
            rest.remove(word)
        if rest and (is_context(rest) or _names_a_place(rest)):
            found.context.extend(rest)
        elif not given:
            given = rest
    return given


def _names_a_place(words: Sequence[str]) -> bool:
    return len(words) > 1 and (words[-1] in name_words().places or words[-1] in name_words().context)


def _tags(parts: CutName) -> tuple[str, ...]:
    """Words of notes and asides that are context."""
    return tuple(word for part in (*parts.notes, *parts.asides) if is_context(part) for word in part)


def _with_asides(names: list[PossibleName], parts: CutName) -> list[PossibleName]:
    """Readings widened by quoted nicknames and by maiden names in parentheses or after "née"."""
    for part in parts.quoted:
        names = _also_given(names, part, belief=_QUOTED_BELIEF)
    for part in parts.asides:
        words = [word for word in part if word not in _NOT_NAMES]
        if not words or is_context(words):
            continue
        is_maiden = words != part or not is_given_like(words[0])
        names = _also_family(names, words) if is_maiden else _also_given(names, words, belief=_QUOTED_BELIEF)
    return names


def _also_given(names: list[PossibleName], words: Sequence[str], *, belief: float) -> list[PossibleName]:
    """Each reading again with another given name."""
    halves = tuple(part for word in words for part in word.split("-") if part.isalpha())
    if not halves or not names:
        return names
    again = [name._replace(given=halves[:1], middle=halves[1:], weight=name.weight * belief) for name in names]
    return weighed([*(name._replace(weight=name.weight * (1 - belief)) for name in names), *again])


def _also_family(names: list[PossibleName], words: Sequence[str]) -> list[PossibleName]:
    """Each reading with a further surname."""
    more = surnames(words)
    return weighed([name._replace(family=tuple(dict.fromkeys((*name.family, *more)))) for name in names])


def _with_nickname_field(reading: NameReading, record: ContactRecord) -> NameReading:
    """What the nickname field adds when it is one word that is not yet the given name."""
    words = cut(record.nickname).main if record.nickname else []
    if (
        reading.kind is not NameKind.PERSON
        or len(words) != 1
        or not is_given_like(words[0])
        or words[0] in name_words().kin
    ):
        return reading
    return reading._replace(possible=tuple(_also_given(list(reading.possible), words, belief=_NICKNAME_FIELD_BELIEF)))


def _with_emails(reading: NameReading, record: ContactRecord) -> NameReading:
    """What the e-mail addresses add: a whole name to an entry that says nothing, a surname to one that lacks it."""
    emails = (*record.emails, record.display_name) if "@" in record.display_name else record.emails
    if not emails or reading.kind is NameKind.NOT_A_PERSON:
        return reading
    names = names_with_email(reading.possible, emails)
    if not names and reading.kind is NameKind.SAYS_NOTHING:
        return _only_organization(record) or reading
    return reading._replace(possible=tuple(weighed(names)))
