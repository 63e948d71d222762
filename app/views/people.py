"""What the desk's pages about people show: only what supporters shared, beside the campaign's own list of voters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from graph.model import MatchStatus
from graph.profile import Source


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A line of "People": a name as a supporter wrote it, where the person lives (or ``""``), who told of the tie.

    ``token`` stands for the person in addresses of the desk; ``last`` is the day of the newest thing that is known.
    """

    token: str
    name: str
    place: str
    supporters: tuple[str, ...]
    last: date | None


@dataclass(frozen=True, slots=True)
class TieLine:
    """A shared tie: the supporter, the name under which she keeps her friend, and what is said of the match."""

    supporter: str
    written_as: str
    status: MatchStatus


@dataclass(frozen=True, slots=True)
class MomentLine:
    """An entry of the timeline: what happened, when (``None``: stands now), where it comes from and who told it.

    ``is_day`` says that only the day is known, so that no hour is shown. ``detail`` may be ``""``.
    """

    at: datetime | None
    source: Source
    what: str
    detail: str
    told_by: str
    is_day: bool = False


@dataclass(frozen=True, slots=True)
class PersonView:
    """The one view of a person. Without ``registered_name`` nobody on the list of voters is taken for him."""

    name: str
    registered_name: str
    town: str
    precinct: str
    age_band: str
    ties: tuple[TieLine, ...]
    timeline: tuple[MomentLine, ...]
