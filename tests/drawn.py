"""A campaign whose experiment was drawn: everybody whom Ana knows, and whom she wrote to."""

from __future__ import annotations

from datetime import date

from app.house import House
from app.organizing import study
from app.steps import Known
from app.voter_file import voters_of
from graph.model import (
    Candidate,
    Circle,
    ContactKey,
    ContactRecord,
    Match,
    MatchStatus,
    SourceKind,
    Supporter,
    SupporterId,
)
from prioritization.policy import Policy


def fill(house: House, *, friends: int = 900) -> None:
    """Everybody whom Ana knows is drawn; she writes to all of those who may be suggested."""
    columns = voters_of(house).columns
    ana = SupporterId("s-ana")
    keys = [ContactKey(f"{at:032x}") for at in range(friends)]
    refs = [columns.ref(at) for at in range(friends)]
    circle = Circle(
        Supporter(ana, "Ana"), {key: ContactRecord("book", at, SourceKind.VCARD) for at, key in enumerate(keys)}
    )
    matches = [Match(key, MatchStatus.AUTO, (Candidate(ref, 0.99),)) for key, ref in zip(keys, refs, strict=True)]
    known = Known({ana: matches}, {}, {})
    drawn = study.draw(house, [circle], known, columns, Policy())
    study.keep(house, drawn, {}, known, ())
    for key, ref in zip(keys, refs, strict=True):
        if ref not in drawn.set_aside:
            study.note_written(house, ana, key, ref)


def date_of(house: House) -> date:
    """The latest general election of the file."""
    return max(past.day for past in voters_of(house).columns.elections)
