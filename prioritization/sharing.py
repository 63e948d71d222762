"""What campaigns of one organization learn from each other's experiments: sums alone, where each one's owner agreed.

A campaign's report holds what its experiment found and for how many people, never a row: one shift with its error, and one for each cell
of closeness that was large enough to be told. It names the organization it was made for, and is worth nothing to another. Campaigns are
drawn together as far as they are unsure (``experiment.pooled``), and so are the cells; the next campaign starts where one more of their
kind is expected.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Self

from graph.errors import InputError
from prioritization.effect import EffectModel
from prioritization.experiment import Belief, expected_next, pooled

_VERSION = 1
FEWEST_TOGETHER = 2
"""One report alone is a campaign's own result, and no pool."""


@dataclass(frozen=True, slots=True)
class CellReport:
    """One cell of closeness: how many people, and the shift of a full ask as it was found."""

    people: int
    shift: Belief


@dataclass(frozen=True, slots=True)
class Report:
    """What one campaign tells its organization. ``shift`` is the experiment's own, without what was believed before it.

    ``learned_from`` is the hash of the experiment, so that none counts twice.
    """

    organization: str
    campaign: str
    day: date
    people: int
    shift: Belief
    learned_from: str
    cells: Mapping[str, CellReport] = field(default_factory=dict)

    def to_json(self) -> str:
        """As text, the same for the same values."""
        told = {"report_version": _VERSION, **asdict(self), "day": self.day.isoformat()}
        return json.dumps(told, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The report in a text that ``to_json`` made. Raises ``InputError`` for another or an impossible one."""
        try:
            told = json.loads(text)
            if told.pop("report_version") != _VERSION:
                raise ValueError
            cells = {str(name): CellReport(int(one["people"]), _belief(one["shift"])) for name, one in told["cells"].items()}  # fmt: skip
            return cls(
                _word(told["organization"]), _word(told["campaign"]), date.fromisoformat(told["day"]), int(told["people"]),
                _belief(told["shift"]), _word(told["learned_from"]), cells,
            )  # fmt: skip
        except (ValueError, TypeError, KeyError, AttributeError):
            raise InputError(
                "This is no report of a campaign to its organization.",
                next_step="Make it where the experiment is: kith effect measure --report FILE.",
            ) from None


@dataclass(frozen=True, slots=True)
class Pooled:
    """What is believed after all: where the next campaign starts, each campaign's own shift, each cell's over all campaigns."""

    following: Belief
    campaigns: Mapping[str, Belief]
    cells: Mapping[str, CellReport]
    learned_from: str

    def model(self, before: EffectModel) -> EffectModel:
        """The effect that the next campaign starts from; ties keep their factors, which the cells are told beside."""
        return replace(
            before, shift=self.following.mean, shift_deviation=self.following.deviation, learned_from=self.learned_from
        )


def pooled_reports(reports: Sequence[Report], organization: str, prior: Belief) -> Pooled:
    """What these campaigns found together; their order changes nothing.

    Raises ``InputError`` for fewer than two, one that was made for another organization, and an experiment that is told twice.
    """
    told = sorted(reports, key=lambda report: (report.campaign, report.day, report.learned_from))
    _refuse(told, organization)
    shifts = [report.shift for report in told]
    _, own = pooled(shifts, prior)
    following = expected_next(shifts, prior)
    digest = hashlib.sha256("".join(sorted(report.learned_from for report in told)).encode())
    return Pooled(
        following,
        {f"{report.campaign}, {report.day}": each for report, each in zip(told, own, strict=True)},
        _cells(told, following),
        digest.hexdigest(),
    )


def _refuse(told: Sequence[Report], organization: str) -> None:
    if len(told) < FEWEST_TOGETHER:
        raise InputError(
            f"There is {len(told)} report, and pooling takes at least {FEWEST_TOGETHER}.",
            next_step="Give one from each campaign that agreed.",
        )
    for report in told:
        if report.organization != organization:
            raise InputError(
                "The owner of this campaign agreed to tell another organization.",
                thing=report.campaign,
                next_step="Leave it out, or ask for a report made for this one.",
            )
    for one, following in pairwise(told):
        if (one.campaign, one.day) == (following.campaign, following.day):
            raise InputError(
                "Two reports are of one campaign and election.", thing=f"{one.campaign}, {one.day}", next_step="Give the newer one."
            )  # fmt: skip
    if len({report.learned_from for report in told}) < len(told):
        raise InputError("Two reports are of the same experiment.", next_step="Give each experiment once.")


def _cells(told: Sequence[Report], following: Belief) -> dict[str, CellReport]:
    """Each cell over all campaigns, drawn towards what is expected of any."""
    names = sorted({name for report in told for name in report.cells})
    found: dict[str, CellReport] = {}
    for name in names:
        hers = [report.cells[name] for report in told if name in report.cells]
        common, _ = pooled([cell.shift for cell in hers], following)
        found[name] = CellReport(sum(cell.people for cell in hers), common)
    return found


def _belief(told: Mapping[str, float]) -> Belief:
    belief = Belief(float(told["mean"]), float(told["deviation"]))
    if not (math.isfinite(belief.mean) and 0.0 < belief.deviation < math.inf):
        raise ValueError
    return belief


def _word(told: object) -> str:
    if not isinstance(told, str) or not told.strip():
        raise ValueError
    return told
