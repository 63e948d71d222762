"""What campaigns of one organization tell each other of their experiments: sums, as files that somebody carries, where owners agreed.

The agreement is that of ``kith match agree``: an owner of each campaign said that it may serve the organization. Nothing of the study's
rows is in a report, and a report that was made for one organization is refused by another.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.house import House
from app.organizing.measuring import Measured
from app.organizing.organization import agreement_of
from app.run.inputs import check_file
from graph.errors import InputError, UsageError
from oauth.audit import record_seen
from prioritization.effect import EffectModel
from prioritization.experiment import Belief
from prioritization.sharing import CellReport, Pooled, Report, pooled_reports


def report_of(house: House, told: Measured) -> Report:
    """What this campaign tells its organization.

    Raises ``UsageError`` where no owner has agreed and ``InputError`` where the experiment is too small to be told.
    """
    organization, found = agreed_organization(house), told.finding
    if found.shift is None:
        raise InputError(
            "The experiment is too small to tell others of it.", thing=found.verdict, next_step="Leave out --report."
        )
    return Report(
        organization, str(house.campaign.campaign_id), house.election.day, found.people, found.shift,
        told.after.learned_from, {name: CellReport(people, shift) for name, people, shift in found.alone},
    )  # fmt: skip


def agreed_organization(house: House) -> str:
    """The organization that an owner of this campaign agreed to. Raises ``UsageError`` where nobody has."""
    stood = agreement_of(house)
    if stood is None:
        raise UsageError(
            "No owner of this campaign has agreed to share what is learned.",
            next_step="An owner may: kith match agree ORGANIZATION --owner NAME.",
        )
    return stood.organization


def pool(house: House, paths: Sequence[Path]) -> Pooled:
    """The reports of an organization's campaigns, pooled for this one.

    Raises ``UsageError`` where no owner of this campaign has agreed, and ``InputError`` for files that are no reports, of another
    organization, or told twice.
    """
    organization, assumed = agreed_organization(house), EffectModel()
    reports = [_read(path) for path in paths]
    return pooled_reports(reports, organization, Belief(assumed.shift, assumed.shift_deviation))


def note_report_given(house: House) -> None:
    """Write into the audit that a report was made, and for which organization."""
    record_seen(house.records, who="command", what="effect_given", whom=agreed_organization(house), at=house.clock())


def note_pool_taken(house: House) -> None:
    """Write into the audit that an organization's pool was taken."""
    record_seen(house.records, who="command", what="effect_taken", whom=agreed_organization(house), at=house.clock())


def _read(path: Path) -> Report:
    check_file(path)
    try:
        return Report.from_json(path.read_text("utf-8", "replace"))
    except InputError as error:
        raise InputError(error.happened, thing=path.name, next_step=error.next_step) from None
