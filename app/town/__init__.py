"""The synthetic town of the demo, the tests and the benchmarks: invented people whose truth is known."""

from app.town.files import write_town
from app.town.shape import ElectionKind, Kind, TownShape
from app.town.town import Town, make_town

__all__ = ["ElectionKind", "Kind", "Town", "TownShape", "make_town", "write_town"]
