"""Names to draw from: the census counts of 1990 in the package ``names``, short forms in ``nicknames``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from nicknames import NickNamer

from app.town.columns import Numbers, Whole

_SPANISH_SURNAMES = (
    *("GARCIA", "MARTINEZ", "RODRIGUEZ", "LOPEZ", "HERNANDEZ", "GONZALEZ", "PEREZ", "SANCHEZ", "RAMIREZ", "TORRES"),
    *("FLORES", "RIVERA", "GOMEZ", "DIAZ", "REYES", "CRUZ", "MORALES", "ORTIZ", "GUTIERREZ", "CHAVEZ", "RAMOS", "RUIZ"),
    *("ALVAREZ", "MENDOZA", "VASQUEZ", "CASTILLO", "JIMENEZ", "MORENO", "ROMERO", "HERRERA", "MEDINA", "AGUILAR"),
    *("VARGAS", "CASTRO", "GUZMAN", "MENDEZ", "MUNOZ", "SALAZAR", "GARZA", "SOTO", "VAZQUEZ", "ALVARADO", "DELGADO"),
    *("PENA", "RIOS", "SANDOVAL", "ORTEGA", "ESTRADA", "NUNEZ", "CABRERA", "SANTIAGO", "ACOSTA", "IBARRA", "PACHECO"),
)
_SPANISH_GIVEN = (
    *("JOSE", "JUAN", "LUIS", "CARLOS", "JESUS", "JORGE", "MIGUEL", "PEDRO", "RAUL", "RAMON", "ANGEL", "JAVIER"),
    *("FERNANDO", "RICARDO", "ROBERTO", "HECTOR", "OSCAR", "ALBERTO", "ENRIQUE", "SERGIO", "ANDRES", "DIEGO"),
    *("MARIA", "ROSA", "ANA", "CARMEN", "JUANITA", "GLORIA", "YOLANDA", "NORMA", "ALICIA", "ELENA", "GUADALUPE"),
    *("LUZ", "BLANCA", "SILVIA", "MARTA", "ADRIANA", "VERONICA", "LETICIA", "LUPE", "SOFIA", "LUCIA", "BEATRIZ"),
)
ACCENTS = (
    {"JOSE": "JOSÉ", "JESUS": "JESÚS", "RAUL": "RAÚL", "RAMON": "RAMÓN", "HECTOR": "HÉCTOR", "ANDRES": "ANDRÉS"}
    | {"ANGEL": "ÁNGEL", "MARIA": "MARÍA", "SOFIA": "SOFÍA", "LUCIA": "LUCÍA", "VERONICA": "VERÓNICA"}
    | {"GARCIA": "GARCÍA", "MARTINEZ": "MARTÍNEZ", "RODRIGUEZ": "RODRÍGUEZ", "LOPEZ": "LÓPEZ", "PEREZ": "PÉREZ"}
    | {"HERNANDEZ": "HERNÁNDEZ", "GONZALEZ": "GONZÁLEZ", "SANCHEZ": "SÁNCHEZ", "RAMIREZ": "RAMÍREZ", "GOMEZ": "GÓMEZ"}
    | {"DIAZ": "DÍAZ", "GUTIERREZ": "GUTIÉRREZ", "CHAVEZ": "CHÁVEZ", "ALVAREZ": "ÁLVAREZ", "VASQUEZ": "VÁSQUEZ"}
    | {"JIMENEZ": "JIMÉNEZ", "GUZMAN": "GUZMÁN", "MENDEZ": "MÉNDEZ", "MUNOZ": "MUÑOZ", "VAZQUEZ": "VÁZQUEZ"}
    | {"PENA": "PEÑA", "RIOS": "RÍOS", "NUNEZ": "NÚÑEZ", "RENEE": "RENÉE", "ANDRE": "ANDRÉ", "RENE": "RENÉ"}
)
_IRISH = frozenset({"OBRIEN", "OCONNOR", "ONEIL", "ONEILL", "ONEAL", "OCONNELL", "ODONNELL", "OHARA", "OKEEFE"})


@dataclass(frozen=True, slots=True)
class Pool:
    """Names in upper case and the sum of their shares up to each, which ends at 1."""

    names: tuple[str, ...]
    cumulative: Numbers
    offset: int = 0

    def draw(self, chance: np.random.Generator, size: int) -> Whole:
        """Indexes of names drawn by their shares, ``offset`` added."""
        found = np.searchsorted(self.cumulative, chance.random(size), side="right")
        return (np.minimum(found, len(self.names) - 1) + self.offset).astype(np.int32)


@dataclass(frozen=True, slots=True)
class NamePools:
    """All names of a town. Given names of men and women share one numbering, so that an index is enough."""

    given: tuple[str, ...]
    surnames: tuple[str, ...]
    by_gender: tuple[Pool, Pool]
    """Women's names, then men's."""
    family: Pool
    latino_by_gender: tuple[Pool, Pool]
    latino_family: Pool


@cache
def name_pools() -> NamePools:
    """The pools, read once."""
    women, men, family = (_read(name) for name in ("dist.female.first", "dist.male.first", "dist.all.last"))
    men = Pool(men.names, men.cumulative, offset=len(women.names))
    given = women.names + men.names
    latino = tuple(_subset(pool, _SPANISH_GIVEN) for pool in (women, men))
    return NamePools(
        given, family.names, (women, men), family, (latino[0], latino[1]), _subset(family, _SPANISH_SURNAMES)
    )


def _read(file_name: str) -> Pool:
    lines = (resources.files("names") / file_name).read_text(encoding="ascii").splitlines()
    rows = [line.split() for line in lines if line.strip()]
    shares = np.array([max(float(row[1]), 0.0005) for row in rows])
    return _pool(tuple(row[0] for row in rows), shares)


def _pool(names: tuple[str, ...], shares: Numbers, offset: int = 0) -> Pool:
    return Pool(names, np.cumsum(shares) / shares.sum(), offset)


@dataclass(frozen=True, slots=True)
class _Picked(Pool):
    """A pool of some of the names of another, by their places in it."""

    places: tuple[int, ...] = ()

    def draw(self, chance: np.random.Generator, size: int) -> Whole:
        found = np.searchsorted(self.cumulative, chance.random(size), side="right")
        return np.array(self.places, np.int32)[np.minimum(found, len(self.places) - 1)]


def _subset(pool: Pool, wanted: Sequence[str]) -> Pool:
    place_of = {name: place for place, name in enumerate(pool.names)}
    places = [place_of[name] for name in wanted if name in place_of]
    shares = np.diff(pool.cumulative, prepend=0.0)[places]
    picked = _pool(tuple(pool.names[place] for place in places), shares)
    return _Picked(picked.names, picked.cumulative, pool.offset, tuple(place + pool.offset for place in places))


@cache
def nicknames_of(given: str) -> tuple[str, ...]:
    """Short forms of a given name in lower case, in alphabetical order; a name that has none gives none."""
    return tuple(sorted(name for name in _namer().nicknames_of(given) if name.isalpha() and len(name) > 1))


@cache
def _namer() -> NickNamer:
    return NickNamer()


def as_written(name: str) -> str:
    """A name in upper case as people write it: ``MCDONALD`` is ``McDonald``, ``OBRIEN`` is ``O'Brien``."""
    if name in _IRISH:
        return f"O'{name[1:].title()}"
    if name.startswith("MC") and len(name) > 4:
        return f"Mc{name[2:].title()}"
    return name.title()
