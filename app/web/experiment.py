"""The campaign's own experiment, for whoever works at the desk: counts and differences, nobody's name."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from app import journey
from app.web.deps import house, organizer
from app.web.pages import show
from app.web.states import ExperimentPage

router = APIRouter(include_in_schema=False, prefix="/desk/experiment", dependencies=[Depends(organizer)])


@router.get("")
def experiment(request: Request) -> Response:
    """Who was set aside, whether chance was fair, and what came of it."""
    served = house(request)
    return show(
        request, "desk/experiment.html", ExperimentPage(journey.measured_today(served), served.campaign.explore_share)
    )
