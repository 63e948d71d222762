"""A small invented voter register for matching: named people among some hundred others, and the circles that know them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from small_precinct import coded

from graph.digests import area_code, keyed_digest, normalise_email, normalise_phone
from graph.model import Circle, ContactKey, ContactRecord, SourceKind, Supporter, SupporterId
from graph.voters import ContactDigests, VoterColumns

KEY = b"a key of the tests"
AS_OF = date(2026, 10, 24)
_GIVEN = [
    "JAMES",
    "MARY",
    "LINDA",
    "DAVID",
    "SUSAN",
    "BRIAN",
    "KAREN",
    "KEVIN",
    "DONNA",
    "JASON",
    "LAURA",
    "SCOTT",
    "EMILY",
    "FRANK",
    "ALICE",
    "HENRY",
]
_FAMILY = [
    "BAKER",
    "ADAMS",
    "COOPER",
    "REED",
    "WARD",
    "BROOKS",
    "GRAY",
    "PRICE",
    "WOOD",
    "ROSS",
    "LONG",
    "FOSTER",
    "POWELL",
    "PERRY",
    "BUTLER",
    "HUGHES",
    "SIMMONS",
]


@dataclass(frozen=True)
class Neighbor:
    """One line of the register; ``home`` numbers households."""

    given: str
    family: str
    middle: str = ""
    born: int = 1980
    gender: str = "F"
    home: int = -1
    phone: str = ""
    email: str = ""
    city: str = "ELMVILLE"
    street: str = ""
    status: int = 0
    registered: int = 10_000


def crowd(count: int = 600) -> list[Neighbor]:
    """Others who share no rare name with anybody."""
    draw = np.random.default_rng(7)
    return [
        Neighbor(
            _GIVEN[draw.integers(len(_GIVEN))],
            _FAMILY[draw.integers(len(_FAMILY))],
            born=int(draw.integers(1940, 2005)),
            phone=f"91021{at:05d}"[:10],
            home=10_000 + at // 2,
            street=f"{at} OAK ST",
        )
        for at in range(count)
    ]


def register(people: Sequence[Neighbor]) -> VoterColumns:
    """The people as a voter file; ids are V00000 and so on in the order given."""
    count, zeros = len(people), np.zeros(len(people), np.uint64)
    return VoterColumns(
        state="NC",
        voter_ids=np.array([f"V{at:05d}" for at in range(count)], dtype=np.bytes_),
        last_name=coded([p.family for p in people]),
        first_name=coded([p.given for p in people]),
        middle_name=coded([p.middle for p in people]),
        name_suffix=coded([""] * count),
        street=coded([p.street for p in people]),
        city=coded([p.city for p in people]),
        postal_code=coded(["28000" if p.city == "ELMVILLE" else "28111" for p in people]),
        county=coded(["HOKE"] * count),
        precinct=coded([f"{p.city}/{p.born % 4}" for p in people]),
        party=coded(["UNA"] * count),
        gender=coded([p.gender for p in people]),
        birth_year=np.array([p.born for p in people], dtype=np.int16),
        birth_month=np.zeros(count, np.int8),
        birth_day=np.zeros(count, np.int8),
        registered_on=np.array([p.registered for p in people], dtype=np.int32),
        status=np.array([p.status for p in people], dtype=np.int8),
        household=np.array([p.home for p in people], dtype=np.int32),
        area_code=np.array([area_code(normalise_phone(p.phone)) for p in people], dtype=np.int16),
        elections=(),
        voted=zeros,
        eligible=zeros,
        phones=_digests([normalise_phone(p.phone) for p in people]),
        emails=_digests([normalise_email(p.email) for p in people]),
    )


def _digests(texts: Sequence[str]) -> ContactDigests:
    pairs = sorted((keyed_digest(KEY, text), row) for row, text in enumerate(texts) if text)
    return ContactDigests(np.array([d for d, _ in pairs], np.uint64), np.array([r for _, r in pairs], np.int32))


def card(name: str, position: int = 0, *, source: str = "book.vcf", **told: object) -> ContactRecord:
    """An entry of an address book."""
    return ContactRecord(source, position, SourceKind.VCARD, name, **told)  # type: ignore[arg-type]  # tests name the fields


def circle(*cards: ContactRecord, supporter: str = "s-rosa", name: str = "Rosa Quill", phone: str = "") -> Circle:
    """A supporter and her cards, keyed by where they stand."""
    keyed = {ContactKey(f"{supporter}/{c.source}/{c.position}"): c for c in cards}
    return Circle(Supporter(SupporterId(supporter), name, phone=phone, postal_code="28000"), keyed)
